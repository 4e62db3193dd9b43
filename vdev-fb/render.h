/*
 * What the compositor asks of whoever paints pixels: backends/pixman on a CPU.
 *
 * A target is a picture of 32-bit pixels, x8r8g8b8 in machine order, in memory of the caller's.
 * Everything is called on the compositor's thread, with rectangles that lie inside the target.
 */
#ifndef VDEV_FB_RENDER_H
#define VDEV_FB_RENDER_H

#include <stdint.h>
#include "vdev-fb/fb.h"

struct fb_target {
	void *pixels;
	uint32_t stride_bytes;
	uint32_t width, height;
};

struct fb_render_impl {
	/* Mandatory. Put colour a8r8g8b8 (premultiplied) over `rect`; with alpha 255 it replaces. Cannot fail. */
	void (*fill)(const struct fb_target *target, struct fb_rect rect, uint32_t colour);
	/*
	 * Mandatory. Put the run's pixels over the target with its upper left one at (x, y). Opacity 0 to 255
	 * multiplies the run's own alpha; formats without alpha count as opaque. Cannot fail: what cannot be
	 * painted (no memory) is left out and painted with the next damage.
	 */
	void (*blend)(const struct fb_target *target, int32_t x, int32_t y, const struct fb_run *run,
		uint8_t opacity);
};

#endif
