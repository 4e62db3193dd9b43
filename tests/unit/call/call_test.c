/* The call's state machine: every state with every event, and what each makes others do. */
#include <errno.h>
#include "examples/handset/call/call.h"
#include "tests/unit/expect.h"

#define S 1000000000ull

static struct call call;
static unsigned answers, hang_ups, dials, changes;
static char dialed[48], reason[64];
static enum pl_call_state old_state;

static void note_answer(void *data)
{
	(void)data;
	answers++;
}

static void note_hang_up(void *data)
{
	(void)data;
	hang_ups++;
}

static void note_dial(void *data, const char *number)
{
	(void)data;
	dials++;
	snprintf(dialed, sizeof(dialed), "%s", number);
}

static void note_changed(void *data, enum pl_call_state old, const char *why)
{
	(void)data;
	changes++;
	old_state = old;
	snprintf(reason, sizeof(reason), "%s", why);
}

static const struct call_impl impl = {note_answer, note_hang_up, note_dial, note_changed, NULL};

static void setup(enum pl_call_state state)
{
	answers = hang_ups = dials = changes = 0;
	call_init(&call, &impl, NULL);
	if (state == PL_CALL_RINGING)
		call_handle(&call, S, CALL_RING);
	if (state == PL_CALL_DIALING || state == PL_CALL_ACTIVE || state == PL_CALL_ENDED)
		EXPECT_EQ(call_dial(&call, S, "1234"), 0);
	if (state == PL_CALL_ACTIVE || state == PL_CALL_ENDED)
		call_handle(&call, 2 * S, CALL_ANSWERED);
	if (state == PL_CALL_ENDED)
		call_handle(&call, 3 * S, CALL_REMOTE_END);
	EXPECT_EQ(call.info.state, state);
	answers = hang_ups = dials = changes = 0;
}

/* By state: for each event, in its order, the first letter of the next state; '.' means ignored. */
static const char *const expected[PL_CALL_STATE_COUNT] = {
	/* RING ANSWER_KEY END_KEY DIAL ANSWERED REMOTE_END BUSY NO_ANSWER FAILED LOST FOUND BACK EXPIRED */
	[PL_CALL_IDLE] = "r..d......a..",
	[PL_CALL_RINGING] = "..i.ai..ii..i",
	[PL_CALL_DIALING] = "..e.aeeeee.a.",
	[PL_CALL_ACTIVE] = "..ed.e...e...",
	[PL_CALL_ENDED] = "r.id........i",
};

static void every_transition_is_as_drawn(void)
{
	for (int s = 0; s < PL_CALL_STATE_COUNT; s++) {
		EXPECT_EQ(strlen(expected[s]), CALL_EVENT_COUNT);
		for (int e = 0; e < CALL_EVENT_COUNT; e++) {
			enum pl_call_state to = PL_CALL_STATE_COUNT;
			char got = call_transition((enum pl_call_state)s, (enum call_event)e, &to)
					   ? call_state_str(to)[0]
					   : '.';

			/* idle, ringing, dialing, active, ended: five different first letters */
			if (got != expected[s][e])
				printf("\n%s, %s:", call_state_str((enum pl_call_state)s),
					call_event_str((enum call_event)e));
			EXPECT_EQ(got, expected[s][e]);
		}
	}
}

static void impossible_values_are_no_transition(void)
{
	enum pl_call_state to;

	EXPECT_EQ(call_transition((enum pl_call_state)99, CALL_RING, &to), false);
	EXPECT_EQ(call_transition(PL_CALL_IDLE, (enum call_event)99, &to), false);
	EXPECT_STR(call_state_str((enum pl_call_state)99), "?");
	EXPECT_STR(call_event_str((enum call_event)99), "?");
}

static void ignored_events_change_nothing(void)
{
	for (int s = 0; s < PL_CALL_STATE_COUNT; s++)
		for (int e = 0; e < CALL_EVENT_COUNT; e++) {
			if (expected[s][e] != '.' ||
				(s == PL_CALL_RINGING && (e == CALL_RING || e == CALL_ANSWER_KEY)))
				continue;
			setup((enum pl_call_state)s);
			call_handle(&call, 10 * S, (enum call_event)e);
			EXPECT_EQ(call.info.state, s);
			EXPECT_EQ(changes + answers + hang_ups + dials, 0);
			EXPECT_EQ(call.ignored_count, 1);
		}
}

static void answer_key_asks_the_modem_once(void)
{
	setup(PL_CALL_RINGING);
	call_handle(&call, 2 * S, CALL_ANSWER_KEY);
	call_handle(&call, 2 * S, CALL_ANSWER_KEY);
	EXPECT_EQ(answers, 1);
	EXPECT_EQ(call.info.state, PL_CALL_RINGING);
	call_handle(&call, 3 * S, CALL_ANSWERED);
	EXPECT_EQ(call.info.state, PL_CALL_ACTIVE);
	EXPECT_EQ(old_state, PL_CALL_RINGING);
	EXPECT_STR(reason, "answered");
}

static void end_key_hangs_up_wherever_there_is_a_call(void)
{
	static const enum pl_call_state with[] = {PL_CALL_RINGING, PL_CALL_DIALING, PL_CALL_ACTIVE};

	for (unsigned i = 0; i < 3; i++) {
		setup(with[i]);
		call_handle(&call, 4 * S, CALL_END_KEY);
		EXPECT_EQ(hang_ups, 1);
	}
	setup(PL_CALL_ENDED);
	call_handle(&call, 4 * S, CALL_END_KEY);
	EXPECT_EQ(hang_ups, 0);
	EXPECT_EQ(call.info.state, PL_CALL_IDLE);
}

static void ring_that_stops_is_over(void)
{
	setup(PL_CALL_RINGING);
	call_handle(&call, 5 * S, CALL_RING);
	EXPECT_EQ(call_deadline(&call), 5 * S + CALL_RING_EXPIRY_NS);
	call_tick(&call, 5 * S + CALL_RING_EXPIRY_NS - 1);
	EXPECT_EQ(call.info.state, PL_CALL_RINGING);
	call_tick(&call, 5 * S + CALL_RING_EXPIRY_NS);
	EXPECT_EQ(call.info.state, PL_CALL_IDLE);
	EXPECT_EQ(hang_ups, 1);
}

static void ended_shows_how_long_and_goes(void)
{
	setup(PL_CALL_ACTIVE);
	call_handle(&call, 67 * S, CALL_REMOTE_END);
	EXPECT_EQ(call.talked_ns, 65 * S);
	EXPECT_STR(call.info.number, "1234");
	call_tick(&call, 67 * S + CALL_ENDED_NS);
	EXPECT_EQ(call.info.state, PL_CALL_IDLE);
	EXPECT_STR(call.info.number, "");
	EXPECT_EQ(call_deadline(&call), CALL_NEVER);
}

static void caller_is_taken_while_ringing_only(void)
{
	setup(PL_CALL_RINGING);
	call_set_caller(&call, "+358401234567", "V\u00e4in\u00f6");
	EXPECT_EQ(changes, 1);
	EXPECT_STR(call.info.name, "V\u00e4in\u00f6");
	call_set_caller(&call, "+358401234567", "V\u00e4in\u00f6");
	EXPECT_EQ(changes, 1);
	call_handle(&call, 2 * S, CALL_ANSWERED);
	call_set_caller(&call, "666", "Mallory");
	EXPECT_STR(call.info.number, "+358401234567");
	call_handle(&call, 3 * S, CALL_REMOTE_END);
	call_handle(&call, 4 * S, CALL_RING);
	EXPECT_STR(call.info.number, "");
}

static void names_are_cut_between_characters_and_hold_no_controls(void)
{
	char longest[64];

	setup(PL_CALL_RINGING);
	/* 46 letters, then a two-byte letter that does not fit whole into 47. */
	memset(longest, 'a', 46);
	strcpy(longest + 46, "\u00e4z");
	call_set_caller(&call, "1\r\n2", longest);
	EXPECT_EQ(strlen(call.info.name), 46);
	EXPECT_STR(call.info.number, "1??2");
}

static void only_numbers_are_dialed_and_only_without_a_call(void)
{
	setup(PL_CALL_IDLE);
	EXPECT_EQ(call_dial(&call, S, "+35840;D112"), -EINVAL);
	EXPECT_EQ(call_dial(&call, S, ""), -EINVAL);
	EXPECT_EQ(call_dial(&call, S, "+"), -EINVAL);
	EXPECT_EQ(call_dial(&call, S, "12345678901234567890123456789012"), -EINVAL);
	EXPECT_EQ(dials, 0);
	EXPECT_EQ(call_dial(&call, S, "+358*#40"), 0);
	EXPECT_STR(dialed, "+358*#40");
	EXPECT_EQ(call_dial(&call, S, "112"), -EBUSY);
	EXPECT_EQ(dials, 1);
}

static void mute_belongs_to_the_active_call(void)
{
	setup(PL_CALL_RINGING);
	call_set_muted(&call, true);
	EXPECT_EQ(call.info.flags, 0);
	setup(PL_CALL_ACTIVE);
	call_set_muted(&call, true);
	EXPECT_EQ(call.info.flags, PL_CALL_FLAG_MUTED);
	EXPECT_EQ(changes, 1);
	call_handle(&call, 9 * S, CALL_REMOTE_END);
	EXPECT_EQ(call.info.flags, 0);
}

static void speakerphone_begins_and_ends_with_the_call(void)
{
	setup(PL_CALL_RINGING);
	call_set_speaker(&call, true);
	EXPECT_EQ(call.info.flags, 0);
	setup(PL_CALL_IDLE);
	EXPECT_EQ(call_dial(&call, S, "123"), 0);
	call_set_speaker(&call, true);
	call_handle(&call, 2 * S, CALL_ANSWERED);
	EXPECT_EQ(call.info.flags, PL_CALL_FLAG_SPEAKER);
	call_set_speaker(&call, false);
	EXPECT_EQ(call.info.flags, 0);
	call_set_speaker(&call, true);
	call_handle(&call, 9 * S, CALL_REMOTE_END);
	EXPECT_EQ(call.info.flags, 0);
}

static void emergency_is_flagged_by_the_whole_number(void)
{
	setup(PL_CALL_IDLE);
	EXPECT_EQ(call_dial(&call, S, "112"), 0);
	EXPECT_EQ(call.info.flags, PL_CALL_FLAG_EMERGENCY);
	call_handle(&call, 2 * S, CALL_ANSWERED);
	EXPECT_EQ(call.info.flags, PL_CALL_FLAG_EMERGENCY);
	call_set_muted(&call, true);
	EXPECT_EQ(call.info.flags, PL_CALL_FLAG_EMERGENCY | PL_CALL_FLAG_MUTED);
	call_handle(&call, 3 * S, CALL_REMOTE_END);
	EXPECT_EQ(call.info.flags, 0);
	EXPECT_EQ(call_dial(&call, 4 * S, "1120"), 0);
	EXPECT_EQ(call.info.flags, 0);
	setup(PL_CALL_RINGING);
	call_set_caller(&call, "112", "");
	call_handle(&call, 2 * S, CALL_ANSWERED);
	EXPECT_EQ(call.info.flags, 0);
}

static const struct unit_test tests[] = {
	{"every transition is as drawn in the header", every_transition_is_as_drawn},
	{"impossible values are no transition", impossible_values_are_no_transition},
	{"an ignored event changes nothing and is counted", ignored_events_change_nothing},
	{"the answer key asks the modem once", answer_key_asks_the_modem_once},
	{"the end key hangs up wherever there is a call", end_key_hangs_up_wherever_there_is_a_call},
	{"a ring that stops is over", ring_that_stops_is_over},
	{"the end shows how long it was, and goes", ended_shows_how_long_and_goes},
	{"the caller is taken while ringing only", caller_is_taken_while_ringing_only},
	{"names are cut between characters and hold no controls",
		names_are_cut_between_characters_and_hold_no_controls},
	{"only numbers are dialed, and only without a call", only_numbers_are_dialed_and_only_without_a_call},
	{"mute belongs to the active call", mute_belongs_to_the_active_call},
	{"the speakerphone begins and ends with the call", speakerphone_begins_and_ends_with_the_call},
	{"an emergency is flagged by the whole number", emergency_is_flagged_by_the_whole_number},
};

UNIT_MAIN("call state machine", tests)
