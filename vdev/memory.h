/*
 * Guest-physical memory as a device may see it: one window (the bank). A translation either lies
 * wholly inside the window or fails; nothing else is reachable.
 */
#ifndef VDEV_MEMORY_H
#define VDEV_MEMORY_H

#include <stddef.h>
#include <stdint.h>

struct vmem {
	uint8_t *base;	     /* where the window is mapped here */
	uint64_t guest_base; /* its address as the frontend writes it */
	uint64_t bytes;
};

/* Pointer to [addr, addr + bytes), or NULL if any byte is outside. With 0 bytes only addr is checked. */
static inline void *vmem_at(const struct vmem *m, uint64_t addr, uint64_t bytes)
{
	uint64_t offset = addr - m->guest_base;

	if (addr < m->guest_base || offset > m->bytes || bytes > m->bytes - offset)
		return NULL;
	return m->base + offset;
}

#endif
