/*
 * The virtual screen: a virtio-gpu device, 2D (VIRTIO 1.3 5.7), as Linux's driver and the RTOS use it.
 *
 *   driver ──control, cursor queue──▶ struct fb ──events──▶ who shows it (compose.h)
 *                                        │                        │
 *                                  struct fb_state          fb_view, fb_runs:
 *                                 (survives a restart)      pixels where they lie, in the bank
 *
 * No pixel is copied here: TRANSFER_TO_HOST_2D is checked and noted, and who shows the scanout reads
 * straight from the backing that the driver attached. Commands complete in order and at once, which is
 * what lets a restarted process take up where the used ring stands.
 *
 * Freestanding; everything on the thread that serves the device.
 */
#ifndef VDEV_FB_FB_H
#define VDEV_FB_FB_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_gpu.h"
#include "abi/virtio_mmio.h"
#include "vdev/device.h"
#include "vdev-fb/rect.h"
#include "vdev-fb/state.h"

#define FB_EDID_BYTES 128
#define FB_QUEUE_SIZE 256

struct fb;

/* What a device tells who shows it. All mandatory, called on the device's thread, may not fail. */
struct fb_events {
	/* Another picture is on the scanout, or none. */
	void (*scanout)(void *data, struct fb *fb);
	/* The driver has new pixels in `damage`, in scanout coordinates, not empty. */
	void (*flush)(void *data, struct fb *fb, struct fb_rect damage);
	/* The cursor moved, changed or went. */
	void (*cursor)(void *data, struct fb *fb);
};

/* The panel as the guest is to see it. */
struct fb_mode {
	uint32_t width, height; /* pixels, 1 to 4095 each (EDID's detailed timing has 12 bits) */
	uint32_t refresh_hz;
	uint32_t width_mm, height_mm; /* 0: unknown */
};

struct fb {
	struct vdev vdev;
	struct fb_mode mode;
	struct fb_state *state;
	const struct fb_events *events;
	void *events_data;
	bool replay;	      /* the next control command may have been executed by our predecessor */
	uint32_t error_count; /* commands answered with an error, since start */
	uint8_t edid[FB_EDID_BYTES];
	struct vq_chain chain; /* too large for a stack */
};

/*
 * Prepare a device. `state` is memory of at least sizeof(struct fb_state), 8-aligned, that outlives the
 * process where there is such memory: what it holds from before is kept, and used again if the driver
 * turns out to be the same (struct vdev's epoch). The caller attaches fb->vdev to a transport afterwards.
 * -EINVAL: a mode that EDID cannot say; -ENOSPC: state too small.
 */
int fb_init(struct fb *fb, const char *name, const struct fb_mode *mode, void *state, uint64_t state_bytes,
	const struct fb_events *events, void *events_data);
/* Another mode: tells the driver through a configuration change (5.7.4). -EINVAL as fb_init. */
int fb_set_mode(struct fb *fb, const struct fb_mode *mode);

/* A picture of the device: part of one of its resources. */
struct fb_view {
	const struct vmem *memory;
	const struct fb_resource *resource;
	struct fb_rect part; /* in the resource */
	uint32_t format;     /* enum virtio_gpu_format */
};
/* What is on the scanout; false: nothing. */
bool fb_scanout(const struct fb *fb, struct fb_view *view);
/* The cursor's picture and the place of its upper left corner on the scanout; false: hidden. */
bool fb_cursor(const struct fb *fb, struct fb_view *view, int32_t *x, int32_t *y);
/* Does the format's alpha channel count? It is premultiplied then. */
bool fb_format_has_alpha(uint32_t format);

/* A rectangle whose rows lie at equal distances in one piece of memory. */
struct fb_run {
	struct fb_rect rect; /* in the view */
	const void *pixels;  /* of its upper left pixel; NULL: the driver backed it with nothing */
	uint32_t stride_bytes;
	uint32_t format;
};
/*
 * Cut `rect` (view coordinates; what is outside the view is left out) at the borders of the backing's
 * entries and call `run` for each piece; together they cover it exactly once. Every address is checked
 * against the bank here, again at each call.
 */
void fb_runs(const struct fb_view *view, struct fb_rect rect,
	void (*run)(void *data, const struct fb_run *run), void *data);

/* Write the 128 bytes of an EDID 1.4 with this mode as its only one. -EINVAL: it cannot be said. */
int fb_edid_make(uint8_t edid[FB_EDID_BYTES], const struct fb_mode *mode);

#endif
