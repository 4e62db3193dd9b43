/* struct machine -> struct pl_config, field by field. Nothing is decided here. */
#include <errno.h>
#include <string.h>

#include "plconf.h"

/* Room for one more, or NULL after the first one without room was reported. */
#define TAKE(m, c, array, what)                                                                              \
	take(m, &(c)->array##_count, sizeof((c)->array) / sizeof((c)->array[0]), what)                       \
		? &(c)->array[(c)->array##_count - 1]                                                        \
		: NULL

static bool take(struct machine *m, uint32_t *count, size_t room, const char *what)
{
	if (*count < room)
		return ++*count;
	if (m->error_count == 0)
		machine_error(m, &m->at, NULL, "more than %zu %s", room, what);
	return false;
}

static void set_name(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1); /* at most NAME_MAX_CHARS: schema_name */
}

static void put_partition(struct pl_config_partition *c, const struct partition *p)
{
	set_name(c->name, p->at.name);
	c->priority = (uint8_t)p->priority;
	c->vcpu_count = (uint8_t)p->cpus.count;
	for (uint32_t i = 0; i < p->cpus.count; i++)
		c->cpu[i] = (uint8_t)p->cpus.v[i];
	c->restart = (uint8_t)p->restart; /* restart_choices are in the order of enum pl_restart */
	c->restart_limit = p->restart_limit.v[0];
	c->restart_window_ms = p->restart_limit.v[1];
	c->slice_us = p->slice_us;
	c->budget_us = p->budget.v[0];
	c->period_us = p->budget.v[1];
	c->watchdog_ms = p->watchdog_ms;
	c->manager_mask = p->manager_mask;
	c->device_event_virq = p->hosts ? p->event_interrupt : PL_NONE;
	c->flags = (p->unconfined_dma ? PL_PARTITION_UNCONFINED_DMA : 0) |
		   (p->observer ? PL_PARTITION_OBSERVER : 0) |
		   (p->on_fault == ON_FAULT_ABORT ? PL_PARTITION_ABORT : 0);
	c->backoff_ms = p->backoff_ms;
	c->watchdog_ipa = p->watchdog ? p->watchdog_address : 0;
	c->watchdog_virq = p->watchdog_interrupt;
	c->entry_ipa = p->entry;
	c->arg = p->tree_address == UNSET ? 0 : p->tree_address;
	c->wait_devices = p->wait_mask;
	c->load_count = (uint8_t)p->load_count;
	memcpy(c->load, p->load, sizeof(c->load));
}

static void put_region(struct machine *m, struct pl_config *c, uint32_t p, enum pl_region_kind kind,
	bool scrubbed, uint64_t ipa, uint64_t pa, uint64_t bytes)
{
	struct pl_config_region *r;

	if (bytes == 0)
		return;
	r = TAKE(m, c, region, "memory regions");
	if (!r)
		return;
	r->partition = (uint8_t)p;
	r->kind = (uint8_t)kind;
	r->perm = kind == PL_REGION_RAM ? PL_PERM_R | PL_PERM_W | PL_PERM_X : PL_PERM_R | PL_PERM_W;
	r->scrubbed = scrubbed;
	r->ipa = ipa;
	r->pa = pa;
	r->bytes = bytes;
}

static void put_assigned(struct machine *m, struct pl_config *c, uint32_t n, const struct assigned *a)
{
	for (uint32_t i = 0; i < a->reg.count; i++)
		put_region(m, c, n, PL_REGION_DEVICE, false, a->reg.v[i].base, a->pa.v[i], a->reg.v[i].bytes);
	for (uint32_t i = 0; i < a->interrupts.count; i++) {
		struct pl_config_irq *q = TAKE(m, c, irq, "assigned interrupts");

		if (!q)
			return;
		q->partition = (uint8_t)n;
		q->level = !a->edge;
		q->pirq = (uint16_t)a->interrupts.v[i];
		q->virq = (uint16_t)a->guest_interrupts.v[i];
	}
}

static void put_master(struct machine *m, struct pl_config *c, uint32_t n, const struct assigned *a)
{
	struct pl_config_master *d = TAKE(m, c, master, "devices that master the bus");

	if (!d)
		return;
	snprintf(d->name, sizeof(d->name), "%s", a->at.name);
	d->partition = (uint8_t)n;
	d->stream_first = a->streams.v[0];
	d->stream_count = a->streams.v[1];
	if (a->type == ASSIGNED_PCI) {
		d->ecam_pa = a->pa.v[0];
		d->pci_bus_count = (uint32_t)(a->reg.v[0].bytes / PCI_BUS_BYTES);
	}
}

static void put_regions(struct machine *m, struct pl_config *c, uint32_t n)
{
	const struct partition *p = &m->partition[n];

	for (uint32_t i = 0; i < p->ram.count; i++)
		put_region(m, c, n, PL_REGION_RAM, true, p->ram.v[i].base, p->ram_pa.v[i], p->ram.v[i].bytes);
	for (uint32_t i = 0; i < m->bank_count; i++) {
		const struct bank *b = &m->bank[i];

		if (b->guest == n)
			put_region(m, c, n, PL_REGION_BANK, true, b->guest_address, b->memory.base,
				b->memory.bytes);
		if (b->host_mask >> n & 1) {
			put_region(m, c, n, PL_REGION_BANK, false, b->host_address, b->memory.base,
				b->memory.bytes);
			put_region(m, c, n, PL_REGION_STATE, false, b->state.base, b->state.base,
				b->state.bytes);
		}
	}
	for (uint32_t i = 0; i < p->assigned_count; i++) {
		put_assigned(m, c, n, &p->assigned[i]);
		if (assigned_masters(&p->assigned[i]))
			put_master(m, c, n, &p->assigned[i]);
	}
}

static struct pl_config_uart *put_uart(
	struct machine *m, struct pl_config *c, uint32_t p, uint64_t ipa, uint32_t virq)
{
	struct pl_config_uart *u = TAKE(m, c, uart, "UARTs (consoles and ends of lines)");

	if (!u)
		return NULL;
	u->partition = (uint8_t)p;
	u->kind = PL_UART_CONSOLE;
	u->peer = PL_NONE8;
	u->ipa = ipa;
	u->virq = virq;
	return u;
}

static void put_line(struct machine *m, struct pl_config *c, const struct line *l)
{
	uint32_t first = c->uart_count;

	for (uint32_t e = 0; e < 2; e++) {
		struct pl_config_uart *u = put_uart(m, c, l->end[e], l->addresses.v[e], l->interrupts.v[e]);

		if (!u)
			return;
		u->kind = PL_UART_LINE;
		u->peer = (uint8_t)(first + 1 - e);
		u->untraced = l->untraced;
	}
}

static void put_uarts(struct machine *m, struct pl_config *c)
{
	for (uint32_t i = 0; i < m->partition_count; i++)
		if (!m->partition[i].no_console)
			put_uart(m, c, i, m->partition[i].console_address, m->partition[i].console_interrupt);
	for (uint32_t i = 0; i < m->line_count; i++)
		put_line(m, c, &m->line[i]);
}

static void put_device(struct pl_config_device *c, const struct device *d)
{
	set_name(c->name, d->at.name);
	c->frontend = (uint8_t)d->frontend;
	c->host = (uint8_t)d->host;
	c->virq = d->interrupt;
	c->device_id = d->virtio_id;
	c->reply_bound_us = d->reply_bound_us;
	c->ipa = d->address;
	c->host_ipa = d->host_address;
}

static void put_doorbell(struct pl_config_doorbell *c, const struct doorbell *d)
{
	c->from_mask = d->from_mask;
	c->to = (uint8_t)d->to;
	c->state_of = d->state_of == PL_NONE ? 0 : (uint8_t)(d->state_of + 1);
	c->virq = (uint16_t)d->interrupt;
}

static void put_hypervisor(struct pl_config *c, const struct hypervisor *h)
{
	c->magic = PL_CONFIG_MAGIC;
	c->version = PL_CONFIG_VERSION;
	c->bytes = sizeof(*c);
	c->cpu_count = h->cpus;
	c->hv_pool_pa = h->pool.base;
	c->hv_pool_bytes = h->pool.bytes;
	c->trace_pa = h->trace.base;
	c->trace_bytes = h->trace.bytes / h->cpus;
	c->trace_ipa = h->trace_address;
	c->smmu_pa = h->smmu.base;
	c->smmu_irq[0] = h->smmu_interrupts.v[0];
	c->smmu_irq[1] = h->smmu_interrupts.v[1];
}

int blob_make(struct machine *m, struct pl_config *c)
{
	memset(c, 0, sizeof(*c));
	put_hypervisor(c, &m->hypervisor);
	for (uint32_t i = 0; i < m->partition_count; i++) {
		put_partition(&c->partition[c->partition_count++], &m->partition[i]);
		put_regions(m, c, i);
	}
	put_uarts(m, c);
	/* The parser's limits are the array's sizes. */
	for (uint32_t i = 0; i < m->device_count; i++)
		put_device(&c->device[c->device_count++], &m->device[i]);
	for (uint32_t i = 0; i < m->doorbell_count; i++)
		put_doorbell(&c->doorbell[c->doorbell_count++], &m->doorbell[i]);
	c->sum = pl_config_sum(c);
	return m->error_count ? -EINVAL : 0;
}
