/* The frame clock and the buffers, against the headless display. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "backends/null/output.h"
#include "backends/pixman/render.h"
#include "tests/unit/fb/suites.h"
#include "vdev-fb/screen.h"

#define PERIOD 16666666ull
#define WIDTH  40
#define HEIGHT 30

static struct screen screen;
static struct null_output null;
static uint32_t commits, flips;
static uint32_t fresh_seen;

static void on_commit(void *data, uint64_t frame, uint32_t fresh)
{
	(void)data, (void)frame;
	fresh_seen = fresh;
	commits++;
}

static void on_flip(void *data, uint64_t frame, uint32_t fresh, uint64_t time_ns)
{
	(void)data, (void)frame, (void)fresh, (void)time_ns;
	flips++;
}

static const struct screen_events events = {on_commit, on_flip};

static void start(unsigned buffers)
{
	struct compose_place place = {.visible = true, .region = {0, 0, WIDTH, HEIGHT}, .opacity = 255};

	commits = flips = 0;
	rig_start();
	rig_picture(1, VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM, WIDTH, HEIGHT, RIG_POOL_ADDR);
	rig_scanout(1, 0, 0, WIDTH, HEIGHT);
	EXPECT_EQ(null_output_init(&null, WIDTH, HEIGHT, buffers), 0);
	null.watched = true;
	screen_init(&screen, &null.output, &pixman_render, 0xff000000, &events, NULL);
	compose_layer_add(&screen.compose, &rig.fb);
	compose_place(&screen.compose, 0, &place, 0);
}

static void change(void)
{
	compose_flush(&screen.compose, 0, (struct fb_rect){0, 0, 1, 1});
}

static void nothing_changed_means_nothing_to_wake_up_for(void)
{
	start(2);
	EXPECT_EQ(screen_next(&screen, 5), 5);
	screen_run(&screen, 5);
	EXPECT_EQ(screen_next(&screen, 5), SCREEN_NEVER);
	null_output_flip(&null, 6);
	EXPECT_EQ(screen_next(&screen, 6), SCREEN_NEVER);
	screen_run(&screen, 1000 * PERIOD);
	EXPECT_EQ(commits, 1);
	null_output_finish(&null);
}

static void frames_come_at_the_modes_rate_however_many_changes(void)
{
	start(2);
	for (uint64_t now = 0; now < 100 * PERIOD; now += PERIOD / 10) {
		change();
		screen_run(&screen, now);
		null_output_flip(&null, now); /* a display without vblank: at once */
	}
	CU_ASSERT(commits == 100 || commits == 101);
	EXPECT_EQ(flips, commits);
	null_output_finish(&null);
}

static void the_first_change_after_a_pause_does_not_wait(void)
{
	start(2);
	screen_run(&screen, 0);
	null_output_flip(&null, 0);
	change();
	EXPECT_EQ(screen_next(&screen, 100 * PERIOD + 7), 100 * PERIOD + 7);
	null_output_finish(&null);
}

static void what_is_shown_or_queued_is_never_painted(void)
{
	for (unsigned buffers = 2; buffers <= 3; buffers++) {
		unsigned seed = 1;

		start(buffers);
		for (uint64_t now = 0; now < 400 * PERIOD; now += PERIOD / 2) {
			seed = seed * 1103515245 + 12345;
			rig_pixels(RIG_POOL_ADDR)[seed >> 16 & 0x3ff] = seed;
			compose_flush(&screen.compose, 0,
				(struct fb_rect){(int)(seed >> 8 & 31), (int)(seed >> 16 & 15), 9, 9});
			screen_run(&screen, now);
			if (seed >> 20 & 1)
				null_output_flip(&null, now);
		}
		EXPECT_EQ(null.violations, 0);
		CU_ASSERT(null.commit_count > 50);
		null_output_finish(&null);
	}
}

/* The check above can fail. */
static void the_headless_display_notices_a_painted_buffer(void)
{
	start(2);
	screen_run(&screen, 0);
	null_output_flip(&null, 0);
	((uint32_t *)null.output.target[null.shown].pixels)[3] ^= 1;
	change();
	screen_run(&screen, 10 * PERIOD);
	CU_ASSERT(null.violations > 0);
	null_output_finish(&null);
}

static void all_buffers_show_the_whole_picture_in_the_end(void)
{
	start(3);
	for (unsigned i = 0; i < 50; i++) {
		rig_pixels(RIG_POOL_ADDR)[i * 7] = 0x010203 * i;
		compose_flush(&screen.compose, 0,
			(struct fb_rect){(int)(i * 7 % WIDTH), (int)(i * 7 / WIDTH), 1, 1});
		screen_run(&screen, i * PERIOD);
		null_output_flip(&null, i * PERIOD);
		for (unsigned p = 0; p < WIDTH * HEIGHT; p++)
			if ((null_output_pixels(&null)[p] & 0xffffff) != rig_pixels(RIG_POOL_ADDR)[p])
				EXPECT_EQ(null_output_pixels(&null)[p], rig_pixels(RIG_POOL_ADDR)[p]);
	}
	null_output_finish(&null);
}

static void a_frame_says_whose_picture_is_new_in_it(void)
{
	start(2);
	screen_run(&screen, 0);
	EXPECT_EQ(fresh_seen, 1); /* it came to be seen */
	null_output_flip(&null, 0);
	compose_damage_all(&screen.compose);
	screen_run(&screen, 2 * PERIOD);
	EXPECT_EQ(fresh_seen, 0);
	null_output_flip(&null, 2 * PERIOD);
	change();
	screen_run(&screen, 4 * PERIOD);
	EXPECT_EQ(fresh_seen, 1);
	null_output_finish(&null);
}

static int refuse(struct output *output, unsigned buffer, const struct fb_damage *damage, uint64_t frame)
{
	(void)output, (void)buffer, (void)damage, (void)frame;
	return -5;
}

static void a_refused_frame_is_painted_again(void)
{
	const struct output_impl *good;
	struct output_impl bad;

	start(2);
	good = null.output.impl;
	bad = *good;
	bad.commit = refuse;
	null.output.impl = &bad;
	screen_run(&screen, 0);
	screen_run(&screen, 2 * PERIOD);
	EXPECT_EQ(rig.log_count, 1);
	null.output.impl = good;
	EXPECT_EQ(screen_next(&screen, 4 * PERIOD), 4 * PERIOD);
	screen_run(&screen, 4 * PERIOD);
	null_output_flip(&null, 4 * PERIOD);
	EXPECT_EQ(null_output_pixels(&null)[WIDTH * HEIGHT - 1] & 0xffffff, 0);
	null_output_finish(&null);
}

static void what_is_shown_can_be_saved_as_png(void)
{
	static const uint8_t magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	char path[] = "/tmp/fb-test-XXXXXX";
	uint8_t head[24] = {0};
	int fd = mkstemp(path);

	start(2);
	CU_ASSERT(null_output_png(&null, path) < 0);
	screen_run(&screen, 0);
	null_output_flip(&null, 0);
	EXPECT_EQ(null_output_png(&null, path), 0);
	EXPECT_EQ(read(fd, head, sizeof(head)), sizeof(head));
	EXPECT_EQ(memcmp(head, magic, 8), 0);
	EXPECT_EQ(head[19], WIDTH);
	EXPECT_EQ(head[23], HEIGHT);
	CU_ASSERT(null_output_png(&null, "/no/such/directory/x.png") < 0);
	close(fd);
	unlink(path);
	null_output_finish(&null);
}

CU_TestInfo screen_tests[] = {
	{"nothing changed means nothing to wake up for", nothing_changed_means_nothing_to_wake_up_for},
	{"frames come at the mode's rate however many changes",
		frames_come_at_the_modes_rate_however_many_changes},
	{"the first change after a pause does not wait", the_first_change_after_a_pause_does_not_wait},
	{"what is shown or queued is never painted", what_is_shown_or_queued_is_never_painted},
	{"the headless display notices a painted buffer", the_headless_display_notices_a_painted_buffer},
	{"all buffers show the whole picture in the end", all_buffers_show_the_whole_picture_in_the_end},
	{"a frame says whose picture is new in it", a_frame_says_whose_picture_is_new_in_it},
	{"a refused frame is painted again", a_refused_frame_is_painted_again},
	{"what is shown can be saved as PNG", what_is_shown_can_be_saved_as_png},
	CU_TEST_INFO_NULL,
};
