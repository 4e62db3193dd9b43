/* The harness's own eyes and ears: a test that hears wrongly proves nothing. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "examples/handset/app/marker.h"
#include "tests/unit/expect.h"
#include "tools/harness/internal.h"

static struct harness harness;

static void hear(const char *stream)
{
	console_take(&harness, stream, strlen(stream));
}

static void start(void)
{
	memset(&harness, 0, sizeof(harness));
	harness.console_log = fopen("/dev/null", "w");
}

static void stop(void)
{
	for (size_t i = 0; i < harness.event_count; i++)
		free(harness.event[i].text);
	free(harness.event);
	fclose(harness.console_log);
}

static void hears_lines(void)
{
	start();
	hear("[    0.000123] hv     | Partyline\r\n[   12.345678] linux  | app: ");
	hear("frame 7 keys 1\n");
	EXPECT_EQ(harness.event_count, 2);
	EXPECT_EQ(harness.event[0].time_ns, 123000);
	EXPECT_STR(harness.event[0].name, "hv");
	EXPECT_STR(harness.event[0].text, "Partyline");
	EXPECT_EQ(harness.event[1].time_ns, 12345678000ll);
	EXPECT_STR(harness.event[1].name, "linux");
	EXPECT_STR(harness.event[1].text, "app: frame 7 keys 1");
	stop();
}

static void takes_no_other_line(void)
{
	start();
	hear("Partyline\n[ 1.5] hv | short fraction\n[    1.000000] no bar\n[    1.000000]  | nobody\n");
	hear("[    1.000000] averyverylongname | text\n\n");
	EXPECT_EQ(harness.event_count, 0);
	stop();
}

static void survives_long_lines(void)
{
	start();
	for (int i = 0; i < 5000; i++)
		hear("x");
	hear("\n[    1.000000] io    | ready\n");
	EXPECT_EQ(harness.event_count, 1);
	stop();
}

static void finds_from_a_position(void)
{
	start();
	hear("[    1.000000] a | key 1 down\n[    2.000000] b | key 1 down\n[    3.000000] a | KEY 1 down\n");
	EXPECT_EQ(harness_find(&harness, 0, "a", "^key [0-9]+ down$"), 0);
	EXPECT_EQ(harness_find(&harness, 1, "a", "^key [0-9]+ down$"), 2);
	EXPECT_EQ(harness_find(&harness, 0, NULL, "^key 2"), -ENOENT);
	EXPECT_EQ(harness_count(&harness, 0, 3, NULL, "key 1"), 3);
	EXPECT_EQ(harness_count(&harness, 1, 2, "a", "key 1"), 0);
	stop();
}

#define WIDTH  480u
#define HEIGHT 800u
static uint32_t pixels[WIDTH * HEIGHT];
static const struct picture picture = {WIDTH, HEIGHT, pixels};

static void paint_marker(uint32_t word)
{
	for (uint32_t bit = 0; bit < MARKER_BITS; bit++)
		for (uint32_t y = 0; y < MARKER_BLOCK_HEIGHT; y++)
			for (uint32_t x = 0; x < MARKER_BLOCK_WIDTH; x++)
				pixels[(MARKER_Y + y) * WIDTH + MARKER_X + bit * MARKER_BLOCK_WIDTH + x] =
					word >> (31 - bit) & 1 ? MARKER_ONE : MARKER_ZERO;
}

static void reads_the_marker(void)
{
	uint32_t frame = 0, keys = 0;

	paint_marker(marker_encode(0x1234, 0x567));
	EXPECT_EQ(picture_marker(&picture, &frame, &keys), true);
	EXPECT_EQ(frame, 0x1234);
	EXPECT_EQ(keys, 0x567);
}

static void refuses_a_wrong_marker(void)
{
	uint32_t frame, keys;

	paint_marker(marker_encode(0x1234, 0x567) ^ 0x100);
	EXPECT_EQ(picture_marker(&picture, &frame, &keys), false);
	paint_marker(marker_encode(1, 1));
	pixels[(MARKER_Y + MARKER_BLOCK_HEIGHT / 2) * WIDTH + MARKER_X + MARKER_BLOCK_WIDTH / 2] = 0xffffff;
	EXPECT_EQ(picture_marker(&picture, &frame, &keys), false);
}

static void counts_differences(void)
{
	static uint32_t other[WIDTH * HEIGHT];
	struct picture changed = {WIDTH, HEIGHT, other};
	struct picture_rect all = {0, 0, WIDTH, HEIGHT};

	memcpy(other, pixels, sizeof(other));
	EXPECT_EQ(picture_count_changed(&picture, &changed, all, 0), 0);
	other[5] ^= 0x000300;
	other[WIDTH * HEIGHT - 1] ^= 0x800000;
	EXPECT_EQ(picture_count_changed(&picture, &changed, all, 0), 2);
	EXPECT_EQ(picture_count_changed(&picture, &changed, all, 3), 1);
}

static void reads_a_command_line(void)
{
	static char *argv[] = {"tool", "directory", "memory", "one", "two", "qemu", "-S", NULL};
	struct harness_options options = {.guard_ms = 7};
	char **own = harness_arguments(&options, "ONE TWO", 7, argv);

	EXPECT_EQ(own == argv + 3, true);
	EXPECT_STR(options.directory, "directory");
	EXPECT_STR(options.memory, "memory");
	EXPECT_EQ(options.argv == argv + 5, true);
	EXPECT_EQ(options.guard_ms, 7);
	EXPECT_EQ(harness_arguments(&options, "", 4, argv) == argv + 3, true);
	EXPECT_EQ(options.argv == argv + 3, true);
	EXPECT_EQ(harness_arguments(&options, "", 3, argv) == NULL, true);
	EXPECT_EQ(harness_arguments(&options, "ONE TWO", 5, argv) == NULL, true);
}

static const struct unit_test tests[] = {
	{"console lines become events with virtual time, partition and text", hears_lines},
	{"what is no console line is no event", takes_no_other_line},
	{"a line without end does no harm", survives_long_lines},
	{"events are found from a position on, by partition and pattern", finds_from_a_position},
	{"frame and key counters are read from the screen", reads_the_marker},
	{"a command line is directory, memory, own words, emulator", reads_a_command_line},
	{"a torn or covered marker is not read", refuses_a_wrong_marker},
	{"pictures that differ are told apart", counts_differences},
};
UNIT_MAIN("harness", tests)
