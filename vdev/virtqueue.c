/* Device side of the split virtqueue, and what both sides share. */
#include "vdev/virtqueue.h"
#include <errno.h>
#include "vdev/device.h"
#include "vdev/ring.h"
#include "vdev/separate.h"

SEPARATE static int vq_error(struct vq *vq, int code, const char *what, uint64_t value, uint64_t limit)
{
	vq->error = what;
	vq->error_value = value;
	vq->error_limit = limit;
	return code;
}

/* The three areas as vq_ring_map takes them: bytes without and with the event index are the same (2.7). */
static void *area_map(struct vq *vq, const char *what, uint64_t addr, uint64_t bytes, uint64_t align)
{
	uint8_t *at = vmem_at(vq->memory, addr, bytes);

	if (!at)
		vq_error(vq, -EINVAL, what, addr, vq->memory->guest_base + vq->memory->bytes);
	else if ((addr | (uintptr_t)at) % align != 0)
		vq_error(vq, -EINVAL, what, addr, align);
	else
		return at;
	return NULL;
}

int vq_ring_map(
	struct vq *vq, const struct vmem *memory, uint16_t size, const uint64_t area[3], uint64_t features)
{
	*vq = (struct vq){.memory = memory, .size = size};
	if (size == 0 || size > VQ_SIZE_MAX || (size & (size - 1)) != 0)
		return vq_error(vq, -EINVAL, "queue size", size, VQ_SIZE_MAX);
	vq->desc = area_map(vq, "descriptor table address", area[0], 16ull * size, 16);
	vq->avail = area_map(vq, "driver area address", area[1], 6 + 2ull * size, 2);
	vq->used = area_map(vq, "device area address", area[2], 6 + 8ull * size, 4);
	if (!vq->desc || !vq->avail || !vq->used)
		return -EINVAL;
	vq->event_idx = (features & VDEV_BIT(VIRTIO_F_EVENT_IDX)) != 0;
	vq->indirect = (features & VDEV_BIT(VIRTIO_F_INDIRECT_DESC)) != 0;
	vq->ready = true;
	return 0;
}

int vq_attach(struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t desc, uint64_t driver,
	uint64_t device, uint64_t features)
{
	const uint64_t area[3] = {desc, driver, device};

	return vq_ring_map(vq, memory, size, area, features);
}

int vq_resume(struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t desc, uint64_t driver,
	uint64_t device, uint64_t features)
{
	int rc = vq_attach(vq, memory, size, desc, driver, device, features);
	uint16_t open;

	if (rc)
		return rc;
	vq->last_used = ring_load(&vq->used->idx);
	vq->last_avail = vq->seen_avail = vq->last_used;
	open = (uint16_t)(ring_load_acquire(&vq->avail->idx) - vq->last_avail);
	if (open > size) {
		vq->ready = false;
		return vq_error(vq, -EPROTO, "requests open on resume", open, size);
	}
	return 0;
}

void vq_detach(struct vq *vq)
{
	*vq = (struct vq){0};
}

/*
 * A walk along one chain: first in the queue's table, then, at most once, in an indirect one.
 */
struct walk {
	const uint8_t *table;
	uint32_t count; /* descriptors in the table */
	uint32_t next;	/* index of the one to read */
	uint32_t left;	/* descriptors that the walk may still read */
	bool indirect;
};

static int walk_enter_indirect(struct vq *vq, struct walk *walk, const struct vq_desc *desc)
{
	if (!vq->indirect)
		return vq_error(vq, -EPROTO, "indirect descriptor not negotiated", desc->flags, 0);
	if (walk->indirect)
		return vq_error(vq, -EPROTO, "indirect descriptor in an indirect table", walk->next, 0);
	if (desc->flags & VQ_DESC_F_NEXT) /* 2.7.5.3.1 */
		return vq_error(vq, -EPROTO, "indirect descriptor with NEXT", desc->flags, 0);
	if (desc->len == 0 || desc->len % sizeof(struct vq_desc) != 0)
		return vq_error(vq, -EPROTO, "length of indirect table", desc->len, sizeof(struct vq_desc));
	walk->table = vmem_at(vq->memory, desc->addr, desc->len);
	if (!walk->table)
		return vq_error(vq, -EPROTO, "address of indirect table", desc->addr,
			vq->memory->guest_base + vq->memory->bytes);
	walk->count = desc->len / (uint32_t)sizeof(struct vq_desc);
	walk->next = 0;
	/* Linux makes indirect chains longer than the queue; ours is the only bound. */
	walk->left = VQ_SEGS_MAX + 1;
	walk->indirect = true;
	return 0;
}

static int chain_add(struct vq *vq, struct vq_chain *chain, const struct vq_desc *desc)
{
	bool write = (desc->flags & VQ_DESC_F_WRITE) != 0;
	uint32_t *total = write ? &chain->write_bytes : &chain->read_bytes;
	unsigned count = chain->read_count + chain->write_count;
	void *data;

	if (count == VQ_SEGS_MAX)
		return vq_error(vq, -EPROTO, "segments in a chain over", count, VQ_SEGS_MAX);
	if (!write && chain->write_count)
		return vq_error(vq, -EPROTO, "readable segment after a writable one", count, 0);
	if (desc->len == 0)
		return vq_error(vq, -EPROTO, "empty segment", count, 0);
	if (desc->len > UINT32_MAX - *total) /* 2.7.5: a chain's bytes fit 32 bits */
		return vq_error(vq, -EPROTO, "bytes in a chain", *total, UINT32_MAX);
	data = vmem_at(vq->memory, desc->addr, desc->len);
	if (!data)
		return vq_error(vq, -EPROTO, "address of a segment", desc->addr,
			vq->memory->guest_base + vq->memory->bytes);
	chain->seg[count] = (struct vq_seg){.data = data, .bytes = desc->len};
	*total += desc->len;
	if (write)
		chain->write_count++;
	else
		chain->read_count++;
	return 0;
}

/* The descriptor that was read: 1 there is a next, 0 the chain is complete, or -EPROTO. */
static int walk_take(struct vq *vq, struct walk *walk, struct vq_chain *chain, const struct vq_desc *desc)
{
	int rc;

	if (desc->flags & VQ_DESC_F_INDIRECT) {
		rc = walk_enter_indirect(vq, walk, desc);
		return rc ? rc : 1;
	}
	rc = chain_add(vq, chain, desc);
	if (rc)
		return rc;
	walk->next = desc->next;
	return (desc->flags & VQ_DESC_F_NEXT) ? 1 : 0;
}

/* The whole chain, whose first descriptor was read. 0 or -EPROTO. */
SEPARATE static int chain_walk(struct vq *vq, struct vq_chain *chain, struct vq_desc desc)
{
	struct walk walk = {.table = (const uint8_t *)vq->desc, .count = vq->size, .left = vq->size - 1u};
	int rc;

	chain->read_count = chain->write_count = 0;
	chain->read_bytes = chain->write_bytes = 0;
	while ((rc = walk_take(vq, &walk, chain, &desc)) > 0) {
		if (walk.next >= walk.count)
			return vq_error(vq, -EPROTO, "descriptor index", walk.next, walk.count);
		if (walk.left-- == 0)
			return vq_error(vq, -EPROTO, "chain loops or is longer than", walk.count, walk.count);
		ring_copy(&desc, walk.table + walk.next * sizeof(desc), sizeof(desc));
	}
	return rc;
}

/* The driver's idx as it is now: how many chains wait, or -EPROTO. */
SEPARATE static int look_again(struct vq *vq)
{
	/* Acquire: pairs with the release in vq_publish; ring entries and descriptors are read after it. */
	uint16_t idx = ring_load_acquire(&vq->avail->idx);
	uint16_t count = (uint16_t)(idx - vq->last_avail);

	if (count > vq->size)
		return vq_error(vq, -EPROTO, "avail idx ahead by", count, vq->size);
	vq->seen_avail = idx;
	return count;
}

/*
 * Chains that wait, or -EPROTO. The idx is looked at again only when those that it showed before are
 * taken: each look may bring a cache line over from the driver's processor.
 */
static int waiting(struct vq *vq)
{
	uint16_t count = (uint16_t)(vq->seen_avail - vq->last_avail);

	return count && count <= vq->size ? count : look_again(vq);
}

/* Most chains are one descriptor. False: this one is not, or has something wrong that chain_walk names. */
static bool chain_single(const struct vq *vq, struct vq_chain *chain, struct vq_desc desc)
{
	void *data = vmem_at(vq->memory, desc.addr, desc.len);

	if (desc.flags & (VQ_DESC_F_NEXT | VQ_DESC_F_INDIRECT) || !desc.len || !data)
		return false;
	chain->seg[0] = (struct vq_seg){.data = data, .bytes = desc.len};
	chain->read_count = chain->write_count = 0;
	chain->read_bytes = chain->write_bytes = 0;
	if (desc.flags & VQ_DESC_F_WRITE) {
		chain->write_count = 1;
		chain->write_bytes = desc.len;
	} else {
		chain->read_count = 1;
		chain->read_bytes = desc.len;
	}
	return true;
}

int vq_pop(struct vq *vq, struct vq_chain *chain)
{
	uint16_t flight = (uint16_t)(vq->last_avail - vq->last_used);
	struct vq_desc desc;
	int rc = waiting(vq);

	if (rc <= 0)
		return rc;
	if (flight >= vq->size)
		return vq_error(vq, -EPROTO, "requests in flight", flight + 1u, vq->size);
	chain->head = ring_load(&vq->avail->ring[vq->last_avail & (vq->size - 1)]);
	if (chain->head >= vq->size)
		return vq_error(vq, -EPROTO, "descriptor index", chain->head, vq->size);
	ring_copy(&desc, &vq->desc[chain->head], sizeof(desc));
	if (!chain_single(vq, chain, desc)) {
		rc = chain_walk(vq, chain, desc);
		if (rc)
			return rc;
	}
	vq->last_avail++;
	return 1;
}

void vq_push(struct vq *vq, uint16_t head, uint32_t bytes)
{
	vq_stage(vq, head, bytes);
	vq_commit(vq);
}

void vq_unpop(struct vq *vq, unsigned count)
{
	vq->last_avail = (uint16_t)(vq->last_avail - count);
}

bool vq_should_notify(struct vq *vq)
{
	uint16_t old = vq->signalled_used;
	bool valid = vq->signalled_valid;

	/* Full: used idx before used_event is read; pairs with the fence in vq_driver_wait_prepare. */
	ring_fence();
	vq->signalled_used = vq->last_used;
	vq->signalled_valid = true;
	if (!vq->event_idx)
		return (ring_load(&vq->avail->flags) & VQ_AVAIL_F_NO_INTERRUPT) == 0;
	return !valid || ring_need_event(ring_load(&vq->avail->ring[vq->size]), vq->last_used, old);
}

static uint16_t *avail_event(struct vq *vq)
{
	return (uint16_t *)(void *)&vq->used->ring[vq->size];
}

bool vq_wait_prepare_beyond(struct vq *vq, uint16_t left)
{
	uint16_t event = (uint16_t)(vq->last_avail + left);

	if (vq->event_idx)
		ring_store(avail_event(vq), event);
	else
		ring_store(&vq->used->flags, 0);
	/* Full: the wish before avail idx is read again; pairs with the fence in vq_publish. */
	ring_fence();
	return ring_load(&vq->avail->idx) != event;
}

bool vq_wait_prepare(struct vq *vq)
{
	return vq_wait_prepare_beyond(vq, 0);
}

void vq_poll_mode(struct vq *vq)
{
	/* With the event index the wish stays where it is, behind, and so asks for nothing. */
	if (!vq->event_idx)
		ring_store(&vq->used->flags, VQ_USED_F_NO_NOTIFY);
}

/* Copies between `bytes` at `local` and the segments from `offset` on; returns what fitted. */
static uint32_t segs_copy(const struct vq_seg *seg, unsigned count, uint32_t offset, uint8_t *local,
	uint32_t bytes, bool to_segs)
{
	uint32_t done = 0;

	for (; count && done < bytes; seg++, count--) {
		uint32_t part = bytes - done;

		if (offset >= seg->bytes) {
			offset -= seg->bytes;
			continue;
		}
		if (part > seg->bytes - offset)
			part = seg->bytes - offset;
		if (to_segs)
			ring_copy((uint8_t *)seg->data + offset, local + done, part);
		else
			ring_copy(local + done, (uint8_t *)seg->data + offset, part);
		done += part;
		offset = 0;
	}
	return done;
}

uint32_t vq_read(const struct vq_chain *chain, uint32_t offset, void *to, uint32_t bytes)
{
	return segs_copy(chain->seg, chain->read_count, offset, to, bytes, false);
}

uint32_t vq_write(const struct vq_chain *chain, uint32_t offset, const void *from, uint32_t bytes)
{
	return segs_copy(chain->seg + chain->read_count, chain->write_count, offset,
		(uint8_t *)(uintptr_t)from, bytes, true);
}
