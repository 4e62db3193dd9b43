/* Telephony (the call partition's own AT driver) and a client on one modem. */
#include "examples/handset/call/at.h"
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/rig.h"
#include "vdev-modem/tap.h"

static struct rig r;
static struct tap tap;
static struct at at;
static char heard[1024];

static void at_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	tap_send(&tap, r.now_ns, bytes, count);
}

static void at_urc(void *data, const char *line)
{
	(void)data;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "urc %s|", line);
}

static void at_done_(void *data, enum at_result result, const char *line)
{
	(void)data;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%s %s|", at_result_str(result), line);
}

static void to_driver(void *data, const char *bytes, size_t count)
{
	(void)data;
	at_receive(&at, r.now_ns, bytes, count);
}

static const struct at_impl at_impl = {at_send, at_urc};
static unsigned released;

static void on_released(void *data)
{
	(void)data;
	released++;
}

static const struct tap_impl tap_impl = {to_driver, on_released};

static void start(void)
{
	rig_init(&r, NULL);
	at_init(&at, &at_impl, NULL);
	tap_init(&tap, &r.vm.line, &tap_impl, NULL);
	heard[0] = 0;
	(void)rig_line(&r, 0, "ATE0+CMEE=1");
}

static void answers(void)
{
	start();
	(void)at_command(&at, 0, "AT+CSQ", 1000, at_done_);
	(void)at_command(&at, 0, "AT+CPIN=1", 1000, at_done_);
	rig_settle(&r);
	EXPECT_STR(heard, "ok +CSQ: 23,99|error |");
	tap_urc(&tap, "RING");
	EXPECT_STR(heard, "ok +CSQ: 23,99|error |urc RING|");
}

/* A client's query is under way; the call is answered next, before the client's others and everyone's. */
static void voice_first(void)
{
	start();
	r.fake.silent = true;
	(void)rig_line(&r, 0, "AT+CSQ");
	rig_type(&r, 0, "AT+CGMI\r", 8);
	(void)at_command(&at, 0, "AT+CHUP", 3000, at_done_);
	r.fake.silent = false;
	rig_urc(&r, "OK");
	EXPECT_STR(r.fake.leak, "AT+CHUP");
	EXPECT_STR(r.sent[0], "\r\nOK\r\n\r\nPartyline\r\n\r\nOK\r\n");
	EXPECT_STR(heard, "error |");
}

/* What ends a call is told once it has; what is refused, and what leaves all calls as they are, is not. */
static void tells_of_the_end(void)
{
	static const struct {
		const char *command, *answer;
		unsigned released;
	} cases[] = {{"AT+CHUP", "OK", 1}, {"AT+CHUP", "ERROR", 0}, {"ATH", "OK", 1}, {"AT+CHLD=0", "OK", 1},
		{"AT+CHLD=1", "OK", 1}, {"AT+CHLD=2", "OK", 0}, {"AT+CHLD=3", "OK", 0}, {"ATA", "OK", 0},
		{"AT+CSQ", "OK", 0}};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start();
		released = 0;
		r.fake.silent = true;
		(void)at_command(&at, r.now_ns, cases[i].command, 3000, at_done_);
		EXPECT_EQ(released, 0);
		rig_urc(&r, cases[i].answer);
		EXPECT_EQ(released, cases[i].released);
	}
}

/* A modem that comes later than the first command is found at the next one, not after a time-out of the line's. */
static void late_modem(void)
{
	start();
	r.fake.silent = true;
	(void)at_command(&at, r.now_ns, "AT+CSQ", 1000, at_done_);
	rig_pass(&r, 1000);
	at_tick(&at, r.now_ns);
	rig_pass(&r, 300);
	at_tick(&at, r.now_ns);
	r.fake.silent = false;
	(void)at_command(&at, r.now_ns, "AT+CSQ", 1000, at_done_);
	rig_pass(&r, LINE_QUIET_MS);
	EXPECT_STR(heard, "time-out |ok +CSQ: 23,99|");
}

/* The driver's own time-outs count; what it gave up does not come back as another's answer. */
static void silence(void)
{
	start();
	r.fake.silent = true;
	for (unsigned i = 0; i < 40; i++) {
		(void)at_command(&at, r.now_ns, "AT+CSQ", 500, at_done_);
		rig_pass(&r, 1000);
		at_tick(&at, r.now_ns);
		rig_pass(&r, 300);
		at_tick(&at, r.now_ns);
	}
	r.fake.silent = false;
	rig_pass(&r, 20000);
	at_tick(&at, r.now_ns);
	at_tick(&at, r.now_ns + RIG_MS * AT_QUIET_MS);
	heard[0] = 0;
	(void)at_command(&at, r.now_ns, "AT+CGMI", 1000, at_done_);
	(void)at_command(&at, r.now_ns, "AT+CSQ", 1000, at_done_);
	rig_settle(&r);
	EXPECT_CONTAINS(heard, "ok +CSQ: 23,99|");
	EXPECT_EQ(r.lost_count > 0, 1);
}

static const struct unit_test tests[] = {
	{"the driver hears what it would hear alone", answers},
	{"the driver's command is the next one, whatever clients wait for", voice_first},
	{"a call that the driver ends is told of when it has ended", tells_of_the_end},
	{"a modem that comes late is found at the next command", late_modem},
	{"a silent modem leaves nothing of old commands behind", silence},
};

UNIT_MAIN("modem tap", tests)
