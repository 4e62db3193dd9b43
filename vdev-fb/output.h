/*
 * Where frames go: a display (backends/drm) or memory (backends/null).
 *
 *            ┌────────── acquire ──────────┐ painted   ┌─────── commit ───────┐
 *   FREE ────┘                             ▼           │                      ▼
 *    ▲                                   PAINTED ──────┘                   QUEUED
 *    └────── the next one is shown ── SHOWN ◀────────── flip ─────────────────┘
 *
 * At most one buffer is queued and one is shown; neither is ever given out for painting. Everything on
 * one thread, and nothing blocks.
 */
#ifndef VDEV_FB_OUTPUT_H
#define VDEV_FB_OUTPUT_H

#include <stdint.h>
#include "vdev-fb/render.h"

struct output;

/* All mandatory. */
struct output_impl {
	/* A buffer that may be painted; its number, or -EBUSY while a flip is outstanding, -EIO if the display is lost. */
	int (*acquire)(struct output *output);
	/*
	 * Show the acquired buffer as soon as the display can; output->flip is called when it does. `damage` is
	 * what differs from the frame shown before. Negative errno: it will not be shown, and is free again.
	 */
	int (*commit)(struct output *output, unsigned buffer, const struct fb_damage *damage, uint64_t frame);
};

struct output {
	const struct output_impl *impl;
	uint32_t width, height;
	uint32_t refresh_mhz;	      /* thousandths of a hertz */
	uint32_t width_mm, height_mm; /* 0: unknown */
	uint32_t buffer_count;
	struct fb_target target[3];
	/* Set by the user: frame `frame` is on the screen since time_ns (CLOCK_MONOTONIC, 0: unknown). */
	void (*flip)(void *data, uint64_t frame, uint64_t time_ns);
	void *flip_data;
};

#endif
