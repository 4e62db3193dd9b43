/* What the demo takes for a call on the screen, and what it does not. */
#include "examples/handset/app/marker.h"
#include "examples/handset/call/ui.h"
#include "examples/handset/demo/look.h"
#include "tests/unit/expect.h"

static uint32_t surface[UI_WIDTH * UI_HEIGHT], pixels[UI_WIDTH * UI_HEIGHT];
static const struct picture picture = {UI_WIDTH, UI_HEIGHT, pixels};
static struct look_caller caller;

/* Something of an application's, with its marker. */
static void paint_application(uint32_t frame, uint32_t keys)
{
	uint32_t word = marker_encode(frame, keys);

	for (uint32_t i = 0; i < UI_WIDTH * UI_HEIGHT; i++)
		pixels[i] = (i * 2654435761u) >> 8;
	for (uint32_t bit = 0; bit < MARKER_BITS; bit++)
		for (uint32_t y = 0; y < MARKER_BLOCK_HEIGHT; y++)
			for (uint32_t x = 0; x < MARKER_BLOCK_WIDTH; x++)
				pixels[(MARKER_Y + y) * UI_WIDTH + MARKER_X + bit * MARKER_BLOCK_WIDTH + x] =
					word >> (31 - bit) & 1 ? MARKER_ONE : MARKER_ZERO;
}

/* Source over, as the compositor does it. */
static void compose(const struct ui_model *model)
{
	struct canvas canvas = {surface, UI_WIDTH, {0, 0, UI_WIDTH, UI_HEIGHT}};

	ui_draw(&canvas, model);
	for (uint32_t i = 0; i < UI_WIDTH * UI_HEIGHT; i++) {
		uint32_t room = 255 - (surface[i] >> 24), result = 0;

		for (int shift = 0; shift < 24; shift += 8)
			result |= ((surface[i] >> shift & 255) + (pixels[i] >> shift & 255) * room / 255)
				  << shift;
		pixels[i] = result;
	}
}

static struct ui_model model(uint32_t state, uint32_t seconds)
{
	struct ui_model m = {.state = state, .seconds = seconds, .signal = 3, .carrier = "Partyline"};

	strcpy(m.number, "+358401234567");
	strcpy(m.name, "Reception");
	caller = (struct look_caller){.number = "+358401234567", .name = "Reception"};
	return m;
}

static void sees_the_band(void)
{
	struct ui_model m = model(PL_CALL_RINGING, 0);

	paint_application(5, 0);
	EXPECT_EQ(look_band(&picture, &caller), false);
	compose(&m);
	EXPECT_EQ(look_band(&picture, &caller), true);
	caller.name = "Deception";
	EXPECT_EQ(look_band(&picture, &caller), false);
}

static void wants_linux_under_the_band(void)
{
	struct ui_model m = model(PL_CALL_RINGING, 0);

	memset(pixels, 0, sizeof(pixels));
	compose(&m);
	EXPECT_EQ(look_band(&picture, &caller), false);
}

static void reads_the_timer(void)
{
	struct ui_model m = model(PL_CALL_ACTIVE, 67);

	paint_application(5, 0);
	EXPECT_EQ(look_call(&picture, &caller), false);
	compose(&m);
	EXPECT_EQ(look_call(&picture, &caller), true);
	EXPECT_EQ(caller.seconds, 67);
	caller.at_least = 68;
	EXPECT_EQ(look_call(&picture, &caller), false);
}

static void wants_nothing_over_the_call(void)
{
	struct ui_model m = model(PL_CALL_ACTIVE, 5);

	paint_application(5, 0);
	compose(&m);
	for (uint32_t x = 0; x < 40; x++)
		pixels[600 * UI_WIDTH + x] = 0xffffff;
	EXPECT_EQ(look_call(&picture, &caller), false);
}

static void sees_motion(void)
{
	struct look_motion motion = {.frames_wanted = 2};
	struct look_count count = {.keys = 3};

	paint_application(5, 2);
	EXPECT_EQ(look_moves(&picture, &motion), false);
	EXPECT_EQ(look_moves(&picture, &motion), false);
	EXPECT_EQ(look_counts(&picture, &count), false);
	paint_application(7, 3);
	EXPECT_EQ(look_moves(&picture, &motion), true);
	EXPECT_EQ(look_counts(&picture, &count), true);
}

static const struct unit_test tests[] = {
	{"the band is seen, with its caller's name, and only then", sees_the_band},
	{"a band without Linux's picture under it is none", wants_linux_under_the_band},
	{"the call screen is seen, and its timer read", reads_the_timer},
	{"a call screen with something over it is none", wants_nothing_over_the_call},
	{"a picture moves when its frames count up", sees_motion},
};
UNIT_MAIN("demo's looks", tests)
