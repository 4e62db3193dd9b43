#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/modem-vdev/rig.h"

static const char closed_policy[] =
	"[linux]\nquery = allow\nsms-read = allow\ncontrol = virtual\nradio = virtual\n";

static void keep(struct rig *r, unsigned client, const char *bytes, size_t count)
{
	size_t room = RIG_SENT_BYTES - 1 - r->sent_count[client];

	count = count < room ? count : room;
	memcpy(r->sent[client] + r->sent_count[client], bytes, count);
	r->sent_count[client] += count;
	r->sent[client][r->sent_count[client]] = 0;
}

static void on_send(void *data, unsigned client, const char *bytes, size_t count)
{
	keep(data, client, bytes, count);
}

static void on_line_send(void *data, const char *bytes, size_t count)
{
	struct rig *r = data;

	fake_modem_receive(&r->fake, bytes, count);
}

static void on_urc(void *data, const char *text)
{
	struct rig *r = data;
	size_t used = strlen(r->urcs);

	snprintf(r->urcs + used, sizeof(r->urcs) - used, "%s\n", text);
}

static int on_dial(void *data, unsigned client, const char *number, bool emergency)
{
	struct rig *r = data;

	(void)client;
	snprintf(r->dialled, sizeof(r->dialled), "%s", number);
	r->dialled_emergency = emergency;
	r->dial_count += !emergency;
	r->emergency_count += emergency;
	return r->dial_result;
}

static int on_answer(void *data, unsigned client)
{
	struct rig *r = data;

	(void)client;
	r->answer_count++;
	return 0;
}

static void on_ask(void *data, const struct vmodem_ask *ask)
{
	struct rig *r = data;

	r->ask = *ask;
	r->ask_count++;
}

static void on_ask_over(void *data, uint32_t id)
{
	struct rig *r = data;

	r->over_count++;
	if (r->ask.id == id)
		r->ask.id = 0;
}

static void on_refused(
	void *data, unsigned client, enum modem_class class, const char *command, const char *reason)
{
	struct rig *r = data;

	(void)client;
	(void)command;
	r->refused_count++;
	r->refused_class = class;
	snprintf(r->refused_reason, sizeof(r->refused_reason), "%s", reason);
}

static void on_lost(void *data)
{
	struct rig *r = data;

	r->lost_count++;
}

static const struct vmodem_impl impl = {.send = on_send,
	.line_send = on_line_send,
	.urc = on_urc,
	.dial = on_dial,
	.answer = on_answer,
	.ask = on_ask,
	.ask_over = on_ask_over,
	.refused = on_refused,
	.lost = on_lost};

void rig_init(struct rig *r, const char *policy)
{
	char error[160];

	memset(r, 0, sizeof(*r));
	if (modem_policy_parse(&r->policy, policy ? policy : closed_policy, error, sizeof(error))) {
		fprintf(stderr, "rig: %s\n", error);
		abort();
	}
	vmodem_init(&r->vm, &impl, r, &r->policy);
}

void rig_clear(struct rig *r)
{
	memset(r->sent_count, 0, sizeof(r->sent_count));
	for (unsigned i = 0; i < MODEM_CLIENT_MAX; i++)
		r->sent[i][0] = 0;
	r->urcs[0] = 0;
}

void rig_settle(struct rig *r)
{
	char bytes[sizeof(r->fake.answer)];
	size_t count;

	while ((count = r->fake.answer_count) != 0) {
		memcpy(bytes, r->fake.answer, count);
		r->fake.answer_count = 0;
		vmodem_line_receive(&r->vm, r->now_ns, bytes, count);
	}
}

void rig_type(struct rig *r, unsigned client, const char *bytes, size_t count)
{
	vmodem_receive(&r->vm, r->now_ns, client, bytes, count);
	rig_settle(r);
}

const char *rig_line(struct rig *r, unsigned client, const char *line)
{
	rig_clear(r);
	rig_type(r, client, line, strlen(line));
	rig_type(r, client, "\r", 1);
	return r->sent[client];
}

void rig_urc(struct rig *r, const char *text)
{
	char framed[600];
	int count = snprintf(framed, sizeof(framed), "\r\n%s\r\n", text);

	vmodem_line_receive(&r->vm, r->now_ns, framed, (size_t)count);
	rig_settle(r);
}

void rig_pass(struct rig *r, unsigned ms)
{
	uint64_t until = r->now_ns + ms * RIG_MS;

	while (vmodem_deadline(&r->vm) <= until) {
		if (vmodem_deadline(&r->vm) > r->now_ns)
			r->now_ns = vmodem_deadline(&r->vm);
		vmodem_tick(&r->vm, r->now_ns);
		rig_settle(r);
	}
	r->now_ns = until;
	vmodem_tick(&r->vm, r->now_ns);
	rig_settle(r);
}

unsigned rig_leaks(const struct rig *r)
{
	return r->fake.leak_count + r->dial_count + r->answer_count + r->vm.billable_count;
}
