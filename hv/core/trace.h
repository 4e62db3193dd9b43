/* The trace rings (abi/trace.h), one for each CPU, written by it alone. */
#ifndef HV_CORE_TRACE_H
#define HV_CORE_TRACE_H

#include "abi/config.h"
#include "abi/trace.h"
#include "this.h"

/* Where a CPU's events go: in its struct cpu, at TRACE_OFFSET, so that an event finds it by the CPU alone. */
struct trace {
	struct pl_trace_ring *ring;
	uint64_t mask;
	uint32_t cpu;
};
#define TRACE_OFFSET 16

static inline struct trace *trace_of(struct cpu *c)
{
	return (struct trace *)(void *)((char *)c + TRACE_OFFSET);
}

/* A ring of one event for all until trace_init: events of early start-up go nowhere, without a branch. */
void trace_init_early(struct cpu *c, uint32_t index);
/* Lay the rings out from config->trace_pa on. */
void trace_init(const struct pl_config *config);

/* One event; its time. The release store pairs with the reader's acquire of head. */
static inline uint64_t trace_event(
	enum pl_trace_type type, uint8_t partition, uint32_t a, uint64_t b, uint64_t c)
{
	const struct trace *t = trace_of(cpu_this());
	struct pl_trace_ring *ring = t->ring;
	uint64_t head = ring->head, now = time_now();
	struct pl_trace_event *e = &ring->event[head & t->mask];

	e->time = now;
	e->type = (uint16_t)type;
	e->cpu = (uint8_t)t->cpu;
	e->partition = partition;
	e->a = a;
	e->b = b;
	e->c = c;
	__atomic_store_n(&ring->head, head + 1, __ATOMIC_RELEASE);
	return now;
}

#endif
