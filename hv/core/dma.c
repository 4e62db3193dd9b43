#include "hv/core/dma.h"

#include "hv/core/partition.h"

#define QUIET_AFTER    32u /* faults of one life that are reported: past them it costs the others nothing */
#define STRAY_LOGGED   8u
#define EVENT_PAUSE_US 10u

static bool smmu_works;
static uint32_t stray_count, lost_count;

void dma_init(void)
{
	const struct pl_config *c = hv_config();

	smmu_works = c->smmu_pa && smmu_init(c->smmu_pa) == 0;
	for (uint32_t i = 0; i < c->master_count; i++) {
		const struct pl_config_master *m = &c->master[i];

		if (smmu_works && m->stream_count &&
			smmu_assign(m->partition, m->stream_first, m->stream_count) < 0)
			hv_stop("config: bus master %u: %u streams from %u for partition %u", i,
				m->stream_count, m->stream_first, m->partition);
	}
	for (uint32_t i = 0; smmu_works && i < 2; i++) {
		gic_set_level(c->smmu_irq[i], false);
		gic_enable(c->smmu_irq[i], true);
	}
}

int dma_open(struct partition *p)
{
	const struct pl_config *c = hv_config();
	const char *loose = NULL;

	for (uint32_t i = 0; i < c->master_count; i++)
		if (c->master[i].partition == p->index && !(smmu_works && c->master[i].stream_count))
			loose = c->master[i].name;
	if (p->config->flags & PL_PARTITION_UNCONFINED_DMA)
		loose = NULL;
	cold_lock();
	p->dma_fault_count = 0;
	if (!loose && smmu_works && smmu_set(p->index, SMMU_TRANSLATE, p->vttbr) < 0)
		loose = "what it has";
	cold_unlock();
	if (loose)
		hv_log("partition %s: not started: nothing confines the DMA of %s, and unconfined-dma is not "
		       "said",
			p->config->name, loose);
	return loose ? -EPERM : 0;
}

void dma_close(struct partition *p)
{
	cold_lock();
	if (smmu_works)
		(void)smmu_set(p->index, SMMU_ABORT, p->vttbr); /* logged */
	cold_unlock();
}

/* Step n of a PCI host: the slots of all its buses, then the buses behind its own bridges into reset, and out of it. */
static enum dma_progress host_silence(const struct pl_config_master *m, uint32_t n)
{
	uint32_t slots = m->pci_bus_count * PCI_SLOT_COUNT;

	if (n < slots)
		pci_slot(m->ecam_pa, n, PCI_SILENCE);
	else if (n < slots + PCI_SLOT_COUNT)
		pci_slot(m->ecam_pa, n - slots, PCI_BUS_RESET);
	else
		pci_slot(m->ecam_pa, n - slots - PCI_SLOT_COUNT, PCI_BUS_GO);
	return n == slots + PCI_SLOT_COUNT - 1 ? DMA_PAUSE : DMA_WORKING;
}

enum dma_progress dma_silence(struct partition *p, uint32_t *step)
{
	const struct pl_config *c = hv_config();
	uint32_t n = (*step)++, i, steps;

	for (i = 0; i < c->master_count; i++, n -= steps) {
		const struct pl_config_master *m = &c->master[i];

		steps = m->partition == p->index && m->pci_bus_count ? (m->pci_bus_count + 2) * PCI_SLOT_COUNT
								     : 0;
		if (n < steps)
			return host_silence(m, n);
	}
	return DMA_SILENT;
}

static struct partition *owner_of(uint32_t stream)
{
	const struct pl_config *c = hv_config();

	for (uint32_t i = 0; i < c->master_count; i++)
		if (stream - c->master[i].stream_first < c->master[i].stream_count)
			return partition_get(c->master[i].partition);
	return NULL;
}

/* Its partition goes on: the access reached nothing. */
static void fault(const struct smmu_event *e)
{
	struct partition *p = owner_of(e->stream);

	if (!p) {
		if (stray_count++ < STRAY_LOGGED)
			hv_log("smmu: stream 0x%x, which is nobody's: event 0x%x address 0x%lx", e->stream,
				e->type, e->address);
		return;
	}
	cold_lock();
	fault_record_dma(p, e);
	if (++p->dma_fault_count == QUIET_AFTER)
		(void)smmu_set(p->index, SMMU_QUIET, p->vttbr);
	cold_unlock();
}

static void events_lost(void)
{
	if (lost_count++ == 0)
		hv_log("smmu: more faults at once than the event queue holds: some are not recorded");
}

/* One at a time: whoever is due meanwhile comes in between. */
static void event_next(struct hv_timer *t)
{
	struct smmu_event e;
	bool lost, some;

	cold_lock();
	some = smmu_event(&e, &lost);
	if (lost)
		events_lost();
	if (some) {
		fault(&e);
		hv_timer_arm(t, time_now() + time_hz() * EVENT_PAUSE_US / 1000000);
	}
	cold_unlock();
}

bool dma_interrupt(uint32_t intid)
{
	static struct hv_timer more = {.fire = event_next};
	const struct pl_config *c = hv_config();
	uint32_t error;

	if (!smmu_works || (intid != c->smmu_irq[0] && intid != c->smmu_irq[1]))
		return false;
	error = smmu_error();
	if (error & ~SMMU_EVENTS_LOST)
		hv_log("smmu: global error 0x%x", error);
	if (error & SMMU_EVENTS_LOST)
		events_lost();
	if (!more.armed)
		event_next(&more);
	return true;
}
