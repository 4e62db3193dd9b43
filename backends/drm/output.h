/*
 * A real display: atomic KMS through libdrm, dumb buffers, page flips (vdev-fb/output.h).
 *
 * The first connected connector, its preferred mode, the CRTC and primary plane that can drive it.
 * Commits never wait: the flip event arrives on `fd`, and drm_output_dispatch hands it on. A driver
 * without vblank (QEMU's virtio-gpu) reports it at once; pacing is the frame clock's (vdev-fb/screen.h).
 */
#ifndef BACKENDS_DRM_OUTPUT_H
#define BACKENDS_DRM_OUTPUT_H

#include <stdint.h>
#include <xf86drmMode.h>
#include "vdev-fb/output.h"

#define DRM_BUFFER_COUNT 3

enum drm_prop {
	DRM_CONNECTOR_CRTC_ID,
	DRM_CRTC_ACTIVE,
	DRM_CRTC_MODE_ID,
	DRM_PLANE_TYPE,
	DRM_PLANE_FB_ID,
	DRM_PLANE_CRTC_ID,
	DRM_PLANE_SRC_X,
	DRM_PLANE_SRC_Y,
	DRM_PLANE_SRC_W,
	DRM_PLANE_SRC_H,
	DRM_PLANE_CRTC_X,
	DRM_PLANE_CRTC_Y,
	DRM_PLANE_CRTC_W,
	DRM_PLANE_CRTC_H,
	DRM_PLANE_DAMAGE, /* optional: FB_DAMAGE_CLIPS */
	DRM_PROP_COUNT,
};

struct drm_buffer {
	uint32_t handle;
	uint32_t fb_id;
	uint64_t bytes;
};

struct drm_output {
	struct output output;
	int fd; /* readable when drm_output_dispatch has work */
	uint32_t connector_id, crtc_id, plane_id;
	uint32_t prop[DRM_PROP_COUNT]; /* 0: the driver has none of that name */
	drmModeModeInfo mode;
	uint32_t mode_blob;
	struct drm_buffer buffer[DRM_BUFFER_COUNT];
	int shown, queued; /* buffer numbers, -1: none */
	uint64_t frame;	   /* queued */
};

/*
 * Use file `fd` if it is not -1, else `path`, or with NULL the first card that has a display. On a file that
 * somebody keeps open for us, what a predecessor left on the display stays there until the first frame;
 * else the display is black until then. Negative errno, logged.
 */
int drm_output_open(struct drm_output *drm, const char *path, int fd);
/* Accepts a zeroed one; what never opened has fd -1 or is zeroed. */
void drm_output_close(struct drm_output *drm);
/* Handle events that wait at fd. Never blocks. */
void drm_output_dispatch(struct drm_output *drm);

#endif
