/* A client's data call: its bytes are the call's until the call ends or +++ brings back its commands (V.250, TIA-602). */
#include "vdev-modem/text.h"
#include "vdev-modem/vmodem_int.h"
#include "vdev/log.h"

#define NS_PER_MS 1000000ull
#define GUARD_MS  1000 /* of silence on both sides of +++ */

static bool is_quiet(const struct vmodem_client *c)
{
	return c->vm->now_ns - c->typed_ns >= GUARD_MS * NS_PER_MS;
}

/* How much of +++ has come, with silence in front of it and nothing else. */
static void watch_escape(struct vmodem_client *c, const char *bytes, size_t count)
{
	bool pluses = count <= 3 && c->plus_count + count <= 3;

	for (size_t i = 0; i < count; i++)
		pluses &= bytes[i] == '+';
	if (!c->plus_count)
		pluses &= is_quiet(c);
	c->plus_count = pluses ? (uint8_t)(c->plus_count + count) : 0;
	c->typed_ns = c->vm->now_ns;
	c->deadline_ns = c->plus_count == 3 ? c->vm->now_ns + GUARD_MS * NS_PER_MS : LINE_NEVER;
}

void online_receive(struct vmodem_client *c, const char *bytes, size_t count)
{
	if (!count)
		return;
	watch_escape(c, bytes, count);
	c->vm->impl->data_send(c->vm->data, c->index, bytes, count);
}

void online_begin(struct vmodem_client *c)
{
	c->state = VMODEM_ONLINE;
	c->plus_count = 0;
	c->typed_ns = c->vm->now_ns;
	c->deadline_ns = LINE_NEVER;
}

void online_escape(struct vmodem_client *c)
{
	c->plus_count = 0;
	client_result(c, OUTCOME_DONE);
}

/* The call is not the client's any more; nobody answers for it. */
void online_hang_up(struct vmodem_client *c)
{
	if (!c->data)
		return;
	c->data = false;
	c->vm->impl->data_hang_up(c->vm->data, c->index);
}

/* CONNECT is the answer only when the modem has connected. */
enum outcome online_dial(struct vmodem_client *c, unsigned context)
{
	const char *apn = context >= 1 && context <= VMODEM_CONTEXT_MAX ? c->context[context - 1].apn : "";

	if (c->data || !c->vm->impl->data_call || c->vm->impl->data_call(c->vm->data, c->index, context, apn))
		return OUTCOME_NO_CARRIER;
	vdev_log(VDEV_LOG_INFO, "modem: %s dials data, context %u", c->policy->name, context);
	c->vm->billable_count++;
	c->data = true;
	c->wait = VMODEM_WAIT_DATA;
	c->deadline_ns = LINE_NEVER; /* the call's own time-out ends it */
	return OUTCOME_WAIT;
}

void vmodem_data_up(struct vmodem *vm, uint64_t now_ns, unsigned client)
{
	struct vmodem_client *c = &vm->client[client < vm->client_count ? client : 0];

	vm->now_ns = now_ns;
	if (client >= vm->client_count || c->state != VMODEM_WAITING || c->wait != VMODEM_WAIT_DATA)
		return;
	/* What was typed meanwhile was no PPP. */
	c->pending_count = 0;
	client_result(c, OUTCOME_CONNECT);
}

void vmodem_data_down(struct vmodem *vm, uint64_t now_ns, unsigned client)
{
	struct vmodem_client *c = &vm->client[client < vm->client_count ? client : 0];

	vm->now_ns = now_ns;
	if (client >= vm->client_count || !c->data)
		return;
	c->data = false;
	if (c->state == VMODEM_WAITING && c->wait == VMODEM_WAIT_DATA)
		vmodem_resume(c, OUTCOME_NO_CARRIER);
	else if (c->state == VMODEM_ONLINE)
		client_result(c, OUTCOME_NO_CARRIER);
	else
		client_urc(c, "NO CARRIER");
}

bool vmodem_is_online(const struct vmodem *vm, unsigned client)
{
	return client < vm->client_count && vm->client[client].state == VMODEM_ONLINE;
}

/* DTR: V.250 6.2.6, &D2. */
void vmodem_client_left(struct vmodem *vm, uint64_t now_ns, unsigned client)
{
	struct vmodem_client *c = &vm->client[client < vm->client_count ? client : 0];
	bool was_online = c->state == VMODEM_ONLINE;

	vm->now_ns = now_ns;
	if (client >= vm->client_count || !c->data)
		return;
	online_hang_up(c);
	if (was_online)
		client_result(c, OUTCOME_NO_CARRIER);
	else if (c->state == VMODEM_WAITING && c->wait == VMODEM_WAIT_DATA)
		vmodem_resume(c, OUTCOME_NO_CARRIER);
}
