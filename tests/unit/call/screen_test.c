/* What the call partition hands to its display: always the whole of what was asked for, and no more drawn than has to be. */
#include <stdlib.h>
#include <string.h>
#include "examples/handset/call/screen.h"
#include "tests/unit/expect.h"

#define PIXELS (UI_WIDTH * UI_HEIGHT)

static uint32_t buffers[VGPU_BUFFER_COUNT][PIXELS], whole[PIXELS];
static struct virtio_gpu gpu;
static struct screen screen;
static unsigned presented;

/* A display that has always shown what it was given last: two buffers are free. */
int virtio_gpu_buffer(const struct virtio_gpu *g)
{
	return (g->shown + 1) % VGPU_BUFFER_COUNT;
}

uint32_t *virtio_gpu_pixels(const struct virtio_gpu *g, int buffer)
{
	(void)g;
	return buffers[buffer];
}

int virtio_gpu_present(struct virtio_gpu *g, int buffer, struct vgpu_rect damage)
{
	CU_ASSERT(damage.x + damage.width <= UI_WIDTH && damage.y + damage.height <= UI_HEIGHT);
	g->shown = buffer;
	return 0;
}

static void on_presented(void *data, uint64_t frame, const struct ui_model *model)
{
	(void)data, (void)frame, (void)model;
	presented++;
}

static void start(void)
{
	gpu = (struct virtio_gpu){.shown = -1, .width = UI_WIDTH, .height = UI_HEIGHT};
	memset(buffers, 0x5a, sizeof(buffers));
	screen_init(&screen, &gpu, on_presented, NULL);
}

/* Until nothing is left to do; in how many turns. */
static unsigned settle(void)
{
	unsigned turns = 0;

	while (screen_run(&screen))
		if (++turns > 1000)
			abort();
	return turns;
}

static bool is_whole(void)
{
	struct canvas canvas = {whole, UI_WIDTH, {0, 0, UI_WIDTH, UI_HEIGHT}};

	ui_draw(&canvas, &screen.model);
	return memcmp(buffers[gpu.shown], whole, sizeof(whole)) == 0;
}

static const struct ui_model talking = {
	.state = PL_CALL_ACTIVE, .number = "+358401234567", .name = "Reception"};

static void a_tick_of_the_clock_costs_no_screen_in_any_buffer(void)
{
	unsigned all;

	start();
	settle();
	screen.model = talking;
	all = settle();
	EXPECT_EQ(all >= UI_HEIGHT / SCREEN_SLICE_ROWS, true);
	for (unsigned i = 0; i < 2 * VGPU_BUFFER_COUNT; i++) {
		screen.model.seconds++;
		EXPECT_EQ(settle() <= UI_HEIGHT / SCREEN_COPY_ROWS + 4, true);
		EXPECT_EQ(is_whole(), true);
	}
}

static void change_something(void)
{
	static const enum pl_call_state states[] = {
		PL_CALL_IDLE, PL_CALL_RINGING, PL_CALL_DIALING, PL_CALL_ACTIVE, PL_CALL_ENDED};
	struct ui_model *m = &screen.model;

	switch (rand() % 7) {
	case 0: m->state = states[rand() % 5]; break;
	case 1: m->seconds++; break;
	case 2: m->signal = (uint8_t)(rand() % 5); break;
	case 3: m->muted = !m->muted; break;
	case 4: m->speaker = !m->speaker; break;
	case 5: m->on_hold = !m->on_hold; break;
	default: m->volume_shown = !m->volume_shown; break;
	}
}

/* The model changes while a buffer is copied or drawn, comes back to what is shown, or is left alone for a while. */
static void whatever_changes_when_the_whole_picture_is_shown(void)
{
	start();
	srand(1);
	screen.model = talking;
	for (unsigned i = 0; i < 400; i++) {
		change_something();
		for (int turns = rand() % 12; turns > 0; turns--)
			screen_run(&screen);
		if (rand() % 3)
			continue;
		settle();
		EXPECT_EQ(is_whole(), true);
	}
	CU_ASSERT(presented > 50);
}

/* The device was reset in the middle of a copy: nothing is shown any more. */
static void a_reset_while_copying_begins_anew(void)
{
	start();
	screen.model = talking;
	settle();
	screen.model.seconds++;
	screen_run(&screen);
	CU_ASSERT(screen.stale.h > 0);
	gpu.shown = -1;
	screen_run(&screen);
	memset(buffers, 0, sizeof(buffers));
	screen_forget(&screen);
	settle();
	EXPECT_EQ(is_whole(), true);
}

static const struct unit_test tests[] = {
	{"a tick of the clock costs no screen, in any buffer",
		a_tick_of_the_clock_costs_no_screen_in_any_buffer},
	{"whatever changes when, the whole picture is shown",
		whatever_changes_when_the_whole_picture_is_shown},
	{"a reset while copying begins anew", a_reset_while_copying_begins_anew},
};

UNIT_MAIN("call-screen", tests)
