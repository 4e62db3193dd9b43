#include "vdev-fb/rect.h"

static int32_t min32(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t max32(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

bool fb_rect_contains(struct fb_rect outer, struct fb_rect inner)
{
	return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
	       inner.y + inner.h <= outer.y + outer.h;
}

struct fb_rect fb_rect_intersect(struct fb_rect a, struct fb_rect b)
{
	int32_t x = max32(a.x, b.x), y = max32(a.y, b.y);

	return (struct fb_rect){x, y, min32(a.x + a.w, b.x + b.w) - x, min32(a.y + a.h, b.y + b.h) - y};
}

struct fb_rect fb_rect_union(struct fb_rect a, struct fb_rect b)
{
	int32_t x = min32(a.x, b.x), y = min32(a.y, b.y);

	return (struct fb_rect){x, y, max32(a.x + a.w, b.x + b.w) - x, max32(a.y + a.h, b.y + b.h) - y};
}

static int64_t area(struct fb_rect r)
{
	return (int64_t)r.w * r.h;
}

/* Pixels painted for nothing if a and b become one. */
static int64_t waste(struct fb_rect a, struct fb_rect b)
{
	return area(fb_rect_union(a, b)) - area(a) - area(b);
}

static void remove_at(struct fb_damage *damage, uint32_t i)
{
	damage->rect[i] = damage->rect[--damage->count];
}

static uint32_t cheapest_partner(const struct fb_damage *damage, struct fb_rect r)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < damage->count; i++)
		if (waste(damage->rect[i], r) < waste(damage->rect[best], r))
			best = i;
	return best;
}

void fb_damage_add(struct fb_damage *damage, struct fb_rect r)
{
	if (fb_rect_empty(r))
		return;
	for (uint32_t i = 0; i < damage->count;) {
		if (fb_rect_contains(damage->rect[i], r))
			return;
		/* One that loses nothing by being merged: a neighbour of equal height or width, or one inside r. */
		if (waste(damage->rect[i], r) <= 0) {
			r = fb_rect_union(damage->rect[i], r);
			remove_at(damage, i);
			i = 0;
			continue;
		}
		i++;
	}
	if (damage->count == FB_DAMAGE_MAX) {
		uint32_t i = cheapest_partner(damage, r);

		r = fb_rect_union(damage->rect[i], r);
		remove_at(damage, i);
	}
	damage->rect[damage->count++] = r;
}
