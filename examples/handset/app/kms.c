#include "examples/handset/app/kms.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

static int fail(const char *what)
{
	int error = errno ? errno : EIO;

	printf("app: %s: %s\n", what, strerror(error));
	return -error;
}

static int buffer_init(struct kms *kms, struct kms_buffer *buffer)
{
	uint64_t offset;
	uint32_t handles[4] = {0}, pitches[4] = {0}, offsets[4] = {0};
	void *memory;

	if (drmModeCreateDumbBuffer(
		    kms->fd, kms->width, kms->height, 32, 0, &buffer->handle, &buffer->pitch, &buffer->bytes))
		return fail("dumb buffer");
	handles[0] = buffer->handle;
	pitches[0] = buffer->pitch;
	if (drmModeAddFB2(kms->fd, kms->width, kms->height, DRM_FORMAT_XRGB8888, handles, pitches, offsets,
		    &buffer->framebuffer, 0))
		return fail("framebuffer");
	if (drmModeMapDumbBuffer(kms->fd, buffer->handle, &offset))
		return fail("dumb buffer's mapping");
	memory = mmap(NULL, buffer->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, kms->fd, (off_t)offset);
	if (memory == MAP_FAILED)
		return fail("mmap");
	buffer->pixels = memory;
	return 0;
}

static void buffer_finish(struct kms *kms, struct kms_buffer *buffer)
{
	if (buffer->pixels)
		munmap(buffer->pixels, buffer->bytes);
	if (buffer->framebuffer)
		drmModeRmFB(kms->fd, buffer->framebuffer);
	if (buffer->handle)
		drmModeDestroyDumbBuffer(kms->fd, buffer->handle);
}

/* The first CRTC that one of the connector's encoders can drive; 0: none. */
static uint32_t connector_crtc(
	struct kms *kms, const drmModeRes *resources, const drmModeConnector *connector)
{
	for (int i = 0; i < connector->count_encoders; i++) {
		drmModeEncoder *encoder = drmModeGetEncoder(kms->fd, connector->encoders[i]);
		uint32_t possible = encoder ? encoder->possible_crtcs : 0;

		drmModeFreeEncoder(encoder);
		for (int c = 0; c < resources->count_crtcs; c++)
			if (possible >> c & 1)
				return resources->crtcs[c];
	}
	return 0;
}

static int use_connector(struct kms *kms, const drmModeRes *resources, uint32_t id)
{
	drmModeConnector *connector = drmModeGetConnector(kms->fd, id);
	drmModeModeInfo *mode;
	int error = -ENODEV;

	if (!connector || connector->connection != DRM_MODE_CONNECTED || !connector->count_modes)
		goto out;
	mode = &connector->modes[0];
	for (int i = 0; i < connector->count_modes; i++)
		if (connector->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			mode = &connector->modes[i];
	kms->connector = id;
	kms->crtc = connector_crtc(kms, resources, connector);
	kms->width = mode->hdisplay;
	kms->height = mode->vdisplay;
	for (int i = 0; i < 2; i++) {
		error = buffer_init(kms, &kms->buffer[i]);
		if (error)
			goto out;
	}
	if (drmModeSetCrtc(kms->fd, kms->crtc, kms->buffer[0].framebuffer, 0, 0, &kms->connector, 1, mode))
		error = fail("mode");
	kms->back = 1;
out:
	drmModeFreeConnector(connector);
	return error;
}

int kms_init(struct kms *kms, const char *path)
{
	drmModeRes *resources;
	int error = -ENODEV;

	memset(kms, 0, sizeof(*kms));
	kms->fd = open(path, O_RDWR | O_CLOEXEC);
	if (kms->fd < 0)
		return fail(path);
	resources = drmModeGetResources(kms->fd);
	if (!resources)
		return fail("DRM resources");
	for (int i = 0; i < resources->count_connectors && error == -ENODEV; i++)
		error = use_connector(kms, resources, resources->connectors[i]);
	drmModeFreeResources(resources);
	if (error == -ENODEV)
		printf("app: %s has no connected screen\n", path);
	return error;
}

void kms_finish(struct kms *kms)
{
	for (int i = 0; i < 2; i++)
		buffer_finish(kms, &kms->buffer[i]);
	if (kms->fd > 0)
		close(kms->fd);
	memset(kms, 0, sizeof(*kms));
}

int kms_flip(struct kms *kms)
{
	if (drmModePageFlip(
		    kms->fd, kms->crtc, kms->buffer[kms->back].framebuffer, DRM_MODE_PAGE_FLIP_EVENT, kms))
		return fail("page flip");
	kms->pending = true;
	kms->back ^= 1;
	return 0;
}

static void flip_done(
	int fd, unsigned int sequence, unsigned int seconds, unsigned int microseconds, void *data)
{
	struct kms *kms = data;

	(void)fd, (void)sequence, (void)seconds, (void)microseconds;
	kms->pending = false;
}

int kms_dispatch(struct kms *kms)
{
	drmEventContext context = {.version = 2, .page_flip_handler = flip_done};

	return drmHandleEvent(kms->fd, &context) ? fail("DRM event") : 0;
}
