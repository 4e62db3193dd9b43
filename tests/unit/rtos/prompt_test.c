/* Lines typed on a console, in whatever pieces they come. */
#include "frontends/rtos/prompt.h"
#include "tests/unit/expect.h"

static const char *typed;
static size_t piece;
static char taken[512];

size_t log_read(void *to, size_t bytes);

/* The console: `piece` characters at a time. */
size_t log_read(void *to, size_t bytes)
{
	size_t count = strlen(typed);

	count = count < piece ? count : piece;
	count = count < bytes ? count : bytes;
	memcpy(to, typed, count);
	typed += count;
	return count;
}

static void take(const char *line)
{
	strcat(taken, line);
	strcat(taken, "|");
}

static const char *lines_of(const char *text, size_t size)
{
	struct prompt prompt = {.take = take};

	taken[0] = 0;
	typed = text;
	piece = size;
	prompt_run(&prompt);
	return taken;
}

static void lines(void)
{
	for (size_t size = 1; size < 40; size++) {
		EXPECT_STR(lines_of("dial 112\nstatus\r", size), "dial 112|status|");
		EXPECT_STR(lines_of("\n\nabc", size), "||");
	}
}

static void too_long(void)
{
	char text[2 * PROMPT_LINE_BYTES + 8], expected[PROMPT_LINE_BYTES + 8];

	memset(text, 'x', sizeof(text));
	memcpy(text + 2 * PROMPT_LINE_BYTES, "\nok\n", 5);
	memset(expected, 'x', PROMPT_LINE_BYTES - 1);
	memcpy(expected + PROMPT_LINE_BYTES - 1, "|ok|", 5);
	EXPECT_STR(lines_of(text, 7), expected);
}

static const struct unit_test tests[] = {
	{"a line is whole at its end, in whatever pieces it came", lines},
	{"what is too long is cut, and the next line is none the worse", too_long},
};

UNIT_MAIN("rtos prompt", tests)
