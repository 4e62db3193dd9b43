/*
 * Driver side of the split virtqueue. What it must remember of its requests is in the handle,
 * not in the rings.
 */
#include <errno.h>
#include "vdev/ring.h"
#include "vdev/separate.h"
#include "vdev/virtqueue.h"

#define AREA_ALIGN 64u /* each area on lines of its own: one writer a line */

static uint32_t align_up(uint32_t value)
{
	return (value + AREA_ALIGN - 1) & ~(AREA_ALIGN - 1);
}

static uint32_t avail_offset(uint16_t size)
{
	return align_up(16u * size);
}

static uint32_t used_offset(uint16_t size)
{
	return avail_offset(size) + align_up(6u + 2u * size);
}

uint32_t vq_ring_bytes(uint16_t size)
{
	return used_offset(size) + align_up(6u + 8u * size);
}

int vq_driver_init(
	struct vq *vq, const struct vmem *memory, uint16_t size, uint64_t ring_addr, uint64_t features)
{
	const uint64_t area[3] = {ring_addr, ring_addr + avail_offset(size), ring_addr + used_offset(size)};
	int rc;

	if (size > VQ_DRIVER_SIZE_MAX)
		return -EINVAL;
	rc = vq_ring_map(vq, memory, size, area, features);
	if (rc)
		return rc;
	for (uint16_t i = 0; i < size; i++)
		vq->request[i].next = (uint16_t)(i + 1);
	vq->free_count = size;
	return 0;
}

static uint64_t guest_addr(const struct vq *vq, const void *at)
{
	return vq->memory->guest_base + (uint64_t)((const uint8_t *)at - vq->memory->base);
}

uint64_t vq_desc_addr(const struct vq *vq)
{
	return guest_addr(vq, vq->desc);
}

uint64_t vq_avail_addr(const struct vq *vq)
{
	return guest_addr(vq, vq->avail);
}

uint64_t vq_used_addr(const struct vq *vq)
{
	return guest_addr(vq, vq->used);
}

static bool buf_valid(const struct vq *vq, const struct vq_buf *buf)
{
	return buf->bytes && vmem_at(vq->memory, buf->addr, buf->bytes);
}

/* Field by field: what is put together elsewhere is copied. */
static void desc_put(struct vq_desc *desc, const struct vq_buf *buf, unsigned flags, uint16_t next)
{
	desc->addr = buf->addr;
	desc->len = buf->bytes;
	desc->flags = (uint16_t)flags;
	desc->next = next;
}

/* The request that begins at the head of the free list is in flight; the list goes on at `free_head`. */
static int request_begin(struct vq *vq, unsigned count, uint32_t write_bytes, uint16_t free_head)
{
	uint16_t head = vq->free_head;

	vq->request[head].desc_count = (uint16_t)count;
	vq->request[head].write_bytes = write_bytes;
	vq->free_head = free_head;
	vq->free_count = (uint16_t)(vq->free_count - count);
	vq->flight_count++;
	ring_store(&vq->avail->ring[vq->last_avail & (vq->size - 1)], head);
	vq->last_avail++;
	return head;
}

/* As vq_add, of one buffer: most requests of a network card. */
static int add_one(struct vq *vq, const struct vq_buf *buf, bool write)
{
	uint16_t head = vq->free_head;

	if (!vq->free_count)
		return -ENOSPC;
	if (!buf_valid(vq, buf))
		return -EINVAL;
	desc_put(&vq->desc[head], buf, write ? VQ_DESC_F_WRITE : 0, 0);
	return request_begin(vq, 1, write ? buf->bytes : 0, vq->request[head].next);
}

SEPARATE static int add_many(struct vq *vq, const struct vq_buf *buf, unsigned reads, unsigned count)
{
	uint16_t at = vq->free_head;
	uint32_t write_bytes = 0;

	if (count > vq->free_count)
		return -ENOSPC;
	for (unsigned i = 0; i < count; i++)
		if (!buf_valid(vq, &buf[i]))
			return -EINVAL;
	for (unsigned i = 0; i < count; i++) {
		bool write = i >= reads;
		bool more = i + 1 < count;

		desc_put(&vq->desc[at], &buf[i],
			(write ? VQ_DESC_F_WRITE : 0u) | (more ? VQ_DESC_F_NEXT : 0u),
			more ? vq->request[at].next : 0);
		write_bytes += write ? buf[i].bytes : 0;
		at = vq->request[at].next;
	}
	return request_begin(vq, count, write_bytes, at);
}

int vq_add(struct vq *vq, const struct vq_buf *buf, unsigned reads, unsigned writes)
{
	unsigned count = reads + writes;

	if (count == 1)
		return add_one(vq, buf, writes);
	return count ? add_many(vq, buf, reads, count) : -EINVAL;
}

bool vq_publish(struct vq *vq)
{
	uint16_t old = vq->signalled_used;
	const uint16_t *avail_event = (const uint16_t *)(const void *)&vq->used->ring[vq->size];

	vq->signalled_used = vq->last_avail;
	/* Release: pairs with the acquire in vq_pop; descriptors and ring entries come first. */
	ring_store_release(&vq->avail->idx, vq->last_avail);
	/* Full: avail idx before the device's wish is read; pairs with the fence in vq_wait_prepare. */
	ring_fence();
	if (vq->event_idx)
		return ring_need_event(ring_load(avail_event), vq->last_avail, old);
	return (ring_load(&vq->used->flags) & VQ_USED_F_NO_NOTIFY) == 0;
}

static uint16_t last_of(const struct vq *vq, uint16_t head, uint16_t count)
{
	while (--count)
		head = vq->request[head].next;
	return head;
}

/* The request's descriptors go back to the front of the free list; their order is kept. */
static void request_free(struct vq *vq, uint16_t head)
{
	uint16_t count = vq->request[head].desc_count;
	uint16_t last = count == 1 ? head : last_of(vq, head, count);

	vq->request[last].next = vq->free_head;
	vq->request[head].desc_count = 0;
	vq->free_head = head;
	vq->free_count = (uint16_t)(vq->free_count + count);
	vq->flight_count--;
}

SEPARATE static int lie(struct vq *vq, const char *what, uint64_t value, uint64_t limit)
{
	vq->error = what;
	vq->error_value = value;
	vq->error_limit = limit;
	return -EPROTO;
}

int vq_get(struct vq *vq, uint32_t *bytes)
{
	/* Acquire: pairs with the release in vq_push; the entry and the data are read after it. */
	uint16_t ahead = (uint16_t)(ring_load_acquire(&vq->used->idx) - vq->last_used);
	const struct vq_used_elem *elem = &vq->used->ring[vq->last_used & (vq->size - 1)];
	uint32_t id, len;

	if (ahead == 0)
		return -EAGAIN;
	if (ahead > vq->flight_count)
		return lie(vq, "used idx ahead by", ahead, vq->flight_count);
	id = ring_load32(&elem->id);
	len = ring_load32(&elem->len);
	if (id >= vq->size || vq->request[id].desc_count == 0)
		return lie(vq, "completion of a request that is not in flight", id, vq->size);
	if (len > vq->request[id].write_bytes)
		return lie(vq, "bytes written", len, vq->request[id].write_bytes);
	request_free(vq, (uint16_t)id);
	vq->last_used++;
	*bytes = len;
	return (int)id;
}

bool vq_driver_wait_prepare(struct vq *vq)
{
	if (vq->event_idx)
		ring_store(&vq->avail->ring[vq->size], vq->last_used);
	else
		ring_store(&vq->avail->flags, 0);
	/* Full: the wish before used idx is read again; pairs with the fence in vq_should_notify. */
	ring_fence();
	return ring_load(&vq->used->idx) != vq->last_used;
}
