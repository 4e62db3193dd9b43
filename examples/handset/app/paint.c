#include "examples/handset/app/paint.h"

#include <math.h>

void paint_rect(const struct canvas *canvas, int x, int y, int width, int height, uint32_t colour)
{
	int left = x < 0 ? 0 : x;
	int top = y < 0 ? 0 : y;
	int right = x + width > canvas->width ? canvas->width : x + width;
	int bottom = y + height > canvas->height ? canvas->height : y + height;

	for (int row = top; row < bottom; row++) {
		uint32_t *pixel = canvas->pixels + (uint32_t)row * canvas->stride;

		for (int column = left; column < right; column++)
			pixel[column] = colour;
	}
}

uint32_t paint_disc_coverage(int dx, int dy, int radius)
{
	float inside = (float)radius + 0.5f - sqrtf((float)(dx * dx + dy * dy));

	if (inside <= 0)
		return 0;
	return inside >= 1 ? 256 : (uint32_t)(inside * 256);
}

/* Distance from the nearer inner edge of the corner zones, 0 between them. */
static int corner_offset(int at, int length, int radius)
{
	if (at < radius)
		return at - radius;
	return at >= length - radius ? at - (length - radius - 1) : 0;
}

void paint_card(const struct canvas *canvas, int x, int y, int width, int height, int radius, uint32_t colour,
	uint32_t opacity)
{
	for (int row = 0; row < height; row++) {
		int dy = corner_offset(row, height, radius);

		if (y + row < 0 || y + row >= canvas->height)
			continue;
		for (int column = 0; column < width; column++) {
			int dx = corner_offset(column, width, radius);
			uint32_t coverage = dx && dy ? paint_disc_coverage(dx, dy, radius) : 256;
			uint32_t *pixel = canvas->pixels + (uint32_t)(y + row) * canvas->stride + x + column;

			if (x + column >= 0 && x + column < canvas->width)
				*pixel = paint_mix(*pixel, colour, coverage * opacity / 256);
		}
	}
}
