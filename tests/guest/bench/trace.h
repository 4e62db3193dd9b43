/* The trace of CPU 0, as an observer sees it. */
#ifndef TESTS_GUEST_BENCH_TRACE_H
#define TESTS_GUEST_BENCH_TRACE_H

#include "abi/trace.h"

#define TRACE_IPA   0x57000000ull
#define TRACE_BYTES 0x200000ull

static inline const struct pl_trace_ring *trace_ring(void)
{
	return (const struct pl_trace_ring *)TRACE_IPA;
}

/* How long the newest restart of that partition since `begin` was in that phase; 0: it was not. */
static inline uint64_t trace_phase_ticks(uint8_t partition, enum pl_trace_phase phase, uint64_t begin)
{
	const struct pl_trace_ring *ring = trace_ring();
	uint64_t entered = 0, head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	uint64_t i = head > ring->event_count ? head - ring->event_count : 0;

	for (; i < head; i++) {
		const struct pl_trace_event *e = &ring->event[i & (ring->event_count - 1)];

		if (e->type != PL_TRACE_RESTART || e->partition != partition || e->time < begin)
			continue;
		if (entered)
			return e->time - entered;
		if (e->a == phase)
			entered = e->time;
	}
	return 0;
}

#endif
