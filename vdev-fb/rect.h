/*
 * Rectangles in pixels, and damage: a short list of rectangles that covers all that has changed.
 * Coordinates stay within ±2^24, so that no sum here overflows; whoever takes them from a guest sees
 * to that (FB_DIM_MAX).
 */
#ifndef VDEV_FB_RECT_H
#define VDEV_FB_RECT_H

#include <stdbool.h>
#include <stdint.h>

struct fb_rect {
	int32_t x, y, w, h; /* empty if w or h is not positive */
};

#define FB_DAMAGE_MAX 8
struct fb_damage {
	uint32_t count;
	struct fb_rect rect[FB_DAMAGE_MAX]; /* none is empty; they may overlap */
};

static inline bool fb_rect_empty(struct fb_rect r)
{
	return r.w <= 0 || r.h <= 0;
}

static inline struct fb_rect fb_rect_at(struct fb_rect r, int32_t dx, int32_t dy)
{
	return (struct fb_rect){r.x + dx, r.y + dy, r.w, r.h};
}

/* Is all of `inner` in `outer`? */
bool fb_rect_contains(struct fb_rect outer, struct fb_rect inner);
/* What a and b have in common; empty if nothing. */
struct fb_rect fb_rect_intersect(struct fb_rect a, struct fb_rect b);
/* Smallest rectangle around both. */
struct fb_rect fb_rect_union(struct fb_rect a, struct fb_rect b);

/* Add r; when the list is full, the two that waste least are made one. */
void fb_damage_add(struct fb_damage *damage, struct fb_rect r);

#endif
