/* Resources and their backing: everything a guest says about sizes and addresses is judged here. */
#include <string.h>
#include "vdev-fb/command.h"

#define PIXEL_BYTES 4u

struct fb_resource *fb_resource_find(struct fb_state *state, uint32_t id)
{
	for (unsigned i = 0; id && i < FB_RESOURCE_MAX; i++)
		if (state->resource[i].id == id)
			return &state->resource[i];
	return NULL;
}

static struct fb_resource *free_slot(struct fb_state *state)
{
	for (unsigned i = 0; i < FB_RESOURCE_MAX; i++)
		if (!state->resource[i].id)
			return &state->resource[i];
	return NULL;
}

static bool format_known(uint32_t format)
{
	switch (format) {
	case VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM:
	case VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM:
	case VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM: return true;
	default: return false;
	}
}

uint32_t fb_resource_create(struct fb *fb, const struct virtio_gpu_resource_create_2d *cmd, bool again)
{
	struct fb_resource *resource = fb_resource_find(fb->state, cmd->resource_id);

	if (resource && again)
		return VIRTIO_GPU_RESP_OK_NODATA;
	if (!cmd->resource_id || resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!format_known(cmd->format) || !cmd->width || cmd->width > FB_DIM_MAX || !cmd->height ||
		cmd->height > FB_DIM_MAX)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	resource = free_slot(fb->state);
	if (!resource)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	resource->format = cmd->format;
	resource->width = cmd->width;
	resource->height = cmd->height;
	resource->base = 0;
	resource->entry_count = 0;
	__asm__ volatile("" ::: "memory"); /* a process that dies here must leave a free slot (state.h) */
	resource->id = cmd->resource_id;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* What shows the resource stops showing it: 5.7.6.8 leaves it open, and a use after free is no choice. */
static void forget(struct fb *fb, uint32_t id)
{
	if (fb->state->scanout.resource_id == id) {
		memset(&fb->state->scanout, 0, sizeof(fb->state->scanout));
		fb->events->scanout(fb->events_data, fb);
	}
	if (fb->state->cursor.resource_id == id) {
		fb->state->cursor.resource_id = 0;
		fb->events->cursor(fb->events_data, fb);
	}
}

uint32_t fb_resource_unref(struct fb *fb, uint32_t id, bool again)
{
	struct fb_resource *resource = fb_resource_find(fb->state, id);

	if (!resource)
		return again ? VIRTIO_GPU_RESP_OK_NODATA : VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	forget(fb, id);
	resource->id = 0;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* A changed backing is a changed picture. */
static void backing_changed(struct fb *fb, uint32_t id)
{
	if (fb->state->scanout.resource_id == id)
		fb->events->scanout(fb->events_data, fb);
	if (fb->state->cursor.resource_id == id)
		fb->events->cursor(fb->events_data, fb);
}

uint32_t fb_resource_detach(struct fb *fb, uint32_t id, bool again)
{
	struct fb_resource *resource = fb_resource_find(fb->state, id);

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!resource->entry_count)
		return again ? VIRTIO_GPU_RESP_OK_NODATA : VIRTIO_GPU_RESP_ERR_UNSPEC;
	resource->entry_count = 0;
	resource->base = 0;
	backing_changed(fb, id);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static bool entry_good(const struct fb *fb, const struct virtio_gpu_mem_entry *e)
{
	return e->length && e->length % PIXEL_BYTES == 0 && e->addr % PIXEL_BYTES == 0 &&
	       vmem_at(&fb->vdev.memory, e->addr, e->length);
}

/* Appends to the backing; pieces that follow each other in memory become one. False: table full. */
static bool append(struct fb_resource *resource, uint32_t *count, const struct virtio_gpu_mem_entry *e)
{
	struct fb_backing *last = *count ? &resource->entry[*count - 1] : NULL;

	if (last && last->addr + last->bytes == e->addr && last->bytes <= UINT32_MAX - e->length) {
		last->bytes += e->length;
		return true;
	}
	if (*count == FB_ENTRY_MAX)
		return false;
	resource->entry[(*count)++] = (struct fb_backing){.addr = e->addr, .bytes = e->length};
	return true;
}

uint32_t fb_resource_attach(struct fb *fb, const struct virtio_gpu_resource_attach_backing *cmd,
	const struct vq_chain *chain, bool again)
{
	struct fb_resource *resource = fb_resource_find(fb->state, cmd->resource_id);
	uint32_t offset = sizeof(*cmd), count = 0;

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (resource->entry_count && !again)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	/* Compared by division: nr_entries times 16 may not fit (CVE-2016-7994's class). */
	if (!cmd->nr_entries ||
		cmd->nr_entries > (chain->read_bytes - offset) / sizeof(struct virtio_gpu_mem_entry))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (cmd->nr_entries > FB_ENTRY_MAX)
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	resource->entry_count = 0;
	for (uint32_t i = 0; i < cmd->nr_entries;
		i++, offset += (uint32_t)sizeof(struct virtio_gpu_mem_entry)) {
		struct virtio_gpu_mem_entry e;

		if (vq_read(chain, offset, &e, sizeof(e)) != sizeof(e) || !entry_good(fb, &e))
			return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
		if (!append(resource, &count, &e))
			return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}
	resource->base = 0;
	__asm__ volatile("" ::: "memory"); /* the count makes the entries valid (state.h) */
	resource->entry_count = count;
	backing_changed(fb, cmd->resource_id);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

bool fb_resource_holds(const struct fb_resource *resource, const struct virtio_gpu_rect *r)
{
	return r->width && r->height && r->x <= resource->width && r->width <= resource->width - r->x &&
	       r->y <= resource->height && r->height <= resource->height - r->y;
}

static uint64_t backing_bytes(const struct fb_resource *resource)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < resource->entry_count; i++)
		bytes += resource->entry[i].bytes;
	return bytes;
}

/*
 * Nothing is copied: the rectangle has to lie where it says, and the place that it implies for pixel
 * (0, 0) is remembered. Drivers that keep several pictures in one backing change it with each transfer.
 */
uint32_t fb_resource_transfer(struct fb *fb, const struct virtio_gpu_transfer_to_host_2d *cmd)
{
	struct fb_resource *resource = fb_resource_find(fb->state, cmd->resource_id);
	uint64_t stride, first, bytes;

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!resource->entry_count)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	if (!fb_resource_holds(resource, &cmd->r) || cmd->offset % PIXEL_BYTES)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	/* At most 8192 * 8192 * 4: no overflow below. */
	stride = (uint64_t)resource->width * PIXEL_BYTES;
	first = cmd->r.y * stride + (uint64_t)cmd->r.x * PIXEL_BYTES;
	bytes = (cmd->r.height - 1) * stride + (uint64_t)cmd->r.width * PIXEL_BYTES;
	if (cmd->offset < first || cmd->offset > backing_bytes(resource) ||
		bytes > backing_bytes(resource) - cmd->offset)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	resource->base = cmd->offset - first;
	return VIRTIO_GPU_RESP_OK_NODATA;
}
