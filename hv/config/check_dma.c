/* Who may reach memory without a processor: each bus master goes through the SMMU, or the file says that it does not. */
#include <inttypes.h>

#include "plconf.h"

#define STREAM_BLOCK	64u /* hv/core/dma.h: SMMU_STREAM_BLOCK */
#define STREAM_COUNT	65536u
#define STREAMS_PER_BUS 256u

bool assigned_masters(const struct assigned *a)
{
	return a->bus_master || a->type == ASSIGNED_PCI;
}

static void check_streams(struct machine *m, const struct assigned *a)
{
	uint32_t first = a->streams.v[0], count = a->streams.v[1];

	if (!assigned_masters(a))
		machine_error(m, &a->at, "streams", "of a device that does not master the bus");
	if (m->hypervisor.smmu.bytes == 0)
		machine_error(m, &a->at, "streams", "the hypervisor node has no smmu");
	if (count == 0 || (first | count) % STREAM_BLOCK || first >= STREAM_COUNT ||
		count > STREAM_COUNT - first)
		machine_error(m, &a->at, "streams", "%u from %u on: whole blocks of %u, below %u", count,
			first, STREAM_BLOCK, STREAM_COUNT);
	/* A requester's number is its bus, device and function. */
	if (a->type == ASSIGNED_PCI && count != a->reg.v[0].bytes / PCI_BUS_BYTES * STREAMS_PER_BUS)
		machine_error(m, &a->at, "streams",
			"%u, where the %" PRIu64 " buses of the ECAM window have %u each", count,
			a->reg.v[0].bytes / PCI_BUS_BYTES, STREAMS_PER_BUS);
}

static void check_overlap(struct machine *m, const struct assigned *a, const struct assigned *b)
{
	char other[PATH_ROOM];

	if (!a->streams.count || !b->streams.count || a->streams.v[0] >= b->streams.v[0] + b->streams.v[1] ||
		b->streams.v[0] >= a->streams.v[0] + a->streams.v[1])
		return;
	machine_path(m, &b->at, other);
	machine_error(m, &a->at, "streams", "some are those of %s", other);
}

/* Against all devices before it. */
static void check_overlaps(struct machine *m, uint32_t n, uint32_t nth)
{
	for (uint32_t p = 0; p <= n; p++)
		for (uint32_t i = 0; (p < n || i < nth) && i < m->partition[p].assigned_count; i++)
			check_overlap(m, &m->partition[n].assigned[nth], &m->partition[p].assigned[i]);
}

/* A device that goes past stage 2 uses physical addresses: the driver's addresses must be the same. */
static void check_unconfined(struct machine *m, const struct partition *p)
{
	for (uint32_t i = 0; p->unconfined_dma && i < p->ram.count; i++)
		if (p->ram.v[i].base != p->ram_pa.v[i])
			machine_error(
				m, &p->at, "ram-physical", "unconfined-dma needs ram mapped one to one");
}

static void check_partition(struct machine *m, uint32_t n)
{
	const struct partition *p = &m->partition[n];
	uint32_t unconfined = 0;

	for (uint32_t i = 0; i < p->assigned_count; i++) {
		const struct assigned *a = &p->assigned[i];

		if (a->streams.count) {
			check_streams(m, a);
			check_overlaps(m, n, i);
		} else if (assigned_masters(a)) {
			unconfined++;
			if (!p->unconfined_dma)
				machine_error(m, &a->at, NULL,
					"masters the bus and no SMMU confines it: partition %s could reach "
					"all memory; give its streams, or say so there with unconfined-dma",
					p->at.name);
		}
	}
	if (p->unconfined_dma && !unconfined)
		machine_error(m, &p->at, "unconfined-dma", "no device of it does DMA past the SMMU");
	check_unconfined(m, p);
}

void machine_check_dma(struct machine *m)
{
	const struct hypervisor *h = &m->hypervisor;

	if ((h->smmu.bytes == 0) != (h->smmu_interrupts.count == 0))
		machine_error(m, &h->at, "smmu", "goes with smmu-interrupts");
	for (uint32_t i = 0; i < m->partition_count; i++)
		check_partition(m, i);
}
