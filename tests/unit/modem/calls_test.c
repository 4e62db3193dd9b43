/* The modem simulator's several calls: waiting, hold, swap, conference, and what the other side does. */
#include <errno.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem/rig.h"

static struct rig rig;

#define OK	   "\r\nOK\r\n"
#define ERROR	   "\r\nERROR\r\n"
#define LINE(text) "\r\n" text "\r\n"

static void expect_answer(const char *command, const char *answer)
{
	rig_clear(&rig);
	rig_at(&rig, command);
	EXPECT_STR(rig.sent, answer);
}

/* The states of the calls, by their numbers, as letters; in capitals in a conference. */
static void expect_calls(const char *states)
{
	char text[MODEM_CALL_COUNT + 1] = "";

	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++) {
		const struct modem_call *c = &rig.modem.call[i];
		char letter = c->state == MODEM_CALL_ALERTING ? 'l' : modem_call_state_str(c->state)[0];

		text[i] = (char)(c->conference ? letter - 'a' + 'A' : letter);
	}
	while (text[0] && text[strlen(text) - 1] == 'f')
		text[strlen(text) - 1] = 0;
	EXPECT_STR(text, states);
}

static void setup(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CCWA=1;+CLIP=1;+CMEE=1");
	rig_command(&rig, "ring 1000");
	rig_at(&rig, "ATA");
	rig_clear(&rig);
	expect_calls("a");
}

static void second_caller(void)
{
	setup();
	EXPECT_EQ(rig_command(&rig, "ring +2000 \"Second\""), 0);
	EXPECT_STR(rig.sent, LINE("+CCWA: \"+2000\",145,1,\"Second\""));
	expect_calls("aw");
}

static void second_caller_waits(void)
{
	second_caller();
	rig_clear(&rig);
	rig_pass(&rig, 20 * RIG_S);
	EXPECT_STR(rig.sent, "");
	expect_answer("AT+CLCC",
		LINE("+CLCC: 1,1,0,0,0,\"1000\",129") LINE("+CLCC: 2,1,5,0,0,\"+2000\",145,\"Second\"") OK);
	EXPECT_EQ(rig_command(&rig, "ring 3000"), -EINVAL);
	EXPECT_CONTAINS(rig.said, "somebody waits already");
	/* Not presented: the phone must ask. */
	setup();
	rig_at(&rig, "AT+CCWA=0");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "ring 2000"), 0);
	EXPECT_STR(rig.sent, "");
	expect_calls("aw");
	expect_answer("AT+CCWA=1,2", LINE("+CCWA: 1,1") OK);
}

static void waiting_call_is_accepted_or_not(void)
{
	second_caller();
	expect_answer("AT+CHLD=2", OK);
	expect_calls("ha");
	expect_answer("AT+CHLD=2", OK);
	expect_calls("ah");
	second_caller();
	expect_answer("AT+CHLD=1", OK);
	expect_calls("fa");
	second_caller();
	expect_answer("AT+CHLD=0", OK);
	expect_calls("a");
	EXPECT_EQ(rig_command(&rig, "ring 3000"), 0);
	expect_calls("aw");
	/* Who gives up waiting does so without a word. */
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "hangup 2"), 0);
	EXPECT_STR(rig.sent, "");
	expect_calls("a");
}

static void waiting_call_rings_when_it_is_alone(void)
{
	second_caller();
	expect_answer("AT+CHUP", LINE("RING") LINE("+CLIP: \"+2000\",145,,,\"Second\"") OK);
	expect_calls("fi");
	expect_answer("ATA", OK);
	expect_calls("fa");
	second_caller();
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "hangup"), 0);
	EXPECT_STR(rig.sent, LINE("NO CARRIER") LINE("RING") LINE("+CLIP: \"+2000\",145,,,\"Second\""));
	rig_clear(&rig);
	rig_pass(&rig, 3 * RIG_S + RIG_MS);
	EXPECT_CONTAINS(rig.sent, "RING");
}

static void call_made_puts_the_other_on_hold(void)
{
	setup();
	expect_answer("ATD3000;", OK);
	expect_calls("hd");
	expect_answer("ATD4000;", LINE("+CME ERROR: 3"));
	expect_answer("AT+CHLD=2", LINE("+CME ERROR: 3"));
	EXPECT_EQ(rig_command(&rig, "alert"), 0);
	expect_calls("hl");
	EXPECT_EQ(rig_command(&rig, "answer"), 0);
	expect_calls("ha");
	expect_answer("ATD4000;", LINE("+CME ERROR: 3"));
	/* Ending what is talked to leaves the other on hold; ending once more ends it too. */
	expect_answer("AT+CHUP", OK);
	expect_calls("h");
	expect_answer("AT+CHUP", OK);
	expect_calls("");
}

static void conference(void)
{
	second_caller();
	rig_at(&rig, "AT+CHLD=2");
	expect_answer("AT+CHLD=3", OK);
	expect_calls("AA");
	expect_answer("AT+CLCC",
		LINE("+CLCC: 1,1,0,0,1,\"1000\",129") LINE("+CLCC: 2,1,0,0,1,\"+2000\",145,\"Second\"") OK);
	EXPECT_EQ(rig_command(&rig, "ring 3000"), 0);
	expect_answer("AT+CHLD=2", OK);
	expect_calls("HHa");
	expect_answer("AT+CHLD=3", OK);
	expect_calls("AAA");
	expect_answer("AT+CHLD=22", OK);
	expect_calls("HaH");
	expect_answer("AT+CHLD=3", OK);
	expect_answer("AT+CHLD=13", OK);
	expect_calls("AA");
	EXPECT_EQ(rig_command(&rig, "hangup 1"), 0);
	expect_calls("fa");
	expect_answer("AT+CHLD=12", OK);
	expect_calls("");
}

static void transfer(void)
{
	second_caller();
	expect_answer("AT+CHLD=4", LINE("+CME ERROR: 3"));
	rig_at(&rig, "AT+CHLD=2");
	expect_answer("AT+CHLD=4", OK);
	expect_calls("");
}

static void impossible_operations_are_refused(void)
{
	static const char *const wrong[] = {
		"AT+CHLD=", "AT+CHLD=5", "AT+CHLD=123", "AT+CHLD=x", "AT+CHLD=31"};
	static const char *const not_now[] = {"AT+CHLD=0", "AT+CHLD=3", "AT+CHLD=17", "AT+CHLD=29"};

	setup();
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_answer(wrong[i], LINE("+CME ERROR: 50"));
	for (unsigned i = 0; i < sizeof(not_now) / sizeof(not_now[0]); i++)
		expect_answer(not_now[i], LINE("+CME ERROR: 3"));
	expect_calls("a");
	expect_answer("AT+CHLD=?", LINE("+CHLD: (0,1,1x,2,2x,3,4)") OK);
	rig_at(&rig, "ATH");
	expect_answer("AT+CHLD=1", LINE("+CME ERROR: 3"));
	expect_answer("AT+CHLD=2", LINE("+CME ERROR: 3"));
}

static void nobody_hears_a_held_call(void)
{
	setup();
	EXPECT_EQ(modem_talks(&rig.modem), true);
	expect_answer("AT+VTS=5", OK);
	expect_answer("AT+CHLD=2", OK);
	expect_calls("h");
	EXPECT_EQ(modem_talks(&rig.modem), false);
	EXPECT_EQ(modem_state(&rig.modem), MODEM_ACTIVE);
	expect_answer("AT+VTS=5", LINE("+CME ERROR: 3"));
	expect_answer("AT+CHLD=2", OK);
	expect_calls("a");
}

static void other_side_replies_by_itself(void)
{
	rig_init(&rig);
	EXPECT_EQ(rig_command(&rig, "reply answer 400"), 0);
	expect_answer("ATD1;", OK);
	rig_pass(&rig, 399 * RIG_MS);
	expect_calls("d");
	rig_pass(&rig, 2 * RIG_MS);
	expect_calls("l");
	rig_pass(&rig, 400 * RIG_MS);
	expect_calls("a");
	rig_at(&rig, "ATH");
	EXPECT_EQ(rig_command(&rig, "reply busy 100"), 0);
	expect_answer("ATD1;", OK);
	rig_clear(&rig);
	rig_pass(&rig, 101 * RIG_MS);
	EXPECT_STR(rig.sent, LINE("BUSY"));
	expect_calls("");
	EXPECT_EQ(rig_command(&rig, "reply noanswer 5000"), 0);
	expect_answer("ATD1;", OK);
	rig_clear(&rig);
	rig_pass(&rig, 11 * RIG_S);
	EXPECT_STR(rig.sent, LINE("NO ANSWER"));
	expect_calls("");
	EXPECT_EQ(modem_deadline(&rig.modem), MODEM_NEVER);
	EXPECT_EQ(rig_command(&rig, "reply never"), -EINVAL);
	EXPECT_EQ(rig_command(&rig, "reply busy"), -EINVAL);
	EXPECT_EQ(rig_command(&rig, "hangup 3"), -EINVAL);
	/* By hand again. */
	EXPECT_EQ(rig_command(&rig, "reply manual"), 0);
	expect_answer("ATD1;", OK);
	rig_clear(&rig);
	rig_pass(&rig, 60 * RIG_S);
	EXPECT_STR(rig.sent, "");
	EXPECT_EQ(rig_command(&rig, "noanswer"), 0);
	EXPECT_STR(rig.sent, LINE("NO ANSWER"));
}

static void status_names_the_calls(void)
{
	second_caller();
	rig_at(&rig, "AT+CHLD=2");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "status"), 0);
	EXPECT_CONTAINS(rig.said, "modem: call 1 held, from 1000\nmodem: call 2 active, from +2000\n");
}

static const struct unit_test tests[] = {
	{"a second caller waits", second_caller_waits},
	{"a waiting call is accepted, sent away, or gives up", waiting_call_is_accepted_or_not},
	{"a waiting call rings when it is left alone", waiting_call_rings_when_it_is_alone},
	{"a call that is made puts the other on hold", call_made_puts_the_other_on_hold},
	{"a conference is made, split and left", conference},
	{"two are connected with each other", transfer},
	{"impossible operations are refused", impossible_operations_are_refused},
	{"nobody hears a call on hold", nobody_hears_a_held_call},
	{"the other side replies by itself", other_side_replies_by_itself},
	{"status names the calls", status_names_the_calls},
};

UNIT_MAIN("modem simulator's calls", tests)
