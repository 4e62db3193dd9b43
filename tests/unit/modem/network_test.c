/* The modem simulator's network: messages, registration, signal, USSD, the SIM's files, scenarios. */
#include <errno.h>
#include "tests/unit/expect.h"
#include "tests/unit/modem/rig.h"

static struct rig rig;

#define OK	   "\r\nOK\r\n"
#define LINE(text) "\r\n" text "\r\n"

static void expect_answer(const char *command, const char *answer)
{
	rig_clear(&rig);
	rig_at(&rig, command);
	EXPECT_STR(rig.sent, answer);
}

/* The recipe of TS 23.038 6.1.2.1, done by another implementation: "hellohello" is E8329BFD4697D9EC37. */
static void a_message_is_indicated_and_listed_as_pdu(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CNMI=2,1");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "sms +15551234 hellohello"), 0);
	EXPECT_STR(rig.sent, LINE("+CMTI: \"SM\",1"));
	expect_answer("AT+CMGL=4",
		LINE("+CMGL: 1,0,,26\r\n00040891515521430000621010000010000AE8329BFD4697D9EC37") OK);
	expect_answer("AT+CMGL=0", OK); /* it is read now */
	expect_answer("AT+CMGR=1",
		LINE("+CMGR: 1,,26\r\n00040891515521430000621010000010000AE8329BFD4697D9EC37") OK);
	expect_answer("AT+CPMS?", LINE("+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20") OK);
	expect_answer("AT+CMGD=1", OK);
	expect_answer("AT+CMGR=1", LINE("+CMS ERROR: 321"));
}

static void a_message_in_text_mode(void)
{
	rig_init(&rig);
	EXPECT_EQ(rig_command(&rig, "sms 5551234 Gr\xc3\xbc\xc3\x9f\x65"), 0);
	EXPECT_EQ(rig_command(&rig, "sms 5551234 second"), 0);
	expect_answer("AT+CMGF=1", OK);
	expect_answer("AT+CMGR=1",
		LINE("+CMGR: \"REC UNREAD\",\"5551234\",,\"26/01/01,00:00:01+00\"\r\nGr\xc3\xbc\xc3\x9f\x65")
			OK);
	expect_answer("AT+CMGL=\"REC UNREAD\"",
		LINE("+CMGL: 2,\"REC UNREAD\",\"5551234\",,\"26/01/01,00:00:01+00\"\r\nsecond") OK);
	/* Not all of its characters are GSM's: two octets each. */
	expect_answer("AT+CMGF=0;+CMGR=1",
		LINE("+CMGR: 1,,27\r\n00040781551532F40008621010000010000A0047007200FC00DF0065") OK);
	rig_at(&rig, "AT+CNMI=2,2");
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "sms 5551234 hellohello"), 0);
	EXPECT_STR(rig.sent, LINE("+CMT: ,26\r\n00040781551532F40000621010000010000AE8329BFD4697D9EC37"));
	expect_answer("AT+CMGR=3", LINE("+CMS ERROR: 321"));
}

static void messages_are_sent(void)
{
	rig_init(&rig);
	expect_answer("AT+CMGS=22", "\r\n> ");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now,
		"0001000891515521430000"
		"0AE8329BFD4697D9EC37\x1a",
		43);
	EXPECT_STR(rig.sent, LINE("+CMS ERROR: 304")); /* the length is another */
	expect_answer("AT+CMGS=20", "\r\n> ");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now,
		"0001000891515521430000"
		"0AE8329BFD4697D9EC37\x1a",
		43);
	EXPECT_STR(rig.sent, LINE("+CMGS: 1") OK);
	EXPECT_CONTAINS(rig.said, "modem: sms to +15551234: hellohello\n");
	expect_answer("AT+CMGS=20", "\r\n> ");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now, "0001\x1b", 5);
	EXPECT_STR(rig.sent, OK);
	rig_at(&rig, "AT+CMGF=1");
	expect_answer("AT+CMGS=\"5551234\"", "\r\n> ");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now, "good day\x1a", 9);
	EXPECT_STR(rig.sent, LINE("+CMGS: 2") OK);
	EXPECT_CONTAINS(rig.said, "modem: sms to 5551234: good day\n");
	EXPECT_EQ(rig_command(&rig, "sms refuse"), 0);
	rig_at(&rig, "AT+CMGS=\"5551234\"");
	rig_clear(&rig);
	modem_receive(&rig.modem, rig.now, "good day\x1a", 9);
	EXPECT_STR(rig.sent, LINE("+CMS ERROR: 331"));
}

static void a_full_store_takes_no_more(void)
{
	rig_init(&rig);
	for (unsigned i = 0; i < MODEM_SMS_COUNT; i++)
		EXPECT_EQ(rig_command(&rig, "sms 5551234 x"), 0);
	EXPECT_EQ(rig_command(&rig, "sms 5551234 x"), -EINVAL);
	EXPECT_CONTAINS(rig.said, "the store of 20 is full");
	expect_answer("AT+CMGD=1,4", OK);
	expect_answer("AT+CMGL=4", OK);
	EXPECT_EQ(rig_command(&rig, "sms five x"), -EINVAL);
}

static void registration_changes_are_told(void)
{
	rig_init(&rig);
	expect_answer("AT+CREG=2;+CGREG=1", OK);
	expect_answer("AT+CREG?", LINE("+CREG: 2,1,\"00a1\",\"00000102\",7") OK);
	expect_answer("AT+CEREG?", LINE("+CEREG: 0,1") OK);
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "registration 2"), 0);
	EXPECT_STR(rig.sent, LINE("+CREG: 2") LINE("+CGREG: 2"));
	expect_answer("AT+COPS?", LINE("+COPS: 0") OK);
	rig_clear(&rig);
	EXPECT_EQ(rig_command(&rig, "registration 5 7 9"), 0);
	EXPECT_STR(rig.sent, LINE("+CREG: 5,\"0007\",\"00000009\",7") LINE("+CGREG: 5"));
	EXPECT_EQ(rig_command(&rig, "registration 6"), -EINVAL);
	EXPECT_EQ(rig_command(&rig, "signal 4"), 0);
	expect_answer("AT+CSQ", LINE("+CSQ: 4,99") OK);
	EXPECT_EQ(rig_command(&rig, "signal 40"), -EINVAL);
}

static void ussd_answers_come_later(void)
{
	rig_init(&rig);
	expect_answer("AT+CUSD=1,\"*101#\",15", OK);
	rig_clear(&rig);
	rig_pass(&rig, 300 * RIG_MS);
	EXPECT_STR(rig.sent, LINE("+CUSD: 1,\"1 Balance 2 Number\",15"));
	rig_at(&rig, "AT+CUSD=1,\"2\",15");
	rig_clear(&rig);
	rig_pass(&rig, 300 * RIG_MS);
	EXPECT_STR(rig.sent, LINE("+CUSD: 0,\"Number +358401234567\",15"));
	/* No session any more, and no such service. */
	rig_at(&rig, "AT+CUSD=1,\"2\",15");
	rig_clear(&rig);
	rig_pass(&rig, 300 * RIG_MS);
	EXPECT_STR(rig.sent, LINE("+CUSD: 4"));
	EXPECT_EQ(rig_command(&rig, "ussd Your data is used up"), 0);
	rig_clear(&rig);
	rig_pass(&rig, 300 * RIG_MS);
	EXPECT_STR(rig.sent, LINE("+CUSD: 0,\"Your data is used up\",15"));
}

static void the_sim_has_files(void)
{
	rig_init(&rig);
	expect_answer("AT+CRSM=176,12258,0,0,10", LINE("+CRSM: 144,0,\"98531010325476981032\"") OK);
	expect_answer("AT+CRSM=176,12258,0,2,2", LINE("+CRSM: 144,0,\"1010\"") OK);
	expect_answer("AT+CRSM=176,28599,0,0,6", LINE("+CRSM: 144,0,\"11F3FFFFFFFF\"") OK);
	expect_answer("AT+CRSM=176,1,0,0,6", LINE("+CRSM: 106,130") OK);
	expect_answer("AT+CRSM=176,12258,0,0,11", LINE("+CRSM: 103,0") OK);
	expect_answer("AT+CRSM=192,28599", LINE("+CRSM: 144,0,\"0000000f6fb7040000ff4401020000\"") OK);
	EXPECT_EQ(rig_command(&rig, "ecc 17 112"), 0);
	expect_answer("AT+CRSM=176,28599,0,0,6", LINE("+CRSM: 144,0,\"71FFFF11F2FF\"") OK);
	EXPECT_EQ(rig_command(&rig, "ecc 1234567"), -EINVAL);
	expect_answer("AT+CSIM=14,\"00A40004022FE2\"", LINE("+CSIM: 4,\"9000\"") OK);
	expect_answer("AT+CSIM=10,\"00B0000003\"", LINE("+CSIM: 10,\"9853109000\"") OK);
	expect_answer("AT+CSIM=14,\"00A4000402FFFF\"", LINE("+CSIM: 4,\"6A82\"") OK);
	expect_answer("AT+CSIM=10,\"00B00000\"", "\r\nERROR\r\n");
}

static void a_scenario_runs_by_itself(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CLIP=1;+CREG=1;+CNMI=2,1");
	EXPECT_EQ(rig_command(&rig, "after 1000 ring 5551234"), 0);
	EXPECT_EQ(rig_command(&rig, "after 2000 hangup"), 0);
	EXPECT_EQ(rig_command(&rig, "after 500 registration 5"), 0);
	EXPECT_EQ(rig_command(&rig, "after 3000 sms 5551234 missed you"), 0);
	EXPECT_EQ(rig_command(&rig, "after x ring 5551234"), -EINVAL);
	rig_clear(&rig);
	rig_pass(&rig, 5 * RIG_S);
	EXPECT_STR(rig.sent, LINE("+CREG: 5") LINE("RING") LINE("+CLIP: \"5551234\",129,,,\"\"")
				     LINE("NO CARRIER") LINE("+CMTI: \"SM\",1"));
}

static void a_reset_forgets_settings_and_keeps_the_sim(void)
{
	rig_init(&rig);
	rig_at(&rig, "AT+CREG=2;+CMEE=2");
	EXPECT_EQ(rig_command(&rig, "sms 5551234 x"), 0);
	EXPECT_EQ(rig_command(&rig, "ecc 17"), 0);
	EXPECT_EQ(rig_command(&rig, "fault reset 1000"), 0);
	expect_answer("AT", ""); /* it is not there yet */
	rig_pass(&rig, 1001 * RIG_MS);
	expect_answer("ATE0", "ATE0\r" OK);
	expect_answer("AT+CREG?;+CMEE?", LINE("+CREG: 0,1") LINE("+CMEE: 0") OK);
	expect_answer("AT+CPMS?", LINE("+CPMS: \"SM\",1,20,\"SM\",1,20,\"SM\",1,20") OK);
	expect_answer("AT+CRSM=176,28599,0,0,3", LINE("+CRSM: 144,0,\"71FFFF\"") OK);
	EXPECT_EQ(rig_command(&rig, "fault gremlins"), -EINVAL);
}

static const struct unit_test tests[] = {
	{"a message is indicated and listed as a PDU", a_message_is_indicated_and_listed_as_pdu},
	{"a message in text mode, in GSM's alphabet and beyond", a_message_in_text_mode},
	{"messages are sent, refused and given up", messages_are_sent},
	{"a full store takes no more", a_full_store_takes_no_more},
	{"registration and signal change", registration_changes_are_told},
	{"USSD: an answer, a menu, and what the network begins", ussd_answers_come_later},
	{"the SIM has files, by CRSM and CSIM", the_sim_has_files},
	{"a scenario runs by itself", a_scenario_runs_by_itself},
	{"a reset forgets the settings, not the SIM", a_reset_forgets_settings_and_keeps_the_sim},
};

UNIT_MAIN("modem network", tests)
