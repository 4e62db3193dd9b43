/* The AT driver: framing, answers, unsolicited codes, time-outs, garbage. */
#include <errno.h>
#include <stdlib.h>
#include "examples/handset/call/at.h"
#include "examples/handset/call/phone.h"
#include "tests/unit/expect.h"

#define MS 1000000ull

static struct at at;
static char sent[512], urcs[1024], information[AT_LINE_BYTES];
static enum at_result result;
static unsigned done_count;
static uint64_t now;

static void note_sent(void *data, const char *bytes, size_t count)
{
	(void)data;
	strncat(sent, bytes, count);
}

static void note_urc(void *data, const char *line)
{
	(void)data;
	if (strlen(urcs) + strlen(line) + 2 < sizeof(urcs))
		strcat(strcat(urcs, line), "|");
}

static void note_done(void *data, enum at_result r, const char *line)
{
	(void)data;
	result = r;
	done_count++;
	strcpy(information, line);
}

static const struct at_impl impl = {note_sent, note_urc};

static void setup(void)
{
	at_init(&at, &impl, NULL);
	sent[0] = urcs[0] = information[0] = 0;
	done_count = 0;
	now = MS;
}

static void receive(const char *text)
{
	at_receive(&at, now, text, strlen(text));
}

static void ask(const char *text)
{
	EXPECT_EQ(at_command(&at, now, text, 1000, note_done), 0);
}

static void commands_go_out_one_at_a_time(void)
{
	setup();
	ask("ATE0");
	ask("AT+CLIP=1");
	EXPECT_STR(sent, "ATE0\r");
	receive("\r\nOK\r\n");
	EXPECT_EQ(result, AT_RESULT_OK);
	EXPECT_STR(sent, "ATE0\rAT+CLIP=1\r");
	receive("\r\n+CME ERROR: 3\r\n");
	EXPECT_EQ(result, AT_RESULT_ERROR);
	EXPECT_EQ(done_count, 2);
	EXPECT_EQ(at.state, AT_IDLE);
}

static void echo_is_no_answer(void)
{
	setup();
	ask("ATE0");
	receive("ATE0\r");
	receive("\r\nOK\r\n");
	EXPECT_EQ(done_count, 1);
	EXPECT_STR(urcs, "");
}

static void information_belongs_to_its_command(void)
{
	setup();
	ask("AT+CSQ");
	receive("\r\nRING\r\n\r\n+CLIP: \"1\",129\r\n\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
	EXPECT_STR(information, "+CSQ: 23,99");
	EXPECT_STR(urcs, "RING|+CLIP: \"1\",129|");
}

static void no_carrier_ends_a_dial_and_is_unsolicited_otherwise(void)
{
	setup();
	ask("ATA");
	receive("\r\nNO CARRIER\r\n");
	EXPECT_EQ(result, AT_RESULT_NO_CARRIER);
	EXPECT_STR(urcs, "");
	ask("AT+CSQ");
	receive("\r\nNO CARRIER\r\n");
	EXPECT_EQ(done_count, 1);
	EXPECT_STR(urcs, "NO CARRIER|");
	receive("\r\nBUSY\r\n\r\nOK\r\n");
	EXPECT_EQ(done_count, 2);
	EXPECT_STR(urcs, "NO CARRIER|BUSY|");
}

static void only_exact_framing_counts(void)
{
	setup();
	receive("RING");
	receive("\r");
	receive("xRING\r\n");  /* what stood before the lone \r is dropped, then xRING is a line of its own */
	receive("\nRING\r\n"); /* a line feed without its carriage return */
	receive("\r\nRI\001NG\r\n");
	EXPECT_STR(urcs, "xRING|");
	receive("\r\nRING\r\n");
	EXPECT_STR(urcs, "xRING|RING|");
	EXPECT_EQ(at.dropped_count, 3);
}

static void bytes_may_come_one_by_one(void)
{
	const char *text = "\r\n+CLIP: \"+35840\",145,,,\"\u00c5ke\"\r\n";

	setup();
	for (; *text; text++)
		at_receive(&at, now, text, 1);
	EXPECT_STR(urcs, "+CLIP: \"+35840\",145,,,\"\u00c5ke\"|");
}

static void overlong_line_is_dropped_and_the_next_one_counts(void)
{
	setup();
	receive("\r\n");
	for (int i = 0; i < 10000; i++)
		receive("A");
	receive("\r\n\r\nRING\r\n");
	EXPECT_STR(urcs, "RING|");
	EXPECT_EQ(at.dropped_count, 1);
}

static void garbage_never_confuses_for_good(void)
{
	static char noise[4096];

	setup();
	srand(1);
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = (char)rand();
		at_receive(&at, now, noise, sizeof(noise));
	}
	urcs[0] = 0;
	receive("\r\n\r\nRING\r\n");
	EXPECT_CONTAINS(urcs, "RING|");
	done_count = 0;
	ask("AT");
	receive("\r\nOK\r\n");
	EXPECT_EQ(done_count, 1);
	EXPECT_EQ(result, AT_RESULT_OK);
}

static void late_answer_is_not_the_next_ones(void)
{
	setup();
	ask("AT+CSQ");
	ask("ATA");
	at_tick(&at, now + 999 * MS);
	EXPECT_EQ(done_count, 0);
	now += 1000 * MS;
	at_tick(&at, now);
	EXPECT_EQ(result, AT_RESULT_TIMEOUT);
	EXPECT_STR(sent, "AT+CSQ\r");
	now += (AT_QUIET_MS - 1) * MS;
	receive("\r\n+CSQ: 1,99\r\n\r\nOK\r\n");
	EXPECT_EQ(done_count, 1);
	at_tick(&at, now + MS);
	EXPECT_STR(sent, "AT+CSQ\r");
	at_tick(&at, now + AT_QUIET_MS * MS);
	EXPECT_STR(sent, "AT+CSQ\rATA\r");
	receive("\r\nOK\r\n");
	EXPECT_EQ(done_count, 2);
	EXPECT_EQ(result, AT_RESULT_OK);
}

static void queue_is_bounded_and_commands_cannot_smuggle_others(void)
{
	char longest[AT_COMMAND_BYTES + 1];

	setup();
	EXPECT_EQ(at_command(&at, now, "AT\rATD112;", 1000, NULL), -EINVAL);
	memset(longest, 'A', AT_COMMAND_BYTES);
	longest[AT_COMMAND_BYTES] = 0;
	EXPECT_EQ(at_command(&at, now, longest, 1000, NULL), -EINVAL);
	EXPECT_EQ(at_command(&at, now, "", 1000, NULL), -EINVAL);
	for (int i = 0; i < AT_QUEUE_COUNT; i++)
		ask("AT");
	EXPECT_EQ(at_command(&at, now, "AT", 1000, NULL), -ENOSPC);
}

static void fields_are_found_between_quotes(void)
{
	char field[16];

	EXPECT_EQ(phone_field("+CLIP: \"+358,4\",145,,,\"A, B\"", 0, field, sizeof(field)), true);
	EXPECT_STR(field, "+358,4");
	EXPECT_EQ(phone_field("+CLIP: \"+358,4\",145,,,\"A, B\"", 4, field, sizeof(field)), true);
	EXPECT_STR(field, "A, B");
	EXPECT_EQ(phone_field("+CLIP: \"1\",145", 4, field, sizeof(field)), false);
	EXPECT_EQ(phone_field("RING", 0, field, sizeof(field)), false);
	EXPECT_EQ(phone_field("+X: \"0123456789abcdefghij", 0, field, sizeof(field)), true);
	EXPECT_STR(field, "0123456789abcde");
}

static const struct unit_test tests[] = {
	{"commands go out one at a time", commands_go_out_one_at_a_time},
	{"an echo is no answer", echo_is_no_answer},
	{"information belongs to its command, the rest is unsolicited", information_belongs_to_its_command},
	{"NO CARRIER ends a dial and is unsolicited otherwise",
		no_carrier_ends_a_dial_and_is_unsolicited_otherwise},
	{"only exact framing counts", only_exact_framing_counts},
	{"bytes may come one by one", bytes_may_come_one_by_one},
	{"an overlong line is dropped and the next one counts",
		overlong_line_is_dropped_and_the_next_one_counts},
	{"garbage never confuses for good", garbage_never_confuses_for_good},
	{"a late answer is not the next one's", late_answer_is_not_the_next_ones},
	{"the queue is bounded and a command cannot smuggle another",
		queue_is_bounded_and_commands_cannot_smuggle_others},
	{"fields are found between quotes", fields_are_found_between_quotes},
};

UNIT_MAIN("AT driver", tests)
