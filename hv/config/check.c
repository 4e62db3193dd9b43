/* What properties mean together: names resolved, defaults given, contradictions refused. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "plconf.h"

#define VIRTIO_PAGES_IPA 0x0a000000ull /* + n * PAGE_BYTES: the frontend's n-th device */
#define HOST_PAGES_IPA	 0x0b000000ull /* + d * PAGE_BYTES: device d, in its host */
#define VIRTIO_INTID	 48u	       /* + n */
#define DOORBELL_INTID	 81u	       /* + n-th doorbell to the partition */

static uint32_t find_partition(
	struct machine *m, const struct place *at, const char *property, const char *name)
{
	uint32_t p = machine_partition(m, name);

	if (p == PL_NONE)
		machine_error(m, at, property, "there is no partition \"%s\"", name);
	return p;
}

static uint32_t find_mask(
	struct machine *m, const struct place *at, const char *property, const struct strings *names)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < names->count; i++) {
		uint32_t p = find_partition(m, at, property, names->v[i]);

		if (p != PL_NONE)
			mask |= 1u << p;
	}
	return mask;
}

static void check_cpus(struct machine *m, struct partition *p)
{
	if (p->cpus.count == 0)
		p->cpus.count = 1; /* CPU 0 */
	for (uint32_t i = 0; i < p->cpus.count; i++)
		if (p->cpus.v[i] >= m->hypervisor.cpus)
			machine_error(m, &p->at, "cpus", "CPU %u, where the machine has %u", p->cpus.v[i],
				m->hypervisor.cpus);
}

/* A shorter one would go into switching; within a longer period nobody would notice the share. */
#define BUDGET_MIN_US	     100u
#define BUDGET_PERIOD_MAX_US 10000000u

static void check_times(struct machine *m, struct partition *p)
{
	if (p->budget.count && (p->budget.v[0] < BUDGET_MIN_US || p->budget.v[1] > BUDGET_PERIOD_MAX_US))
		machine_error(m, &p->at, "budget", "%u us in each %u us, at least %u in at most %u",
			p->budget.v[0], p->budget.v[1], BUDGET_MIN_US, BUDGET_PERIOD_MAX_US);
	else if (p->budget.count && p->budget.v[0] > p->budget.v[1])
		machine_error(m, &p->at, "budget", "%u us in each %u us", p->budget.v[0], p->budget.v[1]);
	if (p->restart_limit.count && (p->restart_limit.v[0] == 0 || p->restart_limit.v[1] == 0))
		machine_error(m, &p->at, "restart-limit", "%u restarts within %u ms", p->restart_limit.v[0],
			p->restart_limit.v[1]);
}

static void check_ram(struct machine *m, struct partition *p)
{
	if (p->ram_pa.count && p->ram_pa.count != p->ram.count)
		machine_error(m, &p->at, "ram-physical", "%u addresses for %u pieces of ram", p->ram_pa.count,
			p->ram.count);
	else if (p->ram_pa.count == 0)
		for (uint32_t i = 0; i < p->ram.count; i++)
			p->ram_pa.v[i] = p->ram.v[i].base;
	p->ram_pa.count = p->ram.count;
}

static void check_linux_words(struct machine *m, struct partition *p)
{
	if (p->type == TYPE_LINUX) {
		if (p->image_address != UNSET)
			machine_error(m, &p->at, "image-address", "plconf places a Linux image itself");
		if (p->entry != UNSET)
			machine_error(m, &p->at, "entry", "a Linux image has its own");
		return;
	}
	if (p->initrd)
		machine_error(m, &p->at, "initrd", "for partitions of type \"linux\" only");
	if (p->bootargs && p->tree_address == UNSET)
		machine_error(m, &p->at, "bootargs", "needs a tree: give tree-address");
}

/* What is promised on one CPU must fit it, in parts per million. */
static void check_budgets(struct machine *m)
{
	uint64_t sum[PL_MAX_CPUS] = {0};

	for (uint32_t i = 0; i < m->partition_count; i++) {
		struct partition *p = &m->partition[i];

		for (uint32_t k = 0; p->budget.count && k < p->cpus.count; k++) {
			uint64_t *s = &sum[p->cpus.v[k]];

			*s += 1000000ull * p->budget.v[0] / p->budget.v[1];
			if (*s > 1000000)
				machine_error(m, &p->at, "budget",
					"with those before it, %" PRIu64 " %% of CPU %u", *s / 10000,
					p->cpus.v[k]);
		}
	}
}

static void check_partition(struct machine *m, struct partition *p)
{
	p->bank = PL_NONE;
	check_cpus(m, p);
	check_times(m, p);
	check_ram(m, p);
	check_linux_words(m, p);
	p->manager_mask = find_mask(m, &p->at, "managers", &p->managers);
	if (p->observer && m->hypervisor.trace_address == 0)
		machine_error(m, &p->at, "observer", "the hypervisor node has no trace-address");
}

static void check_assigned(struct machine *m, struct assigned *a)
{
	if (a->pa.count && a->pa.count != a->reg.count)
		machine_error(
			m, &a->at, "reg-physical", "%u addresses for %u of reg", a->pa.count, a->reg.count);
	else if (a->pa.count == 0)
		for (uint32_t i = 0; i < a->reg.count; i++)
			a->pa.v[i] = a->reg.v[i].base;
	a->pa.count = a->reg.count;
	if (a->guest_interrupts.count && a->guest_interrupts.count != a->interrupts.count)
		machine_error(m, &a->at, "guest-interrupts", "%u for %u interrupts",
			a->guest_interrupts.count, a->interrupts.count);
	else if (a->guest_interrupts.count == 0)
		a->guest_interrupts = a->interrupts;
	if (a->type != ASSIGNED_MMIO && a->compatible.count)
		machine_error(m, &a->at, "compatible", "for type \"mmio\" only");
	if (a->type == ASSIGNED_PL011 && (a->reg.count != 1 || a->interrupts.count != 1))
		machine_error(m, &a->at, "reg", "a pl011 has one page and one interrupt");
	if (a->type == ASSIGNED_PCI && (a->reg.count != 3 || a->interrupts.count != 4))
		machine_error(m, &a->at, "reg",
			"pci-ecam has three windows (ECAM, memory, I/O) and four interrupts");
	if (a->type == ASSIGNED_PCI && a->reg.v[0].bytes % 0x100000)
		machine_error(m, &a->at, "reg", "an ECAM window has 1 MiB for each bus");
}

static bool power_of_two(uint64_t x)
{
	return x && (x & (x - 1)) == 0;
}

static uint64_t lowest_ram(const struct partition *p)
{
	uint64_t low = UINT64_MAX;

	for (uint32_t i = 0; i < p->ram.count; i++)
		if (p->ram.v[i].base < low)
			low = p->ram.v[i].base;
	return low;
}

/* A stock kernel makes its DMA zone from what dma-ranges names, up from the lowest RAM; the zone's end is 2^n. */
static void check_stock_bank(struct machine *m, struct bank *b, const struct partition *guest)
{
	uint64_t end = b->guest_address + b->memory.bytes;

	if (b->guest_address > lowest_ram(guest))
		machine_error(m, &b->at, "memory",
			"at 0x%" PRIx64 ", above ram of its Linux guest %s at 0x%" PRIx64
			": the bank must be its lowest RAM",
			b->guest_address, guest->at.name, lowest_ram(guest));
	if (!power_of_two(end))
		machine_error(m, &b->at, "memory",
			"ends at 0x%" PRIx64 ", which is no power of two: its Linux guest "
			"would not keep DMA within it",
			end);
}

/* What confines the guest stands in front of bootargs; the last of a word's values counts. */
static void check_confining_words(struct machine *m, const struct partition *p)
{
	static const char *const words[] = {"cma=", "swiotlb=", "sysctl.vm.lowmem_reserve_ratio=", NULL};

	for (const char *const *word = words; p->bootargs && *word; word++)
		for (const char *s = p->bootargs; (s = strstr(s, *word)); s++)
			if (s == p->bootargs || s[-1] == ' ') {
				machine_error(m, &p->at, "bootargs",
					"\"%s\" is plconf's: it keeps DMA in the bank", *word);
				break;
			}
}

static void check_bank(struct machine *m, uint32_t n)
{
	struct bank *b = &m->bank[n];
	struct partition *guest;

	b->guest = find_partition(m, &b->at, "guest", b->guest_name);
	b->host_mask = find_mask(m, &b->at, "hosts", &b->host_names);
	if (b->guest_address == UNSET)
		b->guest_address = b->memory.base;
	if (b->host_address == UNSET)
		b->host_address = b->memory.base;
	for (uint32_t i = 0; i < m->partition_count; i++)
		m->partition[i].hosts |= b->host_mask >> i & 1;
	if (b->guest == PL_NONE)
		return;
	guest = &m->partition[b->guest];
	if (b->host_mask >> b->guest & 1)
		machine_error(m, &b->at, "hosts", "\"%s\" is its guest", b->guest_name);
	if (guest->bank != PL_NONE) {
		machine_error(m, &b->at, "guest", "partition %s has bank %s already: a guest has one",
			b->guest_name, m->bank[guest->bank].at.name);
		return;
	}
	guest->bank = n;
	if (guest->type == TYPE_LINUX) {
		check_stock_bank(m, b, guest);
		check_confining_words(m, guest);
	}
}

static void check_device(struct machine *m, uint32_t n)
{
	struct device *d = &m->device[n];
	uint32_t nth = 0;

	d->frontend = find_partition(m, &d->at, "frontend", d->frontend_name);
	d->host = find_partition(m, &d->at, "host", d->host_name);
	if (d->frontend == PL_NONE || d->host == PL_NONE)
		return;
	for (uint32_t i = 0; i < n; i++)
		nth += m->device[i].frontend == d->frontend;
	if (d->address == UNSET)
		d->address = VIRTIO_PAGES_IPA + nth * PAGE_BYTES;
	if (d->host_address == UNSET)
		d->host_address = HOST_PAGES_IPA + n * PAGE_BYTES;
	if (d->interrupt == 0)
		d->interrupt = VIRTIO_INTID + nth;
	d->bank = m->partition[d->frontend].bank;
	if (d->bank == PL_NONE)
		machine_error(m, &d->at, "frontend", "partition %s is no bank's guest: its queues need one",
			d->frontend_name);
	else if (!(m->bank[d->bank].host_mask >> d->host & 1))
		machine_error(m, &d->at, "host", "partition %s is not among the hosts of bank %s",
			d->host_name, m->bank[d->bank].at.name);
}

static void check_wait(struct machine *m, struct partition *p)
{
	for (uint32_t i = 0; i < p->wait_for.count; i++) {
		uint32_t d = 0;

		while (d < m->device_count && strcmp(m->device[d].at.name, p->wait_for.v[i]))
			d++;
		if (d == m->device_count)
			machine_error(m, &p->at, "wait-for", "there is no device \"%s\"", p->wait_for.v[i]);
		else if (m->device[d].frontend < m->partition_count &&
			 &m->partition[m->device[d].frontend] != p)
			machine_error(m, &p->at, "wait-for", "device %s is %s's", p->wait_for.v[i],
				m->device[d].frontend_name);
		else
			p->wait_mask |= 1ull << d;
	}
}

/* Partitions that p waits for, directly or through others, to the fixed point. */
static uint32_t waits_on(const struct machine *m, uint32_t p)
{
	uint32_t mask = 0, before;
	uint64_t devices = m->partition[p].wait_mask;

	do {
		before = mask;
		for (uint32_t d = 0; d < m->device_count; d++)
			if (devices >> d & 1 && m->device[d].host < m->partition_count)
				mask |= 1u << m->device[d].host;
		for (uint32_t q = 0; q < m->partition_count; q++)
			if (mask >> q & 1)
				devices |= m->partition[q].wait_mask;
	} while (mask != before);
	return mask;
}

static void check_line(struct machine *m, struct line *l)
{
	for (int i = 0; i < 2; i++)
		l->end[i] = find_partition(m, &l->at, "ends", l->end_names.v[i]);
}

static void check_doorbell(struct machine *m, uint32_t n)
{
	struct doorbell *d = &m->doorbell[n];
	uint32_t nth = 0;

	d->from_mask = find_mask(m, &d->at, "from", &d->from_names);
	d->to = find_partition(m, &d->at, "to", d->to_name);
	d->state_of = PL_NONE;
	if (d->state_of_name)
		d->state_of = find_partition(m, &d->at, "state-of", d->state_of_name);
	else if (d->from_names.count == 0)
		machine_error(m, &d->at, "from", "missing: nobody could ring it");
	for (uint32_t i = 0; i < n; i++)
		nth += m->doorbell[i].to == d->to;
	if (d->interrupt == 0)
		d->interrupt = DOORBELL_INTID + nth;
}

static void check_hypervisor(struct machine *m)
{
	struct hypervisor *h = &m->hypervisor;

	if (h->config.bytes < sizeof(struct pl_config))
		machine_error(m, &h->at, "config", "0x%" PRIx64 " bytes, where the configuration takes 0x%zx",
			h->config.bytes, sizeof(struct pl_config));
	if (h->trace.bytes % (h->cpus * PAGE_BYTES))
		machine_error(m, &h->at, "trace",
			"0x%" PRIx64 " bytes cannot be shared out to %u CPUs in pages", h->trace.bytes,
			h->cpus);
}

static void check_all(struct machine *m)
{
	check_hypervisor(m);
	for (uint32_t i = 0; i < m->partition_count; i++)
		check_partition(m, &m->partition[i]);
	for (uint32_t i = 0; i < m->bank_count; i++)
		check_bank(m, i);
	for (uint32_t i = 0; i < m->device_count; i++)
		check_device(m, i);
	for (uint32_t i = 0; i < m->line_count; i++)
		check_line(m, &m->line[i]);
	for (uint32_t i = 0; i < m->doorbell_count; i++)
		check_doorbell(m, i);
	for (uint32_t i = 0; i < m->partition_count; i++) {
		struct partition *p = &m->partition[i];

		for (uint32_t a = 0; a < p->assigned_count; a++)
			check_assigned(m, &p->assigned[a]);
		check_wait(m, p);
	}
	for (uint32_t i = 0; i < m->partition_count; i++)
		if (waits_on(m, i) >> i & 1)
			machine_error(m, &m->partition[i].at, "wait-for",
				"waits for itself: a host of its devices "
				"waits for it in turn");
}

int machine_check(struct machine *m)
{
	check_all(m);
	if (m->error_count == 0) { /* otherwise indices may be PL_NONE */
		check_budgets(m);
		machine_check_dma(m);
		machine_check_space(m);
		machine_check_interrupts(m);
	}
	return m->error_count ? -EINVAL : 0;
}
