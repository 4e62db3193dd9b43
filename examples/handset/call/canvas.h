/*
 * Drawing into ARGB8888 with premultiplied alpha (pixman's a8r8g8b8, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM):
 * filled shapes with edges anti-aliased by coverage, soft shadows, text. Colours are given straight,
 * 0xAARRGGBB, and premultiplied here. Nothing is drawn outside `clip`.
 */
#ifndef CALL_CANVAS_H
#define CALL_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include "examples/handset/call/font.h"

struct rect {
	int x, y, w, h;
};

static inline bool rect_empty(struct rect r)
{
	return r.w <= 0 || r.h <= 0;
}
struct rect rect_intersect(struct rect a, struct rect b);
struct rect rect_union(struct rect a, struct rect b); /* an empty one adds nothing */

struct canvas {
	uint32_t *pixel;
	int stride;	  /* pixels */
	struct rect clip; /* inside the buffer */
};

/* A vertical gradient over a shape's height. */
struct paint {
	uint32_t top, bottom;
};
static inline struct paint paint_flat(uint32_t colour)
{
	return (struct paint){colour, colour};
}

uint32_t colour_premultiply(uint32_t straight);

/* Replace the pixels, no blending. */
void canvas_clear(struct canvas *c, struct rect r, uint32_t straight);
/* Replace by an opaque gradient, dithered so that it shows no bands. */
void canvas_backdrop(struct canvas *c, struct rect r, struct paint paint);
/* Blend over what is there. A circle is a square with half its width as radius. */
void canvas_round_rect(struct canvas *c, struct rect r, int radius, struct paint paint);
/* Its outline, `width` pixels wide, inside the edge. */
void canvas_round_frame(struct canvas *c, struct rect r, int radius, int width, uint32_t colour);
/* A soft shadow around (not under) the rounded rectangle, moved down by `drop`. */
void canvas_shadow(struct canvas *c, struct rect r, int radius, int blur, int drop, uint32_t colour);
/* White light that falls off to nothing at `radius`; strength 0 to 255, at the centre. */
void canvas_glow(struct canvas *c, int x, int y, int radius, uint32_t strength);
/*
 * A shape given by its signed distance (negative inside), in units where the square r is -1 to 1.
 */
void canvas_shape(struct canvas *c, struct rect r, float (*distance)(float x, float y), uint32_t colour);
/* Text with its pen at x and its baseline at y. */
void canvas_text(struct canvas *c, const struct font *font, int x, int y, const char *text, uint32_t colour);

#endif
