/* Between the parts of the call screens. */
#ifndef CALL_UI_INT_H
#define CALL_UI_INT_H

#include "examples/handset/call/fonts.h"
#include "examples/handset/call/icons.h"
#include "examples/handset/call/ui.h"

#define WHITE	  0xffffffffu
#define TEXT_SOFT 0xffb9c4d4u
#define TEXT_DIM  0xff8b97a9u
#define GREEN	  0xff7fe0a3u
#define AMBER	  0xffffc46bu

typedef float ui_icon(float x, float y);

static const struct rect ui_full = {0, 0, UI_WIDTH, UI_HEIGHT};
static const struct rect ui_status = {0, 14, UI_WIDTH, 34};
static const struct rect ui_timer = {120, 438, 240, 48};
static const struct rect ui_digits = {0, 486, UI_WIDTH, 32};
static const struct rect ui_chips = {0, 528, UI_WIDTH, 132};
static const struct rect ui_headline = {24, 84, UI_WIDTH - 48, 34};
static const struct rect ui_volume = {UI_WIDTH - 62, 160, 48, 222};
static const struct rect ui_card_kind = {100, 20, UI_WIDTH - 130, 26};
static const struct rect ui_typed = {0, 96, UI_WIDTH, 124};

/* ui.c */
extern const struct paint ui_red, ui_green;
void ui_centred(struct canvas *c, const struct font *font, int centre, int y, int width, const char *text,
	uint32_t colour);
void ui_left(struct canvas *c, const struct font *font, int x, int y, int width, const char *text,
	uint32_t colour);
/* A square icon of this size around a point. */
void ui_icon_at(struct canvas *c, int x, int y, int size, ui_icon *icon, uint32_t colour);
void ui_avatar(
	struct canvas *c, struct rect r, const struct font *font, const char *name, const char *number);
/* A round button with an icon. */
void ui_button(struct canvas *c, int x, int y, int radius, const struct paint *paint, ui_icon *icon);
void ui_status_row(struct canvas *c, const struct ui_model *m);
bool ui_has_card(const struct ui_model *m);
bool ui_has_screen(const struct ui_model *m);

void ui_draw_card(struct canvas *c, const struct ui_model *m);
void ui_draw_call(struct canvas *c, const struct ui_model *m);
void ui_draw_dialler(struct canvas *c, const struct ui_model *m);

#endif
