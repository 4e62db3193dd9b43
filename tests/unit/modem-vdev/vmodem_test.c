/* What a client may rely on: its own state, framing, URCs at the right time, questions to the user, emergency calls. */
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/rig.h"

static struct rig r;

static const char two_clients[] =
	"[linux]\nquery = allow\nsms-read = allow\ndial = ask\nsms-send = ask\nussd = ask\n"
	"control = virtual\nradio = virtual\nask-time = 5s\n"
	"[other]\nquery = allow\ndial = allow\nanswer = allow\n";

static void own_state(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0+CMEE=1;+CSCS=\"UCS2\";+CREG=2;+CLIP=1");
	(void)rig_line(&r, 1, "ATE0+CSCS=\"GSM\"");
	EXPECT_STR(rig_line(&r, 0, "AT+CSCS?;+CREG?;+CLIP?"),
		"\r\n+CSCS: \"UCS2\"\r\n\r\n+CREG: 2,1,\"00A1\",\"0000BEEF\",7\r\n\r\n+CLIP: "
		"1,1\r\n\r\nOK\r\n");
	EXPECT_STR(rig_line(&r, 1, "AT+CSCS?;+CREG?;+CLIP?"),
		"\r\n+CSCS: \"GSM\"\r\n\r\n+CREG: 0,1\r\n\r\n+CLIP: 0,1\r\n\r\nOK\r\n");
	rig_clear(&r);
	rig_urc(&r, "+CLIP: \"+358401\",145,,,\"A\xc3\xa4\"");
	EXPECT_STR(r.sent[0], "\r\n+CLIP: \"+358401\",145,,,\"004100E4\",0\r\n");
	EXPECT_STR(r.sent[1], "");
	EXPECT_STR(r.urcs, "+CLIP: \"+358401\",145,,,\"A\xc3\xa4\"\n");
	/* Z of one does not touch the other. */
	(void)rig_line(&r, 1, "ATZ");
	EXPECT_STR(rig_line(&r, 0, "AT+CLIP?"), "\r\n+CLIP: 1,1\r\n\r\nOK\r\n");
}

static void names_in_the_list_of_calls(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0+CSCS=\"UCS2\"");
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CLCC");
	r.fake.silent = false;
	rig_urc(&r, "+CLCC: 1,1,0,0,0,\"+358401\",145,\"A\xc3\xa4\"");
	rig_urc(&r, "+CLCC: 2,1,5,0,0,\"1000\",129");
	rig_urc(&r, "OK");
	EXPECT_STR(r.sent[0], "\r\n+CLCC: 1,1,0,0,0,\"+358401\",145,\"004100E4\"\r\n"
			      "\r\n+CLCC: 2,1,5,0,0,\"1000\",129\r\n\r\nOK\r\n");
}

static void framing(void)
{
	rig_init(&r, NULL);
	EXPECT_STR(rig_line(&r, 0, "AT"), "AT\r\r\nOK\r\n");
	(void)rig_line(&r, 0, "ATE0");
	EXPECT_STR(rig_line(&r, 0, "ATV0"), "0\r");
	EXPECT_STR(rig_line(&r, 0, "AT+CSQ"), "+CSQ: 23,99\r\n0\r");
	EXPECT_STR(rig_line(&r, 0, "AT+XYZ"), "4\r");
	EXPECT_STR(rig_line(&r, 0, "ATQ1"), "");
	EXPECT_STR(rig_line(&r, 0, "AT+CSQ"), "");
	EXPECT_STR(rig_line(&r, 0, "ATQ0V1"), "\r\nOK\r\n");
	EXPECT_STR(rig_line(&r, 0, "AT+CSIM=1"), "\r\nERROR\r\n");
	(void)rig_line(&r, 0, "AT+CMEE=2");
	EXPECT_STR(rig_line(&r, 0, "AT+CSIM=1"), "\r\n+CME ERROR: operation not allowed\r\n");
	EXPECT_STR(rig_line(&r, 0, "AT;+CSQ;+CSIM=1;+CGMI"),
		"\r\n+CSQ: 23,99\r\n\r\n+CME ERROR: operation not allowed\r\n");
}

static void urc_not_inside(void)
{
	rig_init(&r, NULL);
	(void)rig_line(&r, 0, "ATE0");
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CSQ");
	rig_urc(&r, "RING");
	EXPECT_STR(r.sent[0], "");
	r.fake.silent = false;
	rig_urc(&r, "+CSQ: 7,99");
	rig_urc(&r, "RING");
	rig_urc(&r, "OK");
	EXPECT_STR(r.sent[0], "\r\n+CSQ: 7,99\r\n\r\nOK\r\n\r\nRING\r\n\r\nRING\r\n");
}

static void silent_modem(void)
{
	rig_init(&r, NULL);
	(void)rig_line(&r, 0, "ATE0+CMEE=1");
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CSQ");
	rig_type(&r, 0, "AT+CMEE?\r", 9);
	EXPECT_STR(r.sent[0], "");
	rig_pass(&r, 6000);
	EXPECT_STR(r.sent[0], "\r\n+CME ERROR: 0\r\n\r\n+CMEE: 1\r\n\r\nOK\r\n");
}

static void asked_allowed(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0");
	EXPECT_STR(rig_line(&r, 0, "ATD+358401234567;"), "");
	EXPECT_STR(r.ask.number, "+358401234567");
	EXPECT_EQ(r.ask.class, MODEM_CLASS_DIAL);
	EXPECT_EQ(r.dial_count, 0);
	EXPECT_EQ(vmodem_decide(&r.vm, r.now_ns, r.ask.id, true), 0);
	EXPECT_STR(r.sent[0], "\r\nOK\r\n");
	EXPECT_STR(r.dialled, "+358401234567");
	/* This call, this number: the next one is asked about again. */
	EXPECT_STR(rig_line(&r, 0, "ATD+358401234567;"), "");
	EXPECT_EQ(r.ask_count, 2);
	EXPECT_EQ(r.dial_count, 1);
}

static void asked_refused(void)
{
	uint32_t id;

	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0+CMEE=1");
	(void)rig_line(&r, 0, "ATD5551234;");
	id = r.ask.id;
	EXPECT_EQ(vmodem_decide(&r.vm, r.now_ns, id, false), 0);
	EXPECT_STR(r.sent[0], "\r\n+CME ERROR: 3\r\n");
	EXPECT_STR(r.refused_reason, "the user says no");
	EXPECT_EQ(vmodem_decide(&r.vm, r.now_ns, id, true) < 0, 1);
	EXPECT_EQ(r.dial_count, 0);
	/* No way to wear the user out. */
	EXPECT_STR(rig_line(&r, 0, "ATD5551234;"), "\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(r.ask_count, 1);
}

static void asked_nobody(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0");
	(void)rig_line(&r, 0, "ATD5551234;");
	rig_pass(&r, 4999);
	EXPECT_STR(r.sent[0], "");
	rig_pass(&r, 2);
	EXPECT_STR(r.sent[0], "\r\nERROR\r\n");
	EXPECT_EQ(r.over_count, 1);
	rig_pass(&r, 3000);
	/* Typing on withdraws the question, and what was typed is run. */
	(void)rig_line(&r, 0, "ATD5551234;");
	rig_type(&r, 0, "\nAT+GCAP\r", 9);
	EXPECT_STR(r.sent[0], "\r\nERROR\r\n\r\n+GCAP: +CGSM\r\n\r\nOK\r\n");
	EXPECT_EQ(r.over_count, 2);
	EXPECT_EQ(r.dial_count, 0);
}

static void message(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0");
	EXPECT_STR(rig_line(&r, 0, "AT+CMGS=13"), "\r\n> ");
	rig_clear(&r);
	/* With a service centre of the client's: the SIM's is used instead. */
	rig_type(&r, 0,
		"07915348050202000100"
		"0C91538410325476"
		"00000141\x1a",
		45);
	EXPECT_EQ(r.ask_count, 0); /* 14 octets, not 13 */
	EXPECT_STR(r.sent[0], "\r\n+CMS ERROR: 304\r\n");
	EXPECT_STR(rig_line(&r, 0, "AT+CMGS=14"), "\r\n> ");
	rig_clear(&r);
	rig_type(&r, 0,
		"07915348050202000100"
		"0C91538410325476"
		"00000141\x1a",
		45);
	EXPECT_STR(r.ask.number, "+354801234567");
	EXPECT_EQ(vmodem_decide(&r.vm, r.now_ns, r.ask.id, true), 0);
	rig_settle(&r);
	EXPECT_STR(r.fake.last, "AT+CMGF=0;+CMGS=14");
	EXPECT_STR(r.fake.payload, "0001000C9153841032547600000141");
	EXPECT_STR(r.sent[0], "\r\n+CMGS: 7\r\n\r\nOK\r\n");
}

static void ussd(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0+CSCS=\"UCS2\"");
	(void)rig_line(&r, 0, "AT+CUSD=1,\"002A0031003000300023\",15");
	EXPECT_STR(r.ask.number, "*100#");
	(void)vmodem_decide(&r.vm, r.now_ns, r.ask.id, true);
	rig_settle(&r);
	EXPECT_STR(r.fake.last, "AT+CUSD=1,\"*100#\",15");
	rig_clear(&r);
	rig_urc(&r, "+CUSD: 0,\"Hi\",15");
	EXPECT_STR(r.sent[0], "\r\n+CUSD: 0,\"00480069\",15\r\n");
	EXPECT_STR(r.sent[1], "");
	rig_clear(&r);
	rig_urc(&r, "+CUSD: 0,\"Hi\",15");
	EXPECT_STR(r.sent[0], "");
}

/* Whatever stands around it, whatever the policy is. */
static void emergency(void)
{
	static const char *const ways[] = {"ATD112;", "ATD112", "atd 112 ;", "ATDT911;", "ATD1-1-2;",
		"ATD112I;", "AT+CSQ;D112;", "ATE0V1D911;", "ATD112;+CSQ", "xxATD112;", "ATD113;", "ATD08;",
		"ATD000;", "ATD1771;"};
	static const char *const not[] = {
		"ATD1121;", "ATD+112;", "ATD*112#;", "ATD112,1;", "ATD>112;", "ATD11;", "ATD0112;"};
	unsigned expected = 0, misses = 0, false_ones = 0;

	rig_init(&r, "[linux]\nquery = allow\n");
	emergency_set_sim(&r.vm.emergency, true);
	(void)emergency_add_file(&r.vm.emergency, "11F3FFFFFFFF", 3);
	rig_urc(&r, "+CEN1: 1,310");
	rig_urc(&r, "+CEN2: 1,1771");
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		/* 08 and 000 count only without a SIM. */
		expected += i != 11 && i != 12;
		(void)rig_line(&r, 0, ways[i]);
		misses += r.emergency_count != expected && i != 11 && i != 12;
	}
	EXPECT_EQ(r.emergency_count, expected);
	emergency_set_sim(&r.vm.emergency, false);
	(void)rig_line(&r, 0, "ATD08;");
	(void)rig_line(&r, 0, "ATD000;");
	(void)rig_line(&r, 0, "ATD999;");
	EXPECT_EQ(r.emergency_count, expected + 3);
	/* The SIM is gone, and so are its numbers. */
	(void)rig_line(&r, 0, "ATD113;");
	EXPECT_EQ(r.emergency_count, expected + 3);
	for (unsigned i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		(void)rig_line(&r, 0, not[i]);
	false_ones = r.emergency_count - (expected + 3);
	EXPECT_EQ(false_ones, 0);
	EXPECT_EQ(rig_leaks(&r), 0);
	printf("modem.emergency_misses\t%u\tcalls\nmodem.emergency_false\t%u\tcalls\n", misses, false_ones);
}

static void calls_untouched(void)
{
	rig_init(&r, two_clients);
	(void)rig_line(&r, 0, "ATE0");
	for (unsigned i = 0; i < 1000; i++) {
		EXPECT_STR(rig_line(&r, 0, "ATH"), "\r\nOK\r\n");
		(void)rig_line(&r, 0, "ATZE0");
		EXPECT_STR(rig_line(&r, 0, "AT+CFUN=4"), "\r\nOK\r\n");
		(void)rig_line(&r, 0, "AT+CHUP;+CHLD=1;+CFUN=1,1;+CFUN=0");
		vmodem_reset_client(&r.vm, r.now_ns, 0);
		(void)rig_line(&r, 0, "ATE0");
	}
	EXPECT_EQ(r.fake.line_count, 0);
	EXPECT_EQ(rig_leaks(&r), 0);
}

static void reset_in_the_middle(void)
{
	rig_init(&r, two_clients);
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CSQ");
	vmodem_reset_client(&r.vm, r.now_ns, 0);
	rig_clear(&r);
	r.fake.silent = false;
	rig_urc(&r, "+CSQ: 7,99");
	rig_urc(&r, "OK");
	EXPECT_STR(r.sent[0], "");
	EXPECT_STR(rig_line(&r, 0, "ATE0"), "ATE0\r\r\nOK\r\n");
	(void)rig_line(&r, 0, "ATD1;");
	vmodem_reset_client(&r.vm, r.now_ns, 0);
	EXPECT_EQ(r.over_count, 1);
}

static void policies(void)
{
	struct modem_policy p;
	char error[160];

#define BAD(text, words)                                                                                     \
	EXPECT_EQ(modem_policy_parse(&p, text, error, sizeof(error)) < 0, 1);                                \
	EXPECT_CONTAINS(error, words)
	BAD("dial = allow\n", "line 1: stands in no [client]");
	BAD("[linux]\ndail = allow\n", "line 2: no class: 'dail'");
	BAD("[linux]\ndial = maybe\n", "line 2: no action: 'maybe'");
	BAD("[linux]\nservice = allow\n", "line 2: an action that this class does not have");
	BAD("[linux]\nunknown = allow\n", "does not have");
	BAD("[linux]\nemergency = refuse\n", "does not have");
	BAD("[linux]\ndial = ask\ndial = allow\n", "line 3: given twice");
	BAD("[linux]\n[linux]\n", "line 2: client given twice");
	BAD("[linux\n", "no [client]");
	BAD("[linux]\nask-time = 100s\n", "ask-time");
	BAD("[a]\n[b]\n[c]\n[d]\n[e]\n", "one client too many");
	BAD("[linux]\ndial allow\n", "no 'class = action'");
	EXPECT_EQ(modem_policy_parse(&p, "# x\n\n[linux] # y\n dial=ask#z\n", error, sizeof(error)), 0);
	EXPECT_EQ(p.client[0].action[MODEM_CLASS_DIAL], MODEM_ASK);
	EXPECT_EQ(p.client[0].action[MODEM_CLASS_QUERY], MODEM_REFUSE);
	EXPECT_EQ(p.client[0].action[MODEM_CLASS_UNKNOWN], MODEM_REFUSE);
}

static void handset_policy(void)
{
	static char text[4096];
	struct modem_policy p;
	char error[160] = "";
	FILE *file = fopen("examples/handset/modem.conf", "r");
	size_t count = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	EXPECT_EQ(count > 0, 1);
	(void)modem_policy_parse(&p, text, error, sizeof(error));
	EXPECT_STR(error, "");
	EXPECT_EQ(modem_policy_client(&p, "linux") != NULL, 1);
	EXPECT_EQ(p.client[0].action[MODEM_CLASS_DIAL] == MODEM_ALLOW, 0);
}

static void flood(void)
{
	rig_init(&r, NULL);
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CSQ");
	for (unsigned i = 0; i < 1000; i++)
		rig_type(&r, 0, "AT+CSQ\r", 7);
	EXPECT_EQ(r.vm.client[0].pending_dropped > 0, 1);
	EXPECT_EQ(r.fake.line_count, 1);
	r.fake.silent = false;
	rig_pass(&r, 20000);
	EXPECT_EQ(r.vm.client[0].state, VMODEM_READY);
	(void)rig_line(&r, 0, "\rATE0");
	EXPECT_STR(rig_line(&r, 0, "AT"), "\r\nOK\r\n");
}

/* Each in the way that it has asked for, if it may read; the message is read once for all. */
static void message_comes(void)
{
	static const char pdu[] = "0791534805020200040C91534810325476000062112221000080024F76";
	char whole[160];
	struct rig *rig = &r;

	snprintf(whole, sizeof(whole), "\r\n+CMT: ,22\r\n%s\r\n", pdu);
	rig_init(rig, "[a]\nquery = allow\nsms-read = allow\n[b]\nquery = allow\nsms-read = allow\n"
		      "[c]\nquery = allow\nsms-read = allow\n[d]\nquery = allow\n");
	(void)rig_line(rig, 0, "ATE0+CNMI=2,2");
	(void)rig_line(rig, 1, "ATE0+CNMI=2,1");
	(void)rig_line(rig, 2, "ATE0+CNMI=1,2");
	(void)rig_line(rig, 3, "ATE0+CNMI=2,2");
	rig_clear(rig);
	rig_urc(rig, "+CMTI: \"SM\",3");
	rig_settle(rig);
	EXPECT_STR(rig->sent[0], whole);
	EXPECT_STR(rig->sent[1], "\r\n+CMTI: \"SM\",3\r\n");
	EXPECT_STR(rig->sent[2], whole);
	EXPECT_STR(rig->sent[3], "");
	EXPECT_STR(rig->urcs, "+CMTI: \"SM\",3\n");
	/* No modem to read it from: nothing is stuck. */
	rig->fake.silent = true;
	rig_urc(rig, "+CMTI: \"SM\",4");
	rig_pass(rig, 30000);
	rig->fake.silent = false;
	rig_clear(rig);
	rig_pass(rig, 5000);
	rig_urc(rig, "+CMTI: \"SM\",5");
	rig_settle(rig);
	EXPECT_STR(rig->sent[0], whole);
}

/* The store is one, each client's view of it is its own. */
static void one_deletes_the_other_still_reads(void)
{
	static const char listed[] =
		"\r\n+CMGL: "
		"1,0,,22\r\n0791534805020200040C91534810325476000062112221000080024F76\r\n\r\nOK\r\n";
	struct rig *rig = &r;

	rig_init(rig, "[a]\nsms-read = allow\n[b]\nsms-read = allow\n");
	(void)rig_line(rig, 0, "ATE0+CMEE=1");
	(void)rig_line(rig, 1, "ATE0+CMEE=1");
	EXPECT_STR(rig_line(rig, 0, "AT+CMGL=4"), listed);
	EXPECT_STR(rig_line(rig, 1, "AT+CMGL=4"), listed);
	rig->fake.line_count = 0;
	EXPECT_STR(rig_line(rig, 0, "AT+CMGD=1"), "\r\nOK\r\n");
	EXPECT_EQ(rig->fake.line_count, 0); /* not yet */
	EXPECT_STR(rig_line(rig, 0, "AT+CMGL=4"), "\r\nOK\r\n");
	EXPECT_STR(rig_line(rig, 0, "AT+CMGR=1"), "\r\n+CMS ERROR: 321\r\n");
	EXPECT_STR(rig_line(rig, 0, "AT+CMGD=1"), "\r\nOK\r\n");
	EXPECT_STR(rig_line(rig, 1, "AT+CMGL=4"), listed);
	/* The next message to come to that place is there for both. */
	rig_urc(rig, "+CMTI: \"SM\",1");
	EXPECT_STR(rig_line(rig, 0, "AT+CMGL=4"), listed);
	/* The last one who has it deletes it. */
	EXPECT_STR(rig_line(rig, 1, "AT+CMGD=1"), "\r\nOK\r\n");
	rig->fake.line_count = 0;
	EXPECT_STR(rig_line(rig, 0, "AT+CMGD=1"), "\r\nOK\r\n");
	EXPECT_EQ(rig->fake.line_count, 1);
	/* Who has begun anew has not asked for any: nothing is kept for it. */
	vmodem_reset_client(&rig->vm, rig->now_ns, 1);
	rig->fake.line_count = 0;
	EXPECT_STR(rig_line(rig, 0, "AT+CMGD=1"), "\r\nOK\r\n");
	EXPECT_EQ(rig->fake.line_count, 1);
}

static const struct unit_test tests[] = {
	{"a message comes to each client as it wants it", message_comes},
	{"what one client deletes the other still reads", one_deletes_the_other_still_reads},
	{"each client has its own settings, and the other's commands do not touch them", own_state},
	{"names in the list of calls are in the client's characters", names_in_the_list_of_calls},
	{"answers are framed as V, Q, E and +CMEE say", framing},
	{"an unsolicited line never stands inside an answer", urc_not_inside},
	{"a modem that is silent costs an error, not the client's line", silent_modem},
	{"what the user allows is dialled: this call, this number", asked_allowed},
	{"what the user refuses is not, and is not asked again at once", asked_refused},
	{"a question that nobody answers is no; typing on withdraws it", asked_nobody},
	{"a message goes to the addressee that was shown, over the SIM's centre", message},
	{"USSD when allowed, and its answer to who asked", ussd},
	{"emergency numbers get through whole, and nothing else does", emergency},
	{"ATH, ATZ, +CFUN=4, +CHUP never reach the modem", calls_untouched},
	{"a client that is reset leaves nothing behind", reset_in_the_middle},
	{"a policy with a mistake is refused with line and reason", policies},
	{"the reference handset's policy is one", handset_policy},
	{"a flood costs the flooder alone", flood},
};

UNIT_MAIN("virtual modem", tests)
