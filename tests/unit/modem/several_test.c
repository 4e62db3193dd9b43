/* Several calls, the dialler, emergency calls, and what becomes of a lost modem, by the user's keys. */
#include <errno.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem/talk.h"

static void expect_flags(uint32_t flags)
{
	EXPECT_EQ(phone.call.info.flags, flags);
}

static unsigned calls(enum modem_call_state state)
{
	return modem_call_count(&rig.modem, state);
}

static void talking(void)
{
	setup();
	command("ring +358401000 \"First\"");
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	pass(10 * RIG_S);
}

static void waiting(void)
{
	talking();
	command("ring +358402000 \"Second\"");
	expect_flags(PL_CALL_FLAG_WAITING);
	EXPECT_STR(phone.call.info.name, "First");
	EXPECT_STR(roster_find(&phone.roster, PARTY_WAITING)->name, "Second");
}

static void pair(void)
{
	waiting();
	key(KEY_PICKUP_PHONE);
	expect_flags(0);
	EXPECT_STR(phone.call.info.name, "Second");
	EXPECT_STR(roster_find(&phone.roster, PARTY_HELD)->name, "First");
	EXPECT_EQ(calls(MODEM_CALL_HELD), 1);
}

static void waiting_call_is_answered_and_swapped(void)
{
	pair();
	pass(5 * RIG_S);
	EXPECT_EQ((rig.now - phone.call.since_ns) / RIG_S, 5);
	key(KEY_PICKUP_PHONE);
	EXPECT_STR(phone.call.info.name, "First");
	/* Its time goes on where it was. */
	EXPECT_EQ((rig.now - phone.call.since_ns) / RIG_S, 15);
	key(KEY_DOWN);
	EXPECT_STR(phone.call.info.name, "Second");
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	/* The end key ends the one, and the other is there again. */
	key(KEY_HANGUP_PHONE);
	EXPECT_STR(phone.call.info.name, "First");
	EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
	EXPECT_EQ(calls(MODEM_CALL_FREE), MODEM_CALL_COUNT - 1);
	key(KEY_HANGUP_PHONE);
	EXPECT_STR(story, "rae");
}

static void waiting_call_is_declined_or_gives_up(void)
{
	waiting();
	key(KEY_HANGUP_PHONE);
	expect_flags(0);
	EXPECT_STR(phone.call.info.name, "First");
	EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
	command("ring +358403000");
	expect_flags(PL_CALL_FLAG_WAITING);
	command("hangup 2");
	pass(2 * RIG_S);
	expect_flags(0);
	EXPECT_STR(story, "ra");
}

static void third_caller_takes_the_place_of_the_active(void)
{
	pair();
	command("ring +358403000 \"Third\"");
	expect_flags(PL_CALL_FLAG_WAITING);
	key(KEY_PICKUP_PHONE);
	EXPECT_STR(phone.call.info.name, "Third");
	EXPECT_STR(roster_find(&phone.roster, PARTY_HELD)->name, "First");
	EXPECT_EQ(calls(MODEM_CALL_FREE), MODEM_CALL_COUNT - 2);
}

static void waiting_call_rings_when_the_first_ends(void)
{
	waiting();
	command("hangup 1");
	EXPECT_EQ(phone.call.info.state, PL_CALL_RINGING);
	EXPECT_STR(phone.call.info.name, "Second");
	EXPECT_STR(phone.call.info.number, "+358402000");
	EXPECT_STR(story, "raer");
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_STR(phone.call.info.name, "Second");
}

static void held_call_is_taken_back_when_the_other_hangs_up(void)
{
	pair();
	command("hangup 2");
	pass(RIG_MS);
	EXPECT_STR(phone.call.info.name, "First");
	EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
	expect_flags(0);
	EXPECT_STR(story, "ra");
	/* The one on hold may go as well. */
	pair();
	command("hangup 1");
	pass(RIG_MS);
	EXPECT_STR(phone.call.info.name, "Second");
	EXPECT_EQ(roster_find(&phone.roster, PARTY_HELD) == NULL, 1);
}

static void single_call_is_held_and_taken_back(void)
{
	talking();
	key(KEY_DOWN);
	expect_flags(PL_CALL_FLAG_HELD);
	EXPECT_EQ(calls(MODEM_CALL_HELD), 1);
	/* By the user's wish: it stays so. */
	pass(30 * RIG_S);
	expect_flags(PL_CALL_FLAG_HELD);
	EXPECT_STR(phone.call.info.name, "First");
	key(KEY_DOWN);
	expect_flags(0);
	EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
	key(KEY_DOWN);
	key(KEY_HANGUP_PHONE);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	EXPECT_STR(story, "rae");
}

static void conference(void)
{
	pair();
	key(KEY_RIGHT);
	EXPECT_EQ(roster_count(&phone.roster, PARTY_ACTIVE), 2);
	EXPECT_EQ(phone.roster.party[0].conference && phone.roster.party[1].conference, true);
	command("hangup 1");
	pass(RIG_MS);
	EXPECT_EQ(roster_count(&phone.roster, PARTY_ACTIVE), 1);
	EXPECT_STR(phone.call.info.name, "Second");
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	pair();
	key(KEY_RIGHT);
	key(KEY_HANGUP_PHONE);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	EXPECT_STR(story, "rae");
}

static void dialler_dials(void)
{
	setup();
	key(KEY_PICKUP_PHONE);
	expect_flags(PL_CALL_FLAG_DIALLER);
	keys("0401*#9");
	EXPECT_STR(phone.dialler.digits, "0401*#9");
	key(KEY_BACKSPACE);
	key(KEY_BACKSPACE);
	key(KEY_BACKSPACE);
	EXPECT_STR(phone.dialler.digits, "0401");
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_CONTAINS(rig.said, "modem: > ATD0401;\n");
	expect_flags(0);
	key(KEY_HANGUP_PHONE);
	pass(3 * RIG_S);
	/* The same once more, by the call key alone. */
	key(KEY_PICKUP_PHONE);
	key(KEY_PICKUP_PHONE);
	EXPECT_STR(phone.dialler.digits, "0401");
	key(KEY_HANGUP_PHONE);
	EXPECT_STR(phone.dialler.digits, "");
	expect_flags(PL_CALL_FLAG_DIALLER);
	key(KEY_HANGUP_PHONE);
	expect_flags(0);
	EXPECT_EQ(phone.dialler.open, false);
}

static void long_zero_is_a_plus(void)
{
	setup();
	key(KEY_PICKUP_PHONE);
	phone_key(&phone, rig.now, KEY_0, true);
	rig.now += RIG_S;
	phone_key(&phone, rig.now, KEY_0, false);
	keys("44");
	EXPECT_STR(phone.dialler.digits, "+44");
	phone_key(&phone, rig.now, KEY_0, true);
	rig.now += RIG_S;
	phone_key(&phone, rig.now, KEY_0, false);
	EXPECT_STR(phone.dialler.digits, "+440");
}

static void incoming_call_closes_the_dialler(void)
{
	setup();
	key(KEY_PICKUP_PHONE);
	keys("123");
	command("ring 1");
	EXPECT_EQ(phone.dialler.open, false);
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	keys("5");
	EXPECT_STR(phone.digits, "5");
}

static void add_second(const char *reply)
{
	talking();
	command(reply);
	key(KEY_LEFT);
	EXPECT_EQ(phone.dialler.open, true);
	keys("555");
	EXPECT_STR(phone.digits, "");
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	EXPECT_STR(phone.call.info.number, "555");
	EXPECT_EQ(calls(MODEM_CALL_HELD), 1);
}

static void second_call_is_made_and_answered(void)
{
	add_second("reply answer 2000");
	pass(6 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_STR(phone.call.info.number, "555");
	EXPECT_STR(roster_find(&phone.roster, PARTY_HELD)->name, "First");
	expect_flags(0);
	EXPECT_STR(story, "rada");
}

static void busy_second_call_leads_back(void)
{
	static const struct {
		const char *reply, *note;
		uint64_t pause;
	} replies[] = {{"reply busy 500", "Line busy", 2500}, {"reply noanswer 2000", "No answer", 5500}};

	for (unsigned i = 0; i < 2; i++) {
		add_second(replies[i].reply);
		pass(replies[i].pause * RIG_MS);
		EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
		EXPECT_STR(phone.call.info.name, "First");
		EXPECT_STR(phone.note, replies[i].note);
		EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
		expect_flags(0);
		pass(4 * RIG_S);
		EXPECT_STR(phone.note, "");
	}
}

static void second_call_is_given_up(void)
{
	add_second("reply manual");
	pass(3 * RIG_S);
	key(KEY_HANGUP_PHONE);
	pass(RIG_MS);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_STR(phone.call.info.name, "First");
	EXPECT_EQ(calls(MODEM_CALL_ACTIVE), 1);
	EXPECT_EQ(calls(MODEM_CALL_FREE), MODEM_CALL_COUNT - 1);
	expect_flags(0);
}

static void ends_are_told_apart(void)
{
	static const char *const ends[][2] = {
		{"busy", "Line busy"}, {"noanswer", "No answer"}, {"hangup", "No connection"}};

	for (unsigned i = 0; i < 3; i++) {
		setup();
		EXPECT_EQ(phone_dial(&phone, rig.now, "1234"), 0);
		exchange();
		command(ends[i][0]);
		EXPECT_EQ(phone.call.info.state, PL_CALL_ENDED);
		EXPECT_STR(phone.note, ends[i][1]);
		pass(3 * RIG_S);
		EXPECT_STR(phone.note, "");
	}
	talking();
	command("hangup");
	EXPECT_STR(phone.note, "Call ended");
}

static void silent_modem_is_noticed_said_and_recovered(void)
{
	talking();
	modem_deaf = true;
	pass(25 * RIG_S);
	EXPECT_EQ(phone.lost, true);
	EXPECT_STR(story, "raei");
	expect_flags(PL_CALL_FLAG_NOTICE);
	/* Who has seen it may do without. */
	key(KEY_HANGUP_PHONE);
	expect_flags(0);
	modem_deaf = false;
	modem_calls_forget(&rig.modem);
	pass(3 * RIG_S);
	EXPECT_EQ(phone.ready, true);
	EXPECT_EQ(phone.lost, false);
	command("ring 2");
	EXPECT_EQ(phone.call.info.state, PL_CALL_RINGING);
}

static void modem_that_started_anew_is_brought_up(void)
{
	talking();
	modem_reset(&rig.modem);
	phone_modem_reset(&phone, rig.now);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ENDED);
	EXPECT_STR(phone.note, "Modem lost");
	pass(3 * RIG_S);
	EXPECT_EQ(phone.ready, true);
	expect_flags(0);
	command("ring +358401000 \"First\"");
	EXPECT_STR(phone.call.info.name, "First");
}

static void emergency_call_passes_several_calls(void)
{
	pair();
	command("ring +358403000 \"Third\"");
	rig.said[0] = 0;
	EXPECT_EQ(phone_dial(&phone, rig.now, "112"), 0);
	exchange();
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	expect_flags(PL_CALL_FLAG_EMERGENCY);
	EXPECT_CONTAINS(rig.said, "modem: > ATD112;\n");
	EXPECT_STR(phone.emergency, "");
	EXPECT_EQ(modem_state(&rig.modem), MODEM_DIALING);
	EXPECT_EQ(calls(MODEM_CALL_FREE), MODEM_CALL_COUNT - 1);
}

static void emergency_call_waits_for_the_modem(void)
{
	talking();
	modem_deaf = true;
	pass(25 * RIG_S);
	EXPECT_EQ(phone.ready, false);
	key(KEY_PICKUP_PHONE);
	keys("112");
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	expect_flags(PL_CALL_FLAG_EMERGENCY);
	pass(20 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	modem_deaf = false;
	modem_reset(&rig.modem);
	pass(4 * RIG_S);
	EXPECT_CONTAINS(rig.said, "modem: > ATD112;\n");
	EXPECT_EQ(modem_state(&rig.modem), MODEM_DIALING);
	command("answer");
	pass(2 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	expect_flags(PL_CALL_FLAG_EMERGENCY);
}

static void emergency_call_is_given_up_by_the_user_alone(void)
{
	setup();
	modem_deaf = true;
	EXPECT_EQ(phone_dial(&phone, rig.now, "112"), 0);
	pass(60 * RIG_S);
	EXPECT_EQ(phone.ready, false);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	key(KEY_HANGUP_PHONE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ENDED);
	modem_deaf = false;
	rig.said[0] = 0;
	pass(20 * RIG_S);
	EXPECT_EQ(phone.ready, true);
	EXPECT_EQ(strstr(rig.said, "ATD") == NULL, 1);
}

static void restarted_phone_finds_both_calls(void)
{
	pair();
	phone_init(&phone, &talk_impl, NULL);
	phone_start(&phone, rig.now);
	pass(RIG_MS);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_STR(phone.call.info.number, "+358402000");
	EXPECT_STR(phone.call.info.name, "Second");
	key(KEY_PICKUP_PHONE);
	EXPECT_STR(phone.call.info.number, "+358401000");
	EXPECT_STR(phone.call.info.name, "First");
}

static const struct unit_test tests[] = {
	{"a waiting call is answered and swapped", waiting_call_is_answered_and_swapped},
	{"a waiting call is declined, or gives up", waiting_call_is_declined_or_gives_up},
	{"a third caller takes the place of the one talked to", third_caller_takes_the_place_of_the_active},
	{"a waiting call rings when the first ends", waiting_call_rings_when_the_first_ends},
	{"a held call is taken back when the other hangs up",
		held_call_is_taken_back_when_the_other_hangs_up},
	{"a single call is held and taken back", single_call_is_held_and_taken_back},
	{"a conference is made, left and ended", conference},
	{"the dialler dials, and redials", dialler_dials},
	{"a long 0 in front is a +", long_zero_is_a_plus},
	{"an incoming call closes the dialler", incoming_call_closes_the_dialler},
	{"a second call is made and answered", second_call_is_made_and_answered},
	{"a busy second call leads back to the first", busy_second_call_leads_back},
	{"a second call is given up", second_call_is_given_up},
	{"busy, no answer and no carrier are told apart", ends_are_told_apart},
	{"a silent modem is noticed, said and recovered", silent_modem_is_noticed_said_and_recovered},
	{"a modem that has started anew is brought up", modem_that_started_anew_is_brought_up},
	{"an emergency call passes several calls", emergency_call_passes_several_calls},
	{"an emergency call waits for the modem", emergency_call_waits_for_the_modem},
	{"an emergency call is given up by the user alone", emergency_call_is_given_up_by_the_user_alone},
	{"a restarted phone finds both calls", restarted_phone_finds_both_calls},
};

UNIT_MAIN("several calls", tests)
