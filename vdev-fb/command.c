/* One command: copied once, judged, executed, answered (VIRTIO 1.3 5.7.6.7 to 5.7.6.10). */
#include <string.h>
#include "vdev/log.h"
#include "vdev-fb/command.h"

#define CURSOR_MAX 16384 /* a cursor further away is not on any screen */

/* All requests of fixed length; the header is common. */
union request {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_get_edid get_edid;
	struct virtio_gpu_resource_create_2d create_2d;
	struct virtio_gpu_resource_ref ref;
	struct virtio_gpu_set_scanout set_scanout;
	struct virtio_gpu_resource_flush flush;
	struct virtio_gpu_transfer_to_host_2d transfer;
	struct virtio_gpu_resource_attach_backing attach;
	struct virtio_gpu_update_cursor cursor;
};

union answer {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_resp_display_info display_info;
	struct virtio_gpu_resp_edid edid;
};

static uint32_t request_bytes(uint32_t type)
{
	switch (type) {
	case VIRTIO_GPU_CMD_GET_DISPLAY_INFO: return sizeof(struct virtio_gpu_ctrl_hdr);
	case VIRTIO_GPU_CMD_GET_EDID: return sizeof(struct virtio_gpu_get_edid);
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_2D: return sizeof(struct virtio_gpu_resource_create_2d);
	case VIRTIO_GPU_CMD_RESOURCE_UNREF:
	case VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING: return sizeof(struct virtio_gpu_resource_ref);
	case VIRTIO_GPU_CMD_SET_SCANOUT: return sizeof(struct virtio_gpu_set_scanout);
	case VIRTIO_GPU_CMD_RESOURCE_FLUSH: return sizeof(struct virtio_gpu_resource_flush);
	case VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D: return sizeof(struct virtio_gpu_transfer_to_host_2d);
	case VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING: return sizeof(struct virtio_gpu_resource_attach_backing);
	case VIRTIO_GPU_CMD_UPDATE_CURSOR:
	case VIRTIO_GPU_CMD_MOVE_CURSOR: return sizeof(struct virtio_gpu_update_cursor);
	default: return 0;
	}
}

static uint32_t get_display_info(const struct fb *fb, struct virtio_gpu_resp_display_info *a, uint32_t *bytes)
{
	a->pmodes[0].r.width = fb->mode.width;
	a->pmodes[0].r.height = fb->mode.height;
	a->pmodes[0].enabled = 1;
	*bytes = sizeof(*a);
	return VIRTIO_GPU_RESP_OK_DISPLAY_INFO;
}

static uint32_t get_edid(const struct fb *fb, const struct virtio_gpu_get_edid *cmd,
	struct virtio_gpu_resp_edid *a, uint32_t *bytes)
{
	if (cmd->scanout != 0)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	a->size = FB_EDID_BYTES;
	memcpy(a->edid, fb->edid, FB_EDID_BYTES);
	*bytes = sizeof(*a);
	return VIRTIO_GPU_RESP_OK_EDID;
}

static uint32_t set_scanout(struct fb *fb, const struct virtio_gpu_set_scanout *cmd)
{
	struct fb_scanout_state *s = &fb->state->scanout;
	const struct fb_resource *resource;

	if (cmd->scanout_id != 0)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (!cmd->resource_id) {
		memset(s, 0, sizeof(*s));
		fb->events->scanout(fb->events_data, fb);
		return VIRTIO_GPU_RESP_OK_NODATA;
	}
	resource = fb_resource_find(fb->state, cmd->resource_id);
	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!fb_resource_holds(resource, &cmd->r))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	*s = (struct fb_scanout_state){cmd->resource_id, cmd->r.x, cmd->r.y, cmd->r.width, cmd->r.height};
	fb->events->scanout(fb->events_data, fb);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static uint32_t flush(struct fb *fb, const struct virtio_gpu_resource_flush *cmd)
{
	const struct fb_resource *resource = fb_resource_find(fb->state, cmd->resource_id);
	const struct fb_scanout_state *s = &fb->state->scanout;
	struct fb_rect shown, damage;

	if (!resource)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!fb_resource_holds(resource, &cmd->r))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (s->resource_id != cmd->resource_id)
		return VIRTIO_GPU_RESP_OK_NODATA;
	shown = (struct fb_rect){(int32_t)s->x, (int32_t)s->y, (int32_t)s->width, (int32_t)s->height};
	damage = (struct fb_rect){
		(int32_t)cmd->r.x, (int32_t)cmd->r.y, (int32_t)cmd->r.width, (int32_t)cmd->r.height};
	damage = fb_rect_at(fb_rect_intersect(damage, shown), -shown.x, -shown.y);
	if (!fb_rect_empty(damage))
		fb->events->flush(fb->events_data, fb, damage);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static uint32_t execute(struct fb *fb, const union request *req, const struct vq_chain *chain, bool again,
	union answer *answer, uint32_t *bytes)
{
	switch (req->hdr.type) {
	case VIRTIO_GPU_CMD_GET_DISPLAY_INFO: return get_display_info(fb, &answer->display_info, bytes);
	case VIRTIO_GPU_CMD_GET_EDID: return get_edid(fb, &req->get_edid, &answer->edid, bytes);
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_2D: return fb_resource_create(fb, &req->create_2d, again);
	case VIRTIO_GPU_CMD_RESOURCE_UNREF: return fb_resource_unref(fb, req->ref.resource_id, again);
	case VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING:
		return fb_resource_attach(fb, &req->attach, chain, again);
	case VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING:
		return fb_resource_detach(fb, req->ref.resource_id, again);
	case VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D: return fb_resource_transfer(fb, &req->transfer);
	case VIRTIO_GPU_CMD_SET_SCANOUT: return set_scanout(fb, &req->set_scanout);
	case VIRTIO_GPU_CMD_RESOURCE_FLUSH: return flush(fb, &req->flush);
	default: return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
}

/* The driver's mistake, not ours: counted, and said at the 1st, 2nd, 4th, 8th … so that it cannot fill a log. */
static void note_error(struct fb *fb, uint32_t type, uint32_t response)
{
	uint32_t n = ++fb->error_count;

	if ((n & (n - 1)) == 0)
		vdev_log(VDEV_LOG_WARN, "%s: command 0x%x answered with 0x%x (error %u)", fb->vdev.name, type,
			response, n);
}

/* Writes the answer if there is room for all of it, else only its header, as an error. */
static uint32_t reply(struct fb *fb, const struct vq_chain *chain, const struct virtio_gpu_ctrl_hdr *asked,
	union answer *answer, uint32_t response, uint32_t bytes)
{
	if (bytes > chain->write_bytes) {
		response = VIRTIO_GPU_RESP_ERR_UNSPEC;
		bytes = sizeof(answer->hdr);
	}
	answer->hdr.type = response;
	if (asked->flags & VIRTIO_GPU_FLAG_FENCE) { /* 5.7.6.7: fence and context come back */
		answer->hdr.flags = VIRTIO_GPU_FLAG_FENCE;
		answer->hdr.fence_id = asked->fence_id;
		answer->hdr.ctx_id = asked->ctx_id;
	}
	if (response >= VIRTIO_GPU_RESP_ERR_UNSPEC)
		note_error(fb, asked->type, response);
	return vq_write(chain, 0, answer, bytes);
}

uint32_t fb_command_control(struct fb *fb, const struct vq_chain *chain, uint16_t index)
{
	uint32_t position = FB_BEGUN | index, bytes = sizeof(struct virtio_gpu_ctrl_hdr), response, have,
		 need;
	bool again = fb->replay && fb->state->begun == position;
	union request req = {0};
	union answer answer = {0}; /* nothing of ours may show in padding */

	fb->replay = false;
	if (chain->read_bytes < sizeof(req.hdr) || chain->write_bytes < sizeof(answer.hdr)) {
		vdev_break(&fb->vdev, "control chain without room for a header",
			chain->read_bytes < chain->write_bytes ? chain->read_bytes : chain->write_bytes,
			sizeof(req.hdr));
		return 0;
	}
	have = vq_read(chain, 0, &req, sizeof(req));
	need = request_bytes(req.hdr.type);
	fb->state->begun = position;
	if (!need || have < need)
		response = need ? VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER : VIRTIO_GPU_RESP_ERR_UNSPEC;
	else
		response = execute(fb, &req, chain, again, &answer, &bytes);
	return reply(fb, chain, &req.hdr, &answer, response, bytes);
}

static int32_t clamp_position(uint32_t v)
{
	int32_t s = (int32_t)v;

	return s > CURSOR_MAX ? CURSOR_MAX : s < -CURSOR_MAX ? -CURSOR_MAX : s;
}

static uint32_t update_cursor(struct fb *fb, const struct virtio_gpu_update_cursor *cmd)
{
	struct fb_cursor_state *c = &fb->state->cursor;
	const struct fb_resource *resource = fb_resource_find(fb->state, cmd->resource_id);

	if (cmd->scanout_id != 0)
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	if (cmd->hdr.type == VIRTIO_GPU_CMD_UPDATE_CURSOR) {
		if (cmd->resource_id && !resource)
			return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
		if (resource && (cmd->hot_x >= resource->width || cmd->hot_y >= resource->height))
			return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
		c->resource_id = cmd->resource_id;
		c->hot_x = cmd->hot_x;
		c->hot_y = cmd->hot_y;
	}
	c->x = clamp_position(cmd->x);
	c->y = clamp_position(cmd->y);
	fb->events->cursor(fb->events_data, fb);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* The cursor queue's requests usually have no room for an answer (Linux gives none). */
uint32_t fb_command_cursor(struct fb *fb, const struct vq_chain *chain)
{
	union request req = {0};
	union answer answer = {0};
	uint32_t response = VIRTIO_GPU_RESP_ERR_UNSPEC;
	uint32_t have = vq_read(chain, 0, &req, sizeof(req));

	if (have < sizeof(req.hdr)) {
		vdev_break(&fb->vdev, "cursor chain without a header", have, sizeof(req.hdr));
		return 0;
	}
	if (req.hdr.type == VIRTIO_GPU_CMD_UPDATE_CURSOR || req.hdr.type == VIRTIO_GPU_CMD_MOVE_CURSOR)
		response = have < sizeof(req.cursor) ? VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER
						     : update_cursor(fb, &req.cursor);
	if (chain->write_bytes < sizeof(answer.hdr)) {
		if (response >= VIRTIO_GPU_RESP_ERR_UNSPEC)
			note_error(fb, req.hdr.type, response);
		return 0;
	}
	return reply(fb, chain, &req.hdr, &answer, response, sizeof(answer.hdr));
}
