/*
 * The call's screens are drawn here once more, by the call's own user interface, and compared
 * with what QEMU's screen shows, pixel by pixel: as strict as a look can be.
 */
#include "examples/handset/demo/look.h"

#include <stdio.h>
#include <string.h>

#include "examples/handset/app/marker.h"
#include "examples/handset/call/ui.h"

#define TIMER_MAX_S	600
#define ROUNDING	2  /* one level for each of two roundings */
#define WRONG_MAX	32 /* pixels of a whole screen, for rounding that differs more at edges */
#define MOVED_MIN	50 /* pixels: a digit of Linux's clock has more */
#define BAND_SOLID_TOP	24 /* inside the card of the band, without edge and shadow */
#define BAND_SOLID_LEFT 24

static uint32_t drawn[UI_WIDTH * UI_HEIGHT]; /* premultiplied ARGB8888 */

static void draw(const struct ui_model *model)
{
	struct canvas canvas = {drawn, UI_WIDTH, {0, 0, UI_WIDTH, UI_HEIGHT}};

	ui_draw(&canvas, model);
}

static struct ui_model model_of(const struct look_caller *caller, uint32_t state, uint32_t seconds)
{
	struct ui_model model = {.state = state, .seconds = seconds, .signal = -1};

	snprintf(model.number, sizeof(model.number), "%s", caller->number);
	snprintf(model.name, sizeof(model.name), "%s", caller->name);
	return model;
}

/* A pixel of the surface over any picture whatever: each channel between "over black" and "over white". */
static bool pixel_fits(uint32_t surface, uint32_t shown)
{
	int room = 255 - (int)(surface >> 24);

	for (int shift = 0; shift < 24; shift += 8) {
		int least = (int)(surface >> shift & 255);
		int is = (int)(shown >> shift & 255);

		if (is < least - ROUNDING || is > least + room + ROUNDING)
			return false;
	}
	return true;
}

static bool inside(struct rect rect, int x, int y)
{
	return x >= rect.x && x < rect.x + rect.w && y >= rect.y && y < rect.y + rect.h;
}

static uint32_t count_wrong(const struct picture *picture, struct rect rect)
{
	uint32_t wrong = 0;

	for (int y = rect.y; y < rect.y + rect.h; y++)
		for (int x = rect.x; x < rect.x + rect.w; x++)
			wrong += !pixel_fits(
				drawn[y * UI_WIDTH + x], picture_pixel(picture, (uint32_t)x, (uint32_t)y));
	return wrong;
}

/* The parts of the call screen that change by themselves, as the user interface says. */
static struct rect timer_area(const struct look_caller *caller)
{
	struct ui_model from = model_of(caller, PL_CALL_ACTIVE, 0), to = model_of(caller, PL_CALL_ACTIVE, 1);

	return ui_damage(&from, &to);
}

static struct rect status_area(const struct look_caller *caller)
{
	struct ui_model from = model_of(caller, PL_CALL_ACTIVE, 0), to = from;

	to.signal = UI_SIGNAL_BARS;
	return ui_damage(&from, &to);
}

/* All of the screen but these. */
static uint32_t count_wrong_around(const struct picture *picture, struct rect a, struct rect b)
{
	uint32_t wrong = 0;

	for (int y = 0; y < UI_HEIGHT; y++)
		for (int x = 0; x < UI_WIDTH; x++)
			if (!inside(a, x, y) && !inside(b, x, y))
				wrong += count_wrong(picture, (struct rect){x, y, 1, 1});
	return wrong;
}

bool look_moves(const struct picture *picture, void *context)
{
	struct look_motion *motion = context;
	uint32_t frame, keys;

	if (!picture_marker(picture, &frame, &keys) || (motion->frames_seen && frame <= motion->last))
		return false;
	if (!motion->frames_seen++)
		motion->first = frame;
	motion->last = frame;
	return motion->frames_seen >= motion->frames_wanted;
}

bool look_counts(const struct picture *picture, void *context)
{
	struct look_count *count = context;
	uint32_t frame;

	return picture_marker(picture, &frame, &count->seen) && count->seen == count->keys;
}

bool look_band(const struct picture *picture, void *context)
{
	struct ui_model model = model_of(context, PL_CALL_RINGING, 0);
	uint32_t frame, keys;

	draw(&model);
	return picture_marker(picture, &frame, &keys) &&
	       count_wrong(picture, (struct rect){0, 0, UI_WIDTH, UI_BAND_HEIGHT}) <= WRONG_MAX;
}

bool look_card(const struct picture *picture, void *context)
{
	draw(context);
	return count_wrong(picture, (struct rect){0, 0, UI_WIDTH, UI_BAND_HEIGHT}) <= WRONG_MAX;
}

/* The number of seconds with which the timer looks like that; -1: none. */
static int read_timer(const struct picture *picture, const struct look_caller *caller)
{
	struct rect area = timer_area(caller);

	for (uint32_t seconds = caller->at_least; seconds < TIMER_MAX_S; seconds++) {
		struct ui_model model = model_of(caller, PL_CALL_ACTIVE, seconds);
		struct canvas canvas = {drawn, UI_WIDTH, area};

		ui_draw(&canvas, &model);
		if (!count_wrong(picture, area))
			return (int)seconds;
	}
	return -1;
}

bool look_call(const struct picture *picture, void *context)
{
	struct look_caller *caller = context;
	struct ui_model model = model_of(caller, PL_CALL_ACTIVE, 0);
	int seconds;

	draw(&model);
	if (count_wrong_around(picture, timer_area(caller), status_area(caller)) > WRONG_MAX)
		return false;
	seconds = read_timer(picture, caller);
	if (seconds < 0)
		return false;
	caller->seconds = (uint32_t)seconds;
	return true;
}

bool look_through(const struct picture *picture, void *context)
{
	static const struct picture_rect inside = {BAND_SOLID_LEFT, BAND_SOLID_TOP,
		UI_WIDTH - 2 * BAND_SOLID_LEFT, UI_BAND_HEIGHT - 2 * BAND_SOLID_TOP};
	struct look_alpha *alpha = context;

	if (!alpha->first.pixels)
		return picture_copy(&alpha->first, picture) != 0;
	alpha->pixels = picture_count_changed(&alpha->first, picture, inside, ROUNDING);
	return alpha->pixels >= MOVED_MIN;
}

void look_alpha_finish(struct look_alpha *alpha)
{
	picture_finish(&alpha->first);
}

bool look_whole(const struct picture *picture, void *context)
{
	/* Where the application's picture stands still: beside its clock, and around the record. */
	static const struct picture_rect still[] = {{0, 0, 360, 44}, {0, 48, 120, 160}, {360, 48, 120, 160},
		{0, 210, 480, 20}, {0, 240, 130, 250}, {350, 240, 130, 250}};
	struct look_whole *whole = context;
	uint32_t frame, keys;

	whole->pixels = 0;
	for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
		whole->pixels += picture_count_changed(whole->before, picture, still[i], 0);
	return !whole->pixels && picture_marker(picture, &frame, &keys);
}
