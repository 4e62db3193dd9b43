/*
 * A virtio-mmio device as its driver sees it (VIRTIO 1.3 4.2, version 2), for an RTOS that waits for
 * nobody: a device that is not there yet (DeviceID 0) is looked for again at its interrupt, one that
 * breaks is set up anew after a pause that doubles, and no function here blocks.
 *
 *             found                          ring lies, DEVICE_NEEDS_RESET
 *   ABSENT ----------> LIVE ------------------------------> BROKEN
 *     ^                 ^                                     |
 *     |   not there     |   set up anew, after the pause      |
 *     `-----------------+-------------------------------------'
 *
 * Writes that may wait for the backend (Status = 0; VIRTIO 1.3 4.2.2.1) happen only when BROKEN is left,
 * at most once for each pause; the hypervisor bounds them. A partition that starts finds Status 0.
 *
 * One context: everything is called from the same task. The interrupt handler posts that task.
 */
#ifndef RTOS_VIRTIO_MMIO_H
#define RTOS_VIRTIO_MMIO_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/virtqueue.h"

#define VIRTIO_MMIO_QUEUE_COUNT 4 /* of those that a driver here uses */
#define VIRTIO_NO_DEADLINE	UINT64_MAX

enum virtio_state { VIRTIO_ABSENT, VIRTIO_LIVE, VIRTIO_BROKEN };

struct virtio_mmio {
	const char *name; /* for log lines */
	uint64_t base;
	uint32_t device_id;
	uint64_t features;			      /* class features wanted if offered */
	const struct vmem *memory;		      /* the bank */
	uint64_t ring_addr[VIRTIO_MMIO_QUEUE_COUNT];  /* 4096-aligned, vq_ring_bytes of room each */
	uint16_t queue_size[VIRTIO_MMIO_QUEUE_COUNT]; /* 0: not used */
	/* the rest is virtio_mmio.c's */
	enum virtio_state state;
	uint64_t negotiated;
	uint64_t retry_ns; /* BROKEN: when to try again */
	uint64_t pause_ns;
	uint64_t live_ns;
	uint32_t broken_count;
	struct vq queue[VIRTIO_MMIO_QUEUE_COUNT];
};

/*
 * Take the interrupt, look for the device or try again if that is due. True if the device has just
 * become live: its queues are empty then, and the class driver begins from the start. Between
 * making the queues and returning nothing is published.
 */
bool virtio_mmio_poll(struct virtio_mmio *d, uint64_t now_ns);
/* When virtio_mmio_poll must be called without an interrupt, or VIRTIO_NO_DEADLINE. */
uint64_t virtio_mmio_deadline(const struct virtio_mmio *d);
/* Publish what was added to queue q, and notify the device if it wants to know. */
void virtio_mmio_kick(struct virtio_mmio *d, unsigned q);
/* The device broke its protocol: logged with what and value, latched until set up anew. */
void virtio_mmio_break(struct virtio_mmio *d, uint64_t now_ns, const char *what, uint64_t value);
/* Next completion of queue q: id, -EAGAIN, or -EPROTO (and the device is BROKEN). */
int virtio_mmio_get(struct virtio_mmio *d, uint64_t now_ns, unsigned q, uint32_t *bytes);

#endif
