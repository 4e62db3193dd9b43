/*
 * The GPU device's wire structures, 2D subset (VIRTIO 1.3 5.7). Little endian.
 *
 * A request lies in the readable part of a chain, written by the driver; its answer in the writable
 * part, written by the device before it returns the chain. Neither is touched by the other side then.
 */
#ifndef ABI_VIRTIO_GPU_H
#define ABI_VIRTIO_GPU_H

#include <stdint.h>

#define VIRTIO_ID_GPU		 16u /* device type, 5 */
#define VIRTIO_GPU_F_EDID	 1   /* feature bit, 5.7.3 */
#define VIRTIO_GPU_CONTROLQ	 0   /* 5.7.2 */
#define VIRTIO_GPU_CURSORQ	 1
#define VIRTIO_GPU_MAX_SCANOUTS	 16
#define VIRTIO_GPU_EVENT_DISPLAY 1u /* 5.7.4 */

/* 5.7.6.7 */
enum virtio_gpu_ctrl_type {
	VIRTIO_GPU_CMD_GET_DISPLAY_INFO = 0x0100,
	VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	VIRTIO_GPU_CMD_RESOURCE_UNREF,
	VIRTIO_GPU_CMD_SET_SCANOUT,
	VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
	VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING,
	VIRTIO_GPU_CMD_GET_CAPSET_INFO,
	VIRTIO_GPU_CMD_GET_CAPSET,
	VIRTIO_GPU_CMD_GET_EDID,
	VIRTIO_GPU_CMD_UPDATE_CURSOR = 0x0300,
	VIRTIO_GPU_CMD_MOVE_CURSOR,
	VIRTIO_GPU_RESP_OK_NODATA = 0x1100,
	VIRTIO_GPU_RESP_OK_DISPLAY_INFO,
	VIRTIO_GPU_RESP_OK_CAPSET_INFO,
	VIRTIO_GPU_RESP_OK_CAPSET,
	VIRTIO_GPU_RESP_OK_EDID,
	VIRTIO_GPU_RESP_ERR_UNSPEC = 0x1200,
	VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY,
	VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER,
};

#define VIRTIO_GPU_FLAG_FENCE 1u

/* 5.7.6.8; named by bytes in memory, lowest address first */
enum virtio_gpu_format {
	VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM = 1,
	VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM = 2,
	VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM = 67,
	VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM = 134,
};

struct virtio_gpu_config { /* 5.7.4 */
	uint32_t events_read;
	uint32_t events_clear;
	uint32_t num_scanouts;
	uint32_t num_capsets;
};

struct virtio_gpu_ctrl_hdr { /* 5.7.6.7 */
	uint32_t type;
	uint32_t flags;
	uint64_t fence_id;
	uint32_t ctx_id;
	uint8_t ring_idx;
	uint8_t padding[3];
};

struct virtio_gpu_rect {
	uint32_t x, y, width, height;
};

struct virtio_gpu_resp_display_info {
	struct virtio_gpu_ctrl_hdr hdr;
	struct {
		struct virtio_gpu_rect r;
		uint32_t enabled;
		uint32_t flags;
	} pmodes[VIRTIO_GPU_MAX_SCANOUTS];
};

struct virtio_gpu_get_edid {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t scanout;
	uint32_t padding;
};
struct virtio_gpu_resp_edid {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t size;
	uint32_t padding;
	uint8_t edid[1024];
};

struct virtio_gpu_resource_create_2d {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t resource_id;
	uint32_t format;
	uint32_t width;
	uint32_t height;
};

/* RESOURCE_UNREF and RESOURCE_DETACH_BACKING */
struct virtio_gpu_resource_ref {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t resource_id;
	uint32_t padding;
};

struct virtio_gpu_set_scanout {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	uint32_t scanout_id;
	uint32_t resource_id;
};

struct virtio_gpu_resource_flush {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	uint32_t resource_id;
	uint32_t padding;
};

struct virtio_gpu_transfer_to_host_2d {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	uint64_t offset;
	uint32_t resource_id;
	uint32_t padding;
};

struct virtio_gpu_mem_entry {
	uint64_t addr;
	uint32_t length;
	uint32_t padding;
};
/* Followed by nr_entries struct virtio_gpu_mem_entry. */
struct virtio_gpu_resource_attach_backing {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t resource_id;
	uint32_t nr_entries;
};

/* UPDATE_CURSOR and MOVE_CURSOR, 5.7.6.10 */
struct virtio_gpu_update_cursor {
	struct virtio_gpu_ctrl_hdr hdr;
	uint32_t scanout_id;
	uint32_t x, y;
	uint32_t pos_padding;
	uint32_t resource_id;
	uint32_t hot_x, hot_y;
	uint32_t padding;
};

_Static_assert(sizeof(struct virtio_gpu_config) == 16, "VIRTIO 1.3 5.7.4");
_Static_assert(sizeof(struct virtio_gpu_ctrl_hdr) == 24, "VIRTIO 1.3 5.7.6.7");
_Static_assert(sizeof(struct virtio_gpu_resp_display_info) == 24 + 16 * 24, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_resp_edid) == 32 + 1024, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_resource_create_2d) == 40, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_set_scanout) == 48, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_resource_flush) == 48, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_transfer_to_host_2d) == 56, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_resource_attach_backing) == 32, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_mem_entry) == 16, "VIRTIO 1.3 5.7.6.8");
_Static_assert(sizeof(struct virtio_gpu_update_cursor) == 56, "VIRTIO 1.3 5.7.6.10");

#endif
