/*
 * The compositor: layers in fixed bands, painted where something changed, and only there.
 *
 *   overlay     ▲ painted last, on top of all        a layer lies in one band; within it, the higher z
 *   top         │                                    is on top; of equal z, the one added last
 *   bottom      │
 *   background  │ painted first, on the plain background colour
 *
 * A layer shows the scanout of one virtual GPU: its pixel (0, 0) at the upper left corner of the layer's
 * region, cut off at the region's borders, never scaled. Where the scanout does not reach, the layer
 * shows its backdrop colour. Opacity multiplies the picture's alpha; a change of it may be a fade.
 *
 * Damage is kept for each buffer of the output by itself: a buffer that was last painted three frames
 * ago needs what changed in all three. The work of one frame is bounded by output area times layers,
 * whatever the guests do. Which layer lies where is decided elsewhere (the arbiter), never by a guest.
 *
 * Freestanding; one thread.
 */
#ifndef VDEV_FB_COMPOSE_H
#define VDEV_FB_COMPOSE_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-fb/fb.h"
#include "vdev-fb/render.h"

#define COMPOSE_LAYER_MAX  8
#define COMPOSE_BUFFER_MAX 3

enum compose_band {
	COMPOSE_BACKGROUND,
	COMPOSE_BOTTOM,
	COMPOSE_TOP,
	COMPOSE_OVERLAY,
	COMPOSE_BAND_COUNT,
};

/* Where and how a layer is shown. */
struct compose_place {
	bool visible;
	enum compose_band band;
	int32_t z;
	struct fb_rect region; /* on the output */
	uint8_t opacity;       /* 255: as its pixels say */
	uint32_t backdrop;     /* a8r8g8b8, premultiplied: where there is no picture; 0: nothing */
	uint32_t fade_ms;      /* time that a change of opacity or visibility takes */
};

struct compose_layer {
	const struct fb *fb;
	struct compose_place place;
	uint8_t opacity; /* now; between fade_from and what place says */
	uint8_t fade_from;
	bool fading;
	uint64_t fade_start_ns;
	struct fb_rect cursor; /* where the cursor was painted, output coordinates; empty: nowhere */
};

struct compose {
	struct fb_rect output; /* (0, 0, width, height) */
	uint32_t background;   /* a8r8g8b8, opaque */
	uint32_t layer_count;
	struct compose_layer layer[COMPOSE_LAYER_MAX];
	uint8_t order[COMPOSE_LAYER_MAX];	     /* layers, lowest first */
	struct fb_damage buffer[COMPOSE_BUFFER_MAX]; /* what each output buffer lacks */
	struct fb_damage frame;			     /* what changed since the last frame */
	uint32_t fresh; /* bit per layer: what it shows changed, or came to be seen, since the last frame */
	uint64_t pixels_painted; /* since start; every fill and blend counts: for measurements */
};

void compose_init(struct compose *c, uint32_t width, uint32_t height, uint32_t background);
/* Adds an invisible layer that shows fb's scanout; its number, or -ENOSPC. */
int compose_layer_add(struct compose *c, const struct fb *fb);
/*
 * Put layer n there; a fade starts at now_ns, from whatever opacity is shown at that moment. Of a place
 * that is not visible only the fade counts: the layer goes away where it is.
 */
void compose_place(struct compose *c, unsigned n, const struct compose_place *place, uint64_t now_ns);

/* From the events of layer n's device (struct fb_events). */
void compose_scanout(struct compose *c, unsigned n);
void compose_flush(struct compose *c, unsigned n, struct fb_rect damage);
void compose_cursor(struct compose *c, unsigned n);

/* All has to be painted again, in all buffers: the output's buffers are new. */
void compose_damage_all(struct compose *c);
/* Is there anything for a new frame to show? */
bool compose_pending(const struct compose *c);
/* Let fades advance to now_ns; true while one runs: another frame will be wanted after this one. */
bool compose_advance(struct compose *c, uint64_t now_ns);

/* What a frame changed. */
struct compose_frame {
	struct fb_damage damage; /* since the frame before */
	uint32_t fresh;		 /* bit per layer: see struct compose */
};
/* Paint the next frame into buffer number `buffer`, whose pixels are `target`: only where it lacks something. */
void compose_paint(struct compose *c, unsigned buffer, const struct fb_target *target,
	const struct fb_render_impl *render, struct compose_frame *frame);

#endif
