#include "examples/handset/call/fonts.h"
#include "examples/handset/call/icons.h"
#include "examples/handset/call/ui.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define WHITE	  0xffffffffu
#define TEXT_SOFT 0xffb9c4d4u
#define TEXT_DIM  0xff8b97a9u
#define GREEN	  0xff7fe0a3u
#define FIT_BYTES 64

static const struct paint pill_red = {0xffee5350, 0xffd93b38};
static const struct paint pill_green = {0xff35b868, 0xff239a52};
static const struct paint screen_paint[PL_CALL_STATE_COUNT] = {
	[PL_CALL_DIALING] = {0xff23406b, 0xff0a1020},
	[PL_CALL_ACTIVE] = {0xff174a5c, 0xff08121b},
	[PL_CALL_ENDED] = {0xff3b3a48, 0xff0f1016},
};

/* Avatars: a caller keeps his colour. */
static const struct paint avatar_paint[] = {
	{0xff5b8def, 0xff3a63c8},
	{0xff26a69a, 0xff14796f},
	{0xffef8a5b, 0xffc75f30},
	{0xffab6bdb, 0xff7b3fb0},
	{0xffe0699a, 0xffb23f71},
	{0xff6a9f4b, 0xff467a2b},
};

static const struct rect full_area = {0, 0, UI_WIDTH, UI_HEIGHT};
static const struct rect band_area = {0, 0, UI_WIDTH, UI_BAND_HEIGHT};
static const struct rect status_area = {0, 14, UI_WIDTH, 34};
static const struct rect timer_area = {120, 438, 240, 48};
static const struct rect digits_area = {0, 486, UI_WIDTH, 32};
static const struct rect mute_area = {72, 528, 152, 128};
static const struct rect headline_area = {24, 84, UI_WIDTH - 48, 34};
static const struct rect volume_area = {UI_WIDTH - 62, 160, 48, 222};
static const struct rect band_title_area = {100, 20, UI_WIDTH - 130, 26};
#define AVATAR_BIG 156
static const struct rect avatar_area = {(UI_WIDTH - AVATAR_BIG) / 2, 150, AVATAR_BIG, AVATAR_BIG};

static void text_centred(struct canvas *c, const struct font *font, int centre, int y, int width,
	const char *text, uint32_t colour)
{
	char fitted[FIT_BYTES];
	int w = font_fit(font, text, width, fitted, sizeof(fitted));

	canvas_text(c, font, centre - w / 2, y, fitted, colour);
}

static void text_left(
	struct canvas *c, const struct font *font, int x, int y, int width, const char *text, uint32_t colour)
{
	char fitted[FIT_BYTES];

	font_fit(font, text, width, fitted, sizeof(fitted));
	canvas_text(c, font, x, y, fitted, colour);
}

void ui_format_duration(uint32_t seconds, char *to, unsigned bytes)
{
	if (seconds < 3600)
		format_print(to, bytes, "%02u:%02u", seconds / 60, seconds % 60);
	else
		format_print(to, bytes, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* Capital of a Latin letter (Unicode, Latin-1 and Latin Extended-A). */
static uint32_t capital(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 0xe0 && c <= 0xfe && c != 0xf7))
		return c - 32;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c % 2 ? c : c - 1;
	if (c >= 0x100 && c <= 0x177 && c != 0x131 && c != 0x138)
		return c & ~1u;
	return c;
}

static bool can_be_initial(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0x17e && c != 0xd7);
}

/* Codepoints up to 0x7ff. */
static char *put_utf8(char *to, uint32_t c)
{
	if (c >= 0x80)
		*to++ = (char)(0xc0 | c >> 6);
	*to++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
	return to;
}

void ui_initials(const char *name, char to[9])
{
	uint32_t first = 0, last = 0, c;
	bool at_start = true;

	while ((c = utf8_next(&name)) != 0) {
		c = capital(c);
		if (at_start && can_be_initial(c)) {
			if (!first)
				first = c;
			else
				last = c;
		}
		at_start = c == ' ';
	}
	if (first)
		to = put_utf8(to, first);
	if (last)
		to = put_utf8(to, last);
	*to = 0;
}

static const struct paint *avatar_colour(const struct ui_model *m)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (const char *t = m->name[0] ? m->name : m->number; *t; t++)
		hash = (hash ^ (uint8_t)*t) * 16777619u;
	return &avatar_paint[(hash >> 8) % (sizeof(avatar_paint) / sizeof(avatar_paint[0]))];
}

static void draw_avatar(struct canvas *c, struct rect r, const struct font *font, const struct ui_model *m)
{
	char initials[9];

	canvas_round_rect(c, r, r.w / 2, *avatar_colour(m));
	ui_initials(m->name, initials);
	if (initials[0])
		text_centred(
			c, font, r.x + r.w / 2, r.y + (r.h + font->cap_height) / 2, r.w, initials, WHITE);
	else
		canvas_shape(c, r, icon_person, 0xe6ffffff);
}

static const char *title_of(const struct ui_model *m)
{
	return m->name[0] ? m->name : m->number[0] ? m->number : "Unknown caller";
}

/* A pill: icon, what it does, and which key does it. */
static void draw_pill(struct canvas *c, struct rect r, struct paint paint, float (*icon)(float, float),
	const char *label, const char *key)
{
	int middle = r.y + r.h / 2, key_width = font_width(&font_small, key) + 16;
	struct rect cap = {r.x + r.w - key_width - 12, middle - 13, key_width, 26};

	canvas_round_rect(c, r, r.h / 2, paint);
	canvas_shape(c, (struct rect){r.x + 18, middle - 12, 24, 24}, icon, WHITE);
	canvas_text(c, &font_button, r.x + 54, middle + font_button.cap_height / 2, label, WHITE);
	canvas_round_rect(c, cap, 8, paint_flat(0x33000000));
	canvas_text(c, &font_small, cap.x + 8, middle + font_small.cap_height / 2, key, 0xf0ffffff);
}

static void draw_band(struct canvas *c, const struct ui_model *m)
{
	const struct rect card = {12, 10, UI_WIDTH - 24, 160};
	const int text_x = 110, text_width = card.x + card.w - 20 - text_x;

	canvas_clear(c, full_area, 0);
	canvas_shadow(c, card, 28, 12, 2, 0x8c000000);
	canvas_round_rect(c, card, 28, (struct paint){0xeb2b3342, 0xeb1a202b});
	canvas_round_frame(c, card, 28, 1, 0x24ffffff);
	draw_avatar(c, (struct rect){card.x + 18, card.y + 16, 64, 64}, &font_name, m);
	canvas_text(
		c, &font_small, text_x, 38, m->silenced ? "Incoming call, silenced" : "Incoming call", GREEN);
	text_left(c, &font_name, text_x, 70, text_width, title_of(m), WHITE);
	if (m->name[0])
		text_left(c, &font_body, text_x, 96, text_width, m->number, TEXT_SOFT);
	draw_pill(c, (struct rect){card.x + 16, 112, 208, 46}, pill_red, icon_hang_up, "Decline", "End");
	draw_pill(c, (struct rect){card.x + card.w - 16 - 208, 112, 208, 46}, pill_green, icon_answer,
		"Answer", "Call");
}

static void draw_status(struct canvas *c, const struct ui_model *m)
{
	const int base = status_area.y + 23;

	if (m->carrier[0])
		text_left(c, &font_small, 24, base, 240, m->carrier, TEXT_SOFT);
	for (int i = 0; m->signal >= 0 && i < UI_SIGNAL_BARS; i++) {
		int height = 5 + i * 4;
		struct rect bar = {UI_WIDTH - 24 - (UI_SIGNAL_BARS - i) * 8 + 3, base - height, 5, height};

		canvas_round_rect(c, bar, 2, paint_flat(i < m->signal ? 0xe6ffffff : 0x40ffffff));
	}
}

static void draw_chip(struct canvas *c, int centre, int y, bool on, const char *label, const char *key)
{
	struct rect r = {centre - 36, y, 72, 72};

	canvas_round_rect(c, r, 36, paint_flat(on ? 0xf2ffffff : 0x24ffffff));
	text_centred(c, &font_small, centre, y + 96, 152, label, WHITE);
	text_centred(c, &font_small, centre, y + 117, 152, key, TEXT_DIM);
}

static void draw_active(struct canvas *c, const struct ui_model *m)
{
	const int y = mute_area.y + 6, left = mute_area.x + mute_area.w / 2, right = UI_WIDTH - left;
	const uint32_t ink = m->muted ? 0xff17303b : WHITE;
	char duration[16];

	ui_format_duration(m->seconds, duration, sizeof(duration));
	text_centred(c, &font_timer, UI_WIDTH / 2, timer_area.y + 36, timer_area.w, duration, GREEN);
	text_centred(c, &font_body, UI_WIDTH / 2, digits_area.y + 22, UI_WIDTH - 48, m->digits, TEXT_SOFT);
	draw_chip(c, left, y, m->muted, m->muted ? "Muted" : "Mute", "Up key");
	canvas_shape(c, (struct rect){left - 18, y + 18, 36, 36}, icon_microphone, ink);
	if (m->muted)
		canvas_shape(c, (struct rect){left - 18, y + 18, 36, 36}, icon_slash, ink);
	draw_chip(c, right, y, false, "Tones",
		"0\xe2\x80\x93"
		"9 * #");
	canvas_shape(c, (struct rect){right - 18, y + 18, 36, 36}, icon_keypad, WHITE);
}

/* At the edge where the keys are, as high as it is loud. */
static void draw_volume(struct canvas *c, const struct ui_model *m)
{
	struct rect track = {volume_area.x + 18, volume_area.y + 14, 12, 150}, level = track;
	struct rect icon = {volume_area.x + 10, volume_area.y + 180, 28, 28};

	if (!m->volume_shown)
		return;
	level.h = 12 + (track.h - 12) * m->volume / UI_VOLUME_MAX;
	level.y = track.y + track.h - level.h;
	canvas_round_rect(c, volume_area, 24, paint_flat(0x33000000));
	canvas_round_rect(c, track, 6, paint_flat(0x33ffffff));
	canvas_round_rect(c, level, 6, paint_flat(0xf2ffffff));
	canvas_shape(c, icon, m->headset ? icon_headset : icon_speaker, 0xe6ffffff);
}

static void draw_end_button(struct canvas *c)
{
	struct rect r = {UI_WIDTH / 2 - 38, 682, 76, 76};

	canvas_shadow(c, r, 38, 14, 4, 0x73000000);
	canvas_round_rect(c, r, 38, pill_red);
	canvas_shape(c, (struct rect){r.x + 19, r.y + 19, 38, 38}, icon_hang_up, WHITE);
	text_centred(c, &font_small, UI_WIDTH / 2, 784, 200, "End key", TEXT_DIM);
}

static void draw_ended(struct canvas *c, const struct ui_model *m)
{
	char duration[16];

	if (!m->seconds)
		return;
	ui_format_duration(m->seconds, duration, sizeof(duration));
	text_centred(c, &font_timer, UI_WIDTH / 2, timer_area.y + 36, timer_area.w, duration, WHITE);
	text_centred(c, &font_small, UI_WIDTH / 2, timer_area.y + 62, timer_area.w, "Duration", TEXT_DIM);
}

static const char *headline(const struct ui_model *m)
{
	if (m->emergency && m->state != PL_CALL_ENDED)
		return "Emergency call";
	switch (m->state) {
	case PL_CALL_DIALING: return "Calling\xe2\x80\xa6";
	case PL_CALL_ACTIVE: return m->headset ? "In call on headset" : "In call";
	default: return m->note[0] ? m->note : "Call ended";
	}
}

static void draw_screen(struct canvas *c, const struct ui_model *m)
{
	const int middle = UI_WIDTH / 2, glow_y = avatar_area.y + AVATAR_BIG / 2;
	struct rect ring = {avatar_area.x - 12, avatar_area.y - 12, AVATAR_BIG + 24, AVATAR_BIG + 24};

	canvas_backdrop(c, full_area, screen_paint[m->state]);
	canvas_glow(c, middle, glow_y, 230, 46);
	draw_status(c, m);
	text_centred(c, &font_body, middle, 108, UI_WIDTH - 48, headline(m), TEXT_SOFT);
	canvas_round_rect(c, ring, ring.w / 2, paint_flat(0x1affffff));
	draw_avatar(c, avatar_area, &font_initials, m);
	text_centred(c, &font_title, middle, 378, UI_WIDTH - 48, title_of(m), WHITE);
	if (m->name[0])
		text_centred(c, &font_body, middle, 414, UI_WIDTH - 48, m->number, TEXT_SOFT);
	if (m->state == PL_CALL_ACTIVE)
		draw_active(c, m);
	if (m->state == PL_CALL_ENDED)
		draw_ended(c, m);
	else
		draw_end_button(c);
	if (m->state != PL_CALL_ENDED)
		draw_volume(c, m);
}

void ui_draw(struct canvas *c, const struct ui_model *m)
{
	switch (m->state) {
	case PL_CALL_RINGING: draw_band(c, m); break;
	case PL_CALL_DIALING:
	case PL_CALL_ACTIVE:
	case PL_CALL_ENDED: draw_screen(c, m); break;
	default: canvas_clear(c, full_area, 0); break;
	}
}

static bool volume_differs(const struct ui_model *a, const struct ui_model *b)
{
	bool seen = a->volume_shown || b->volume_shown;

	return a->volume_shown != b->volume_shown ||
	       (seen && (a->volume != b->volume || a->headset != b->headset));
}

static struct rect extent(const struct ui_model *m)
{
	if (m->state == PL_CALL_IDLE)
		return (struct rect){0, 0, 0, 0};
	return m->state == PL_CALL_RINGING ? band_area : full_area;
}

struct rect ui_damage(const struct ui_model *from, const struct ui_model *to)
{
	struct rect damage = {0, 0, 0, 0};

	if (from->state != to->state || from->emergency != to->emergency ||
		strcmp(from->number, to->number) || strcmp(from->name, to->name) ||
		strcmp(from->note, to->note))
		return rect_union(extent(from), extent(to));
	/* The band shows nothing else. */
	if (to->state == PL_CALL_RINGING)
		return from->silenced != to->silenced ? band_title_area : damage;
	if (from->seconds != to->seconds)
		damage = rect_union(damage, timer_area);
	if (from->signal != to->signal || strcmp(from->carrier, to->carrier))
		damage = rect_union(damage, status_area);
	if (strcmp(from->digits, to->digits))
		damage = rect_union(damage, digits_area);
	if (from->muted != to->muted)
		damage = rect_union(damage, mute_area);
	if (from->headset != to->headset)
		damage = rect_union(damage, headline_area);
	if (volume_differs(from, to))
		damage = rect_union(damage, volume_area);
	return rect_intersect(damage, extent(to));
}
