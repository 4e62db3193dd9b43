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

/*
 * Linux's line: plain, or multiplexed by +CMUX with a virtual modem on each DLC.
 */

static size_t mux_room(void *data)
{
	struct modem_share *s = data;

	return s->impl->client_room(s->data);
}

static void mux_send(void *data, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;

	s->impl->client_send(s->data, (const char *)bytes, count);
}

static void mux_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct modem_share *s = data;

	vmodem_receive(&s->vm, s->mux.now_ns, dlci, (const char *)bytes, count);
}

/* A channel is opened with settings as at power-up. */
static void mux_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	struct modem_share *s = data;

	if (dlci && state == MUX_OPEN)
		vmodem_reset_client(&s->vm, s->mux.now_ns, dlci);
}

static bool mux_accepts(void *data, unsigned dlci)
{
	struct modem_share *s = data;

	return dlci < s->vm.client_count;
}

static void mux_is_down(void *data, const char *reason)
{
	struct modem_share *s = data;

	(void)reason;
	s->muxing = false;
}

static const struct mux_impl mux_impl = {.room = mux_room,
	.send = mux_send,
	.received = mux_received,
	.changed = mux_changed,
	.accepts = mux_accepts,
	.down = mux_is_down};

static int vm_mux(void *data, unsigned client, bool advanced, bool ui, unsigned n1)
{
	struct modem_share *s = data;
	const struct mux_params params = {.role = MUX_RESPONDER,
		.option = advanced ? MUX_ADVANCED : MUX_BASIC,
		.ui = ui,
		.n1 = (uint16_t)n1,
		.n2 = 3,
		.t1_ms = 100,
		.t2_ms = 300,
		.keep_alive_ms = 10000};
	int ret = client ? -EBUSY : mux_init(&s->mux, &mux_impl, s, &params);

	s->muxing = s->muxing || ret == 0;
	return ret;
}

/* A client whose DLC is not open, or whose peer does not read, loses what it is sent, as on a line. */
static void vm_send(void *data, unsigned client, const char *bytes, size_t count)
{
	struct modem_share *s = data;

	if (client)
		(void)mux_write(&s->mux, s->vm.now_ns, client, (const uint8_t *)bytes, count);
	else
		s->impl->client_send(s->data, bytes, count);
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
	.refused = vm_refused,
	.mux = vm_mux};

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
	/* The channels of a multiplexed line have the rights of the line. */
	for (unsigned i = 1; i < MODEM_CLIENT_MAX; i++)
		s->policy.client[i] = s->policy.client[0];
	s->policy.count = MODEM_CLIENT_MAX;
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

void modem_share_client_receive(struct modem_share *s, uint64_t now_ns, const char *bytes, size_t count)
{
	size_t i = 0;

	/* The byte that ends +CMUX is the last one of the plain line. */
	while (i < count && !s->muxing)
		vmodem_receive(&s->vm, now_ns, 0, bytes + i++, 1);
	if (i < count)
		mux_receive(&s->mux, now_ns, (const uint8_t *)bytes + i, count - i);
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
	if (s->muxing)
		mux_tick(&s->mux, now_ns);
	look_after(s);
}

uint64_t modem_share_deadline(const struct modem_share *s)
{
	uint64_t due = vmodem_deadline(&s->vm), other = s->muxing ? mux_deadline(&s->mux) : MUX_NEVER;

	return other < due ? other : due;
}
