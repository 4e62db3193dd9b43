/*
 * virtio-gpu 2D (VIRTIO 1.3 5.7): one scanout, VGPU_BUFFER_COUNT buffers in the bank, each a resource.
 * The owner draws into the buffer that virtio_gpu_buffer gives and presents it with what has changed;
 * nothing here waits. Pixels: ARGB8888 with premultiplied alpha (VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM).
 *
 * A buffer is given for drawing when its last presentation and the one that replaced it have both
 * completed; with three there is normally one. A backend that never completes leaves the owner without
 * a buffer, and with everything else that it does. A backend that restarts is not noticed.
 *
 * One context, as virtio_mmio.h.
 */
#ifndef RTOS_VIRTIO_GPU_H
#define RTOS_VIRTIO_GPU_H

#include <stdbool.h>
#include <stdint.h>
#include "frontends/rtos/virtio_mmio.h"

#define VGPU_BUFFER_COUNT 3
#define VGPU_SLOT_COUNT	  16
#define VGPU_SLOT_BYTES	  1024
#define VGPU_QUEUE_SIZE	  (2 * VGPU_SLOT_COUNT)
/* From area_addr: the ring's page, then the commands, then from a page border the buffers. */
#define VGPU_COMMANDS_OFFSET 0x1000u
#define VGPU_BUFFERS_OFFSET  (VGPU_COMMANDS_OFFSET + VGPU_SLOT_COUNT * VGPU_SLOT_BYTES)
#define VGPU_AREA_BYTES(width, height)                                                                       \
	(VGPU_BUFFERS_OFFSET + VGPU_BUFFER_COUNT * (((width) * (height) * 4u + 4095u) & ~4095u))

struct vgpu_rect {
	uint32_t x, y, width, height;
};

struct vgpu_slot {
	bool used;
	uint32_t type; /* of the command in it */
	int buffer;    /* that becomes free with it, or -1 */
};

struct virtio_gpu {
	struct virtio_mmio mmio;
	uint64_t area_addr;	/* guest address of VGPU_AREA_BYTES in the bank */
	uint32_t width, height; /* of the buffers */
	/* Optional. A buffer can be drawn into, or (fresh) all content is gone: draw everything. */
	void (*ready)(void *data, bool fresh);
	void *data;

	/* the rest is virtio_gpu.c's */
	bool up;			    /* resources exist, presentations may go out */
	unsigned setup_left;		    /* commands of the set-up not yet answered */
	int shown;			    /* buffer on the scanout, or -1 */
	uint32_t flight[VGPU_BUFFER_COUNT]; /* presentations not yet completed */
	uint64_t fence;
	uint64_t frame_count;			/* presented since start */
	uint32_t error_count;			/* error answers since start */
	uint32_t display_width, display_height; /* as the device said; 0: unknown */
	struct vgpu_slot slot[VGPU_SLOT_COUNT];
	uint8_t slot_of[VGPU_QUEUE_SIZE];
};

/*
 * mmio.name and base, memory, area_addr, width, height, ready and data are set by the caller, the rest zero.
 * -EINVAL: the area is not inside the bank or not page-aligned.
 */
int virtio_gpu_init(struct virtio_gpu *g);
/* The device's interrupt came, or the deadline. */
void virtio_gpu_run(struct virtio_gpu *g, uint64_t now_ns);
uint64_t virtio_gpu_deadline(const struct virtio_gpu *g);
/* A buffer that nobody reads, by index, or -1. It holds what was drawn into it before. */
int virtio_gpu_buffer(const struct virtio_gpu *g);
uint32_t *virtio_gpu_pixels(const struct virtio_gpu *g, int buffer);
/*
 * Show `buffer`, in which `damage` differs from what is shown. -EAGAIN: the queue is full or the device
 * is not up; nothing was sent. -EINVAL: no such buffer, or damage outside it.
 */
int virtio_gpu_present(struct virtio_gpu *g, int buffer, struct vgpu_rect damage);

#endif
