#include "examples/handset/call/canvas.h"

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static float clamp01(float v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
	int x = max(a.x, b.x), y = max(a.y, b.y);

	return (struct rect){x, y, max(0, min(a.x + a.w, b.x + b.w) - x), max(0, min(a.y + a.h, b.y + b.h) - y)};
}

struct rect rect_union(struct rect a, struct rect b)
{
	int x = min(a.x, b.x), y = min(a.y, b.y);

	if (rect_empty(a))
		return b;
	if (rect_empty(b))
		return a;
	return (struct rect){x, y, max(a.x + a.w, b.x + b.w) - x, max(a.y + a.h, b.y + b.h) - y};
}

/* All four channels times a / 255, rounded; two channels at a time. */
static uint32_t scale(uint32_t pixel, uint32_t a)
{
	uint32_t rb = (pixel & 0xff00ff) * a + 0x800080;
	uint32_t ag = (pixel >> 8 & 0xff00ff) * a + 0x800080;

	rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
	ag = (ag + (ag >> 8 & 0xff00ff)) & 0xff00ff00;
	return ag | rb;
}

static uint32_t over(uint32_t source, uint32_t under)
{
	return source + scale(under, 255 - (source >> 24));
}

uint32_t colour_premultiply(uint32_t straight)
{
	uint32_t a = straight >> 24;

	return a << 24 | (scale(straight, a) & 0xffffff);
}

/* Colour of row `row` of `rows`, premultiplied. */
static uint32_t row_colour(struct paint p, int row, int rows)
{
	uint32_t result = 0;

	if (p.top == p.bottom || rows < 2)
		return colour_premultiply(p.top);
	for (int shift = 0; shift < 32; shift += 8) {
		int a = (int)(p.top >> shift & 0xff), b = (int)(p.bottom >> shift & 0xff);

		result |= (uint32_t)(a + (b - a) * row / (rows - 1)) << shift;
	}
	return colour_premultiply(result);
}

static uint32_t *row_at(struct canvas *c, int y)
{
	return c->pixel + (long)y * c->stride;
}

/* x from and to lie inside the clip. */
static void fill_span(uint32_t *row, int from, int to, uint32_t colour)
{
	if (colour >> 24 == 255) {
		for (int x = from; x < to; x++)
			row[x] = colour;
		return;
	}
	for (int x = from; x < to; x++)
		row[x] = over(colour, row[x]);
}

static void blend(uint32_t *pixel, uint32_t colour, float coverage)
{
	uint32_t a = (uint32_t)(coverage * 255 + 0.5f);

	if (a)
		*pixel = over(scale(colour, a), *pixel);
}

void canvas_clear(struct canvas *c, struct rect r, uint32_t straight)
{
	uint32_t colour = colour_premultiply(straight);

	r = rect_intersect(r, c->clip);
	for (int y = r.y; y < r.y + r.h; y++)
		for (int x = r.x; x < r.x + r.w; x++)
			row_at(c, y)[x] = colour;
}

/* Bayer's 4x4 matrix, in 1/16. */
static const uint8_t dither[4][4] = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};

static uint32_t dithered(struct paint p, int row, int rows, unsigned threshold)
{
	uint32_t result = 0xff000000u;

	for (int shift = 0; shift < 24; shift += 8) {
		int a = (int)(p.top >> shift & 0xff) * 16, b = (int)(p.bottom >> shift & 0xff) * 16;
		int value = a + (b - a) * row / max(1, rows - 1);

		result |= (uint32_t)min(255, (value + (int)threshold) / 16) << shift;
	}
	return result;
}

void canvas_backdrop(struct canvas *c, struct rect r, struct paint paint)
{
	struct rect d = rect_intersect(r, c->clip);

	for (int y = d.y; y < d.y + d.h; y++) {
		uint32_t *row = row_at(c, y), pattern[4];

		for (int i = 0; i < 4; i++)
			pattern[i] = dithered(paint, y - r.y, r.h, dither[y & 3][i]);
		for (int x = d.x; x < d.x + d.w; x++)
			row[x] = pattern[x & 3];
	}
}

/* Signed distance of a pixel's centre from the rounded rectangle; negative inside. */
static float round_distance(struct rect r, int radius, int x, int y)
{
	float hw = (float)r.w / 2, hh = (float)r.h / 2, rad = (float)radius;
	float qx = __builtin_fabsf((float)(x - r.x) + 0.5f - hw) - (hw - rad);
	float qy = __builtin_fabsf((float)(y - r.y) + 0.5f - hh) - (hh - rad);
	float inside = qx > qy ? qx : qy;

	if (qx > 0 && qy > 0)
		return __builtin_sqrtf(qx * qx + qy * qy) - rad;
	return inside - rad;
}

/* Only the corners need a distance: the straight edges lie on pixel borders. */
static void round_row(struct canvas *c, struct rect r, int radius, struct rect d, int y, uint32_t colour)
{
	uint32_t *row = row_at(c, y);
	bool corner = y < r.y + radius || y >= r.y + r.h - radius;
	int left = corner ? r.x + radius : r.x, right = corner ? r.x + r.w - radius : r.x + r.w;

	for (int x = d.x; x < min(left, d.x + d.w); x++)
		blend(&row[x], colour, clamp01(0.5f - round_distance(r, radius, x, y)));
	fill_span(row, max(left, d.x), min(right, d.x + d.w), colour);
	for (int x = max(max(right, left), d.x); x < d.x + d.w; x++)
		blend(&row[x], colour, clamp01(0.5f - round_distance(r, radius, x, y)));
}

void canvas_round_rect(struct canvas *c, struct rect r, int radius, struct paint paint)
{
	struct rect d = rect_intersect(r, c->clip);

	for (int y = d.y; y < d.y + d.h; y++)
		round_row(c, r, radius, d, y, row_colour(paint, y - r.y, r.h));
}

void canvas_round_frame(struct canvas *c, struct rect r, int radius, int width, uint32_t colour)
{
	struct rect d = rect_intersect(r, c->clip);
	uint32_t ink = colour_premultiply(colour);

	for (int y = d.y; y < d.y + d.h; y++)
		for (int x = d.x; x < d.x + d.w; x++) {
			float out = round_distance(r, radius, x, y);

			if (out > -(float)width - 1)
				blend(&row_at(c, y)[x], ink,
					clamp01(0.5f - out) * clamp01(out + (float)width + 0.5f));
		}
}

void canvas_shadow(struct canvas *c, struct rect r, int radius, int blur, int drop, uint32_t colour)
{
	struct rect around = {r.x - blur, r.y - blur, r.w + 2 * blur, r.h + 2 * blur + drop};
	struct rect d = rect_intersect(around, c->clip), caster = {r.x, r.y + drop, r.w, r.h};
	uint32_t ink = colour_premultiply(colour);

	for (int y = d.y; y < d.y + d.h; y++)
		for (int x = d.x; x < d.x + d.w; x++) {
			float outside, fall;

			/* Well inside a row of the box nothing is drawn: skip to its right end. */
			if (y >= r.y + radius && y < r.y + r.h - radius && x >= r.x && x < r.x + r.w) {
				x = r.x + r.w - 1;
				continue;
			}
			outside = clamp01(0.5f + round_distance(r, radius, x, y));
			if (outside <= 0)
				continue;
			fall = clamp01(1 - (round_distance(caster, radius, x, y) + (float)blur / 4) /
						(1.25f * (float)blur));
			blend(&row_at(c, y)[x], ink, outside * fall * fall);
		}
}

void canvas_glow(struct canvas *c, int x, int y, int radius, uint32_t colour)
{
	struct rect d = rect_intersect((struct rect){x - radius, y - radius, 2 * radius, 2 * radius}, c->clip);
	uint32_t ink = colour_premultiply(colour);
	int r2 = radius * radius;

	for (int py = d.y; py < d.y + d.h; py++)
		for (int px = d.x; px < d.x + d.w; px++) {
			int d2 = (px - x) * (px - x) + (py - y) * (py - y);
			float fall = 1 - (float)d2 / (float)r2;

			if (d2 < r2)
				blend(&row_at(c, py)[px], ink, fall * fall);
		}
}

void canvas_shape(struct canvas *c, struct rect r, float (*distance)(float x, float y), uint32_t colour)
{
	struct rect d = rect_intersect(r, c->clip);
	uint32_t ink = colour_premultiply(colour);
	float half = (float)r.w / 2;

	for (int y = d.y; y < d.y + d.h; y++)
		for (int x = d.x; x < d.x + d.w; x++) {
			float ux = ((float)(x - r.x) + 0.5f) / half - 1, uy = ((float)(y - r.y) + 0.5f) / half - 1;

			blend(&row_at(c, y)[x], ink, clamp01(0.5f - distance(ux, uy) * half));
		}
}

static void draw_glyph(struct canvas *c, const struct font *font, const struct font_glyph *g, int x, int y,
	uint32_t ink)
{
	struct rect box = {x + g->left, y - g->top, g->width, g->height}, d = rect_intersect(box, c->clip);

	for (int py = d.y; py < d.y + d.h; py++) {
		const uint8_t *coverage = font->coverage + g->coverage + (py - box.y) * g->width - box.x;
		uint32_t *row = row_at(c, py);

		for (int px = d.x; px < d.x + d.w; px++)
			if (coverage[px])
				row[px] = over(scale(ink, coverage[px]), row[px]);
	}
}

void canvas_text(struct canvas *c, const struct font *font, int x, int y, const char *text, uint32_t colour)
{
	uint32_t ink = colour_premultiply(colour), code, before = 0;
	int pen_64 = x * 64;

	while ((code = utf8_next(&text)) != 0) {
		const struct font_glyph *g = font_glyph(font, code);

		pen_64 += font_kern(font, before, code);
		draw_glyph(c, font, g, (pen_64 + 32) >> 6, y, ink);
		pen_64 += g->advance_64;
		before = code;
	}
}
