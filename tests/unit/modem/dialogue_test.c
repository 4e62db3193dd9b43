/* One call at a time, a modem that comes and goes, noise. */
#include <errno.h>
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem/talk.h"

static void bring_up_sets_the_modem_and_learns_of_it(void)
{
	setup();
	EXPECT_EQ(rig.modem.clip, true);
	EXPECT_EQ(rig.modem.utf8, true);
	EXPECT_EQ(rig.modem.port[0].echo, false);
	EXPECT_EQ(rig.modem.cmee, 1);
	EXPECT_STR(phone.carrier, "Partyline");
	EXPECT_EQ(phone.signal_bars, 4);
}

static void incoming_call_is_shown_answered_and_ended(void)
{
	setup();
	command("ring +358401234567 \"V\u00e4in\u00f6 \u00c5str\u00f6m\"");
	EXPECT_EQ(phone.call.info.state, PL_CALL_RINGING);
	EXPECT_STR(phone.call.info.number, "+358401234567");
	EXPECT_STR(phone.call.info.name, "V\u00e4in\u00f6 \u00c5str\u00f6m");
	pass(7 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_RINGING);
	key(KEY_PICKUP_PHONE);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_ACTIVE);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_CONTAINS(rig.said, "modem: > ATA\n");
	pass(30 * RIG_S);
	key(KEY_HANGUP_PHONE);
	EXPECT_CONTAINS(rig.said, "modem: > AT+CHUP\n");
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	EXPECT_EQ(phone.call.talked_ns / RIG_S, 30);
	pass(5 * RIG_S);
	EXPECT_STR(story, "raei");
}

static void call_is_rejected_while_ringing(void)
{
	setup();
	command("ring 1");
	key(KEY_HANGUP_PHONE);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	pass(10 * RIG_S);
	EXPECT_STR(story, "ri");
}

static void other_side_hangs_up(void)
{
	setup();
	command("ring 1");
	command("hangup");
	EXPECT_STR(story, "ri");
	command("ring 2");
	key(KEY_PICKUP_PHONE);
	command("hangup");
	EXPECT_STR(story, "rirae");
	/* A new call while the end of the last one is still shown. */
	command("ring 3");
	EXPECT_STR(story, "riraer");
	EXPECT_STR(phone.call.info.number, "3");
}

static void outgoing_call_is_answered_or_busy(void)
{
	setup();
	EXPECT_EQ(phone_dial(&phone, rig.now, "+358401234567"), 0);
	exchange();
	EXPECT_EQ(modem_state(&rig.modem), MODEM_DIALING);
	pass(3 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_DIALING);
	command("answer");
	pass(2 * RIG_S);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	key(KEY_HANGUP_PHONE);
	pass(5 * RIG_S);
	EXPECT_EQ(phone_dial(&phone, rig.now, "112"), 0);
	exchange();
	command("busy");
	EXPECT_STR(story, "daeide");
}

static void tones_and_mute_reach_the_modem(void)
{
	setup();
	key(KEY_5);
	command("ring 1");
	key(KEY_5);
	EXPECT_STR(phone.digits, "");
	key(KEY_PICKUP_PHONE);
	key(KEY_5);
	key(0x20b);
	EXPECT_STR(phone.digits, "5#");
	EXPECT_CONTAINS(rig.said, "modem: > AT+VTS=5\n");
	EXPECT_CONTAINS(rig.said, "modem: > AT+VTS=#\n");
	key(KEY_UP);
	EXPECT_EQ(rig.modem.muted, true);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_MUTED);
	key(KEY_UP);
	EXPECT_EQ(rig.modem.muted, false);
	EXPECT_EQ(phone.call.info.flags, 0);
}

static void key_turns_the_speakerphone_on_and_a_headset_turns_it_off(void)
{
	setup();
	key(KEY_ENTER);
	command("ring 1");
	key(KEY_OK);
	EXPECT_EQ(phone.call.info.flags, 0);
	key(KEY_PICKUP_PHONE);
	key(KEY_OK);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_SPEAKER);
	key(KEY_ENTER);
	EXPECT_EQ(phone.call.info.flags, 0);
	key(KEY_ENTER);
	phone_headset(&phone, true);
	EXPECT_EQ(phone.call.info.flags, 0);
	/* With a headset plugged in, the key is the newer wish. */
	key(KEY_ENTER);
	phone_headset(&phone, true);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_SPEAKER);
	phone_headset(&phone, false);
	EXPECT_EQ(phone.call.info.flags, PL_CALL_FLAG_SPEAKER);
}

static void modem_that_comes_late_is_brought_up(void)
{
	setup();
	modem_deaf = true;
	phone_init(&phone, &talk_impl, NULL);
	phone_start(&phone, rig.now);
	pass(20 * RIG_S);
	EXPECT_EQ(phone.ready, false);
	EXPECT_EQ(phone_dial(&phone, rig.now, "1234"), -ENODEV);
	modem_deaf = false;
	pass(4 * RIG_S);
	EXPECT_EQ(phone.ready, true);
}

static void modem_that_dies_ends_the_call_and_is_brought_up_again(void)
{
	setup();
	command("ring 1");
	key(KEY_PICKUP_PHONE);
	line_cut = true;
	pass(60 * RIG_S);
	EXPECT_EQ(phone.ready, false);
	EXPECT_STR(story, "raei");
	line_cut = false;
	modem_init(&rig.modem, rig.modem.io);
	pass(5 * RIG_S);
	EXPECT_EQ(phone.ready, true);
	command("ring 2");
	EXPECT_EQ(phone.call.info.state, PL_CALL_RINGING);
}

static void call_that_the_modem_forgot_is_over(void)
{
	setup();
	command("ring 1");
	key(KEY_PICKUP_PHONE);
	modem_calls_forget(&rig.modem);
	pass(11 * RIG_S);
	EXPECT_STR(story, "rae");
}

static void restarted_phone_finds_its_call(void)
{
	setup();
	command("ring +358401234567");
	key(KEY_PICKUP_PHONE);
	phone_init(&phone, &talk_impl, NULL);
	phone_start(&phone, rig.now);
	pass(RIG_MS);
	EXPECT_EQ(phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_STR(phone.call.info.number, "+358401234567");
	key(KEY_HANGUP_PHONE);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
}

static void hundred_calls_in_a_row_all_ring_and_all_end(void)
{
	unsigned rings = 0, idles = 0;

	setup();
	command("burst 100 40");
	for (unsigned i = 0; i < 200 && !strstr(rig.said, "burst done"); i++) {
		pass(RIG_S / 10);
		for (const char *c = story; *c; c++) {
			rings += *c == 'r';
			idles += *c == 'i';
		}
		story[0] = 0;
		if (!strstr(rig.said, "burst done"))
			rig.said[0] = 0;
	}
	EXPECT_EQ(rings, 100);
	EXPECT_EQ(idles, 100);
}

static void noise_on_the_line_is_survived(void)
{
	char noise[64];

	setup();
	srand(4);
	for (unsigned round = 0; round < 500; round++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)rand();
		phone_receive(&phone, rig.now, noise, sizeof(noise));
		pass(RIG_S / 20);
	}
	pass(30 * RIG_S);
	story[0] = 0;
	command("ring 1 \"After the storm\"");
	EXPECT_STR(phone.call.info.name, "After the storm");
	key(KEY_PICKUP_PHONE);
	key(KEY_HANGUP_PHONE);
	pass(3 * RIG_S);
	EXPECT_STR(story, "raei");
}

static const struct unit_test tests[] = {
	{"bring-up sets the modem and learns of it", bring_up_sets_the_modem_and_learns_of_it},
	{"an incoming call is shown, answered and ended", incoming_call_is_shown_answered_and_ended},
	{"a call is rejected while ringing", call_is_rejected_while_ringing},
	{"the other side hangs up", other_side_hangs_up},
	{"an outgoing call is answered or busy", outgoing_call_is_answered_or_busy},
	{"tones and mute reach the modem", tones_and_mute_reach_the_modem},
	{"a key turns the speakerphone on and a headset turns it off",
		key_turns_the_speakerphone_on_and_a_headset_turns_it_off},
	{"a modem that comes late is brought up", modem_that_comes_late_is_brought_up},
	{"a modem that dies ends the call and is brought up again",
		modem_that_dies_ends_the_call_and_is_brought_up_again},
	{"a call that the modem forgot is over", call_that_the_modem_forgot_is_over},
	{"a restarted phone finds its call", restarted_phone_finds_its_call},
	{"a hundred calls in a row all ring and all end", hundred_calls_in_a_row_all_ring_and_all_end},
	{"noise on the line is survived", noise_on_the_line_is_survived},
};

UNIT_MAIN("call and modem", tests)
