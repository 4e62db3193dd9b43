/* The card in the band at the top: who calls, who waits, what is asked, what is wrong. */
#include "examples/handset/call/ui_int.h"
#include "frontends/rtos/format.h"

#define TEXT_X 110

static const struct rect card = {12, 10, UI_WIDTH - 24, 160};

/* A pill: icon, what it does, and which key does it. */
static void draw_pill(struct canvas *c, struct rect r, struct paint paint, ui_icon *icon, const char *label,
	const char *key)
{
	int middle = r.y + r.h / 2, key_width = font_width(&font_small, key) + 16;
	struct rect cap = {r.x + r.w - key_width - 12, middle - 13, key_width, 26};

	canvas_round_rect(c, r, r.h / 2, paint);
	ui_icon_at(c, r.x + 30, middle, 24, icon, WHITE);
	canvas_text(c, &font_button, r.x + 54, middle + font_button.cap_height / 2, label, WHITE);
	canvas_round_rect(c, cap, 8, paint_flat(0x33000000));
	canvas_text(c, &font_small, cap.x + 8, middle + font_small.cap_height / 2, key, 0xf0ffffff);
}

static void draw_pills(struct canvas *c, const char *no, ui_icon *no_icon, const char *yes, ui_icon *yes_icon)
{
	draw_pill(c, (struct rect){card.x + 16, 112, 208, 46}, ui_red, no_icon, no, "End");
	draw_pill(
		c, (struct rect){card.x + card.w - 16 - 208, 112, 208, 46}, ui_green, yes_icon, yes, "Call");
}

static void draw_texts(
	struct canvas *c, const char *kind, uint32_t colour, const char *title, const char *below)
{
	const int width = card.x + card.w - 20 - TEXT_X;

	ui_left(c, &font_small, TEXT_X, 38, width, kind, colour);
	ui_left(c, &font_name, TEXT_X, 70, width, title, WHITE);
	ui_left(c, &font_body, TEXT_X, 96, width, below, TEXT_SOFT);
}

static void draw_caller(struct canvas *c, const char *kind, const char *name, const char *number)
{
	const char *title = name[0] ? name : number[0] ? number : "Unknown caller";

	ui_avatar(c, (struct rect){card.x + 18, card.y + 16, 64, 64}, &font_name, name, number);
	draw_texts(c, kind, GREEN, title, name[0] ? number : "");
	draw_pills(c, "Decline", icon_hang_up, "Answer", icon_answer);
}

/* The first letter is small in the policy. */
static void draw_question(struct canvas *c, const struct ui_model *m)
{
	static const char *const wishes[] = {"", "wants to call", "wants to send a message to",
		"wants to send a service code", "wants to use the modem"};
	char kind[64];
	uint32_t which = m->question <= UI_ASK_OTHER ? m->question : UI_ASK_OTHER;

	format_print(kind, sizeof(kind), "%s %s", m->asker, wishes[which]);
	if (kind[0] >= 'a' && kind[0] <= 'z')
		kind[0] = (char)(kind[0] - 'a' + 'A');
	canvas_round_rect(c, (struct rect){card.x + 18, card.y + 16, 64, 64}, 32,
		(struct paint){0xffe09a2b, 0xffb06f12});
	ui_icon_at(c, card.x + 50, card.y + 48, 38, which == UI_ASK_MESSAGE ? icon_message : icon_question,
		WHITE);
	draw_texts(c, kind, AMBER, m->asked, "Only this once. It may cost you.");
	draw_pills(c, "Refuse", icon_cross, "Allow", icon_check);
}

static void draw_no_modem(struct canvas *c)
{
	canvas_round_rect(c, (struct rect){card.x + 18, card.y + 16, 64, 64}, 32,
		(struct paint){0xff8a5a18, 0xff64400d});
	ui_icon_at(c, card.x + 50, card.y + 46, 40, icon_warning, AMBER);
	draw_texts(c, "Telephone", AMBER, "Modem lost", "Recovering. No calls until then.");
	draw_pill(c, (struct rect){card.x + 16, 112, 208, 46}, paint_flat(0x33ffffff), icon_cross, "Hide",
		"End");
}

void ui_draw_card(struct canvas *c, const struct ui_model *m)
{
	canvas_shadow(c, card, 28, 12, 2, 0x8c000000);
	canvas_round_rect(c, card, 28,
		ui_has_screen(m) ? (struct paint){0xff2b3342, 0xff1a202b}
				 : (struct paint){0xeb2b3342, 0xeb1a202b});
	canvas_round_frame(c, card, 28, 1, 0x24ffffff);
	if (m->state == PL_CALL_RINGING)
		draw_caller(c, m->silenced ? "Incoming call, silenced" : "Incoming call", m->name, m->number);
	else if (m->waiting)
		draw_caller(c, "Another call is waiting", m->waiting_name, m->waiting_number);
	else if (m->question)
		draw_question(c, m);
	else
		draw_no_modem(c);
}
