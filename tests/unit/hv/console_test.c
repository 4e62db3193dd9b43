/* The console stream and its input, as docs/contract.md and hv/core/console.h promise them. */
#include <stdlib.h>
#include "hv/core/console.h"
#include "tests/unit/hv/fake.h"

enum { CALL, IO, LINUX, PARTITIONS };

#define UART	0x09000000ull
#define DR	(UART + 0x00)
#define FR	(UART + 0x18)
#define VIRQ	33u
#define RXFE	0x10u
#define IDLE_US (CONSOLE_IDLE_MS * 1000u)

static void start(void)
{
	fake_reset(PARTITIONS);
	strcpy(fake_config.partition[LINUX].name, "linux");
	for (uint8_t p = 0; p < PARTITIONS; p++)
		fake_config.uart[p] = (struct pl_config_uart){
			.partition = p, .kind = PL_UART_CONSOLE, .peer = PL_NONE8, .virq = VIRQ, .ipa = UART};
	fake_config.uart_count = PARTITIONS;
	EXPECT_EQ(fake_start(), true);
}

static void print(uint32_t partition, const char *text)
{
	for (; *text; text++)
		fake_write(partition, DR, 4, (uint8_t)*text);
}

/* All that was printed so far, and nothing that is not a finished line. */
static const char *stream(void)
{
	console_flush();
	return fake_uart;
}

static void typed(uint32_t partition, char *to)
{
	while (!(fake_read(partition, FR, 4) & RXFE))
		*to++ = (char)fake_read(partition, DR, 4);
	*to = '\0';
}

static void test_line_carries_time_and_padded_name(void)
{
	start();
	fake_advance_us(12345678);
	print(CALL, "he");
	fake_advance_us(1000);
	print(CALL, "llo\r\n");
	EXPECT_STR(stream(), "[   12.345678] p0    | hello\n");
}

static void test_lines_of_two_partitions_do_not_mix(void)
{
	start();
	print(CALL, "one ");
	print(IO, "eins ");
	print(CALL, "two\n");
	print(IO, "zwei\n");
	EXPECT_STR(stream(), "[    0.000000] p0    | one two\n[    0.000000] p1    | eins zwei\n");
}

static void test_hypervisor_speaks_under_its_own_name(void)
{
	start();
	hv_log("partition %s: fault %u at %lx, %u%% full", "linux", 7u, 0xabcdef0123ul, 5u);
	EXPECT_STR(stream(), "[    0.000000] hv    | partition linux: fault 7 at abcdef0123, 5% full\n");
}

static void test_escape_sequences_do_not_reach_the_stream(void)
{
	start();
	print(LINUX,
		"\x1b[2J\x1b[1;31mred\x1b[0m \x1b]0;title\a\x1b(B|\x1b]0;t\x1b\\|\x01\x02\x7f\x07|\x0e\n");
	EXPECT_STR(stream(), "[    0.000000] linux | red |||\n");
}

static void test_line_ends_an_unfinished_sequence(void)
{
	start();
	print(LINUX, "a\x1b]0;never ended\nb\n");
	EXPECT_STR(stream(), "[    0.000000] linux | a\n[    0.000000] linux | b\n");
}

static void test_utf8_passes_and_c1_controls_do_not(void)
{
	start();
	print(CALL, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\x9e \xc2\xa7\n");
	print(CALL, "\xc2\x9b"
		    "2J \x9b \xff \xc0\n");
	EXPECT_STR(stream(), "[    0.000000] p0    | \xc3\xa4 \xe2\x82\xac \xf0\x9f\x93\x9e \xc2\xa7\n"
			     "[    0.000000] p0    | \xc2?2J ? ? ?\n");
}

static void test_carriage_return_alone_ends_a_line(void)
{
	start();
	print(LINUX, "10%\r20%\r\r\nx\b\bab\bc\n");
	EXPECT_STR(stream(),
		"[    0.000000] linux | 10%\n[    0.000000] linux | 20%\n[    0.000000] linux | ac\n");
}

static void test_prompt_is_shown_after_the_idle_bound(void)
{
	start();
	print(LINUX, "login: ");
	fake_advance_us(IDLE_US - 1000);
	EXPECT_STR(stream(), "");
	print(IO, "x"); /* has its own idle time */
	fake_advance_us(2000);
	EXPECT_STR(stream(), "[    0.000000] linux | login: \n");
	fake_advance_us(IDLE_US);
	EXPECT_CONTAINS(stream(), "] p1    | x\n");
}

static void test_prompt_is_shown_to_whom_gets_the_input(void)
{
	start();
	print(LINUX, "# ");
	fake_type("\x14"
		  "2");
	EXPECT_CONTAINS(stream(), "hv    | console: input to linux\n[    0.000000] linux | # \n");
}

static void test_long_line_is_broken_whole(void)
{
	uint32_t lines = 0;

	start();
	for (uint32_t i = 0; i < 3 * CONSOLE_LINE_MAX; i++)
		fake_write(CALL, DR, 1, 'x');
	print(CALL, "\n");
	for (const char *s = stream(); (s = strchr(s, '\n')) != NULL; s++)
		lines++;
	EXPECT_EQ(lines, 4);
}

static void test_full_uart_makes_nobody_wait(void)
{
	start();
	fake_uart_room = 0;
	for (uint32_t i = 0; i < 200; i++)
		print(LINUX, "flood\n");
	print(CALL, "ring\n");
	EXPECT_EQ(fake_uart_bytes, 0);
	EXPECT_EQ(fake_read(LINUX, FR, 4) & 0x28, 0); /* neither TXFF nor BUSY */
	fake_uart_room = UINT32_MAX;
	print(LINUX, "after\n");
	print(LINUX, "again\n");
	fake_advance_us(1000000);
	EXPECT_CONTAINS(fake_uart, "] p0    | ring\n"); /* the flood cost its own lines only */
	print(LINUX, "later\n");
	EXPECT_CONTAINS(stream(), " lines lost\n");
	EXPECT_CONTAINS(stream(), "] linux | later\n");
}

static void test_characters_per_call_are_bounded(void)
{
	uint32_t before;

	start();
	fake_uart_room = 0;
	for (uint32_t i = 0; i < 10; i++)
		print(LINUX, "0123456789\n");
	fake_uart_room = UINT32_MAX;
	before = fake_uart_bytes;
	fake_write(CALL, DR, 1, 'x');
	EXPECT_EQ(fake_uart_bytes - before <= CONSOLE_PUMP_CHARS, true);
	before = fake_uart_bytes;
	fake_advance_us(CONSOLE_PUMP_US);
	EXPECT_EQ(fake_uart_bytes - before, CONSOLE_PUMP_CHARS);
	fake_advance_us(100000);
	EXPECT_EQ(strchr(fake_uart, '\0')[-1], '\n'); /* and all of it came in the end */
}

static void test_overwritten_text_is_not_shown(void)
{
	static char filler[CONSOLE_LINE_MAX];

	start();
	fake_uart_room = 0;
	print(LINUX, "first\n");
	memset(filler, 'f', sizeof(filler) - 1);
	for (uint32_t i = 0; i < CONSOLE_LINES; i++) {
		print(LINUX, filler);
		print(LINUX, "\n");
	}
	EXPECT_EQ(strstr(stream(), "first") == NULL, true);
	EXPECT_CONTAINS(stream(), "linux | ~\n");
}

static void test_last_words_are_the_newest(void)
{
	char words[PL_FAULT_CONSOLE_BYTES + 1] __attribute__((aligned(8))) = "";
	uint32_t bytes;

	start();
	for (uint32_t i = 0; i < 2000; i++)
		print(LINUX, "old ");
	print(LINUX, "\nKernel panic - \x1b[1mnot\x1b[0m syncing\r\nunfinished");
	EXPECT_EQ(console_last_words(&fake_partition[LINUX], words, 64) > 64 - 32, true);
	EXPECT_CONTAINS(words, "\nKernel panic - not syncing\nunfinished");
	EXPECT_EQ(console_last_words(&fake_partition[CALL], words, 64), 0);
	bytes = console_last_words(&fake_partition[LINUX], words, PL_FAULT_CONSOLE_BYTES);
	EXPECT_EQ(bytes > PL_FAULT_CONSOLE_BYTES - 32 && bytes <= PL_FAULT_CONSOLE_BYTES, true);
	EXPECT_EQ(memcmp(words + bytes - 10, "unfinished", 10), 0);
}

static void test_restart_ends_the_line(void)
{
	start();
	print(LINUX, "half");
	vuart_partition_reset(&fake_partition[LINUX]);
	print(LINUX, "new\n");
	EXPECT_STR(stream(), "[    0.000000] linux | half\n[    0.000000] linux | new\n");
}

static void test_input_goes_to_the_focus_only(void)
{
	char text[64];

	start();
	fake_type("\x14"
		  "1ls\r");
	typed(IO, text);
	EXPECT_STR(text, "ls\r");
	typed(CALL, text);
	EXPECT_STR(text, "");
	fake_type("\x14"); /* the next one */
	EXPECT_CONTAINS(stream(), "console: input to linux\n");
	fake_advance_us(2000000);
	fake_type("2"); /* long after: an ordinary character */
	typed(LINUX, text);
	EXPECT_STR(text, "2");
	fake_type("\x14"); /* round */
	EXPECT_CONTAINS(stream(), "console: input to p0\n");
	fake_type("7");
	EXPECT_CONTAINS(stream(), "console: partition 7 has no console\n");
	fake_type("y");
	typed(CALL, text);
	EXPECT_STR(text, "y");
}

static void test_pasted_line_arrives_whole(void)
{
	char line[600], got[VUART_CONSOLE_RX_BYTES + 1];

	start();
	for (uint32_t i = 0; i < sizeof(line) - 1; i++)
		line[i] = (char)('a' + i % 26);
	line[sizeof(line) - 1] = '\0';
	fake_type("\x14"
		  "2");
	fake_type(line);
	typed(LINUX, got); /* the guest did not read before */
	EXPECT_EQ(strcmp(got, line), 0);
}

static void test_too_much_input_is_dropped_and_the_rest_kept(void)
{
	char got[VUART_CONSOLE_RX_BYTES + 1];

	start();
	for (uint32_t i = 0; i < VUART_CONSOLE_RX_BYTES + 10; i++)
		fake_type("z");
	EXPECT_EQ(vuart_get(CALL)->dropped, 10);
	typed(CALL, got);
	EXPECT_EQ(strlen(got), VUART_CONSOLE_RX_BYTES);
}

static void test_input_raises_the_receive_interrupt(void)
{
	start();
	fake_write(CALL, UART + 0x38, 4, 0x50); /* IMSC: RX and RT */
	fake_type("a");
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], true);
	EXPECT_EQ(fake_read(CALL, DR, 4), 'a');
	EXPECT_EQ(fake_seen[CALL].level[VIRQ], false);
}

static const struct unit_test tests[] = {
	{"line_carries_time_and_padded_name", test_line_carries_time_and_padded_name},
	{"lines_of_two_partitions_do_not_mix", test_lines_of_two_partitions_do_not_mix},
	{"hypervisor_speaks_under_its_own_name", test_hypervisor_speaks_under_its_own_name},
	{"escape_sequences_do_not_reach_the_stream", test_escape_sequences_do_not_reach_the_stream},
	{"line_ends_an_unfinished_sequence", test_line_ends_an_unfinished_sequence},
	{"utf8_passes_and_c1_controls_do_not", test_utf8_passes_and_c1_controls_do_not},
	{"carriage_return_alone_ends_a_line", test_carriage_return_alone_ends_a_line},
	{"prompt_is_shown_after_the_idle_bound", test_prompt_is_shown_after_the_idle_bound},
	{"prompt_is_shown_to_whom_gets_the_input", test_prompt_is_shown_to_whom_gets_the_input},
	{"long_line_is_broken_whole", test_long_line_is_broken_whole},
	{"full_uart_makes_nobody_wait", test_full_uart_makes_nobody_wait},
	{"characters_per_call_are_bounded", test_characters_per_call_are_bounded},
	{"overwritten_text_is_not_shown", test_overwritten_text_is_not_shown},
	{"last_words_are_the_newest", test_last_words_are_the_newest},
	{"restart_ends_the_line", test_restart_ends_the_line},
	{"input_goes_to_the_focus_only", test_input_goes_to_the_focus_only},
	{"pasted_line_arrives_whole", test_pasted_line_arrives_whole},
	{"too_much_input_is_dropped_and_the_rest_kept", test_too_much_input_is_dropped_and_the_rest_kept},
	{"input_raises_the_receive_interrupt", test_input_raises_the_receive_interrupt},
};

UNIT_MAIN("console", tests)
