/*
 * Each class of attack on a filter in front of a modem has a test named after it: all the ways of that class in
 * tests/fixtures/modem/ways-to-dial.txt, against a policy that refuses and against one that asks a user who says no.
 * Nothing that costs or touches a call reaches telephony or the modem's line, and no emergency call is made.
 */
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/escape.h"
#include "tests/unit/modem-vdev/rig.h"

#define CORPUS "tests/fixtures/modem/ways-to-dial.txt"

static const char asking_policy[] =
	"[linux]\nquery = allow\nsms-read = allow\ncontrol = virtual\nradio = virtual\n"
	"dial = ask\nsms-send = ask\nussd = ask\n";

static unsigned played, leaks, refusals;

/* A user who says no to everything, and a client that waits for it. */
static void say_no(struct rig *r)
{
	while (r->ask.id) {
		uint32_t id = r->ask.id;

		r->ask.id = 0;
		(void)vmodem_decide(&r->vm, r->now_ns, id, false);
		rig_settle(r);
		rig_pass(r, 3000);
	}
}

static void play(struct rig *r, const char *text)
{
	char bytes[1024];
	size_t count = unescape(text, bytes);

	bytes[count++] = '\r';
	rig_clear(r);
	rig_type(r, 0, bytes, count);
	say_no(r);
	/* Whatever was left open: a payload, a half line. */
	rig_type(r, 0, "\x1b\r", 2);
	rig_pass(r, 100);
	say_no(r);
}

static void check(struct rig *r, const char *text)
{
	char what[120];
	const char *alive = rig_line(r, 0, "ATE0");

	snprintf(what, sizeof(what), "leaks of %.80s", text);
	expect_equal(rig_leaks(r), 0, what, __FILE__, __LINE__);
	expect_equal(r->emergency_count, 0, what, __FILE__, __LINE__);
	/* Whatever it was, the client's next command is answered. */
	snprintf(what, sizeof(what), "the answer to AT after %.80s", text);
	expect_contains(alive, "\r\nOK\r\n", what, __FILE__, __LINE__);
	leaks += rig_leaks(r);
	refusals += r->refused_count;
}

static void play_section(const char *section, const char *policy)
{
	static struct rig r;
	char line[1024], heading[64];
	bool here = false;
	unsigned count = 0;
	FILE *file = fopen(CORPUS, "r");

	snprintf(heading, sizeof(heading), "[%s]\n", section);
	while (file && fgets(line, sizeof(line), file)) {
		if (line[0] == '[')
			here = !strcmp(line, heading);
		else if (here && line[0] != '\n' && line[0] != '#') {
			rig_init(&r, policy);
			play(&r, line);
			check(&r, line);
			count++;
		}
	}
	if (file)
		fclose(file);
	played += policy ? 0 : count;
	EXPECT_EQ(count > 5, 1);
}

#define ATTACK(name)                                                                                         \
	static void attack_##name(void)                                                                      \
	{                                                                                                    \
		play_section(#name, NULL);                                                                   \
		play_section(#name, asking_policy);                                                          \
	}
ATTACK(dialling)
ATTACK(case_and_spaces)
ATTACK(concatenation)
ATTACK(repeat)
ATTACK(phone_book)
ATTACK(automatic_answer)
ATTACK(ecall)
ATTACK(mmi_in_dial)
ATTACK(raw_sim)
ATTACK(messages)
ATTACK(ussd)
ATTACK(supplementary_services)
ATTACK(call_control)
ATTACK(radio_off)
ATTACK(data)
ATTACK(vendors)
ATTACK(binary_probes)
ATTACK(half_lines)
ATTACK(emergency_lookalikes)

static void corpus(void)
{
	printf("modem.corpus_lines\t%u\tlines\nmodem.billable_leaks\t%u\tcommands (corpus; %u refused)\n",
		played, leaks, refusals);
	EXPECT_EQ(played >= 200, 1);
	EXPECT_EQ(leaks, 0);
	EXPECT_EQ(refusals > played / 2, 1);
}

/* The judge judges: what is allowed is seen as a leak. */
static void control(void)
{
	static struct rig r;

	rig_init(&r, "[linux]\ndial = allow\nsms-send = allow\nussd = allow\n");
	(void)rig_line(&r, 0, "ATD5551234;");
	EXPECT_EQ(rig_leaks(&r), 2); /* telephony called; and it was counted */
	(void)rig_line(&r, 0, "AT+CUSD=1,\"*100#\",15");
	EXPECT_EQ(rig_leaks(&r), 4);
	EXPECT_STR(r.fake.leak, "AT+CUSD=1,\"*100#\",15");
	(void)rig_line(&r, 0, "AT+CMGS=10");
	rig_type(&r, 0, "0001000491214300000141\x1a", 23);
	EXPECT_EQ(rig_leaks(&r), 6);
	EXPECT_EQ(fake_modem_harmless("ATD1;"), 0);
	EXPECT_EQ(fake_modem_harmless("AT+CSQ;D1;"), 0);
}

static const struct unit_test tests[] = {
	{"what is allowed does reach the modem, and the judge sees it", control},
	{"dialling, in all its forms", attack_dialling},
	{"case, spaces, editing and control characters", attack_case_and_spaces},
	{"concatenation (AT+CSQ;D…)", attack_concatenation},
	{"repeating the last line (A/)", attack_repeat},
	{"dialling from the phone book (D>)", attack_phone_book},
	{"automatic answering (ATS0=n), ATA", attack_automatic_answer},
	{"eCall (+CECALL)", attack_ecall},
	{"MMI codes inside D", attack_mmi_in_dial},
	{"raw SIM access (+CSIM, +CRSM), PIN", attack_raw_sim},
	{"messages (+CMGS, +CMSS, +CMGC)", attack_messages},
	{"USSD (+CUSD)", attack_ussd},
	{"supplementary services (+CCFC, +CLIR, +CCWA)", attack_supplementary_services},
	{"call control (ATH, ATZ, +CHUP, +CHLD)", attack_call_control},
	{"radio off (+CFUN, +COPS)", attack_radio_off},
	{"packet data", attack_data},
	{"manufacturers' commands", attack_vendors},
	{"binary probes in front", attack_binary_probes},
	{"half lines and several at once", attack_half_lines},
	{"numbers that look like emergency numbers", attack_emergency_lookalikes},
	{"at least 200 ways, no leak", corpus},
};

UNIT_MAIN("modem attacks", tests)
