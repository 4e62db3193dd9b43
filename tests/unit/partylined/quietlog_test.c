/* Lines of a thread that must not wait: kept in order, lost ones counted, other threads' left alone. */
#include <pthread.h>
#include "backends/partylined/quietlog.h"
#include "tests/unit/expect.h"

#define ROOM 32

static unsigned told, printed;
static char last[VDEV_LOG_LINE], first[VDEV_LOG_LINE];
static enum vdev_log_level last_level;

static void tell(void *data)
{
	told += data == &told;
}

static void print(enum vdev_log_level level, const char *line)
{
	if (!printed++)
		snprintf(first, sizeof(first), "%s", line);
	snprintf(last, sizeof(last), "%s", line);
	last_level = level;
}

/* What the audio thread logs in one go: as many lines as `data` says. */
static void *quiet_thread(void *data)
{
	char line[VDEV_LOG_LINE];

	quietlog_begin(tell, &told);
	for (unsigned i = 0; i < *(unsigned *)data; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		EXPECT_EQ(quietlog_take(VDEV_LOG_INFO, line), true);
	}
	return NULL;
}

static void log_lines(unsigned count)
{
	pthread_t thread;

	told = printed = 0;
	EXPECT_EQ(pthread_create(&thread, NULL, quiet_thread, &count), 0);
	pthread_join(thread, NULL);
}

static void lines_are_kept_in_order_and_told_of(void)
{
	log_lines(20);
	EXPECT_EQ(told, 20);
	EXPECT_EQ(printed, 0);
	quietlog_flush(print);
	EXPECT_EQ(printed, 20);
	EXPECT_STR(first, "line 0");
	EXPECT_STR(last, "line 19");
	quietlog_flush(print);
	EXPECT_EQ(printed, 20);
}

static void other_threads_print_themselves(void)
{
	log_lines(1);
	EXPECT_EQ(quietlog_take(VDEV_LOG_ERROR, "of the main thread"), false);
	quietlog_flush(print);
	EXPECT_EQ(printed, 1);
	EXPECT_STR(last, "line 0");
}

static void lost_lines_are_counted_and_said_once(void)
{
	log_lines(ROOM + 5);
	quietlog_flush(print);
	EXPECT_EQ(printed, ROOM + 1);
	EXPECT_STR(first, "line 0");
	EXPECT_STR(last, "audio: 5 lines more were lost");
	EXPECT_EQ(last_level, VDEV_LOG_WARN);
	quietlog_flush(print);
	EXPECT_EQ(printed, ROOM + 1);
	log_lines(ROOM + 2);
	quietlog_flush(print);
	EXPECT_STR(last, "audio: 2 lines more were lost");
}

/* A long line, and then a short one in its place. */
static void a_long_line_is_cut_and_leaves_nothing_behind(void)
{
	char line[2 * VDEV_LOG_LINE];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	quietlog_begin(NULL, NULL);
	for (unsigned i = 0; i < ROOM; i++)
		EXPECT_EQ(quietlog_take(VDEV_LOG_WARN, line), true);
	printed = 0;
	quietlog_flush(print);
	EXPECT_EQ(printed, ROOM);
	EXPECT_EQ(strlen(last), VDEV_LOG_LINE - 1);
	for (unsigned i = 0; i < ROOM; i++)
		EXPECT_EQ(quietlog_take(VDEV_LOG_WARN, "short"), true);
	quietlog_flush(print);
	EXPECT_STR(last, "short");
}

static const struct unit_test tests[] = {
	{"lines are kept in order and told of", lines_are_kept_in_order_and_told_of},
	{"other threads print themselves", other_threads_print_themselves},
	{"lost lines are counted and said once", lost_lines_are_counted_and_said_once},
	{"a long line is cut and leaves nothing behind", a_long_line_is_cut_and_leaves_nothing_behind},
};

UNIT_MAIN("quietlog", tests)
