/* Finding the display and making buffers for it: everything that happens once. */
#include "backends/drm/setup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <drm_fourcc.h>
#include <xf86drm.h>
#include "vdev/log.h"

#define CARD_MAX 8

static const struct {
	const char *name;
	uint32_t object_type;
	bool optional;
} props[DRM_PROP_COUNT] = {
	[DRM_CONNECTOR_CRTC_ID] = {"CRTC_ID", DRM_MODE_OBJECT_CONNECTOR, false},
	[DRM_CRTC_ACTIVE] = {"ACTIVE", DRM_MODE_OBJECT_CRTC, false},
	[DRM_CRTC_MODE_ID] = {"MODE_ID", DRM_MODE_OBJECT_CRTC, false},
	[DRM_PLANE_TYPE] = {"type", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_FB_ID] = {"FB_ID", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_CRTC_ID] = {"CRTC_ID", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_SRC_X] = {"SRC_X", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_SRC_Y] = {"SRC_Y", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_SRC_W] = {"SRC_W", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_SRC_H] = {"SRC_H", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_CRTC_X] = {"CRTC_X", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_CRTC_Y] = {"CRTC_Y", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_CRTC_W] = {"CRTC_W", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_CRTC_H] = {"CRTC_H", DRM_MODE_OBJECT_PLANE, false},
	[DRM_PLANE_DAMAGE] = {"FB_DAMAGE_CLIPS", DRM_MODE_OBJECT_PLANE, true},
};

/* Property of an object by name: its id (0: none) and, if asked for, its value. */
static uint32_t property(int fd, uint32_t object, uint32_t type, const char *name, uint64_t *value)
{
	drmModeObjectProperties *list = drmModeObjectGetProperties(fd, object, type);
	uint32_t id = 0;

	for (uint32_t i = 0; list && !id && i < list->count_props; i++) {
		drmModePropertyRes *p = drmModeGetProperty(fd, list->props[i]);

		if (p && strcmp(p->name, name) == 0) {
			id = p->prop_id;
			if (value)
				*value = list->prop_values[i];
		}
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(list);
	return id;
}

/* Index of a CRTC that one of the connector's encoders can drive, or -1. */
static int crtc_for(int fd, const drmModeRes *res, const drmModeConnector *connector)
{
	int found = -1;

	for (int e = 0; found < 0 && e < connector->count_encoders; e++) {
		drmModeEncoder *encoder = drmModeGetEncoder(fd, connector->encoders[e]);

		for (int c = 0; encoder && found < 0 && c < res->count_crtcs; c++)
			if (encoder->possible_crtcs & 1u << c)
				found = c;
		drmModeFreeEncoder(encoder);
	}
	return found;
}

static uint32_t primary_plane(int fd, int crtc_index)
{
	drmModePlaneRes *list = drmModeGetPlaneResources(fd);
	uint32_t found = 0;

	for (uint32_t i = 0; list && !found && i < list->count_planes; i++) {
		drmModePlane *plane = drmModeGetPlane(fd, list->planes[i]);
		uint64_t type = DRM_PLANE_TYPE_OVERLAY;

		if (plane && plane->possible_crtcs & 1u << crtc_index &&
			property(fd, plane->plane_id, DRM_MODE_OBJECT_PLANE, "type", &type) &&
			type == DRM_PLANE_TYPE_PRIMARY)
			found = plane->plane_id;
		drmModeFreePlane(plane);
	}
	drmModeFreePlaneResources(list);
	return found;
}

static const drmModeModeInfo *preferred_mode(const drmModeConnector *connector)
{
	for (int i = 0; i < connector->count_modes; i++)
		if (connector->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			return &connector->modes[i];
	return &connector->modes[0];
}

/* Takes the connector if it has a display and a way to it. */
static bool take_connector(struct drm_output *drm, const drmModeRes *res, const drmModeConnector *connector)
{
	int crtc;

	if (connector->connection != DRM_MODE_CONNECTED || !connector->count_modes)
		return false;
	crtc = crtc_for(drm->fd, res, connector);
	if (crtc < 0)
		return false;
	drm->plane_id = primary_plane(drm->fd, crtc);
	drm->crtc_id = res->crtcs[crtc];
	drm->connector_id = connector->connector_id;
	drm->mode = *preferred_mode(connector);
	drm->output.width_mm = connector->mmWidth;
	drm->output.height_mm = connector->mmHeight;
	return drm->plane_id != 0;
}

static bool find_display(struct drm_output *drm)
{
	drmModeRes *res = drmModeGetResources(drm->fd);
	bool found = false;

	for (int i = 0; res && !found && i < res->count_connectors; i++) {
		drmModeConnector *connector = drmModeGetConnector(drm->fd, res->connectors[i]);

		found = connector && take_connector(drm, res, connector);
		drmModeFreeConnector(connector);
	}
	drmModeFreeResources(res);
	return found;
}

static int find_props(struct drm_output *drm)
{
	for (unsigned i = 0; i < DRM_PROP_COUNT; i++) {
		uint32_t object = props[i].object_type == DRM_MODE_OBJECT_PLANE	 ? drm->plane_id
				  : props[i].object_type == DRM_MODE_OBJECT_CRTC ? drm->crtc_id
										 : drm->connector_id;

		drm->prop[i] = property(drm->fd, object, props[i].object_type, props[i].name, NULL);
		if (!drm->prop[i] && !props[i].optional) {
			vdev_log(VDEV_LOG_ERROR, "drm: object %u has no property %s", object, props[i].name);
			return -ENOTSUP;
		}
	}
	return 0;
}

static int map_buffer(struct drm_output *drm, unsigned n, uint32_t pitch)
{
	const struct drm_buffer *b = &drm->buffer[n];
	uint64_t offset;
	void *pixels;

	if (drmModeMapDumbBuffer(drm->fd, b->handle, &offset))
		return -errno;
	pixels = mmap(NULL, b->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, drm->fd, (off_t)offset);
	if (pixels == MAP_FAILED)
		return -errno;
	drm->output.target[n] = (struct fb_target){pixels, pitch, drm->output.width, drm->output.height};
	return 0;
}

static int make_buffer(struct drm_output *drm, unsigned n)
{
	struct drm_buffer *b = &drm->buffer[n];
	uint32_t width = drm->output.width, height = drm->output.height;
	uint32_t handles[4] = {0}, pitches[4] = {0}, offsets[4] = {0};
	int ret;

	if (drmModeCreateDumbBuffer(drm->fd, width, height, 32, 0, &b->handle, &pitches[0], &b->bytes))
		return -errno;
	handles[0] = b->handle;
	if (drmModeAddFB2(
		    drm->fd, width, height, DRM_FORMAT_XRGB8888, handles, pitches, offsets, &b->fb_id, 0))
		return -errno;
	ret = map_buffer(drm, n, pitches[0]);
	if (!ret)
		memset(drm->output.target[n].pixels, 0, b->bytes);
	return ret;
}

/* A buffer that a predecessor left on the same file, if it fits. */
static bool adopt_buffer(struct drm_output *drm, unsigned n, uint32_t fb_id)
{
	struct drm_buffer *b = &drm->buffer[n];
	drmModeFB *fb = drmModeGetFB(drm->fd, fb_id);
	bool fits = fb && fb->width == drm->output.width && fb->height == drm->output.height &&
		    fb->bpp == 32 && fb->depth == 24 && fb->handle;

	if (fits)
		*b = (struct drm_buffer){fb->handle, fb_id, (uint64_t)fb->pitch * fb->height};
	if (fits && map_buffer(drm, n, fb->pitch)) {
		*b = (struct drm_buffer){0};
		fits = false;
	}
	drmModeFreeFB(fb);
	return fits;
}

/* Number of buffers adopted; those that do not fit are removed. */
static unsigned adopt_buffers(struct drm_output *drm)
{
	drmModeRes *res = drmModeGetResources(drm->fd);
	unsigned n = 0;

	for (int i = 0; res && i < res->count_fbs; i++) {
		if (n < DRM_BUFFER_COUNT && adopt_buffer(drm, n, res->fbs[i]))
			n++;
		else
			drmModeRmFB(drm->fd, res->fbs[i]);
	}
	drmModeFreeResources(res);
	return n;
}

/* The adopted buffer that the display shows in our mode right now, or -1. */
static int find_shown(const struct drm_output *drm)
{
	drmModeCrtc *crtc = drmModeGetCrtc(drm->fd, drm->crtc_id);
	drmModePlane *plane = drmModeGetPlane(drm->fd, drm->plane_id);
	int shown = -1;

	if (crtc && plane && crtc->mode_valid && crtc->mode.hdisplay == drm->mode.hdisplay &&
		crtc->mode.vdisplay == drm->mode.vdisplay && crtc->mode.clock == drm->mode.clock)
		for (int i = 0; i < DRM_BUFFER_COUNT; i++)
			if (drm->buffer[i].fb_id && drm->buffer[i].fb_id == plane->fb_id)
				shown = i;
	drmModeFreePlane(plane);
	drmModeFreeCrtc(crtc);
	return shown;
}

/* Vertical refresh in thousandths of a hertz; the mode's own field is whole hertz. */
static uint32_t refresh_mhz(const drmModeModeInfo *mode)
{
	uint64_t total = (uint64_t)mode->htotal * mode->vtotal;

	return total ? (uint32_t)(mode->clock * 1000000ull / total) : mode->vrefresh * 1000;
}

static int prepare(struct drm_output *drm)
{
	struct output *output = &drm->output;
	int ret = find_props(drm);

	if (ret)
		return ret;
	if (drmModeCreatePropertyBlob(drm->fd, &drm->mode, sizeof(drm->mode), &drm->mode_blob))
		return -errno;
	output->width = drm->mode.hdisplay;
	output->height = drm->mode.vdisplay;
	output->refresh_mhz = refresh_mhz(&drm->mode);
	output->buffer_count = DRM_BUFFER_COUNT;
	for (unsigned i = adopt_buffers(drm); i < DRM_BUFFER_COUNT; i++) {
		ret = make_buffer(drm, i);
		if (ret) {
			vdev_log(VDEV_LOG_ERROR, "drm: no buffer of %ux%u: %s", output->width, output->height,
				strerror(-ret));
			return ret;
		}
	}
	drm->shown = find_shown(drm);
	return 0;
}

static int take_card(struct drm_output *drm)
{
	if (!drmSetClientCap(drm->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) &&
		!drmSetClientCap(drm->fd, DRM_CLIENT_CAP_ATOMIC, 1) && find_display(drm))
		return 0;
	close(drm->fd);
	drm->fd = -1;
	return -ENODEV;
}

static int open_card(struct drm_output *drm, const char *path)
{
	drm->fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return drm->fd < 0 ? -errno : take_card(drm);
}

/* Somebody else keeps the file open, and with it what is on the display, when we die. */
static int inherit_card(struct drm_output *drm, int fd)
{
	drm->fd = fd;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) || fcntl(fd, F_SETFL, O_NONBLOCK))
		return -errno;
	return take_card(drm);
}

static int open_any(struct drm_output *drm)
{
	char path[32];
	int ret = -ENODEV;

	for (unsigned i = 0; ret && i < CARD_MAX; i++) {
		snprintf(path, sizeof(path), "/dev/dri/card%u", i);
		ret = open_card(drm, path);
	}
	return ret;
}

int drm_setup(struct drm_output *drm, const char *path, int fd)
{
	int ret = fd >= 0 ? inherit_card(drm, fd) : path ? open_card(drm, path) : open_any(drm);

	if (ret) {
		vdev_log(VDEV_LOG_ERROR, "drm: %s: no display with atomic modesetting: %s",
			fd >= 0 ? "inherited file"
			: path	? path
				: "/dev/dri/card*",
			strerror(-ret));
		return ret;
	}
	return prepare(drm);
}

void drm_teardown(struct drm_output *drm)
{
	for (unsigned i = 0; i < DRM_BUFFER_COUNT; i++) {
		struct drm_buffer *b = &drm->buffer[i];

		if (drm->output.target[i].pixels)
			munmap(drm->output.target[i].pixels, b->bytes);
		if (b->fb_id)
			drmModeRmFB(drm->fd, b->fb_id);
		if (b->handle)
			drmModeDestroyDumbBuffer(drm->fd, b->handle);
	}
	if (drm->mode_blob)
		drmModeDestroyPropertyBlob(drm->fd, drm->mode_blob);
	close(drm->fd);
}
