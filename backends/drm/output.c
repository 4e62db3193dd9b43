/* Commits and flips: everything that happens for each frame. */
#include "backends/drm/output.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xf86drm.h>
#include "backends/drm/setup.h"
#include "vdev/log.h"

static struct drm_output *drm_of(struct output *output)
{
	return (struct drm_output *)(void *)((char *)output - offsetof(struct drm_output, output));
}

static int drm_acquire(struct output *output)
{
	struct drm_output *drm = drm_of(output);

	if (drm->queued >= 0)
		return -EBUSY;
	for (int i = 0; i < DRM_BUFFER_COUNT; i++)
		if (i != drm->shown)
			return i;
	return -EBUSY;
}

/* A negative sum means that one of the properties was not taken. */
static int add(drmModeAtomicReq *req, uint32_t object, uint32_t prop, uint64_t value)
{
	return drmModeAtomicAddProperty(req, object, prop, value) < 0 ? -1 : 0;
}

static int add_plane(drmModeAtomicReq *req, const struct drm_output *drm, unsigned buffer)
{
	const uint32_t *p = drm->prop, plane = drm->plane_id;
	uint64_t width = drm->output.width, height = drm->output.height;

	return add(req, plane, p[DRM_PLANE_FB_ID], drm->buffer[buffer].fb_id) +
	       add(req, plane, p[DRM_PLANE_CRTC_ID], drm->crtc_id) + add(req, plane, p[DRM_PLANE_SRC_X], 0) +
	       add(req, plane, p[DRM_PLANE_SRC_Y], 0) + add(req, plane, p[DRM_PLANE_SRC_W], width << 16) +
	       add(req, plane, p[DRM_PLANE_SRC_H], height << 16) + add(req, plane, p[DRM_PLANE_CRTC_X], 0) +
	       add(req, plane, p[DRM_PLANE_CRTC_Y], 0) + add(req, plane, p[DRM_PLANE_CRTC_W], width) +
	       add(req, plane, p[DRM_PLANE_CRTC_H], height);
}

/* Lets the driver send less where it can; it may ignore it. The blob's id, or 0: none. */
static uint32_t damage_blob(const struct drm_output *drm, const struct fb_damage *damage)
{
	struct drm_mode_rect clip[FB_DAMAGE_MAX];
	uint32_t blob = 0;

	if (!drm->prop[DRM_PLANE_DAMAGE] || !damage->count)
		return 0;
	for (uint32_t i = 0; i < damage->count; i++) {
		struct fb_rect r = damage->rect[i];

		clip[i] = (struct drm_mode_rect){r.x, r.y, r.x + r.w, r.y + r.h};
	}
	if (drmModeCreatePropertyBlob(drm->fd, clip, damage->count * sizeof(clip[0]), &blob))
		return 0;
	return blob;
}

/* Tells this process's flips from those that a predecessor asked for. */
static uint64_t cookie(uint64_t frame)
{
	return (uint64_t)getpid() << 32 | (frame & 0xffffffff);
}

static int drm_commit(struct output *output, unsigned buffer, const struct fb_damage *damage, uint64_t frame)
{
	struct drm_output *drm = drm_of(output);
	drmModeAtomicReq *req = drmModeAtomicAlloc();
	uint32_t blob = damage_blob(drm, damage);
	int ret = -ENOMEM;

	if (!req || add_plane(req, drm, buffer) ||
		(blob && add(req, drm->plane_id, drm->prop[DRM_PLANE_DAMAGE], blob)))
		goto out;
	ret = drmModeAtomicCommit(drm->fd, req, DRM_MODE_ATOMIC_NONBLOCK | DRM_MODE_PAGE_FLIP_EVENT,
		(void *)(uintptr_t)cookie(frame));
	if (ret)
		goto out;
	drm->queued = (int)buffer;
	drm->frame = frame;
out:
	if (blob)
		drmModeDestroyPropertyBlob(drm->fd, blob);
	drmModeAtomicFree(req);
	return ret;
}

static const struct output_impl drm_impl = {
	.acquire = drm_acquire,
	.commit = drm_commit,
};

static void on_flip(struct drm_output *drm, const struct drm_event_vblank *event)
{
	if (drm->queued < 0 || event->user_data != cookie(drm->frame))
		return; /* a predecessor's on the same file */
	drm->shown = drm->queued;
	drm->queued = -1;
	if (drm->output.flip)
		drm->output.flip(drm->output.flip_data, drm->frame,
			event->tv_sec * 1000000000ull + event->tv_usec * 1000ull);
}

/* Not drmHandleEvent: it believes that an event's user_data is a pointer of this process. */
void drm_output_dispatch(struct drm_output *drm)
{
	char buffer[1024] __attribute__((aligned(8)));
	ssize_t bytes = read(drm->fd, buffer, sizeof(buffer));

	for (ssize_t at = 0; at + (ssize_t)sizeof(struct drm_event) <= bytes;) {
		const struct drm_event *event = (const void *)(buffer + at);

		if (event->length < sizeof(*event) || event->length > bytes - at)
			return;
		if (event->type == DRM_EVENT_FLIP_COMPLETE &&
			event->length >= sizeof(struct drm_event_vblank))
			on_flip(drm, (const void *)event);
		at += event->length;
	}
}

/* The one commit that may wait: it switches the display on, at start-up. */
static int set_mode(struct drm_output *drm)
{
	drmModeAtomicReq *req = drmModeAtomicAlloc();
	int ret = -ENOMEM;

	if (req && !add(req, drm->connector_id, drm->prop[DRM_CONNECTOR_CRTC_ID], drm->crtc_id) &&
		!add(req, drm->crtc_id, drm->prop[DRM_CRTC_MODE_ID], drm->mode_blob) &&
		!add(req, drm->crtc_id, drm->prop[DRM_CRTC_ACTIVE], 1) && !add_plane(req, drm, 0))
		ret = drmModeAtomicCommit(drm->fd, req, DRM_MODE_ATOMIC_ALLOW_MODESET, NULL);
	drmModeAtomicFree(req);
	if (ret)
		vdev_log(VDEV_LOG_ERROR, "drm: mode %s refused: %s", drm->mode.name, strerror(-ret));
	return ret;
}

int drm_output_open(struct drm_output *drm, const char *path, int fd)
{
	bool taken_over;
	int ret;

	memset(drm, 0, sizeof(*drm));
	drm->fd = -1;
	drm->shown = drm->queued = -1;
	drm->output.impl = &drm_impl;
	ret = drm_setup(drm, path, fd);
	if (!ret && drm->shown < 0)
		ret = set_mode(drm);
	if (ret) {
		drm_output_close(drm);
		return ret;
	}
	taken_over = drm->shown >= 0;
	drm->shown = taken_over ? drm->shown : 0;
	vdev_log(VDEV_LOG_INFO, "drm: %s, %u.%03u Hz, %u buffers%s%s", drm->mode.name,
		drm->output.refresh_mhz / 1000, drm->output.refresh_mhz % 1000, DRM_BUFFER_COUNT,
		drm->prop[DRM_PLANE_DAMAGE] ? ", damage clips" : "",
		taken_over ? ", taken over as it stood" : "");
	return 0;
}

void drm_output_close(struct drm_output *drm)
{
	if (!drm->output.impl || drm->fd < 0)
		return;
	drm_teardown(drm);
	memset(drm, 0, sizeof(*drm));
	drm->fd = -1;
}
