/* Bounded formatting agrees with the C library's, where both know the directive. */
#include <stdlib.h>
#include "frontends/rtos/format.h"
#include "tests/unit/expect.h"

#define SAME(...)                                                                                            \
	do {                                                                                                 \
		char ours[128], theirs[128];                                                                 \
		size_t length = format_print(ours, sizeof(ours), __VA_ARGS__);                               \
		snprintf(theirs, sizeof(theirs), __VA_ARGS__);                                               \
		EXPECT_STR(ours, theirs);                                                                    \
		EXPECT_EQ(length, strlen(theirs));                                                           \
	} while (0)

static void numbers_and_text_read_as_with_the_c_library(void)
{
	SAME("%d %d %d", 0, -1, 2147483647);
	SAME("%d", (int)-2147483647 - 1);
	SAME("%u %x", 4294967295u, 0xdeadbeefu);
	SAME("%5d|%-5d|%05d|%5d", 42, 42, -42, -42);
	SAME("%ld %lu %lx %llx", -9223372036854775807L, 18446744073709551615UL, 0x123456789abcdefUL, 0xfULL);
	SAME("%zu", (size_t)12345678901);
	SAME("[%s] [%8s] [%-8s] [%.3s]", "abc", "abc", "abc", "abcdef");
	SAME("[%.*s] [%.*s] %d", 2, "abc", -1, "abc", 7);
	SAME("%c%c%%", 'o', 'k');
	SAME("%02u:%02u", 3u, 7u);
}

static void it_never_writes_past_its_end(void)
{
	char to[16];
	const char *volatile nothing = NULL;

	for (size_t bytes = 1; bytes < sizeof(to); bytes++) {
		memset(to, 'x', sizeof(to));
		EXPECT_EQ(format_print(to, bytes, "%s %d %20d", "hello", 123456, 7), bytes - 1);
		EXPECT_EQ(to[bytes - 1], 0);
		EXPECT_EQ(to[bytes], 'x');
	}
	EXPECT_EQ(format_print(to, 0, "x"), 0);
	EXPECT_EQ(format_print(to, sizeof(to), "%s", nothing), 6);
	EXPECT_STR(to, "(null)");
}

static const struct unit_test tests[] = {
	{"numbers and text read as with the C library", numbers_and_text_read_as_with_the_c_library},
	{"it never writes past its end", it_never_writes_past_its_end},
};

UNIT_MAIN("rtos format", tests)
