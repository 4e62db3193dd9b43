/* Text in ASCII, from the tables that tools/mkfont makes. */
#include "examples/handset/app/paint.h"
#include "examples/handset/call/font.h"

extern const struct font font_small, font_title, font_clock;

static const struct font *const fonts[] = {
	[PAINT_FONT_SMALL] = &font_small,
	[PAINT_FONT_TITLE] = &font_title,
	[PAINT_FONT_CLOCK] = &font_clock,
};

static const struct font_glyph *find_glyph(const struct font *font, char character)
{
	for (uint32_t i = 1; i < font->glyph_count; i++)
		if (font->glyph[i].codepoint == (uint8_t)character)
			return &font->glyph[i];
	return &font->glyph[0]; /* the box */
}

static void draw_glyph(const struct canvas *canvas, const uint8_t *coverage, int x, int y, int width,
	int height, uint32_t colour)
{
	for (int row = 0; row < height; row++) {
		for (int column = 0; column < width; column++) {
			uint32_t weight = coverage[row * width + column];
			uint32_t *pixel = canvas->pixels + (y + row) * (int)canvas->stride + x + column;

			if (weight && x + column >= 0 && x + column < canvas->width && y + row >= 0 &&
				y + row < canvas->height)
				*pixel = paint_mix(*pixel, colour, weight + weight / 128);
		}
	}
}

int paint_text(
	const struct canvas *canvas, enum paint_font font, int x, int y, uint32_t colour, const char *text)
{
	const struct font *table = fonts[font];
	int pen_64 = x * 64;

	for (; *text; text++) {
		const struct font_glyph *glyph = find_glyph(table, *text);

		draw_glyph(canvas, table->coverage + glyph->coverage, pen_64 / 64 + glyph->left,
			y - glyph->top, glyph->width, glyph->height, colour);
		pen_64 += glyph->advance_64;
	}
	return pen_64 / 64;
}

int paint_text_width(enum paint_font font, const char *text)
{
	int width_64 = 0;

	for (; *text; text++)
		width_64 += find_glyph(fonts[font], *text)->advance_64;
	return (width_64 + 63) / 64;
}
