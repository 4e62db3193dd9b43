/* The dialler: the number as it is typed on the keypad, and what the keys are. */
#include "examples/handset/call/ui_int.h"
#include "frontends/rtos/mem.h"

#define KEY_WIDTH  132
#define KEY_HEIGHT 88
#define KEYS_TOP   232

static const struct paint screen = {0xff1d2c40, 0xff0a0f18};

/* Its end is what one types at: what does not fit is cut in front. */
static const char *end_of(const struct font *font, const char *text, int width)
{
	while (*text && font_width(font, text) > width)
		text++;
	return text;
}

static void draw_typed(struct canvas *c, const struct ui_model *m)
{
	const int middle = UI_WIDTH / 2, base = ui_typed.y + 66;
	const char *text = end_of(&font_title, m->typed, UI_WIDTH - 48);
	int width = font_width(&font_title, text);
	uint32_t colour = m->typed_emergency ? 0xffff8a80 : WHITE;

	if (!m->typed[0]) {
		ui_centred(c, &font_name, middle, base - 4, UI_WIDTH - 48, "Enter a number", TEXT_DIM);
		return;
	}
	canvas_text(c, &font_title, middle - width / 2, base, text, colour);
	/* The place where the next digit comes. */
	canvas_round_rect(c,
		(struct rect){middle + width / 2 + 5, base - font_title.cap_height - 4, 3,
			font_title.cap_height + 8},
		1, paint_flat(0xb335b868));
	if (m->typed_emergency)
		ui_centred(c, &font_body, middle, base + 38, UI_WIDTH - 48, "Emergency number", 0xffff8a80);
}

static void draw_key(struct canvas *c, int place, const char *digit, const char *letters)
{
	const int x = UI_WIDTH / 2 + (place % 3 - 1) * (KEY_WIDTH + 12);
	const int y = KEYS_TOP + place / 3 * (KEY_HEIGHT + 10);
	const struct rect r = {x - KEY_WIDTH / 2, y, KEY_WIDTH, KEY_HEIGHT};

	canvas_round_rect(c, r, 26, (struct paint){0x24ffffff, 0x17ffffff});
	canvas_round_frame(c, r, 26, 1, 0x14ffffff);
	ui_centred(c, &font_name, x, y + (letters[0] ? 44 : 54), KEY_WIDTH, digit, WHITE);
	ui_centred(c, &font_small, x, y + 70, KEY_WIDTH, letters, TEXT_DIM);
}

static void draw_keys(struct canvas *c)
{
	static const char *const keys[][2] = {{"1", ""}, {"2", "ABC"}, {"3", "DEF"}, {"4", "GHI"},
		{"5", "JKL"}, {"6", "MNO"}, {"7", "PQRS"}, {"8", "TUV"}, {"9", "WXYZ"}, {"*", ""}, {"0", "+"},
		{"#", ""}};

	for (int i = 0; i < 12; i++)
		draw_key(c, i, keys[i][0], keys[i][1]);
}

static void draw_bottom(struct canvas *c)
{
	static const struct paint soft = {0x24ffffff, 0x24ffffff};
	const int y = 704, left = UI_WIDTH / 2 - KEY_WIDTH - 12, right = UI_WIDTH - left;

	canvas_round_rect(c, (struct rect){left - 30, y - 30, 60, 60}, 30, soft);
	ui_icon_at(c, left, y, 28, icon_cross, WHITE);
	ui_centred(c, &font_small, left, y + 66, 140, "Clear \xc2\xb7 End key", TEXT_DIM);
	ui_button(c, UI_WIDTH / 2, y, 40, &ui_green, icon_answer);
	ui_centred(c, &font_small, UI_WIDTH / 2, y + 66, 140, "Call key", TEXT_DIM);
	canvas_round_rect(c, (struct rect){right - 30, y - 30, 60, 60}, 30, soft);
	ui_icon_at(c, right, y, 34, icon_backspace, WHITE);
	ui_centred(c, &font_small, right, y + 66, 140, "Back \xc2\xb7 Left", TEXT_DIM);
}

void ui_draw_dialler(struct canvas *c, const struct ui_model *m)
{
	canvas_backdrop(c, ui_full, screen);
	ui_status_row(c, m);
	if (m->note[0])
		ui_centred(c, &font_body, UI_WIDTH / 2, 86, UI_WIDTH - 48, m->note, AMBER);
	else
		ui_centred(c, &font_body, UI_WIDTH / 2, 86, UI_WIDTH - 48,
			m->state == PL_CALL_ACTIVE ? "Add a call" : "Phone", TEXT_SOFT);
	draw_typed(c, m);
	draw_keys(c);
	draw_bottom(c);
}
