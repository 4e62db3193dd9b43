#include "examples/handset/call/ui_int.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define FIT_BYTES 64

const struct paint ui_red = {0xffee5350, 0xffd93b38};
const struct paint ui_green = {0xff35b868, 0xff239a52};

/* Avatars: a caller keeps his colour. */
static const struct paint avatar_paint[] = {
	{0xff5b8def, 0xff3a63c8},
	{0xff26a69a, 0xff14796f},
	{0xffef8a5b, 0xffc75f30},
	{0xffab6bdb, 0xff7b3fb0},
	{0xffe0699a, 0xffb23f71},
	{0xff6a9f4b, 0xff467a2b},
};

static const struct rect band = {0, 0, UI_WIDTH, UI_BAND_HEIGHT};

void ui_centred(struct canvas *c, const struct font *font, int centre, int y, int width, const char *text,
	uint32_t colour)
{
	char fitted[FIT_BYTES];
	int w = font_fit(font, text, width, fitted, sizeof(fitted));

	canvas_text(c, font, centre - w / 2, y, fitted, colour);
}

void ui_left(
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

static const struct paint *avatar_colour(const char *text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return &avatar_paint[(hash >> 8) % (sizeof(avatar_paint) / sizeof(avatar_paint[0]))];
}

void ui_avatar(struct canvas *c, struct rect r, const struct font *font, const char *name, const char *number)
{
	char initials[9];

	canvas_round_rect(c, r, r.w / 2, *avatar_colour(name[0] ? name : number));
	ui_initials(name, initials);
	if (initials[0])
		ui_centred(c, font, r.x + r.w / 2, r.y + (r.h + font->cap_height) / 2, r.w, initials, WHITE);
	else
		canvas_shape(c, r, icon_person, 0xe6ffffff);
}

void ui_icon_at(struct canvas *c, int x, int y, int size, ui_icon *icon, uint32_t colour)
{
	canvas_shape(c, (struct rect){x - size / 2, y - size / 2, size, size}, icon, colour);
}

void ui_button(struct canvas *c, int x, int y, int radius, const struct paint *paint, ui_icon *icon)
{
	struct rect r = {x - radius, y - radius, radius * 2, radius * 2};

	canvas_shadow(c, r, radius, 14, 4, 0x73000000);
	canvas_round_rect(c, r, radius, *paint);
	ui_icon_at(c, x, y, radius, icon, WHITE);
}

/*
 * The row at the top: operator, what is peculiar about the call, signal.
 */

static void draw_bars(struct canvas *c, const struct ui_model *m, int base)
{
	for (int i = 0; m->signal >= 0 && i < UI_SIGNAL_BARS; i++) {
		int height = 5 + i * 4;
		struct rect bar = {UI_WIDTH - 24 - (UI_SIGNAL_BARS - i) * 8 + 3, base - height, 5, height};

		canvas_round_rect(c, bar, 2, paint_flat(i < m->signal ? 0xe6ffffff : 0x40ffffff));
	}
}

void ui_status_row(struct canvas *c, const struct ui_model *m)
{
	const int base = ui_status.y + 23, middle = base - 8;
	int x = UI_WIDTH - 24 - UI_SIGNAL_BARS * 8 - 20;

	if (m->no_modem) {
		ui_icon_at(c, 33, middle, 22, icon_warning, AMBER);
		ui_left(c, &font_small, 52, base, 300, "Modem lost \xe2\x80\x93 recovering", AMBER);
		return;
	}
	if (m->carrier[0])
		ui_left(c, &font_small, 24, base, 240, m->carrier, TEXT_SOFT);
	draw_bars(c, m, base);
	if (m->on_hold) {
		ui_icon_at(c, x, middle, 18, icon_pause, WHITE);
		x -= 26;
	}
	if (m->muted) {
		ui_icon_at(c, x, middle, 20, icon_microphone, WHITE);
		ui_icon_at(c, x, middle, 20, icon_slash, WHITE);
	}
}

/*
 * What is drawn, and what must be drawn again.
 */

bool ui_has_screen(const struct ui_model *m)
{
	return m->state == PL_CALL_DIALING || m->state == PL_CALL_ACTIVE || m->state == PL_CALL_ENDED ||
	       (m->dialler && m->state == PL_CALL_IDLE);
}

/* A lost modem is said in the row at the top where there is one. */
bool ui_has_card(const struct ui_model *m)
{
	return m->state == PL_CALL_RINGING || m->waiting || m->question ||
	       (m->no_modem && m->state == PL_CALL_IDLE && !m->dialler);
}

void ui_draw(struct canvas *c, const struct ui_model *m)
{
	if (!ui_has_screen(m))
		canvas_clear(c, ui_full, 0);
	else if (m->dialler)
		ui_draw_dialler(c, m);
	else
		ui_draw_call(c, m);
	if (ui_has_card(m))
		ui_draw_card(c, m);
}

static struct rect extent(const struct ui_model *m)
{
	if (ui_has_screen(m))
		return ui_full;
	return ui_has_card(m) ? band : (struct rect){0, 0, 0, 0};
}

static bool same_card(const struct ui_model *a, const struct ui_model *b)
{
	return a->waiting == b->waiting && !strcmp(a->waiting_number, b->waiting_number) &&
	       !strcmp(a->waiting_name, b->waiting_name) && a->question == b->question &&
	       !strcmp(a->asker, b->asker) && !strcmp(a->asked, b->asked);
}

static bool is_conference(const struct ui_model *m)
{
	return m->parties > 1; /* how many is said in the name */
}

/* What has a place of its own on the screen is not in here. */
static bool same_whole(const struct ui_model *a, const struct ui_model *b)
{
	return a->state == b->state && a->emergency == b->emergency && !strcmp(a->number, b->number) &&
	       !strcmp(a->name, b->name) && !strcmp(a->note, b->note) && a->on_hold == b->on_hold &&
	       is_conference(a) == is_conference(b) && !strcmp(a->held, b->held) &&
	       a->dialler == b->dialler && ui_has_card(a) == ui_has_card(b) && same_card(a, b);
}

static bool same_status(const struct ui_model *a, const struct ui_model *b)
{
	return a->signal == b->signal && a->muted == b->muted && a->no_modem == b->no_modem &&
	       !strcmp(a->carrier, b->carrier);
}

static bool volume_differs(const struct ui_model *a, const struct ui_model *b)
{
	bool seen = a->volume_shown || b->volume_shown;

	return a->volume_shown != b->volume_shown ||
	       (seen && (a->volume != b->volume || a->headset != b->headset));
}

struct rect ui_damage(const struct ui_model *from, const struct ui_model *to)
{
	struct rect damage = {0, 0, 0, 0};

	if (!same_whole(from, to))
		return rect_union(extent(from), extent(to));
	/* The card alone shows nothing else. */
	if (!ui_has_screen(to))
		return from->silenced != to->silenced && to->state == PL_CALL_RINGING ? ui_card_kind : damage;
	if (from->seconds != to->seconds)
		damage = rect_union(damage, ui_timer);
	if (!same_status(from, to))
		damage = rect_union(damage, ui_status);
	if (strcmp(from->digits, to->digits))
		damage = rect_union(damage, ui_digits);
	if (from->muted != to->muted || from->speaker != to->speaker)
		damage = rect_union(damage, ui_chips);
	if (from->headset != to->headset || from->speaker != to->speaker)
		damage = rect_union(damage, ui_headline);
	if (volume_differs(from, to))
		damage = rect_union(damage, ui_volume);
	if (strcmp(from->typed, to->typed) || from->typed_emergency != to->typed_emergency)
		damage = rect_union(damage, ui_typed);
	return damage;
}
