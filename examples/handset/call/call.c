#include <errno.h>
#include "examples/handset/call/call.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

const char *call_state_str(enum pl_call_state state)
{
	static const char *const names[PL_CALL_STATE_COUNT] = {
		"idle", "ringing", "dialing", "active", "ended"};

	return (unsigned)state < PL_CALL_STATE_COUNT ? names[state] : "?";
}

const char *call_event_str(enum call_event event)
{
	static const char *const names[CALL_EVENT_COUNT] = {"the modem rings", "answer key", "end key",
		"dialing", "answered", "the other side hung up", "the other side is busy", "no answer",
		"the modem refused", "the modem lost the call", "the modem has a call",
		"back to the call on hold", "time is over"};

	return (unsigned)event < CALL_EVENT_COUNT ? names[event] : "?";
}

bool call_transition(enum pl_call_state from, enum call_event event, enum pl_call_state *to)
{
	/* Next state + 1; 0: no arrow. */
	static const uint8_t next[PL_CALL_STATE_COUNT][CALL_EVENT_COUNT] = {
		[PL_CALL_IDLE] = {[CALL_RING] = PL_CALL_RINGING + 1,
			[CALL_DIAL] = PL_CALL_DIALING + 1,
			[CALL_FOUND] = PL_CALL_ACTIVE + 1},
		[PL_CALL_RINGING] = {[CALL_ANSWERED] = PL_CALL_ACTIVE + 1,
			[CALL_END_KEY] = PL_CALL_IDLE + 1,
			[CALL_REMOTE_END] = PL_CALL_IDLE + 1,
			[CALL_FAILED] = PL_CALL_IDLE + 1,
			[CALL_LOST] = PL_CALL_IDLE + 1,
			[CALL_EXPIRED] = PL_CALL_IDLE + 1},
		[PL_CALL_DIALING] = {[CALL_ANSWERED] = PL_CALL_ACTIVE + 1,
			[CALL_END_KEY] = PL_CALL_ENDED + 1,
			[CALL_REMOTE_END] = PL_CALL_ENDED + 1,
			[CALL_BUSY] = PL_CALL_ENDED + 1,
			[CALL_NO_ANSWER] = PL_CALL_ENDED + 1,
			[CALL_BACK] = PL_CALL_ACTIVE + 1,
			[CALL_FAILED] = PL_CALL_ENDED + 1,
			[CALL_LOST] = PL_CALL_ENDED + 1},
		[PL_CALL_ACTIVE] = {[CALL_END_KEY] = PL_CALL_ENDED + 1,
			[CALL_DIAL] = PL_CALL_DIALING + 1,
			[CALL_REMOTE_END] = PL_CALL_ENDED + 1,
			[CALL_LOST] = PL_CALL_ENDED + 1},
		[PL_CALL_ENDED] = {[CALL_RING] = PL_CALL_RINGING + 1,
			[CALL_DIAL] = PL_CALL_DIALING + 1,
			[CALL_END_KEY] = PL_CALL_IDLE + 1,
			[CALL_EXPIRED] = PL_CALL_IDLE + 1},
	};

	if ((unsigned)from >= PL_CALL_STATE_COUNT || (unsigned)event >= CALL_EVENT_COUNT ||
		!next[from][event])
		return false;
	*to = (enum pl_call_state)(next[from][event] - 1);
	return true;
}

void call_init(struct call *call, const struct call_impl *impl, void *data)
{
	memset(call, 0, sizeof(*call));
	call->impl = impl;
	call->data = data;
	call->deadline_ns = CALL_NEVER;
}

static enum pl_call_state state_of(const struct call *call)
{
	return (enum pl_call_state)call->info.state;
}

/* Everywhere, with or without a SIM (TS 22.101 10.1.1). Whole numbers: 1120 is somebody's telephone. */
bool call_is_emergency(const struct call *call, const char *number)
{
	return (call->impl->emergency && call->impl->emergency(call->data, number)) ||
	       !strcmp(number, "112") || !strcmp(number, "911");
}

/* What a state brings with it, before anybody hears of it. */
static void enter(struct call *call, uint64_t now_ns, enum pl_call_state old, enum pl_call_state state)
{
	call->info.state = state;
	call->answering = false;
	call->deadline_ns = CALL_NEVER;
	switch (state) {
	case PL_CALL_RINGING:
		call->info.number[0] = call->info.name[0] = 0;
		call->deadline_ns = now_ns + CALL_RING_EXPIRY_NS;
		break;
	case PL_CALL_DIALING:
		memcpy(call->info.number, call->dialed, sizeof(call->info.number));
		call->info.name[0] = 0;
		break;
	case PL_CALL_ENDED:
		call->talked_ns = old == PL_CALL_ACTIVE ? now_ns - call->since_ns : 0;
		call->deadline_ns = now_ns + CALL_ENDED_NS;
		break;
	case PL_CALL_IDLE: call->info.number[0] = call->info.name[0] = 0; break;
	default: break;
	}
	if (state != PL_CALL_ACTIVE || old == PL_CALL_IDLE) {
		bool ours = state == PL_CALL_DIALING || state == PL_CALL_ACTIVE;

		call->info.flags =
			ours && call_is_emergency(call, call->info.number) ? PL_CALL_FLAG_EMERGENCY : 0;
	}
	call->since_ns = now_ns;
}

/* The modem is told after the others know: a screen must not wait for a line. */
static void act(struct call *call, enum pl_call_state old, enum call_event event)
{
	bool connected = old == PL_CALL_RINGING || old == PL_CALL_DIALING || old == PL_CALL_ACTIVE;

	if (event == CALL_END_KEY && connected)
		call->impl->hang_up(call->data);
	if (event == CALL_EXPIRED && old == PL_CALL_RINGING)
		call->impl->hang_up(call->data);
	if (event == CALL_DIAL)
		call->impl->dial(call->data, call->info.number);
}

static bool stays(struct call *call, uint64_t now_ns, enum call_event event)
{
	if (call->info.state != PL_CALL_RINGING)
		return false;
	if (event == CALL_RING) {
		call->deadline_ns = now_ns + CALL_RING_EXPIRY_NS;
		return true;
	}
	if (event != CALL_ANSWER_KEY)
		return false;
	if (!call->answering) {
		call->answering = true;
		call->impl->answer(call->data);
	}
	return true;
}

void call_handle(struct call *call, uint64_t now_ns, enum call_event event)
{
	enum pl_call_state old = state_of(call), to;

	if (stays(call, now_ns, event))
		return;
	if (!call_transition(old, event, &to)) {
		call->ignored_count++;
		return;
	}
	enter(call, now_ns, old, to);
	call->impl->changed(call->data, old, call_event_str(event));
	act(call, old, event);
}

static bool is_number(const char *number)
{
	size_t digits = 0;

	number += *number == '+';
	for (; *number; number++, digits++)
		if (!((*number >= '0' && *number <= '9') || *number == '*' || *number == '#'))
			return false;
	return digits > 0 && digits < 32;
}

int call_dial(struct call *call, uint64_t now_ns, const char *number)
{
	enum pl_call_state to;

	if (!is_number(number))
		return -EINVAL;
	if (!call_transition(state_of(call), CALL_DIAL, &to))
		return -EBUSY;
	format_print(call->dialed, sizeof(call->dialed), "%s", number);
	call_handle(call, now_ns, CALL_DIAL);
	return 0;
}

/* Others print these: no control characters, and never a cut UTF-8 sequence at the end. */
static void copy_text(char *to, const char *from, size_t bytes)
{
	size_t count = 0;

	for (; from[count] && count + 1 < bytes; count++)
		to[count] = (uint8_t)from[count] < 0x20 ? '?' : from[count];
	while (from[count] && count && ((uint8_t)from[count] & 0xc0) == 0x80)
		count--;
	to[count] = 0;
}

void call_set_caller(struct call *call, const char *number, const char *name)
{
	struct pl_call_info before = call->info;

	if (call->info.state != PL_CALL_RINGING)
		return;
	copy_text(call->info.number, number, sizeof(call->info.number));
	copy_text(call->info.name, name, sizeof(call->info.name));
	if (strcmp(before.number, call->info.number) || strcmp(before.name, call->info.name))
		call->impl->changed(call->data, PL_CALL_RINGING, "the caller is known");
}

void call_set_flags(struct call *call, uint32_t mask, uint32_t flags, const char *reason)
{
	flags = (call->info.flags & ~mask) | (flags & mask);
	if (flags == call->info.flags)
		return;
	call->info.flags = flags;
	call->impl->changed(call->data, state_of(call), reason);
}

void call_set_muted(struct call *call, bool muted)
{
	if (call->info.state == PL_CALL_ACTIVE)
		call_set_flags(call, PL_CALL_FLAG_MUTED, muted ? PL_CALL_FLAG_MUTED : 0,
			muted ? "muted" : "heard again");
}

void call_set_speaker(struct call *call, bool on)
{
	if (call->info.state == PL_CALL_ACTIVE || call->info.state == PL_CALL_DIALING)
		call_set_flags(call, PL_CALL_FLAG_SPEAKER, on ? PL_CALL_FLAG_SPEAKER : 0,
			on ? "speakerphone" : "at the ear");
}

void call_set_party(struct call *call, const char *number, const char *name, uint64_t since_ns)
{
	struct pl_call_info before = call->info;

	if (call->info.state != PL_CALL_ACTIVE)
		return;
	copy_text(call->info.number, number, sizeof(call->info.number));
	copy_text(call->info.name, name, sizeof(call->info.name));
	if (call->since_ns == since_ns && !strcmp(before.number, call->info.number) &&
		!strcmp(before.name, call->info.name))
		return;
	call->since_ns = since_ns;
	call->impl->changed(call->data, PL_CALL_ACTIVE, "another is in the foreground");
}

void call_tick(struct call *call, uint64_t now_ns)
{
	if (now_ns < call->deadline_ns)
		return;
	call->deadline_ns = CALL_NEVER;
	call_handle(call, now_ns, CALL_EXPIRED);
}

uint64_t call_deadline(const struct call *call)
{
	return call->deadline_ns;
}
