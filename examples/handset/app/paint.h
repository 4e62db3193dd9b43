/* The few things that the picture is painted with, on XRGB8888 memory; all of them clip. */
#ifndef APP_PAINT_H
#define APP_PAINT_H

#include <stdint.h>

struct canvas {
	uint32_t *pixels;
	uint32_t stride; /* pixels from one row to the next */
	int width, height;
};

/* Mixes b over a: weight 0 gives a, 256 gives b. */
static inline uint32_t paint_mix(uint32_t a, uint32_t b, uint32_t weight)
{
	uint32_t rb = (a & 0xff00ff) * (256 - weight) + (b & 0xff00ff) * weight;
	uint32_t g = (a & 0x00ff00) * (256 - weight) + (b & 0x00ff00) * weight;

	return ((rb >> 8) & 0xff00ff) | ((g >> 8) & 0x00ff00);
}

void paint_rect(const struct canvas *canvas, int x, int y, int width, int height, uint32_t colour);

/* A rectangle with round corners, opacity 0 to 256, edges smoothed. */
void paint_card(const struct canvas *canvas, int x, int y, int width, int height, int radius, uint32_t colour,
	uint32_t opacity);

/* How much of the pixel at (dx, dy) from a disc's centre lies in it, 0 to 256. */
uint32_t paint_disc_coverage(int dx, int dy, int radius);

enum paint_font { PAINT_FONT_SMALL, PAINT_FONT_TITLE, PAINT_FONT_CLOCK };

/* Text with its baseline at y, starting at x; returns where it ends. */
int paint_text(
	const struct canvas *canvas, enum paint_font font, int x, int y, uint32_t colour, const char *text);
int paint_text_width(enum paint_font font, const char *text);

#endif
