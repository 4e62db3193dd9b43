/*
 * Reading and writing memory that the peer writes at the same time; for vdev's own files.
 * Each access is made exactly once: the compiler may neither repeat nor split it.
 */
#ifndef VDEV_RING_H
#define VDEV_RING_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/virtqueue.h"

static inline uint16_t ring_load(const uint16_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static inline uint32_t ring_load32(const uint32_t *at)
{
	return __atomic_load_n(at, __ATOMIC_RELAXED);
}

static inline uint16_t ring_load_acquire(const uint16_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static inline void ring_store(uint16_t *at, uint16_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELAXED);
}

static inline void ring_store_release(uint16_t *at, uint16_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static inline void ring_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/*
 * A copy that is read once (XSA-155): the compiler must believe that all memory changes on either side
 * of it, so it can neither read the source again later nor skip the copy.
 */
static inline void ring_copy(void *to, const void *from, uint32_t bytes)
{
	__asm__ volatile("" ::: "memory");
	__builtin_memcpy(to, from, bytes);
	__asm__ volatile("" ::: "memory");
}

/* Did `event` lie in (old, now]? VIRTIO 1.3 2.7.10.1. */
static inline bool ring_need_event(uint16_t event, uint16_t now, uint16_t old)
{
	return (uint16_t)(now - event - 1) < (uint16_t)(now - old);
}

/* desc, driver and device area into a fresh handle; as vq_attach. */
int vq_ring_map(
	struct vq *vq, const struct vmem *memory, uint16_t size, const uint64_t area[3], uint64_t features);

#endif
