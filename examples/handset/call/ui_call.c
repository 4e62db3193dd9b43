/* The full screen of a call, from dialing to ended. */
#include "examples/handset/call/ui_int.h"
#include "frontends/rtos/format.h"

#define AVATAR	  156
#define CHIPS	  5
#define CHIP_STEP 92

static const struct paint screen_paint[PL_CALL_STATE_COUNT] = {
	[PL_CALL_DIALING] = {0xff23406b, 0xff0a1020},
	[PL_CALL_ACTIVE] = {0xff174a5c, 0xff08121b},
	[PL_CALL_ENDED] = {0xff3b3a48, 0xff0f1016},
};
static const struct paint emergency_paint = {0xff7c1d22, 0xff1b070a};
static const struct paint hold_paint = {0xff3d4350, 0xff0f1218};

static bool is_live(const struct ui_model *m)
{
	return m->state == PL_CALL_DIALING || m->state == PL_CALL_ACTIVE;
}

static const struct paint *background(const struct ui_model *m)
{
	if (m->emergency && is_live(m))
		return &emergency_paint;
	return m->on_hold && m->state == PL_CALL_ACTIVE ? &hold_paint : &screen_paint[m->state];
}

static const char *headline(const struct ui_model *m)
{
	if (m->note[0])
		return m->note;
	if (m->emergency && is_live(m))
		return m->no_modem ? "Emergency call \xe2\x80\x93 waiting for the modem" : "Emergency call";
	switch (m->state) {
	case PL_CALL_DIALING: return "Calling\xe2\x80\xa6";
	case PL_CALL_ACTIVE:
		return m->on_hold	? "On hold"
		       : m->parties > 1 ? "Conference"
		       : m->speaker	? "In call on speaker"
		       : m->headset	? "In call on headset"
					: "In call";
	default: return "Call ended";
	}
}

/* Of what went wrong, and of what is not as usual. */
static uint32_t headline_colour(const struct ui_model *m)
{
	if (m->emergency && is_live(m))
		return WHITE;
	return m->note[0] || (m->on_hold && m->state == PL_CALL_ACTIVE) ? AMBER : TEXT_SOFT;
}

/* Who is on hold meanwhile, and how to get back. */
static void draw_held(struct canvas *c, const struct ui_model *m)
{
	const struct rect strip = {24, 62, UI_WIDTH - 48, 56};
	const int middle = strip.y + strip.h / 2;
	struct rect cap = {strip.x + strip.w - 82, middle - 14, 66, 28};

	canvas_round_rect(c, strip, 28, paint_flat(0x1fffffff));
	canvas_round_rect(c, (struct rect){strip.x + 8, strip.y + 8, 40, 40}, 20, paint_flat(0x33ffffff));
	ui_icon_at(c, strip.x + 28, middle, 20, icon_pause, WHITE);
	ui_left(c, &font_button, strip.x + 62, middle - 2, 250, m->held, WHITE);
	ui_left(c, &font_small, strip.x + 62, middle + 18, 250, "On hold", TEXT_SOFT);
	canvas_round_rect(c, cap, 14, paint_flat(0x33000000));
	ui_centred(c, &font_small, cap.x + cap.w / 2, middle + font_small.cap_height / 2, cap.w, "Call key",
		TEXT_SOFT);
}

static void draw_emergency_avatar(struct canvas *c, struct rect r)
{
	canvas_round_rect(c, r, r.w / 2, (struct paint){0xffef5350, 0xffb71c1c});
	ui_centred(c, &font_title, r.x + r.w / 2, r.y + (r.h + font_title.cap_height) / 2, r.w, "SOS", WHITE);
}

static void draw_conference_avatar(struct canvas *c, struct rect r)
{
	canvas_round_rect(c, r, r.w / 2, (struct paint){0xff4f7d8c, 0xff2c5362});
	ui_icon_at(c, r.x + r.w / 2, r.y + r.h / 2, r.w * 2 / 3, icon_people, 0xe6ffffff);
}

static void draw_held_avatar(struct canvas *c, struct rect r)
{
	canvas_round_rect(c, r, r.w / 2, (struct paint){0xff5a6272, 0xff3a414e});
	ui_icon_at(c, r.x + r.w / 2, r.y + r.h / 2, r.w / 2, icon_pause, 0xe6ffffff);
}

/* Smaller and lower under a card. */
static void draw_who(struct canvas *c, const struct ui_model *m)
{
	const int size = ui_has_card(m) ? 124 : AVATAR, y = ui_has_card(m) ? 194 : 150;
	struct rect r = {(UI_WIDTH - size) / 2, y, size, size};
	struct rect ring = {r.x - 12, r.y - 12, size + 24, size + 24};

	canvas_glow(c, UI_WIDTH / 2, y + size / 2, 230, 46);
	canvas_round_rect(c, ring, ring.w / 2, paint_flat(0x1affffff));
	if (m->emergency && is_live(m))
		draw_emergency_avatar(c, r);
	else if (m->parties > 1)
		draw_conference_avatar(c, r);
	else if (m->on_hold && m->state == PL_CALL_ACTIVE)
		draw_held_avatar(c, r);
	else
		ui_avatar(c, r, &font_initials, m->name, m->number);
}

static const char *title(const struct ui_model *m)
{
	return m->name[0] ? m->name : m->number[0] ? m->number : "Unknown caller";
}

static void draw_chip(
	struct canvas *c, unsigned place, bool on, ui_icon *icon, const char *label, const char *key)
{
	const int x = UI_WIDTH / 2 + CHIP_STEP * ((int)place - CHIPS / 2), y = ui_chips.y + 40;

	canvas_round_rect(
		c, (struct rect){x - 33, y - 33, 66, 66}, 33, paint_flat(on ? 0xf2ffffff : 0x24ffffff));
	ui_icon_at(c, x, y, 34, icon, on ? 0xff17303b : WHITE);
	if (on && icon == icon_microphone)
		ui_icon_at(c, x, y, 34, icon_slash, 0xff17303b);
	ui_centred(c, &font_small, x, y + 56, CHIP_STEP - 2, label, WHITE);
	ui_centred(c, &font_small, x, y + 77, CHIP_STEP - 2, key, TEXT_DIM);
}

static void draw_active(struct canvas *c, const struct ui_model *m)
{
	char duration[16];
	bool pair = m->held[0] != 0;

	ui_format_duration(m->seconds, duration, sizeof(duration));
	ui_centred(c, &font_timer, UI_WIDTH / 2, ui_timer.y + 36, ui_timer.w, duration,
		m->on_hold ? TEXT_DIM : GREEN);
	ui_centred(c, &font_body, UI_WIDTH / 2, ui_digits.y + 22, UI_WIDTH - 48, m->digits, TEXT_SOFT);
	draw_chip(c, 0, m->muted, icon_microphone, m->muted ? "Muted" : "Mute", "Up");
	draw_chip(c, 1, m->speaker, icon_speaker, "Speaker", "OK");
	if (pair)
		draw_chip(c, 2, false, icon_swap, "Swap", "Down");
	else
		draw_chip(c, 2, m->on_hold, icon_pause, m->on_hold ? "Resume" : "Hold", "Down");
	if (pair)
		draw_chip(c, 3, false, icon_merge, "Merge", "Right");
	else
		draw_chip(c, 3, false, icon_plus, "Add call", "Left");
	draw_chip(c, 4, false, icon_keypad, "Tones",
		"0\xe2\x80\x93"
		"9 * #");
}

/* At the edge where the keys are, as high as it is loud. */
static void draw_volume(struct canvas *c, const struct ui_model *m)
{
	struct rect track = {ui_volume.x + 18, ui_volume.y + 14, 12, 150}, level = track;

	if (!m->volume_shown)
		return;
	level.h = 12 + (track.h - 12) * m->volume / UI_VOLUME_MAX;
	level.y = track.y + track.h - level.h;
	canvas_round_rect(c, ui_volume, 24, paint_flat(0x33000000));
	canvas_round_rect(c, track, 6, paint_flat(0x33ffffff));
	canvas_round_rect(c, level, 6, paint_flat(0xf2ffffff));
	ui_icon_at(c, ui_volume.x + 24, ui_volume.y + 194, 28,
		m->headset && !m->speaker ? icon_headset : icon_speaker, 0xe6ffffff);
}

static void draw_ended(struct canvas *c, const struct ui_model *m)
{
	char duration[16];

	if (!m->seconds)
		return;
	ui_format_duration(m->seconds, duration, sizeof(duration));
	ui_centred(c, &font_timer, UI_WIDTH / 2, ui_timer.y + 36, ui_timer.w, duration, WHITE);
	ui_centred(c, &font_small, UI_WIDTH / 2, ui_timer.y + 62, ui_timer.w, "Duration", TEXT_DIM);
}

void ui_draw_call(struct canvas *c, const struct ui_model *m)
{
	const int middle = UI_WIDTH / 2;

	canvas_backdrop(c, ui_full, *background(m));
	ui_status_row(c, m);
	draw_who(c, m);
	if (m->held[0] && !m->note[0])
		draw_held(c, m);
	else
		ui_centred(c, m->state == PL_CALL_ENDED ? &font_name : &font_body, middle, 108, UI_WIDTH - 48,
			headline(m), headline_colour(m));
	ui_centred(c, &font_title, middle, 378, UI_WIDTH - 48, title(m), WHITE);
	if (m->name[0])
		ui_centred(c, &font_body, middle, 414, UI_WIDTH - 48, m->number, TEXT_SOFT);
	if (m->state == PL_CALL_DIALING && m->held[0])
		ui_centred(c, &font_body, middle, ui_timer.y + 36, UI_WIDTH - 48, "Calling\xe2\x80\xa6",
			TEXT_SOFT);
	if (m->state == PL_CALL_DIALING)
		draw_chip(c, CHIPS / 2, m->speaker, icon_speaker, "Speaker", "OK");
	if (m->state == PL_CALL_ACTIVE)
		draw_active(c, m);
	if (m->state == PL_CALL_ENDED) {
		draw_ended(c, m);
		return;
	}
	draw_volume(c, m);
	ui_button(c, middle, 720, 38, &ui_red, icon_hang_up);
	ui_centred(c, &font_small, middle, 784, 200, "End key", TEXT_DIM);
}
