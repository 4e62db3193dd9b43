/* The device: its life, its queues, its pictures. What each command does is in command.c. */
#include <errno.h>
#include <string.h>
#include "vdev/log.h"
#include "vdev-fb/command.h"
#include "vdev-fb/fb.h"

#define COMMANDS_PER_ROUND 16 /* bound of one wake-up for one queue */

static struct fb *fb_of(struct vdev *dev)
{
	return dev->class_data;
}

static void state_clear(struct fb_state *state, uint32_t epoch)
{
	state->magic = 0;
	memset(&state->scanout, 0, sizeof(state->scanout));
	memset(&state->cursor, 0, sizeof(state->cursor));
	for (unsigned i = 0; i < FB_RESOURCE_MAX; i++)
		state->resource[i].id = 0;
	state->version = FB_STATE_VERSION;
	state->bytes = sizeof(*state);
	state->epoch = epoch;
	state->begun = 0;
	state->magic = FB_STATE_MAGIC;
}

static bool resource_sound(const struct fb_resource *r)
{
	if (!r->id)
		return true;
	if (!r->width || r->width > FB_DIM_MAX || !r->height || r->height > FB_DIM_MAX || r->base % 4 ||
		r->entry_count > FB_ENTRY_MAX)
		return false;
	for (uint32_t i = 0; i < r->entry_count; i++)
		if (!r->entry[i].bytes || r->entry[i].bytes % 4 || r->entry[i].addr % 4)
			return false;
	return true;
}

/* A state page that a predecessor of another version, or none, left is not used. */
static bool state_sound(const struct fb_state *state)
{
	if (state->magic != FB_STATE_MAGIC || state->version != FB_STATE_VERSION ||
		state->bytes != sizeof(*state))
		return false;
	for (unsigned i = 0; i < FB_RESOURCE_MAX; i++)
		if (!resource_sound(&state->resource[i]))
			return false;
	return true;
}

static void tell_all(struct fb *fb)
{
	fb->events->scanout(fb->events_data, fb);
	fb->events->cursor(fb->events_data, fb);
}

static void fb_reset(struct vdev *dev)
{
	struct fb *fb = fb_of(dev);

	state_clear(fb->state, dev->epoch);
	fb->replay = false;
	tell_all(fb);
}

/* The driver is there. Its resources are those of the state page if it is the driver that made them. */
static void fb_driver_ok(struct vdev *dev)
{
	struct fb *fb = fb_of(dev);
	unsigned count = 0;

	if (fb->state->epoch != dev->epoch)
		state_clear(fb->state, dev->epoch);
	for (unsigned i = 0; i < FB_RESOURCE_MAX; i++)
		count += fb->state->resource[i].id != 0;
	fb->replay = fb->state->begun != 0;
	if (count)
		vdev_log(VDEV_LOG_INFO, "%s: took up %u resources of epoch %u", dev->name, count, dev->epoch);
	tell_all(fb);
}

/* False: nothing taken. A driver that breaks the ring's rules loses its device until it resets it. */
static bool serve_one(struct fb *fb, unsigned q)
{
	struct vq *vq = &fb->vdev.queue[q];
	uint16_t index = vq->last_used;
	uint32_t written;
	int got = vq_pop(vq, &fb->chain);

	if (got < 0)
		vdev_break_queue(&fb->vdev, q);
	if (got <= 0)
		return false;
	written = q == VIRTIO_GPU_CONTROLQ ? fb_command_control(fb, &fb->chain, index)
					   : fb_command_cursor(fb, &fb->chain);
	if (fb->vdev.broken)
		return false;
	vq_push(vq, fb->chain.head, written);
	return true;
}

static bool fb_queue_work(struct vdev *dev, unsigned q)
{
	unsigned served = 0;

	while (served < COMMANDS_PER_ROUND && serve_one(fb_of(dev), q))
		served++;
	if (served)
		vdev_kick(dev, q);
	return served == COMMANDS_PER_ROUND || (dev->live && vq_wait_prepare(&dev->queue[q]));
}

/* events_clear is write-to-clear (5.7.4); the rest is read-only. */
static void fb_config_write(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes)
{
	struct virtio_gpu_config config;

	if (offset != offsetof(struct virtio_gpu_config, events_clear) ||
		bytes != sizeof(config.events_clear))
		return;
	memcpy(&config, dev->config, sizeof(config));
	config.events_read &= ~(uint32_t)value;
	vdev_config_set(dev, 0, &config.events_read, sizeof(config.events_read));
}

static const struct vdev_impl fb_impl = {
	.name = "fb",
	.device_id = VIRTIO_ID_GPU,
	.queue_count = 2,
	.queue_size = FB_QUEUE_SIZE,
	.config_bytes = sizeof(struct virtio_gpu_config),
	.features = VDEV_BIT(VIRTIO_GPU_F_EDID),
	.queue_work = fb_queue_work,
	.reset = fb_reset,
	.config_write = fb_config_write,
	.driver_ok = fb_driver_ok,
};

static int take_mode(struct fb *fb, const struct fb_mode *mode)
{
	int ret = fb_edid_make(fb->edid, mode);

	if (ret)
		vdev_log(VDEV_LOG_ERROR, "%s: mode %ux%u at %u Hz cannot be said in an EDID", fb->vdev.name,
			mode->width, mode->height, mode->refresh_hz);
	else
		fb->mode = *mode;
	return ret;
}

int fb_init(struct fb *fb, const char *name, const struct fb_mode *mode, void *state, uint64_t state_bytes,
	const struct fb_events *events, void *events_data)
{
	const struct virtio_gpu_config config = {.num_scanouts = 1};

	memset(fb, 0, sizeof(*fb));
	fb->vdev.name = name;
	if (state_bytes < sizeof(struct fb_state)) {
		vdev_log(VDEV_LOG_ERROR, "%s: state page of %llu bytes, %zu needed", name,
			(unsigned long long)state_bytes, sizeof(struct fb_state));
		return -ENOSPC;
	}
	fb->state = state;
	fb->events = events;
	fb->events_data = events_data;
	if (!state_sound(fb->state))
		state_clear(fb->state, 0);
	vdev_init(&fb->vdev, &fb_impl, name, fb);
	vdev_config_set(&fb->vdev, 0, &config, sizeof(config));
	return take_mode(fb, mode);
}

int fb_set_mode(struct fb *fb, const struct fb_mode *mode)
{
	const uint32_t events_read = VIRTIO_GPU_EVENT_DISPLAY;
	int ret = take_mode(fb, mode);

	if (ret)
		return ret;
	vdev_config_set(&fb->vdev, 0, &events_read, sizeof(events_read));
	vdev_config_changed(&fb->vdev);
	return 0;
}

bool fb_format_has_alpha(uint32_t format)
{
	return format == VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM || format == VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM;
}

static bool view_of(const struct fb *fb, uint32_t resource_id, struct fb_view *view)
{
	const struct fb_resource *resource = fb_resource_find(fb->state, resource_id);

	if (!resource || !resource->entry_count)
		return false;
	view->memory = &fb->vdev.memory;
	view->resource = resource;
	view->format = resource->format;
	view->part = (struct fb_rect){0, 0, (int32_t)resource->width, (int32_t)resource->height};
	return true;
}

bool fb_scanout(const struct fb *fb, struct fb_view *view)
{
	const struct fb_scanout_state *s = &fb->state->scanout;
	struct fb_rect part = {(int32_t)s->x, (int32_t)s->y, (int32_t)s->width, (int32_t)s->height};

	if (!view_of(fb, s->resource_id, view))
		return false;
	view->part = fb_rect_intersect(part, view->part);
	return !fb_rect_empty(view->part);
}

bool fb_cursor(const struct fb *fb, struct fb_view *view, int32_t *x, int32_t *y)
{
	const struct fb_cursor_state *c = &fb->state->cursor;

	if (!view_of(fb, c->resource_id, view))
		return false;
	/* hot_x and hot_y were checked to lie inside the picture, x and y to be small. */
	*x = c->x - (int32_t)c->hot_x;
	*y = c->y - (int32_t)c->hot_y;
	return true;
}
