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

	return (struct rect){
		x, y, max(0, min(a.x + a.w, b.x + b.w) - x), max(0, min(a.y + a.h, b.y + b.h) - y)};
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

/* Two pixels at a time: filling is most of what a screen costs. */
typedef uint64_t __attribute__((may_alias)) pixel_pair;

static void fill_solid(uint32_t *row, int from, int to, uint32_t colour)
{
	int x = from;

	if (x < to && ((uintptr_t)(row + x) & 7))
		row[x++] = colour;
	for (; x + 1 < to; x += 2)
		*(pixel_pair *)(void *)(row + x) = (uint64_t)colour << 32 | colour;
	if (x < to)
		row[x] = colour;
}

/* x from and to lie inside the clip. */
static void fill_span(uint32_t *row, int from, int to, uint32_t colour)
{
	if (colour >> 24 == 255) {
		fill_solid(row, from, to, colour);
		return;
	}
	/* Most of what a translucent card covers was cleared before. */
	for (int x = from; x < to; x++)
		row[x] = row[x] ? over(colour, row[x]) : colour;
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
		fill_solid(row_at(c, y), r.x, r.x + r.w, colour);
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

/* The pattern repeats every four pixels; those between are stored without looking. */
static void fill_pattern(uint32_t *row, int from, int to, const uint32_t pattern[4])
{
	const uint32_t p0 = pattern[0], p1 = pattern[1], p2 = pattern[2], p3 = pattern[3];
	int x = from;

	for (; x < to && x % 4; x++)
		row[x] = pattern[x % 4];
	for (; x + 3 < to; x += 4) {
		row[x] = p0;
		row[x + 1] = p1;
		row[x + 2] = p2;
		row[x + 3] = p3;
	}
	for (; x < to; x++)
		row[x] = pattern[x % 4];
}

void canvas_backdrop(struct canvas *c, struct rect r, struct paint paint)
{
	struct rect d = rect_intersect(r, c->clip);

	for (int y = d.y; y < d.y + d.h; y++) {
		uint32_t pattern[4];

		for (int i = 0; i < 4; i++)
			pattern[i] = dithered(paint, y - r.y, r.h, dither[y & 3][i]);
		fill_pattern(row_at(c, y), d.x, d.x + d.w, pattern);
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

/* Pixels whose centre lies nearer than `reach` to a circle's centre, in a row `dy` away: how many to each side. */
static int chord(float reach, float dy)
{
	float h2 = reach * reach - dy * dy;

	return reach > 0 && h2 > 0 ? (int)(__builtin_sqrtf(h2) + 0.5f) : 0;
}

/*
 * Only pixels on the edge of a corner need a distance: nearer than radius - 1/2 they are solid, further
 * than radius + 1/2 empty, and the straight edges lie on pixel borders.
 */
static void round_row(struct canvas *c, struct rect r, int radius, struct rect d, int y, uint32_t colour)
{
	uint32_t *row = row_at(c, y);
	bool top = y < r.y + radius, bottom = y >= r.y + r.h - radius;
	int centre = top ? r.y + radius : r.y + r.h - radius, end = d.x + d.w;
	float dy = __builtin_fabsf((float)(y - centre) + 0.5f);
	int solid = top || bottom ? chord((float)radius - 0.5f, dy) : radius;
	int touched = top || bottom ? min(chord((float)radius + 0.5f, dy) + 1, radius) : radius;
	int left = r.x + radius - solid, right = r.x + r.w - radius + solid;

	for (int x = max(r.x + radius - touched, d.x); x < min(left, end); x++)
		blend(&row[x], colour, clamp01(0.5f - round_distance(r, radius, x, y)));
	fill_span(row, max(left, d.x), min(right, end), colour);
	for (int x = max(right, d.x); x < min(r.x + r.w - radius + touched, end); x++)
		blend(&row[x], colour, clamp01(0.5f - round_distance(r, radius, x, y)));
}

void canvas_round_rect(struct canvas *c, struct rect r, int radius, struct paint paint)
{
	struct rect d = rect_intersect(r, c->clip);

	for (int y = d.y; y < d.y + d.h; y++)
		round_row(c, r, radius, d, y, row_colour(paint, y - r.y, r.h));
}

static void frame_span(
	struct canvas *c, struct rect r, int radius, int width, uint32_t ink, int y, int from, int to)
{
	for (int x = from; x < to; x++) {
		float out = round_distance(r, radius, x, y);

		if (out > -(float)width - 1)
			blend(&row_at(c, y)[x], ink,
				clamp01(0.5f - out) * clamp01(out + (float)width + 0.5f));
	}
}

/* The inside is large and has no frame: in most rows only the two ends are looked at. */
void canvas_round_frame(struct canvas *c, struct rect r, int radius, int width, uint32_t colour)
{
	struct rect d = rect_intersect(r, c->clip);
	uint32_t ink = colour_premultiply(colour);

	for (int y = d.y; y < d.y + d.h; y++) {
		bool edge = y < r.y + width + 1 || y >= r.y + r.h - width - 1;
		bool corner = y < r.y + radius || y >= r.y + r.h - radius;
		int end = corner ? radius : width + 1, right = d.x + d.w;
		int left_end = edge ? right : min(r.x + end, right);

		frame_span(c, r, radius, width, ink, y, d.x, left_end);
		frame_span(c, r, radius, width, ink, y, max(max(r.x + r.w - end, left_end), d.x), right);
	}
}

struct shadow {
	struct rect box, caster;
	int radius, blur;
	uint32_t ink;
};

static float shadow_strength(const struct shadow *s, int x, int y)
{
	float outside = clamp01(0.5f + round_distance(s->box, s->radius, x, y));
	float fall;

	if (outside <= 0)
		return 0;
	fall = clamp01(1 - (round_distance(s->caster, s->radius, x, y) + (float)s->blur / 4) /
				   (1.25f * (float)s->blur));
	return outside * fall * fall;
}

static void shadow_span(const struct shadow *s, uint32_t *row, int y, int from, int to)
{
	for (int x = from; x < to; x++)
		blend(&row[x], s->ink, shadow_strength(s, x, y));
}

/* Between the corners the strength is that of the whole row: one look serves, and inside the box there is none. */
static void shadow_middle(const struct shadow *s, uint32_t *row, int y, int from, int to)
{
	float strength;

	if (from >= to)
		return;
	strength = shadow_strength(s, s->box.x + s->box.w / 2, y);
	if (strength > 0)
		fill_span(row, from, to, scale(s->ink, (uint32_t)(strength * 255 + 0.5f)));
}

void canvas_shadow(struct canvas *c, struct rect r, int radius, int blur, int drop, uint32_t colour)
{
	const struct shadow s = {r, {r.x, r.y + drop, r.w, r.h}, radius, blur, colour_premultiply(colour)};
	struct rect around = {r.x - blur, r.y - blur, r.w + 2 * blur, r.h + 2 * blur + drop};
	struct rect d = rect_intersect(around, c->clip);

	for (int y = d.y; y < d.y + d.h; y++) {
		/* In the rows of the straight sides only what lies beside the box. */
		bool straight = y >= r.y + radius + drop && y < r.y + r.h - radius;
		int end = d.x + d.w, left = min(straight ? r.x : r.x + radius, end);
		int right = straight ? r.x + r.w : r.x + r.w - radius;

		shadow_span(&s, row_at(c, y), y, d.x, left);
		if (!straight)
			shadow_middle(&s, row_at(c, y), y, max(left, d.x), min(right, end));
		shadow_span(&s, row_at(c, y), y, max(max(right, left), d.x), end);
	}
}

/* Two channels towards full by a / 256. */
static uint32_t lighten(uint32_t pixel, uint32_t a)
{
	uint32_t rb = pixel & 0xff00ff, ag = pixel >> 8 & 0xff00ff;

	rb += ((0xff00ff - rb) * a >> 8) & 0xff00ff;
	ag += ((0xff00ff - ag) * a >> 8) & 0xff00ff;
	return ag << 8 | rb;
}

void canvas_glow(struct canvas *c, int x, int y, int radius, uint32_t strength)
{
	struct rect d =
		rect_intersect((struct rect){x - radius, y - radius, 2 * radius, 2 * radius}, c->clip);
	uint32_t r2 = (uint32_t)(radius * radius);
	uint32_t per_r2 = (1u << 28) / r2; /* 1 / r2, so that no pixel costs a division */

	for (int py = d.y; py < d.y + d.h; py++) {
		int dy = py - y, half = chord((float)radius, (float)dy);
		int from = max(x - half, d.x), to = min(x + half, d.x + d.w);
		uint32_t *row = row_at(c, py);
		uint32_t row2 = (uint32_t)(dy * dy);

		for (int px = from; px < to; px++) {
			uint32_t d2 = row2 + (uint32_t)((px - x) * (px - x));
			uint32_t fall = d2 < r2 ? (uint32_t)((uint64_t)(r2 - d2) * per_r2 >> 20) : 0;

			row[px] = lighten(row[px], fall * fall * strength >> 16);
		}
	}
}

void canvas_shape(struct canvas *c, struct rect r, float (*distance)(float x, float y), uint32_t colour)
{
	struct rect d = rect_intersect(r, c->clip);
	uint32_t ink = colour_premultiply(colour);
	float half = (float)r.w / 2;

	for (int y = d.y; y < d.y + d.h; y++)
		for (int x = d.x; x < d.x + d.w; x++) {
			float ux = ((float)(x - r.x) + 0.5f) / half - 1,
			      uy = ((float)(y - r.y) + 0.5f) / half - 1;

			blend(&row_at(c, y)[x], ink, clamp01(0.5f - distance(ux, uy) * half));
		}
}

static void draw_glyph(
	struct canvas *c, const struct font *font, const struct font_glyph *g, int x, int y, uint32_t ink)
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
