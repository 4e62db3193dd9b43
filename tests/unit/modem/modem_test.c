/* The modem simulator: its AT side, its prompt, its clock. */
#include <errno.h>
#include <stdlib.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem/rig.h"

static struct rig rig;

static void expect_answer(const char *command, const char *answer)
{
	rig_clear(&rig);
	rig_at(&rig, command);
	EXPECT_STR(rig.sent, answer);
}

#define OK	   "\r\nOK\r\n"
#define ERROR	   "\r\nERROR\r\n"
#define LINE(text) "\r\n" text "\r\n"

static void commands_are_answered(void)
{
	rig_init(&rig);
	expect_answer("AT", OK);
	expect_answer("ATE0", OK);
	expect_answer("AT+CLIP=1", OK);
	expect_answer("AT+CLIP?", LINE("+CLIP: 1,1") OK);
	expect_answer("AT+CRC?", LINE("+CRC: 0") OK);
	expect_answer("AT+CSQ", LINE("+CSQ: 23,99") OK);
	expect_answer("AT+CREG?", LINE("+CREG: 0,1") OK);
	expect_answer("AT+COPS=3,0", OK);
	expect_answer("AT+COPS?", LINE("+COPS: 0,0,\"Partyline\"") OK);
	expect_answer("AT+CFUN?", LINE("+CFUN: 1") OK);
	expect_answer("AT+CLCC", OK);
	expect_answer("AT+CSCS=\"UTF-8\"", OK);
	expect_answer("AT+CSCS?", LINE("+CSCS: \"UTF-8\"") OK);
	expect_answer("AT+VTS=?", LINE("+VTS: (0-9,#,*,A-D)") OK);
}

static void unknown_and_malformed_commands_give_error(void)
{
	static const char *const bad[] = {"AT+NOSUCH", "AT+NOSUCH=1", "ATX9Q", "AT+", "AT+CLIP",
		"AT+CLIP=", "AT+CSQ=1", "ATD123", "ATD;", "ATDabc;", "ATE7", "AT=?"};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rig_init(&rig);
		expect_answer(bad[i], ERROR);
	}
}

static void errors_are_as_wordy_as_asked(void)
{
	rig_init(&rig);
	expect_answer("AT+CLIP=7", ERROR);
	rig_at(&rig, "AT+CMEE=1");
	expect_answer("AT+CLIP=7", LINE("+CME ERROR: 50"));
	expect_answer("AT+VTS=5", LINE("+CME ERROR: 3"));
	rig_at(&rig, "AT+CMEE=2");
	expect_answer("AT+CLIP=7", LINE("+CME ERROR: incorrect parameters"));
	rig_at(&rig, "AT+CMEE=0;V0");
	expect_answer("AT", LINE("0"));
}

static void several_commands_on_a_line_stop_at_the_first_error(void)
{
	rig_init(&rig);
	expect_answer("at+clip=1;+crc=1;v1", OK);
	EXPECT_EQ(rig.modem.clip && rig.modem.cring, true);
	expect_answer("AT+CSQ;+NOSUCH;+CLIP=0", LINE("+CSQ: 23,99") ERROR);
	EXPECT_EQ(rig.modem.clip, true);
}

static void line_is_repeated_by_a_slash(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CSQ");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now, "A/", 2);
	EXPECT_STR(rig.sent, LINE("+CSQ: 23,99") OK);
}

static void echo_repeats_what_comes_in(void)
{
	rig_init(&rig);
	rig_at(&rig, "ATE1");
	expect_answer("AT", "AT\r" OK);
}

static void ring_repeats_every_three_seconds_until_answered(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CSCS=\"UTF-8\";+CLIP=1");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "ring +358401234567 \"V\u00e4in\u00f6 \u00c5str\u00f6m\""), 0);
	EXPECT_STR(rig.sent,
		LINE("RING") LINE("+CLIP: \"+358401234567\",145,,,\"V\u00e4in\u00f6 \u00c5str\u00f6m\""));
	rig_clear(&rig);
	rig_pass(&rig, 3 * RIG_S - RIG_MS);
	EXPECT_STR(rig.sent, "");
	rig_pass(&rig, 2 * RIG_MS);
	EXPECT_CONTAINS(rig.sent, LINE("RING"));
	expect_answer("AT+CLCC",
		LINE("+CLCC: 1,1,4,0,0,\"+358401234567\",145,\"V\u00e4in\u00f6 \u00c5str\u00f6m\"") OK);
	expect_answer("ATA", OK);
	rig_clear(&rig);
	rig_pass(&rig, 60 * RIG_S);
	EXPECT_STR(rig.sent, "");
	EXPECT_EQ(modem_deadline(&rig.modem), MODEM_NEVER);
	EXPECT_EQ(rig_command(&rig, "hangup"), 0);
	EXPECT_STR(rig.sent, LINE("NO CARRIER"));
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
}

static void names_are_ascii_without_utf8_and_withheld_has_none(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CLIP=1;+CRC=1");
	rig_clear(&rig);
	rig_command(&rig, "ring 112 \"\u00c5ke\"");
	EXPECT_STR(rig.sent, LINE("+CRING: VOICE") LINE("+CLIP: \"112\",129,,,\"??ke\""));
	rig_command(&rig, "hangup");
	rig_clear(&rig);
	rig_command(&rig, "ring withheld");
	EXPECT_STR(rig.sent, LINE("+CRING: VOICE") LINE("+CLIP: \"\",128,,,,1"));
}

static void hanging_up_is_quiet_for_the_phone_itself(void)
{
	rig_init(&rig);
	rig_command(&rig, "ring 1");
	expect_answer("AT+CHUP", OK);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	expect_answer("ATH", OK);
	expect_answer("ATA", LINE("NO CARRIER"));
}

static void outgoing_call_is_answered_busy_or_given_up(void)
{
	rig_init(&rig);
	expect_answer("ATD+358401234567;", OK);
	expect_answer("AT+CLCC", LINE("+CLCC: 1,0,2,0,0,\"+358401234567\",145") OK);
	expect_answer("ATD112;", ERROR);
	EXPECT_EQ(rig_command(&rig, "answer"), 0);
	expect_answer("AT+CLCC", LINE("+CLCC: 1,0,0,0,0,\"+358401234567\",145") OK);
	expect_answer("AT+VTS=5", OK);
	expect_answer("AT+CMUT=1", OK);
	expect_answer("ATH", OK);
	expect_answer("AT+CMUT=1", ERROR);
	rig_at(&rig, "ATD1;");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "busy"), 0);
	EXPECT_STR(rig.sent, LINE("BUSY"));
}

static void prompt_refuses_with_a_reason(void)
{
	static const char *const cases[][2] = {
		{"foo", "unknown command"},
		{"ring", "is no number"},
		{"ring abc", "'abc' is no number"},
		{"ring 123456789012345678901234567890123", "longer than"},
		{"ring 1 Bob", "double quotes"},
		{"ring 1 \"Bob", "double quotes"},
		{"ring 1 \"Bob\" x", "double quotes"},
		{"ring 1 \"12345678901234567890123456789012345678901234567890\"", "limit 47"},
		{"ring 1 \"a\tb\"", "control character 0x09"},
		{"hangup", "while the line is idle"},
		{"answer", "while the line is idle"},
		{"busy", "while the line is idle"},
		{"drift x", "must be a number"},
		{"drift 100001", "from -100000 to 100000"},
		{"burst 0 10", "number of calls"},
		{"burst 5", "gap in ms"},
		{"burst 5 1e3", "gap in ms"},
		{"averyveryverylongcommandindeed", "unknown command"},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_init(&rig);
		EXPECT_EQ(rig_command(&rig, cases[i][0]), -EINVAL);
		EXPECT_CONTAINS(rig.said, cases[i][1]);
		EXPECT_STR(rig.sent, "");
		EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	}
	EXPECT_EQ(rig_command(&rig, "   "), 0);
	rig_command(&rig, "ring 1");
	EXPECT_EQ(rig_command(&rig, "ring 2"), -EINVAL);
	EXPECT_CONTAINS(rig.said, "while the line is ringing");
}

static void status_and_help_speak(void)
{
	rig_init(&rig);
	EXPECT_EQ(rig_command(&rig, "status"), 0);
	EXPECT_STR(rig.said, "modem: line idle, clip off, drift 0 ppm\n");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "help"), 0);
	EXPECT_CONTAINS(rig.said, "burst N GAP_MS");
}

static void every_line_is_logged_both_ways(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CSQ");
	EXPECT_STR(rig.said, "modem: > AT+CSQ\nmodem: < +CSQ: 23,99\nmodem: < OK\n");
}

/* When the n-th RING comes, in the outer clock. */
static uint64_t second_ring_at(int ppm)
{
	char text[32];
	uint64_t start;

	rig_init(&rig);
	snprintf(text, sizeof(text), "drift %d", ppm);
	rig_command(&rig, text);
	rig_pass(&rig, RIG_S);
	rig_command(&rig, "ring 1");
	start = rig.now;
	rig.now = modem_deadline(&rig.modem);
	rig_clear(&rig);
	modem_tick(&rig.modem, rig.now);
	EXPECT_STR(rig.sent, LINE("RING"));
	return rig.now - start;
}

static void drift_makes_the_modems_clock_fast_or_slow(void)
{
	uint64_t exact = second_ring_at(0), fast = second_ring_at(1000), slow = second_ring_at(-1000);

	EXPECT_EQ(exact / 1000000, 3000);
	EXPECT_EQ((exact - fast) / 100000, 29); /* 3 s of a clock 1,000 ppm fast: 2.997 s */
	EXPECT_EQ((slow - exact) / 100000, 30);
	EXPECT_EQ(second_ring_at(100000) / 1000000, 2727);
}

static unsigned count_of(const char *text, const char *part)
{
	unsigned count = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

static void burst_places_its_calls_at_varied_times_and_ends(void)
{
	uint64_t start[20], step, least = UINT64_MAX, most = 0;
	unsigned calls = 0;

	rig_init(&rig);
	rig_at(&rig, "AT+CLIP=1");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "burst 20 100"), 0);
	while (!strstr(rig.said, "burst done")) {
		unsigned before = count_of(rig.sent, "RING");

		rig_pass(&rig, RIG_MS / 10);
		if (count_of(rig.sent, "RING") > before && calls < 20)
			start[calls++] = rig.now;
	}
	EXPECT_EQ(calls, 20);
	EXPECT_EQ(count_of(rig.sent, "NO CARRIER"), 20);
	EXPECT_CONTAINS(rig.said, "burst done: 20 calls");
	for (unsigned i = 1; i < calls; i++) {
		step = start[i] - start[i - 1];
		EXPECT_EQ(step >= 200 * RIG_MS && step <= 235 * RIG_MS, true);
		least = step < least ? step : least;
		most = step > most ? step : most;
	}
	EXPECT_EQ(most - least > 15 * RIG_MS, true);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_IDLE);
	EXPECT_EQ(modem_deadline(&rig.modem), MODEM_NEVER);
}

static void noise_and_overlong_lines_do_no_harm(void)
{
	static char noise[3000];

	rig_init(&rig);
	srand(3);
	for (unsigned round = 0; round < 300; round++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)(round % 2 ? rand() : "AT+CLIP=\"?;D1,\r"[rand() % 15]);
		modem_receive(&rig.modem, rig.now, noise, sizeof(noise));
		rig_clear(&rig);
	}
	rig_at(&rig, "");
	rig_at(&rig, "ATE0V1+CMEE=0;H");
	expect_answer("AT", OK);
	rig_clear(&rig);
	memset(noise, 'A', 300);
	memcpy(noise, "AT", 2);
	noise[300] = 0;
	expect_answer(noise, ERROR);
	expect_answer("AT", OK);
}

static const struct unit_test tests[] = {
	{"commands are answered", commands_are_answered},
	{"unknown and malformed commands give ERROR", unknown_and_malformed_commands_give_error},
	{"errors are as wordy as asked", errors_are_as_wordy_as_asked},
	{"several commands on a line stop at the first error",
		several_commands_on_a_line_stop_at_the_first_error},
	{"A/ repeats the line", line_is_repeated_by_a_slash},
	{"echo repeats what comes in", echo_repeats_what_comes_in},
	{"RING repeats every three seconds until answered", ring_repeats_every_three_seconds_until_answered},
	{"names are ASCII without UTF-8, a withheld caller has none",
		names_are_ascii_without_utf8_and_withheld_has_none},
	{"hanging up is quiet for the phone itself", hanging_up_is_quiet_for_the_phone_itself},
	{"an outgoing call is answered, busy or given up", outgoing_call_is_answered_busy_or_given_up},
	{"the prompt refuses with a reason", prompt_refuses_with_a_reason},
	{"status and help speak", status_and_help_speak},
	{"every line is logged, both ways", every_line_is_logged_both_ways},
	{"drift makes the modem's clock fast or slow", drift_makes_the_modems_clock_fast_or_slow},
	{"a burst places its calls at varied times and ends",
		burst_places_its_calls_at_varied_times_and_ends},
	{"noise and overlong lines do no harm", noise_and_overlong_lines_do_no_harm},
};

UNIT_MAIN("modem simulator", tests)
