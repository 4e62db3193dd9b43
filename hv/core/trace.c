#include "hv/core/trace.h"

#include "hv/core/seams.h"

static struct {
	struct pl_trace_ring ring;
	struct pl_trace_event event;
} early;

void trace_init_early(struct cpu *c, uint32_t index)
{
	*trace_of(c) = (struct trace){&early.ring, 0, index};
}

static uint32_t ring_capacity(uint64_t bytes)
{
	uint32_t count = 1;

	while (sizeof(struct pl_trace_ring) + 2ull * count * sizeof(struct pl_trace_event) <= bytes)
		count *= 2;
	return count;
}

static void ring_init(const struct pl_config *config, uint32_t cpu)
{
	struct pl_trace_ring *ring = hv_ptr(paddr(config->trace_pa + cpu * config->trace_bytes));

	ring->version = 1;
	ring->cpu = cpu;
	ring->event_count = ring_capacity(config->trace_bytes);
	ring->head = 0;
	ring->counter_hz = time_hz();
	ring->partition_count = config->partition_count;
	ring->ring_count = config->cpu_count;
	ring->ring_bytes = config->trace_bytes;
	for (uint32_t i = 0; i < config->partition_count && i < PL_MAX_PARTITIONS; i++)
		for (uint32_t k = 0; k < sizeof(ring->partition_name[i]); k++)
			ring->partition_name[i][k] = config->partition[i].name[k];
	*trace_of(cpu_get(cpu)) = (struct trace){ring, ring->event_count - 1, cpu};
	/* Last: a reader outside takes the rest as valid once it sees the magic number. */
	__atomic_store_n(&ring->magic, PL_TRACE_MAGIC, __ATOMIC_RELEASE);
}

void trace_init(const struct pl_config *config)
{
	if (config->trace_bytes < sizeof(early))
		hv_stop("trace: ring of %lu bytes, at least %lu", config->trace_bytes, sizeof(early));
	/* That of CPU 0 last: who finds it finds the others too. */
	for (uint32_t i = config->cpu_count; i > 0; i--)
		ring_init(config, i - 1);
}
