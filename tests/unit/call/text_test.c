/* Text: UTF-8, what the fonts cover, fitting, initials, durations. */
#include "examples/handset/call/fonts.h"
#include "examples/handset/call/ui.h"
#include "tests/unit/expect.h"

static const struct font *const text_fonts[] = {
	&font_small, &font_body, &font_button, &font_name, &font_title};
#define TEXT_FONTS (sizeof(text_fonts) / sizeof(text_fonts[0]))

static void fonts_cover_western_and_central_european_names(void)
{
	static const char names[] =
		"V\u00e4in\u00f6 \u00c5str\u00f6m \u0141ucja \u017bak \u0158eh\u00e1\u010dkov\u00e1 "
		"\u00de\u00f3r \u00dfm\u00f8 \u011e\u0131\u015f \u0150\u0171 \u0122irts \u2026\u2013\u2019";

	for (unsigned i = 0; i < TEXT_FONTS; i++) {
		const char *at = names;
		uint32_t c;

		while ((c = utf8_next(&at)) != 0)
			EXPECT_EQ(font_glyph(text_fonts[i], c)->codepoint, c);
	}
}

static void glyph_tables_are_sound(void)
{
	for (unsigned i = 0; i < TEXT_FONTS; i++) {
		const struct font *f = text_fonts[i];
		uint32_t offset = 0;

		EXPECT_EQ(f->glyph[0].codepoint, FONT_NO_GLYPH);
		for (uint32_t g = 0; g < f->glyph_count; g++) {
			if (g)
				EXPECT_EQ(f->glyph[g].codepoint > f->glyph[g - 1].codepoint, true);
			EXPECT_EQ(f->glyph[g].coverage, offset);
			offset += (uint32_t)f->glyph[g].width * f->glyph[g].height;
		}
		for (uint32_t k = 1; k < f->kern_count; k++)
			EXPECT_EQ(f->kern[k].pair > f->kern[k - 1].pair, true);
	}
}

static void letters_have_ink_and_soft_edges(void)
{
	const struct font_glyph *g = font_glyph(&font_title, 'S');
	unsigned full = 0, soft = 0;

	for (uint32_t i = 0; i < (uint32_t)g->width * g->height; i++) {
		full += font_title.coverage[g->coverage + i] == 255;
		soft += font_title.coverage[g->coverage + i] > 0 &&
			font_title.coverage[g->coverage + i] < 255;
	}
	EXPECT_EQ(full > 50, true);
	EXPECT_EQ(soft > 50, true);
}

static void pairs_are_kerned(void)
{
	EXPECT_EQ(font_kern(&font_title, 'A', 'V') < 0, true);
	EXPECT_EQ(font_kern(&font_title, 'H', 'H'), 0);
	EXPECT_EQ(font_kern(&font_title, 0x1f600, 'A'), 0);
	EXPECT_EQ(font_width(&font_title, "AV") < font_width(&font_title, "A") + font_width(&font_title, "V"),
		true);
}

static void timer_digits_do_not_dance(void)
{
	for (char d = '1'; d <= '9'; d++)
		EXPECT_EQ(font_glyph(&font_timer, (uint32_t)d)->advance_64,
			font_glyph(&font_timer, '0')->advance_64);
}

static uint32_t first(const char *text)
{
	return utf8_next(&text);
}

static void utf8_decodes_and_rejects(void)
{
	const char *at = "a\xc3";

	EXPECT_EQ(first("\u00e4"), 0xe4);
	EXPECT_EQ(first("\u20ac"), 0x20ac);
	EXPECT_EQ(first("\U0001f600"), 0x1f600);
	EXPECT_EQ(first("\xc0\x80"), 0xfffd);	      /* overlong */
	EXPECT_EQ(first("\xe0\x80\xaf"), 0xfffd);     /* overlong */
	EXPECT_EQ(first("\xed\xa0\x80"), 0xfffd);     /* surrogate */
	EXPECT_EQ(first("\xf4\x90\x80\x80"), 0xfffd); /* beyond Unicode */
	EXPECT_EQ(first("\x80"), 0xfffd);
	EXPECT_EQ(first(""), 0);
	/* A cut sequence at the end stops at the terminator. */
	EXPECT_EQ(utf8_next(&at), 'a');
	EXPECT_EQ(utf8_next(&at), 0xfffd);
	EXPECT_EQ(utf8_next(&at), 0);
	EXPECT_EQ(utf8_next(&at), 0);
}

static void fitting_keeps_what_fits(void)
{
	char to[64];
	int whole = font_width(&font_name, "Reception");

	EXPECT_EQ(font_fit(&font_name, "Reception", whole, to, sizeof(to)), whole);
	EXPECT_STR(to, "Reception");
	EXPECT_EQ(font_fit(&font_name, "Reception", whole - 1, to, sizeof(to)) <= whole - 1, true);
	EXPECT_CONTAINS(to, "\u2026");
	EXPECT_EQ(strncmp(to, "Recep", 5), 0);
}

static void fitting_is_never_too_wide_and_never_cuts_a_character(void)
{
	static const char name[] = "\u00c5\u00c4\u00d6 \u0158\u0159\u017b \u00e5\u00e4\u00f6 W";
	char to[64];

	for (int width = 0; width < 400; width++) {
		int w = font_fit(&font_name, name, width, to, sizeof(to));
		const char *at = to;
		uint32_t c;

		EXPECT_EQ(w <= width, true);
		EXPECT_EQ(font_width(&font_name, to), w);
		while ((c = utf8_next(&at)) != 0)
			EXPECT_EQ(c == 0xfffd, false);
		EXPECT_EQ(strstr(to, " \u2026") == NULL, true);
	}
}

static void fitting_stays_inside_its_buffer(void)
{
	char to[12];

	memset(to, 'x', sizeof(to));
	font_fit(&font_small, "\u00e5\u00e5\u00e5\u00e5\u00e5\u00e5", 1000, to, 8);
	EXPECT_STR(to, "\u00e5\u00e5\u2026");
	EXPECT_EQ(to[8], 'x');
	EXPECT_EQ(font_fit(&font_small, "ab", 1, to, sizeof(to)), 0);
	EXPECT_STR(to, "");
	EXPECT_EQ(font_fit(&font_small, "ab", 100, to, 0), 0);
}

static void initials_are_capitals_of_first_and_last_name(void)
{
	static const char *const cases[][2] = {{"Reception", "R"},
		{"v\u00e4in\u00f6 \u00e5str\u00f6m", "V\u00c5"}, {"Anna Maria Virtanen", "AV"},
		{"\u0142ucja \u017cak", "\u0141\u017b"}, {"", ""}, {"??? !", ""}, {"  two   spaces ", "TS"},
		{"\u4e2d\u6587", ""}, {"3 Amigos", "3A"}};
	char to[9];

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ui_initials(cases[i][0], to);
		EXPECT_STR(to, cases[i][1]);
	}
}

static void durations_read_as_clocks(void)
{
	char to[16];

	ui_format_duration(0, to, sizeof(to));
	EXPECT_STR(to, "00:00");
	ui_format_duration(187, to, sizeof(to));
	EXPECT_STR(to, "03:07");
	ui_format_duration(3600 + 125, to, sizeof(to));
	EXPECT_STR(to, "1:02:05");
	ui_format_duration(UINT32_MAX, to, sizeof(to));
	EXPECT_STR(to, "1193046:28:15");
}

static const struct unit_test tests[] = {
	{"the fonts cover western and central European names",
		fonts_cover_western_and_central_european_names},
	{"the glyph tables are sound", glyph_tables_are_sound},
	{"letters have ink and soft edges", letters_have_ink_and_soft_edges},
	{"pairs are kerned", pairs_are_kerned},
	{"the timer's digits do not dance", timer_digits_do_not_dance},
	{"UTF-8 decodes and rejects", utf8_decodes_and_rejects},
	{"fitting keeps what fits", fitting_keeps_what_fits},
	{"fitting is never too wide and never cuts a character",
		fitting_is_never_too_wide_and_never_cuts_a_character},
	{"fitting stays inside its buffer", fitting_stays_inside_its_buffer},
	{"initials are capitals of first and last name", initials_are_capitals_of_first_and_last_name},
	{"durations read as clocks", durations_read_as_clocks},
};

UNIT_MAIN("call text", tests)
