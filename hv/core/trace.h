/*
 * The trace ring (abi/trace.h). One CPU so far, hence one ring: the day a second one is used,
 * trace_ring becomes per CPU and nothing else changes.
 */
#ifndef HV_CORE_TRACE_H
#define HV_CORE_TRACE_H

#include <stdint.h>
#include "abi/config.h"
#include "abi/trace.h"

uint64_t time_now(void);

/* Points at a ring of one event until trace_init: events of early start-up go nowhere, without a branch. */
extern struct pl_trace_ring *trace_ring;
extern uint64_t trace_mask;

/* Lay the ring out at config->trace_pa. -EINVAL: no room for a single event. */
int trace_init(const struct pl_config *config);

/* One event. The release store pairs with the reader's acquire of head. */
static inline void trace_event(enum pl_trace_type type, uint8_t partition, uint32_t a, uint64_t b, uint64_t c)
{
	struct pl_trace_ring *ring = trace_ring;
	uint64_t head = ring->head;
	struct pl_trace_event *e = &ring->event[head & trace_mask];

	e->time = time_now();
	e->type = (uint16_t)type;
	e->cpu = 0;
	e->partition = partition;
	e->a = a;
	e->b = b;
	e->c = c;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
}

#endif
