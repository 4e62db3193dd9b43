/*
 * The frame clock: paints a frame when something changed and the display has a buffer for it, never more
 * often than the mode refreshes. Nothing to show means nothing to wake up for.
 *
 * A display without vblank events reports flips at once; the period kept here paces it all the same.
 * The first change after a pause is painted without waiting.
 */
#ifndef VDEV_FB_SCREEN_H
#define VDEV_FB_SCREEN_H

#include <stdbool.h>
#include "vdev-fb/compose.h"
#include "vdev-fb/output.h"

#define SCREEN_NEVER UINT64_MAX

/* What a program may want to record. Each may be NULL. */
struct screen_events {
	/* Frame number `frame` was handed to the display; `fresh`: bit per layer whose new picture is in it. */
	void (*commit)(void *data, uint64_t frame, uint32_t fresh);
	/* It is on the screen. */
	void (*flip)(void *data, uint64_t frame, uint32_t fresh, uint64_t time_ns);
};

struct screen {
	struct compose compose;
	struct output *output;
	const struct fb_render_impl *render;
	const struct screen_events *events;
	void *events_data;
	uint64_t period_ns;
	uint64_t next_ns; /* earliest time of the next frame */
	uint64_t frame;	  /* number of the newest one, from 1 */
	uint32_t fresh;	  /* of that frame */
	bool waiting;	  /* for its flip */
	bool fading;
	bool failed; /* the newest commit failed: said once */
};

/* Takes over output->flip. The background is opaque a8r8g8b8. */
void screen_init(struct screen *screen, struct output *output, const struct fb_render_impl *render,
	uint32_t background, const struct screen_events *events, void *events_data);
/* When screen_run wants to be called, on the clock of `now_ns`; SCREEN_NEVER until something changes or flips. */
uint64_t screen_next(const struct screen *screen, uint64_t now_ns);
/* Paint and commit a frame if one is due. Bounded by the output's area times its layers. */
void screen_run(struct screen *screen, uint64_t now_ns);

#endif
