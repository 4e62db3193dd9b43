/* The real modem's line: order, time-outs, abortion, URCs beside answers. */
#include "tests/unit/expect.h"
#include "vdev-modem/line.h"

#define MS 1000000ull

static struct line line;
static char sent[4096], heard[2048];
static unsigned lost;

static void on_send(void *data, const char *bytes, size_t count)
{
	(void)data;
	strncat(sent, bytes, count);
}

static void on_urc(void *data, const char *text)
{
	(void)data;
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "urc %s|", text);
}

static void on_lost(void *data)
{
	(void)data;
	lost++;
}

static void on_information(void *data, const char *text)
{
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%s: %s|", (const char *)data, text);
}

static void on_done(void *data, enum line_result result, unsigned code)
{
	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "%s: %s %u|", (const char *)data,
		line_result_str(result), code);
}

static const struct line_impl impl = {on_send, on_urc, on_lost, NULL};

static void start(void)
{
	line_init(&line, &impl, NULL);
	sent[0] = heard[0] = 0;
	lost = 0;
}

static int submit(const char *text, enum line_priority priority, uint64_t now_ns)
{
	struct line_request r = {.priority = (uint8_t)priority,
		.timeout_ms = 1000,
		.information = on_information,
		.done = on_done,
		.data = (void *)(uintptr_t)text};

	snprintf(r.command, sizeof(r.command), "%s", text);
	return line_submit(&line, now_ns, &r);
}

static void say(const char *text, uint64_t now_ns)
{
	line_receive(&line, now_ns, text, strlen(text));
}

static void priorities(void)
{
	start();
	(void)submit("AT+A", LINE_QUERY, 0);
	(void)submit("AT+B", LINE_QUERY, 0);
	(void)submit("AT+C", LINE_QUERY, 0);
	(void)submit("ATA", LINE_VOICE, 0);
	(void)submit("ATD112;", LINE_EMERGENCY, 0);
	for (unsigned i = 0; i < 5; i++)
		say("\r\nOK\r\n", 0);
	EXPECT_STR(sent, "AT+A\rATD112;\rATA\rAT+B\rAT+C\r");
	EXPECT_STR(heard, "AT+A: ok 0|ATD112;: ok 0|ATA: ok 0|AT+B: ok 0|AT+C: ok 0|");
}

/* A client's flood cannot take the places of voice. */
static void reserved(void)
{
	unsigned queries = 0, voices = 0;

	start();
	while (submit("AT+CSQ", LINE_QUERY, 0) == 0)
		queries++;
	while (submit("AT+CHUP", LINE_VOICE, 0) == 0)
		voices++;
	EXPECT_EQ(queries, LINE_SLOT_COUNT - LINE_SLOT_URGENT);
	EXPECT_EQ(voices, LINE_SLOT_URGENT);
}

static void urc_beside_answer(void)
{
	start();
	(void)submit("AT+CREG?", LINE_QUERY, 0);
	say("\r\nRING\r\n\r\n+CREG: 5\r\n\r\n+CREG: 2,1,\"00A1\",\"BEEF\"\r\n\r\n+CREG: "
	    "1,\"00A1\",\"BEEF\",7\r\n\r\nOK\r\n",
		0);
	EXPECT_STR(heard, "urc RING|urc +CREG: 5|AT+CREG?: +CREG: 2,1,\"00A1\",\"BEEF\"|"
			  "urc +CREG: 1,\"00A1\",\"BEEF\",7|AT+CREG?: ok 0|");
}

static void errors(void)
{
	start();
	(void)submit("AT+A", LINE_QUERY, 0);
	(void)submit("AT+B", LINE_QUERY, 0);
	(void)submit("ATD1;", LINE_VOICE, 0);
	say("\r\n+CME ERROR: 10\r\n", 0);
	say("\r\nNO CARRIER\r\n", 0);
	say("\r\nNO CARRIER\r\n\r\n+CMS ERROR: 302\r\n", 0);
	EXPECT_STR(heard, "AT+A: CME error 10|ATD1;: no carrier 0|urc NO CARRIER|AT+B: CMS error 302|");
}

/* What comes late is not the next one's answer. */
static void time_out(void)
{
	start();
	(void)submit("AT+A", LINE_QUERY, 0);
	(void)submit("AT+B", LINE_QUERY, 0);
	EXPECT_EQ(line_deadline(&line), 1000 * MS);
	line_tick(&line, 1000 * MS);
	EXPECT_STR(heard, "AT+A: time-out 0|");
	EXPECT_STR(sent, "AT+A\r");
	say("\r\nOK\r\n", 1100 * MS);
	EXPECT_STR(heard, "AT+A: time-out 0|");
	line_tick(&line, line_deadline(&line));
	EXPECT_STR(sent, "AT+A\rAT+B\r");
	EXPECT_EQ(line.dropped_count, 1);
}

/* Noise without end does not keep a call from being tried. */
static void babble(void)
{
	uint64_t now = 1000 * MS;

	start();
	(void)submit("AT+A", LINE_QUERY, 0);
	line_tick(&line, now);
	(void)submit("ATD112;", LINE_EMERGENCY, now);
	for (unsigned i = 0; i < 30; i++, now += 100 * MS) {
		say("\r\n#*!\r\n", now);
		line_tick(&line, now);
	}
	EXPECT_STR(sent, "AT+A\rATD112;\r");
}

static void lost_modem(void)
{
	uint64_t now = 0;

	start();
	for (unsigned i = 0; i < 3; i++)
		(void)submit("AT", LINE_QUERY, 0);
	for (unsigned i = 0; i < 6; i++) {
		now = line_deadline(&line) == LINE_NEVER ? now : line_deadline(&line);
		line_tick(&line, now);
	}
	EXPECT_EQ(lost, 1);
	EXPECT_EQ(line.state, LINE_IDLE);
}

static int submit_abortable(const char *text)
{
	struct line_request r = {.priority = LINE_QUERY,
		.timeout_ms = 120000,
		.abortable = true,
		.done = on_done,
		.data = (void *)(uintptr_t)text};

	snprintf(r.command, sizeof(r.command), "%s", text);
	return line_submit(&line, 0, &r);
}

/* V.250 5.6.1: a long search gives way to a call, but not within 125 ms; a short one is not disturbed. */
static void abortion(void)
{
	start();
	(void)submit_abortable("AT+COPS=?");
	(void)submit("ATA", LINE_VOICE, 10 * MS);
	EXPECT_STR(sent, "AT+COPS=?\r");
	EXPECT_EQ(line_deadline(&line), LINE_ABORT_WAIT_MS * MS);
	line_tick(&line, LINE_ABORT_WAIT_MS * MS);
	EXPECT_STR(sent, "AT+COPS=?\r\x1b");
	say("\r\nOK\r\n", 140 * MS);
	EXPECT_STR(sent, "AT+COPS=?\r\x1b"
			 "ATA\r");
	EXPECT_STR(heard, "AT+COPS=?: aborted 0|");
	start();
	(void)submit("AT+CSQ", LINE_QUERY, 0);
	(void)submit("ATA", LINE_VOICE, 500 * MS);
	EXPECT_STR(sent, "AT+CSQ\r");
}

static void payload(void)
{
	struct line_request r = {.command = "AT+CMGS=10",
		.payload = "0001",
		.priority = LINE_CONTROL,
		.timeout_ms = 1000,
		.done = on_done,
		.data = (void *)(uintptr_t)"m"};

	start();
	(void)line_submit(&line, 0, &r);
	say("\r\n> ", 0);
	EXPECT_STR(sent, "AT+CMGS=10\r0001\x1a");
	say("\r\n+CMGS: 7\r\n\r\nOK\r\n", 0);
	EXPECT_STR(heard, "m: ok 0|");
	/* A prompt that nobody asked for is left by ESC. */
	start();
	(void)submit("AT+X", LINE_QUERY, 0);
	say("\r\n> ", 0);
	EXPECT_STR(sent, "AT+X\r\x1b");
}

static void refusals(void)
{
	struct line_request r = {.command = "AT+CMGS=10\rATD1;"};

	start();
	EXPECT_EQ(line_submit(&line, 0, &r) < 0, 1);
	r = (struct line_request){.command = "AT+CMGS=10",
		.payload = "00\x1a"
			   "ATD1;\r"};
	EXPECT_EQ(line_submit(&line, 0, &r) < 0, 1);
	r = (struct line_request){.command = ""};
	EXPECT_EQ(line_submit(&line, 0, &r) < 0, 1);
	EXPECT_STR(sent, "");
}

static void garbage(void)
{
	char bytes[1500];

	start();
	(void)submit("AT", LINE_QUERY, 0);
	memset(bytes, 'x', sizeof(bytes));
	line_receive(&line, 0, bytes, sizeof(bytes));
	say("\r\n\x01\x02\r\nOK\nOK\rOK\r\r\nAT\r\r\nOK\r\n", 0);
	EXPECT_STR(heard, "AT: ok 0|");
}

static const struct unit_test tests[] = {
	{"emergency comes before voice, voice before the others, else in order", priorities},
	{"queries cannot take the places of voice", reserved},
	{"an unsolicited line between command and answer is told from it", urc_beside_answer},
	{"errors keep their kind and number", errors},
	{"a late answer is not the next command's", time_out},
	{"a modem that never stops talking is spoken to nevertheless", babble},
	{"three time-outs in a row are a lost modem", lost_modem},
	{"a long command gives way to a call", abortion},
	{"a message follows its prompt", payload},
	{"a command with a control character in it is refused", refusals},
	{"noise, echoes and lines that are too long are passed over", garbage},
};

UNIT_MAIN("modem line", tests)
