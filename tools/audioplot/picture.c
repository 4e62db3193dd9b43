#include "tools/audioplot/picture.h"
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include "examples/handset/call/font.h"

extern const struct font font_plot_small, font_plot_name, font_plot_heading; /* made by tools/mkfont */

static const struct font *const fonts[PLOT_FONT_COUNT] = {
	&font_plot_small, &font_plot_name, &font_plot_heading};

int plot_create(struct plot_picture *picture, uint32_t width, uint32_t height)
{
	*picture = (struct plot_picture){width, height, calloc((size_t)width * height, 3)};
	return picture->rgb ? 0 : -ENOMEM;
}

void plot_destroy(struct plot_picture *picture)
{
	free(picture->rgb);
	*picture = (struct plot_picture){0};
}

static uint8_t mix(uint8_t below, uint32_t above, uint32_t weight)
{
	return (uint8_t)((below * (255 - weight) + (above & 255) * weight + 127) / 255);
}

void plot_mix(struct plot_picture *picture, long x, long y, uint32_t rgb, uint32_t weight)
{
	uint8_t *at;

	if (x < 0 || y < 0 || x >= (long)picture->width || y >= (long)picture->height)
		return;
	at = picture->rgb + ((size_t)y * picture->width + (size_t)x) * 3;
	at[0] = mix(at[0], rgb >> 16, weight);
	at[1] = mix(at[1], rgb >> 8, weight);
	at[2] = mix(at[2], rgb, weight);
}

void plot_point(struct plot_picture *picture, long x, long y, uint32_t rgb)
{
	plot_mix(picture, x, y, rgb, 255);
}

void plot_column(struct plot_picture *picture, long x, long y0, long y1, uint32_t rgb)
{
	for (long y = y0; y <= y1; y++)
		plot_point(picture, x, y, rgb);
}

void plot_box(struct plot_picture *picture, long x, long y, long width, long height, uint32_t rgb)
{
	for (long column = 0; column < width; column++)
		plot_column(picture, x + column, y, y + height - 1, rgb);
}

static const struct font_glyph *find_glyph(const struct font *font, char character)
{
	for (uint32_t i = 1; i < font->glyph_count; i++)
		if (font->glyph[i].codepoint == (uint8_t)character)
			return &font->glyph[i];
	return &font->glyph[0]; /* the box */
}

long plot_text(
	struct plot_picture *picture, enum plot_font font, long x, long y, const char *text, uint32_t rgb)
{
	const struct font *f = fonts[font];
	long pen_64 = x * 64;

	for (; *text; text++) {
		const struct font_glyph *g = find_glyph(f, *text);

		for (long i = 0; i < g->width * g->height; i++)
			plot_mix(picture, pen_64 / 64 + g->left + i % g->width, y - g->top + i / g->width,
				rgb, f->coverage[g->coverage + (size_t)i]);
		pen_64 += g->advance_64;
	}
	return pen_64 / 64;
}

long plot_text_width(enum plot_font font, const char *text)
{
	long width_64 = 0;

	for (; *text; text++)
		width_64 += find_glyph(fonts[font], *text)->advance_64;
	return (width_64 + 63) / 64;
}

int plot_write(const struct plot_picture *picture, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB};

	errno = 0;
	if (png_image_write_to_file(&image, path, 0, picture->rgb, 0, NULL))
		return 0;
	return errno ? -errno : -EIO;
}
