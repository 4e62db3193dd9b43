/*
 * Split virtqueues (VIRTIO 1.3 2.7), both sides, hardened.
 *
 * The shared rings belong to the peer as much as to us: every index, address and length is read once
 * into a local, validated, and then used. Ring addresses and sizes live in this handle only, and so
 * does everything that the driver side remembers about its requests.
 * A violation is returned as -EPROTO, with the reason in vq->error; the caller decides (vdev_break).
 * It lasts: nothing is consumed, and the next call gives the same answer.
 */
#ifndef VDEV_VIRTQUEUE_H
#define VDEV_VIRTQUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/memory.h"

#define VQ_SIZE_MAX	   1024
#define VQ_SEGS_MAX	   264 /* longest chain taken: virtio-gpu's backing of 256 entries and its header */
#define VQ_DRIVER_SIZE_MAX 256 /* largest queue the driver side makes: it keeps its books in the handle */

struct vq_desc { /* VIRTIO 1.3 2.7.5; written by the driver side */
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};
#define VQ_DESC_F_NEXT		1
#define VQ_DESC_F_WRITE		2
#define VQ_DESC_F_INDIRECT	4
#define VQ_AVAIL_F_NO_INTERRUPT 1
#define VQ_USED_F_NO_NOTIFY	1

struct vq_avail { /* 2.7.6; written by the driver side, used_event after ring[size] */
	uint16_t flags;
	uint16_t idx;
	uint16_t ring[];
};
struct vq_used_elem {
	uint32_t id;
	uint32_t len;
};
struct vq_used { /* 2.7.8; written by the device side, avail_event after ring[size] */
	uint16_t flags;
	uint16_t idx;
	struct vq_used_elem ring[];
};
_Static_assert(sizeof(struct vq_desc) == 16, "VIRTIO 1.3 2.7.5");
_Static_assert(sizeof(struct vq_used_elem) == 8, "VIRTIO 1.3 2.7.8");

/* Driver side: what we know of the request whose first descriptor is this one. */
struct vq_request {
	uint32_t write_bytes; /* most that the device may claim to have written */
	uint16_t desc_count;  /* 0: not in flight */
	uint16_t next;	      /* of this descriptor, in its request or in the free list */
};

struct vq {
	struct vq_desc *desc;
	struct vq_avail *avail;
	struct vq_used *used;
	const struct vmem *memory;
	uint16_t size;
	uint16_t seen_avail; /* device side: avail idx as last read; what lies before it may be taken */
	uint16_t last_avail; /* device side: next avail entry to take; driver side: own avail idx */
	uint16_t last_used;  /* device side: own used idx; driver side: next used entry to look at */
	uint16_t
		signalled_used; /* device side: used idx at the last signal; driver side: avail idx at the last publish */
	bool signalled_valid;
	bool event_idx;
	bool indirect;
	bool ready;
	const char *error; /* why the last call gave -EPROTO */
	uint64_t error_value;
	uint64_t error_limit;
	/* driver side only */
	uint16_t free_head;
	uint16_t free_count;
	uint16_t flight_count; /* requests published or added and not yet given back */
	struct vq_request request[VQ_DRIVER_SIZE_MAX];
};

struct vq_seg {
	void *data; /* mapped, inside the bank */
	uint32_t bytes;
};

/* A chain taken from the ring: segments readable by the device first, then writable ones. */
struct vq_chain {
	uint16_t head;
	uint16_t read_count;  /* segs[0 .. read_count) */
	uint16_t write_count; /* segs[read_count .. read_count + write_count) */
	uint32_t read_bytes;
	uint32_t write_bytes;
	struct vq_seg seg[VQ_SEGS_MAX];
};

/*
 * Device side.
 */

/*
 * Attach to rings at the three guest addresses; `features` as negotiated. -EINVAL, with vq->error: size
 * not a power of two or over VQ_SIZE_MAX, misaligned (2.7), or not wholly inside memory.
 */
int vq_attach(struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t desc, uint64_t driver,
	uint64_t device, uint64_t features);
/*
 * As vq_attach for a backend that resumes after its process ended. What the ring's used idx counts was
 * answered; whatever the driver published after that is taken (again) with vq_pop. A device that answers
 * in the order it was asked, and whose requests may be done twice, so loses none and answers none
 * twice: the old backend's pops left no trace in the ring, and its pushes are counted by idx alone.
 * The driver may not have been signalled for the last of them: the first vq_should_notify is true, and
 * the device object signals once. The used idx lies in shared memory: -EPROTO if the requests open by
 * it exceed the size. A lie within the size makes the liar's own requests repeat or vanish, no more.
 */
int vq_resume(struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t desc, uint64_t driver,
	uint64_t device, uint64_t features);
void vq_detach(struct vq *vq);
/*
 * Take the next chain: 1 taken, 0 none, -EPROTO (loop, out of range, bad address, too long, readable
 * after writable, nested indirect, more in flight than the queue holds …).
 */
int vq_pop(struct vq *vq, struct vq_chain *chain);
/* Chains that vq_pop would find now; 0 to size. */
static inline uint16_t vq_pending(const struct vq *vq)
{
	/* Acquire: as in vq_pop. */
	uint16_t idx = __atomic_load_n(&vq->avail->idx, __ATOMIC_ACQUIRE);
	uint16_t count = (uint16_t)(idx - vq->last_avail);

	return count > vq->size ? vq->size : count;
}

/* Give chain `head` back, with `bytes` written into its writable part. Only what was popped, and once. */
void vq_push(struct vq *vq, uint16_t head, uint32_t bytes);
/*
 * vq_push in two steps, for many at once and for chains that the driver must find all together (5.1.6.4):
 * what was staged is seen from vq_commit on, which comes before vq_should_notify.
 */
static inline void vq_stage(struct vq *vq, uint16_t head, uint32_t bytes)
{
	struct vq_used_elem *elem = &vq->used->ring[vq->last_used & (vq->size - 1)];

	elem->id = head;
	elem->len = bytes;
	vq->last_used++;
}
static inline void vq_commit(struct vq *vq)
{
	/* Release: pairs with the acquire in vq_get (Linux: virtqueue_get_buf); data and entries come first. */
	__atomic_store_n(&vq->used->idx, vq->last_used, __ATOMIC_RELEASE);
}
/* The last `count` of vq_pop did not happen: they are popped again. None of them may have been pushed or staged. */
void vq_unpop(struct vq *vq, unsigned count);
/* After one or more vq_push: must the driver be interrupted? */
bool vq_should_notify(struct vq *vq);
/* Drain, ask for a signal, look again, written once: returns true if work came in meanwhile (do not wait). */
bool vq_wait_prepare(struct vq *vq);
/* As vq_wait_prepare, for a device that leaves `left` chains (vq_pending) where they are: true if others came. */
bool vq_wait_prepare_beyond(struct vq *vq, uint16_t left);
void vq_poll_mode(struct vq *vq); /* ask for no signals while draining */
/* Copy from the readable part, from byte `offset`; returns bytes copied (short if the chain is shorter). */
uint32_t vq_read(const struct vq_chain *chain, uint32_t offset, void *to, uint32_t bytes);
/* Copy into the writable part; returns bytes copied. */
uint32_t vq_write(const struct vq_chain *chain, uint32_t offset, const void *from, uint32_t bytes);

/*
 * Driver side. The caller owns ring memory of vq_ring_bytes(size), 4096-aligned, zeroed, inside `memory`.
 * The device may be hostile: it can delay, and lie in what it writes; it cannot make us follow it.
 */
struct vq_buf { /* one buffer of a request, guest address */
	uint64_t addr;
	uint32_t bytes;
};
uint32_t vq_ring_bytes(uint16_t size);
/* -EINVAL: size not a power of two or over VQ_DRIVER_SIZE_MAX, or the rings are not inside memory. */
int vq_driver_init(
	struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t ring_addr, uint64_t features);
/* Guest addresses of the three areas, for the transport's registers. */
uint64_t vq_desc_addr(const struct vq *vq);
uint64_t vq_avail_addr(const struct vq *vq);
uint64_t vq_used_addr(const struct vq *vq);
/*
 * Queue a request: `reads` device-readable buffers, then `writes` device-writable ones. Returns its id
 * (head), -ENOSPC, or -EINVAL (no buffers, or one that is empty or not inside memory).
 */
int vq_add(struct vq *vq, const struct vq_buf *buf, unsigned reads, unsigned writes);
/* Publish what was added; true: the device wants a notification. */
bool vq_publish(struct vq *vq);
/* Next completed request: its id, bytes written in *bytes; -EAGAIN if none; -EPROTO if the device lies. */
int vq_get(struct vq *vq, uint32_t *bytes);
/* Ask for an interrupt at the next completion; true if completions are already there. */
bool vq_driver_wait_prepare(struct vq *vq);

#endif
