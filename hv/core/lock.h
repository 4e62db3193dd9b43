/*
 * The hypervisor's locks, and their order:
 *
 *   cold       all that emulates devices or concerns the real UART, the log and fault records; CPUs that no
 *              interrupt or notification hurries meet here. Its holder may take it again.
 *   timers     one for each CPU's list of timers, for a few instructions
 *
 * cold before timers, and nobody waits for another CPU while holding either: what concerns a vCPU or a
 * partition of another CPU goes there by mail (mail.h). Scheduling, switching, interrupts, doorbells and
 * virtio notifications take no lock but their own CPU's list of timers.
 */
#ifndef HV_CORE_LOCK_H
#define HV_CORE_LOCK_H

#include "this.h"

struct lock {
	uint32_t held;
};

static inline void lock_take(struct lock *l)
{
	while (__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE))
		cpu_relax();
}

static inline void lock_give(struct lock *l)
{
	__atomic_store_n(&l->held, 0, __ATOMIC_RELEASE);
}

void cold_lock(void);
void cold_unlock(void);

#endif
