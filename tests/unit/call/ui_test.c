/* The call screens: what is opaque, what shows Linux, and that drawing only the damage is enough. */
#include <stdlib.h>
#include "examples/handset/call/ui.h"
#include "tests/unit/expect.h"

static uint32_t a[UI_WIDTH * UI_HEIGHT], b[UI_WIDTH * UI_HEIGHT];

static const struct ui_model models[] = {
	{.state = PL_CALL_IDLE},
	{.state = PL_CALL_RINGING},
	{.state = PL_CALL_RINGING, .number = "+358401234567", .name = "V\u00e4in\u00f6 \u00c5str\u00f6m"},
	{.state = PL_CALL_DIALING, .number = "112", .signal = -1},
	{.state = PL_CALL_ACTIVE, .number = "+358401234567", .name = "Reception", .seconds = 59, .signal = 3},
	{.state = PL_CALL_ACTIVE, .number = "+358401234567", .name = "Reception", .seconds = 60, .signal = 3},
	{.state = PL_CALL_ACTIVE,
		.number = "+358401234567",
		.name = "Reception",
		.seconds = 35999,
		.signal = 0,
		.muted = true,
		.digits = "12345678901234567890*#",
		.carrier = "Partyline"},
	{.state = PL_CALL_ACTIVE,
		.number = "+358401234567",
		.name = "Reception",
		.seconds = 60,
		.signal = 3,
		.volume_shown = true,
		.volume = 4},
	{.state = PL_CALL_ACTIVE,
		.number = "+358401234567",
		.name = "Reception",
		.seconds = 60,
		.signal = 3,
		.headset = true,
		.volume_shown = true,
		.volume = 10},
	{.state = PL_CALL_ACTIVE,
		.number = "+358401234567",
		.name = "Reception",
		.seconds = 60,
		.signal = 3,
		.headset = true,
		.speaker = true,
		.volume_shown = true,
		.volume = 10},
	{.state = PL_CALL_DIALING, .number = "112", .signal = -1, .speaker = true},
	{.state = PL_CALL_RINGING, .silenced = true},
	{.state = PL_CALL_ENDED,
		.number = "+358401234567",
		.name = "Reception",
		.seconds = 61,
		.note = "Call ended"},
	{.state = PL_CALL_ENDED, .number = "+358401234567", .note = "Busy"},
	/* from here on: others, the dialler, questions */
	{.state = PL_CALL_ACTIVE, .number = "1", .seconds = 59, .waiting = true, .waiting_number = "2"},
	{.state = PL_CALL_ACTIVE, .number = "1", .seconds = 59, .waiting = true, .waiting_name = "Reception"},
	{.state = PL_CALL_ACTIVE, .number = "1", .seconds = 60, .held = "Reception", .note = "Line busy"},
	{.state = PL_CALL_DIALING, .number = "1", .held = "Reception", .no_modem = true},
	{.state = PL_CALL_ACTIVE, .number = "1", .on_hold = true, .muted = true, .signal = 4},
	{.state = PL_CALL_ACTIVE, .number = "1, 2", .name = "2 people", .parties = 2},
	{.state = PL_CALL_ACTIVE, .number = "1", .question = UI_ASK_MESSAGE, .asker = "linux", .asked = "3"},
	{.state = PL_CALL_IDLE, .dialler = true},
	{.state = PL_CALL_IDLE, .dialler = true, .typed = "+3584012345678901234567890"},
	{.state = PL_CALL_IDLE, .dialler = true, .typed = "112", .typed_emergency = true, .signal = 2},
	{.state = PL_CALL_IDLE, .dialler = true, .question = UI_ASK_DIAL, .asker = "linux", .asked = "1"},
	{.state = PL_CALL_IDLE, .question = UI_ASK_CODE, .asker = "linux", .asked = "*100#"},
	{.state = PL_CALL_IDLE, .no_modem = true},
};
#define MODELS (sizeof(models) / sizeof(models[0]))

static void draw(uint32_t *pixels, const struct ui_model *m, struct rect clip)
{
	struct canvas canvas = {pixels, UI_WIDTH, clip};

	ui_draw(&canvas, m);
}

static const struct rect all = {0, 0, UI_WIDTH, UI_HEIGHT};

static void damage_drawn_again_gives_the_whole_new_screen(void)
{
	for (unsigned from = 0; from < MODELS; from++)
		for (unsigned to = 0; to < MODELS; to++) {
			draw(a, &models[from], all);
			draw(a, &models[to], ui_damage(&models[from], &models[to]));
			draw(b, &models[to], all);
			if (memcmp(a, b, sizeof(a)))
				printf("\nmodel %u to %u:", from, to);
			EXPECT_EQ(memcmp(a, b, sizeof(a)), 0);
		}
}

static void slices_give_the_same_as_one_piece(void)
{
	for (unsigned i = 0; i < MODELS; i++) {
		memset(a, 0x5a, sizeof(a));
		draw(b, &models[i], all);
		for (int y = 0; y < UI_HEIGHT; y += 16)
			draw(a, &models[i], (struct rect){0, y, UI_WIDTH, 16});
		EXPECT_EQ(memcmp(a, b, sizeof(a)), 0);
	}
}

static void nothing_is_drawn_outside_the_clip(void)
{
	const struct rect clip = {101, 33, 77, 401};

	for (unsigned i = 0; i < MODELS; i++) {
		unsigned outside = 0;

		memset(a, 0x5a, sizeof(a));
		draw(a, &models[i], clip);
		for (int y = 0; y < UI_HEIGHT; y++)
			for (int x = 0; x < UI_WIDTH; x++)
				outside += a[y * UI_WIDTH + x] != 0x5a5a5a5au &&
					   (x < clip.x || x >= clip.x + clip.w || y < clip.y ||
						   y >= clip.y + clip.h);
		EXPECT_EQ(outside, 0);
	}
}

/* pixman's convention, which the compositor relies on: no channel above alpha. */
static void every_pixel_is_premultiplied(void)
{
	for (unsigned i = 0; i < MODELS; i++) {
		unsigned bad = 0;

		memset(a, 0, sizeof(a));
		draw(a, &models[i], all);
		for (unsigned p = 0; p < UI_WIDTH * UI_HEIGHT; p++) {
			uint32_t alpha = a[p] >> 24;

			bad += (a[p] >> 16 & 0xff) > alpha || (a[p] >> 8 & 0xff) > alpha ||
			       (a[p] & 0xff) > alpha;
		}
		EXPECT_EQ(bad, 0);
	}
}

static uint32_t alpha_at(int x, int y)
{
	return a[y * UI_WIDTH + x] >> 24;
}

/* Ringing, a question, a lost modem. */
static void expect_band(const struct ui_model *model)
{
	unsigned below = 0;

	draw(a, model, all);
	for (unsigned p = UI_WIDTH * UI_BAND_HEIGHT; p < UI_WIDTH * UI_HEIGHT; p++)
		below += a[p] != 0;
	EXPECT_EQ(below, 0);
	EXPECT_EQ(alpha_at(0, 0) < 0x40, true);	   /* outside the card's corner: at most shadow */
	EXPECT_EQ(alpha_at(300, 30) > 0xd0, true); /* card: translucent */
	EXPECT_EQ(alpha_at(300, 30) < 0xff, true);
	EXPECT_EQ(alpha_at(300, 174) > 0, true); /* shadow below it */
	EXPECT_EQ(alpha_at(60, 135) > 0xd0, true);
}

static void card_covers_the_band_and_nothing_else(void)
{
	expect_band(&models[2]);
	EXPECT_EQ(alpha_at(100, 120), 0xff); /* decline button: solid */
	expect_band(&models[MODELS - 2]);
	EXPECT_EQ(alpha_at(100, 120), 0xff);
	expect_band(&models[MODELS - 1]);
}

static void a_call_or_the_dialler_covers_the_whole_screen(void)
{
	for (unsigned i = 3; i < MODELS - 2; i++) {
		unsigned clear = 0;

		if (models[i].state == PL_CALL_RINGING)
			continue;
		draw(a, &models[i], all);
		for (unsigned p = 0; p < UI_WIDTH * UI_HEIGHT; p++)
			clear += a[p] >> 24 != 0xff;
		EXPECT_EQ(clear, 0);
	}
}

static void a_second_costs_the_timer_and_no_more(void)
{
	struct rect d = ui_damage(&models[4], &models[5]);

	EXPECT_EQ(d.w > 0 && d.w * d.h <= UI_WIDTH * UI_HEIGHT / 20, true);
	EXPECT_EQ(rect_empty(ui_damage(&models[4], &models[4])), true);
	/* While ringing, the signal is not on the screen. */
	struct ui_model other = models[2];
	other.signal = 1;
	EXPECT_EQ(rect_empty(ui_damage(&models[2], &other)), true);
}

static void a_digit_typed_costs_the_number_and_no_more(void)
{
	struct ui_model m = {.dialler = true, .typed = "1"}, other = {.dialler = true, .typed = "12"};
	struct rect d = ui_damage(&m, &other);

	EXPECT_EQ(d.h > 0 && d.w * d.h <= UI_WIDTH * UI_HEIGHT / 6, true);
}

static void hostile_text_is_drawn_inside_the_screen(void)
{
	struct ui_model m = {.state = PL_CALL_RINGING};

	srand(2);
	for (unsigned round = 0; round < 50; round++) {
		for (size_t i = 0; i + 1 < sizeof(m.name); i++) {
			m.name[i] = (char)(rand() % 255 + 1);
			m.number[i] = (char)(rand() % 255 + 1);
		}
		m.state = round % 2 ? PL_CALL_RINGING : PL_CALL_ACTIVE;
		draw(a, &m, all);
	}
	EXPECT_EQ(a[UI_WIDTH * UI_HEIGHT - 1], 0); /* the last one was a band */
}

static const struct unit_test tests[] = {
	{"drawing the damage again gives the whole new screen",
		damage_drawn_again_gives_the_whole_new_screen},
	{"slices give the same as one piece", slices_give_the_same_as_one_piece},
	{"nothing is drawn outside the clip", nothing_is_drawn_outside_the_clip},
	{"every pixel is premultiplied", every_pixel_is_premultiplied},
	{"a card covers the band and nothing else", card_covers_the_band_and_nothing_else},
	{"a call, or the dialler, covers the whole screen", a_call_or_the_dialler_covers_the_whole_screen},
	{"a second costs the timer and no more", a_second_costs_the_timer_and_no_more},
	{"a digit typed costs the number and no more", a_digit_typed_costs_the_number_and_no_more},
	{"hostile text is drawn inside the screen", hostile_text_is_drawn_inside_the_screen},
};

UNIT_MAIN("call screens", tests)
