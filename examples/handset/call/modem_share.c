#include <errno.h>
#include "examples/handset/call/modem_share.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

/*
 * Telephony's side.
 */

static void to_phone(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	phone_receive(s->phone, s->vm.now_ns, bytes, count);
}

static const struct tap_impl tap_impl = {to_phone};

void modem_share_phone_send(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	s->vm.now_ns = now_ns;
	tap_send(&s->tap, now_ns, bytes, count);
}

/*
 * What the virtual modem wants of telephony.
 */

static void vm_send(void *data, unsigned client, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	s->impl->client_send(s->data, client, bytes, count);
}

static void vm_line_send(void *data, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	s->impl->line_send(s->data, bytes, count);
}

static void vm_urc(void *data, const char *text)
{
	struct modem_share *s = data;

	tap_urc(&s->tap, text);
}

static bool is_emergency_call(const struct phone *p)
{
	return (p->call.info.state == PL_CALL_DIALING || p->call.info.state == PL_CALL_ACTIVE) &&
	       (p->call.info.flags & PL_CALL_FLAG_EMERGENCY);
}

/* Whatever else is going on: another call ends for it, and a modem that is not there yet is waited for. */
static void dial_emergency(struct modem_share *s)
{
	struct phone *p = s->phone;

	if (!s->emergency[0] || !p->ready)
		return;
	if (!is_emergency_call(p)) {
		if (p->call.info.state != PL_CALL_IDLE && p->call.info.state != PL_CALL_ENDED)
			phone_key(p, s->vm.now_ns, KEY_HANGUP_PHONE, true);
		if (phone_dial(p, s->vm.now_ns, s->emergency))
			return;
	}
	s->emergency[0] = 0;
}

static int vm_dial(void *data, unsigned client, const char *number, bool emergency)
{
	struct modem_share *s = data;

	(void)client;
	if (!emergency)
		return phone_dial(s->phone, s->vm.now_ns, number);
	format_print(s->emergency, sizeof(s->emergency), "%s", number);
	dial_emergency(s);
	return 0;
}

static int vm_answer(void *data, unsigned client)
{
	struct modem_share *s = data;

	(void)client;
	if (s->phone->call.info.state != PL_CALL_RINGING)
		return -EINVAL;
	phone_key(s->phone, s->vm.now_ns, KEY_PICKUP_PHONE, true);
	return 0;
}

static void vm_ask(void *data, const struct vmodem_ask *ask)
{
	struct modem_share *s = data;

	s->ask = *ask;
	s->impl->asked(s->data, ask);
}

static void vm_ask_over(void *data, uint32_t id)
{
	struct modem_share *s = data;

	if (s->ask.id != id)
		return;
	s->ask.id = 0;
	s->impl->asked(s->data, NULL);
}

static void vm_refused(
	void *data, unsigned client, enum modem_class class, const char *command, const char *reason)
{
	struct modem_share *s = data;

	(void)client;
	(void)command;
	s->impl->refused(s->data, class, reason);
}

static const struct vmodem_impl vm_impl = {.send = vm_send,
	.line_send = vm_line_send,
	.urc = vm_urc,
	.dial = vm_dial,
	.answer = vm_answer,
	.ask = vm_ask,
	.ask_over = vm_ask_over,
	.refused = vm_refused};

int modem_share_init(struct modem_share *s, const struct modem_share_impl *impl, void *data,
	struct phone *phone, const char *policy)
{
	char error[160];
	int ret;

	memset(s, 0, sizeof(*s));
	s->impl = impl;
	s->data = data;
	s->phone = phone;
	ret = modem_policy_parse(&s->policy, policy, error, sizeof(error));
	if (ret || !s->policy.count) {
		s->policy.count = 1;
		modem_policy_closed(&s->policy.client[0], "linux");
	}
	vmodem_init(&s->vm, &vm_impl, s, &s->policy);
	tap_init(&s->tap, &s->vm.line, &tap_impl, s);
	return ret;
}

/*
 * Bytes, time, decisions.
 */

static void look_after(struct modem_share *s)
{
	if (s->phone->ready && !s->started)
		vmodem_start(&s->vm, s->vm.now_ns);
	s->started = s->phone->ready;
	dial_emergency(s);
}

void modem_share_line_receive(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	vmodem_line_receive(&s->vm, now_ns, bytes, count);
	look_after(s);
}

void modem_share_client_receive(
	struct modem_share *s, uint64_t now_ns, unsigned client, const char *bytes, size_t count)
{
	vmodem_receive(&s->vm, now_ns, client, bytes, count);
}

void modem_share_call_changed(struct modem_share *s, uint64_t now_ns)
{
	vmodem_call_state(&s->vm, now_ns, (enum pl_call_state)s->phone->call.info.state);
}

int modem_share_decide(struct modem_share *s, uint64_t now_ns, bool allow)
{
	uint32_t id = s->ask.id;

	s->ask.id = 0;
	return vmodem_decide(&s->vm, now_ns, id, allow);
}

void modem_share_tick(struct modem_share *s, uint64_t now_ns)
{
	vmodem_tick(&s->vm, now_ns);
	look_after(s);
}

uint64_t modem_share_deadline(const struct modem_share *s)
{
	return vmodem_deadline(&s->vm);
}
