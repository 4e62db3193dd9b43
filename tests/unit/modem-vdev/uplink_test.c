/*
 * The real modem's line, multiplexed: telephony and Linux on channels of it, against the modem simulator, on a line
 * that drops, delays, garbles and fails.
 */
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/handset.h"

#define LINE(mode) "[line]\nmux = " mode "\n"
#define LINUX	   "[linux]\nquery = allow\ndial = refuse\nsms-read = allow\ndata = allow\n"

static struct handset h;

static const char *at(const char *line)
{
	handset_type(&h, line);
	handset_pass(&h, 100 * HANDSET_MS);
	return h.to_client;
}

static void expect_works(void)
{
	EXPECT_EQ(h.phone.ready, true);
	(void)at("ATE0");
	EXPECT_STR(at("AT+CSQ"), "\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	EXPECT_EQ(handset_prompt(&h, "ring +358401234567 \"Reception\""), 0);
	handset_pass(&h, 4 * HANDSET_S);
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_RINGING);
	phone_key(&h.phone, h.now, KEY_PICKUP_PHONE, true);
	handset_pass(&h, HANDSET_S);
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_ACTIVE);
	phone_key(&h.phone, h.now, KEY_HANGUP_PHONE, true);
	handset_pass(&h, 5 * HANDSET_S);
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_IDLE);
	EXPECT_EQ(modem_state(&h.modem), MODEM_IDLE);
}

static void up(const char *policy)
{
	handset_init(&h, policy);
	handset_pass(&h, 2 * HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
	EXPECT_EQ(h.modem.wire.muxing, true);
}

static void each_on_its_channel(void)
{
	up(LINUX LINE("advanced") "frame = 256\n");
	EXPECT_EQ(h.share.uplink.mux.params.option, MUX_ADVANCED);
	EXPECT_EQ(h.modem.wire.params.n1, 256);
	EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_CLIENT), true);
	EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_DATA), true);
	EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_VOICE), false);
	expect_works();
	/* Telephony's settings, and another channel's of its own. */
	EXPECT_EQ(h.modem.port[1].echo, false);
	EXPECT_EQ(h.modem.port[2].echo, false);
	EXPECT_EQ(h.modem.port[3].echo, true);
	EXPECT_EQ(h.modem.wire.mux.decoder.bad_count, 0);
}

/* Linux asks nothing: telephony's own look at the signal tells it. */
static void signal_is_told(void)
{
	up(LINUX LINE("advanced"));
	(void)at("ATE0+CMER=3,0,0,1");
	EXPECT_EQ(handset_prompt(&h, "signal 10"), 0);
	h.to_client[0] = 0;
	handset_pass(&h, 61 * HANDSET_S);
	EXPECT_STR(h.to_client, "\r\n+CIEV: 1,1\r\n");
}

static void options_and_frame_sizes(void)
{
	static const char *const lines[] = {LINE("basic") "frame = 31\n", LINE("basic") "frame = 1500\n",
		LINE("advanced") "frame = 31\n", LINE("advanced") "frame = 1500\nvoice = 4\nlinux = 5\n",
		LINE("advanced") "linux = 0\ndata = 0\n"};

	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char policy[512];

		snprintf(policy, sizeof(policy), "%s%s", LINUX, lines[i]);
		up(policy);
		EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_VOICE), i == 3);
		/* The simulator has four channels: a fifth is refused, and Linux shares call control's. */
		EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_CLIENT), i < 3);
		expect_works();
	}
}

static void plain_without_cmux(void)
{
	handset_init(&h, LINUX LINE("advanced"));
	EXPECT_EQ(handset_prompt(&h, "fault no-mux"), 0);
	handset_pass(&h, 3 * HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "plain");
	expect_works();
	EXPECT_STR(at("ATD*99***1#"), "\r\nNO CARRIER\r\n");
}

/* The advanced option refused, for whatever reason: basic is tried before multiplexing is given up. */
static void basic_when_advanced_is_refused(void)
{
	handset_init(&h, LINUX LINE("advanced"));
	EXPECT_EQ(handset_prompt(&h, "fault basic-only"), 0);
	handset_pass(&h, 3 * HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
	EXPECT_EQ(h.modem.wire.params.option, MUX_BASIC);
	EXPECT_EQ(h.share.uplink.mux.params.option, MUX_BASIC);
	EXPECT_EQ(uplink_has(&h.share.uplink, UPLINK_CLIENT), true);
	expect_works();
}

/* The phone starts anew, and finds a modem that its former life has left multiplexed. */
static void left_multiplexed(void)
{
	static const char *const policies[] = {LINUX LINE("advanced"), LINUX LINE("basic")};

	for (unsigned i = 0; i < 4; i++) {
		up(policies[i % 2]);
		handset_restart_phone(&h, policies[i / 2]);
		EXPECT_EQ(h.modem.wire.muxing, true);
		handset_pass(&h, 3 * HANDSET_S);
		EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
		EXPECT_EQ(h.share.uplink.mux.params.option, h.modem.wire.params.option);
		expect_works();
	}
}

/* What is noticed by keep-alive alone: the modem has lost its multiplexer and says nothing. */
static void modem_resets(void)
{
	up(LINUX LINE("advanced") "keep-alive = 2s\n");
	EXPECT_EQ(handset_prompt(&h, "fault reset 1500"), 0);
	handset_pass(&h, 10 * HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
	handset_pass(&h, 20 * HANDSET_S);
	expect_works();
}

static void modem_falls_silent(void)
{
	up(LINUX LINE("advanced") "keep-alive = 2s\n");
	EXPECT_EQ(handset_prompt(&h, "fault silence 120000"), 0);
	handset_pass(&h, 110 * HANDSET_S);
	EXPECT_EQ(h.share.uplink.state == UPLINK_MULTIPLEXED || h.share.uplink.state == UPLINK_PLAIN, 0);
	handset_pass(&h, 40 * HANDSET_S);
	expect_works();
}

/* The multiplexer's end is not the call's. */
static void line_fails_in_a_call(void)
{
	up(LINUX LINE("advanced") "keep-alive = 2s\n");
	EXPECT_EQ(handset_prompt(&h, "ring +358401234567"), 0);
	handset_pass(&h, HANDSET_S);
	phone_key(&h.phone, h.now, KEY_PICKUP_PHONE, true);
	handset_pass(&h, HANDSET_S);
	EXPECT_EQ(h.phone.call.info.state, PL_CALL_ACTIVE);
	EXPECT_EQ(handset_prompt(&h, "fault silence 5000"), 0);
	for (unsigned i = 0; i < 60; i++) {
		handset_pass(&h, HANDSET_S);
		EXPECT_EQ(h.phone.call.info.state, PL_CALL_ACTIVE);
	}
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
	EXPECT_EQ(h.phone.ready, true);
	EXPECT_EQ(h.modem.port[1].echo, false);
	phone_key(&h.phone, h.now, KEY_HANGUP_PHONE, true);
	handset_pass(&h, 5 * HANDSET_S);
	expect_works();
}

static void spoilt(const char *fault, unsigned *rounds_up)
{
	*rounds_up = 0;
	up(LINUX LINE("advanced") "keep-alive = 2s\n");
	EXPECT_EQ(handset_prompt(&h, fault), 0);
	for (unsigned i = 0; i < 60; i++) {
		handset_type(&h, "AT+CSQ");
		handset_type(&h, "AT+CREG?");
		if (i % 6 == 1)
			(void)handset_prompt(&h, "ring +358401234567");
		if (i % 6 == 3)
			phone_key(&h.phone, h.now, KEY_PICKUP_PHONE, true);
		if (i % 6 == 5)
			phone_key(&h.phone, h.now, KEY_HANGUP_PHONE, true);
		handset_pass(&h, 5 * HANDSET_S);
		*rounds_up += h.share.uplink.state == UPLINK_MULTIPLEXED;
	}
	EXPECT_EQ(handset_prompt(&h, "fault off"), 0);
	while (modem_state(&h.modem) != MODEM_IDLE && !handset_prompt(&h, "hangup"))
		;
	handset_pass(&h, 60 * HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "multiplexed");
	expect_works();
}

static void line_drops(void)
{
	unsigned rounds;

	spoilt("fault drop 5", &rounds);
	EXPECT_EQ(rounds > 30, 1);
}

static void line_garbles(void)
{
	unsigned rounds;

	spoilt("fault garble 5", &rounds);
	EXPECT_EQ(rounds > 30, 1);
}

static void line_delays(void)
{
	unsigned rounds;

	spoilt("fault delay 80", &rounds);
	EXPECT_EQ(rounds, 60);
}

/* So bad that nothing stays up: it is begun anew for ever, and nothing is stuck afterwards. */
static void line_is_hopeless(void)
{
	unsigned rounds;

	spoilt("fault garble 150", &rounds);
	EXPECT_EQ(rounds < 60, 1);
}

static void bad_configuration(void)
{
	static const char *const bad[] = {"[line]\nmux = yes\n", "[line]\nframe = 30\n",
		"[line]\nframe = 1501\n", "[line]\ncall = 0\n", "[line]\ndata = 8\n",
		"[line]\nkeep-alive = 0s\n", "[line]\nspeed = 9600\n", "[line]\n[line]\n"};
	struct modem_policy policy;
	char error[160];

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT_EQ(modem_policy_parse(&policy, bad[i], error, sizeof(error)) < 0, 1);
	EXPECT_EQ(modem_policy_parse(&policy, LINUX LINE("basic") "keep-alive = 5s\n", error, sizeof(error)),
		0);
	EXPECT_EQ(policy.line.keep_alive_ms, 5000);
	EXPECT_EQ(policy.count, 1);
	/* Two channels on one number: the line stays plain, and the phone works. */
	handset_init(&h, LINUX LINE("basic") "data = 1\n");
	handset_pass(&h, HANDSET_S);
	EXPECT_STR(uplink_state_str(h.share.uplink.state), "plain");
	EXPECT_EQ(h.phone.ready, true);
}

static const struct unit_test tests[] = {
	{"telephony, Linux and data have channels of their own", each_on_its_channel},
	{"a change of the signal reaches a client that does not ask", signal_is_told},
	{"basic and advanced option, frames from 31 to 1500, channels as configured",
		options_and_frame_sizes},
	{"a modem without +CMUX is a plain line", plain_without_cmux},
	{"a modem with the basic option alone is multiplexed in that", basic_when_advanced_is_refused},
	{"a modem that was left multiplexed is brought back", left_multiplexed},
	{"a modem that resets is multiplexed again", modem_resets},
	{"a modem that falls silent is lost, and found again", modem_falls_silent},
	{"a line that fails during a call does not end it", line_fails_in_a_call},
	{"a line that drops bytes recovers", line_drops},
	{"a line that garbles bytes recovers", line_garbles},
	{"a line that delays is none that fails", line_delays},
	{"a line without hope does no lasting harm", line_is_hopeless},
	{"a bad [line] is refused", bad_configuration},
};

UNIT_MAIN("modem uplink", tests)
