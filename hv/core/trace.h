/* The trace rings (abi/trace.h), one for each CPU, written by it alone. */
#ifndef HV_CORE_TRACE_H
#define HV_CORE_TRACE_H

#include <stdint.h>
#include "abi/config.h"
#include "abi/trace.h"
#include "this.h"

/* A ring of one event for all until trace_init: events of early start-up go nowhere, without a branch. */
extern struct pl_trace_ring *trace_ring[PL_MAX_CPUS];
extern uint64_t trace_mask;

/* Lay the rings out from config->trace_pa on. -EINVAL: no room for a single event. */
int trace_init(const struct pl_config *config);

/* One event; its time. The release store pairs with the reader's acquire of head. */
static inline uint64_t trace_event(
	enum pl_trace_type type, uint8_t partition, uint32_t a, uint64_t b, uint64_t c)
{
	uint32_t cpu = cpu_index();
	struct pl_trace_ring *ring = trace_ring[cpu];
	uint64_t head = ring->head;
	struct pl_trace_event *e = &ring->event[head & trace_mask];
	uint64_t now = cpu_counter();

	e->time = now;
	e->type = (uint16_t)type;
	e->cpu = (uint8_t)cpu;
	e->partition = partition;
	e->a = a;
	e->b = b;
	e->c = c;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
	return now;
}

#endif
