/* Every address has one owner: in physical memory, and in what each partition sees. */
#include <inttypes.h>

#include "plconf.h"

#define MAX_CLAIMS 256

struct claim {
	const struct place *at;
	const char *property;
	struct span span;
};
struct space {
	const char *what; /* "physical", or what a partition sees: "PARTITION sees" */
	uint32_t count;
	struct claim claim[MAX_CLAIMS];
};

static bool overlap(const struct span *a, const struct span *b)
{
	return a->base < b->base + b->bytes && b->base < a->base + a->bytes;
}

static bool within(const struct span *a, const struct span *b)
{
	return a->base >= b->base && a->base + a->bytes <= b->base + b->bytes;
}

static void refuse_overlap(
	struct machine *m, const struct space *s, const struct claim *c, const struct claim *o)
{
	char owner[PATH_ROOM];

	machine_path(m, o->at, owner);
	machine_error(m, c->at, c->property,
		"%s 0x%" PRIx64 " to 0x%" PRIx64 " overlaps %s:%s, 0x%" PRIx64 " to 0x%" PRIx64, s->what,
		c->span.base, c->span.base + c->span.bytes - 1, owner, o->property, o->span.base,
		o->span.base + o->span.bytes - 1);
}

/* Reports each owner that the new one runs into. */
static void claim(struct machine *m, struct space *s, const struct place *at, const char *property,
	uint64_t base, uint64_t bytes)
{
	struct claim c = {at, property, {base, bytes}};

	if (bytes == 0)
		return;
	if (s->count == MAX_CLAIMS) {
		machine_error(
			m, at, property, "more than %d pieces of %s address space", MAX_CLAIMS, s->what);
		return;
	}
	for (uint32_t i = 0; i < s->count; i++)
		if (overlap(&c.span, &s->claim[i].span))
			refuse_overlap(m, s, &c, &s->claim[i]);
	s->claim[s->count++] = c;
}

static void claim_ram(struct machine *m, struct space *s, const struct place *at, const char *property,
	uint64_t base, uint64_t bytes)
{
	struct span span = {base, bytes};

	if (bytes && !within(&span, &m->ram))
		machine_error(m, at, property,
			"0x%" PRIx64 " to 0x%" PRIx64 " is not within the machine's ram, 0x%" PRIx64
			" to 0x%" PRIx64,
			base, base + bytes - 1, m->ram.base, m->ram.base + m->ram.bytes - 1);
	claim(m, s, at, property, base, bytes);
}

static void claim_real(struct machine *m, struct space *s, const struct place *at, const char *property,
	uint64_t base, uint64_t bytes)
{
	struct span span = {base, bytes};

	if (overlap(&span, &m->ram))
		machine_error(m, at, property,
			"device at 0x%" PRIx64 " to 0x%" PRIx64 " lies in the machine's ram", base,
			base + bytes - 1);
	claim(m, s, at, property, base, bytes);
}

static void claim_hypervisor(struct machine *m, struct space *s)
{
	const struct hypervisor *h = &m->hypervisor;

	for (uint32_t i = 0; i < h->firmware.count; i++)
		claim_ram(m, s, &h->at, "firmware", h->firmware.v[i].base, h->firmware.v[i].bytes);
	claim_ram(m, s, &h->at, "memory", h->memory.base, h->memory.bytes);
	claim_ram(m, s, &h->at, "pool", h->pool.base, h->pool.bytes);
	claim_ram(m, s, &h->at, "trace", h->trace.base, h->trace.bytes);
	claim_ram(m, s, &h->at, "config", h->config.base, h->config.bytes);
	claim_ram(m, s, &h->at, "store", h->store.base, h->store.bytes);
	if (h->smmu.bytes)
		claim_real(m, s, &h->at, "smmu", h->smmu.base, h->smmu.bytes);
	for (uint32_t i = 0; i < h->devices.count; i++)
		claim_real(m, s, &h->at, "devices", h->devices.v[i].base, h->devices.v[i].bytes);
}

static void check_physical(struct machine *m)
{
	struct space s = {.what = "physical"};

	claim_hypervisor(m, &s);
	for (uint32_t i = 0; i < m->partition_count; i++) {
		const struct partition *p = &m->partition[i];

		for (uint32_t r = 0; r < p->ram.count; r++)
			claim_ram(m, &s, &p->at, "ram", p->ram_pa.v[r], p->ram.v[r].bytes);
		for (uint32_t a = 0; a < p->assigned_count; a++)
			for (uint32_t r = 0; r < p->assigned[a].reg.count; r++)
				claim_real(m, &s, &p->assigned[a].at, "reg", p->assigned[a].pa.v[r],
					p->assigned[a].reg.v[r].bytes);
	}
	for (uint32_t i = 0; i < m->bank_count; i++) {
		claim_ram(m, &s, &m->bank[i].at, "memory", m->bank[i].memory.base, m->bank[i].memory.bytes);
		claim_ram(m, &s, &m->bank[i].at, "state", m->bank[i].state.base, m->bank[i].state.bytes);
	}
}

static void claim_shared(struct machine *m, struct space *s, uint32_t p)
{
	for (uint32_t i = 0; i < m->bank_count; i++) {
		const struct bank *b = &m->bank[i];

		if (b->guest == p)
			claim(m, s, &b->at, "memory", b->guest_address, b->memory.bytes);
		if (b->host_mask >> p & 1) {
			claim(m, s, &b->at, "memory", b->host_address, b->memory.bytes);
			claim(m, s, &b->at, "state", b->state.base, b->state.bytes);
		}
	}
	for (uint32_t i = 0; i < m->device_count; i++) {
		const struct device *d = &m->device[i];

		if (d->frontend == p)
			claim(m, s, &d->at, "address", d->address, PAGE_BYTES);
		if (d->host == p)
			claim(m, s, &d->at, "host-address", d->host_address, PAGE_BYTES);
	}
	for (uint32_t i = 0; i < m->line_count; i++)
		for (int e = 0; e < 2; e++)
			if (m->line[i].end[e] == p)
				claim(m, s, &m->line[i].at, "addresses", m->line[i].addresses.v[e],
					PAGE_BYTES);
}

static void check_partition_space(struct machine *m, uint32_t n)
{
	const struct partition *p = &m->partition[n];
	char what[NAME_MAX_CHARS + 8];
	struct space s = {.what = what};

	snprintf(what, sizeof(what), "%s sees", p->at.name);
	claim(m, &s, &p->at, "gicd", PL_GICD_IPA, PL_GICR_IPA - PL_GICD_IPA); /* and what lies between them */
	claim(m, &s, &p->at, "gicr", PL_GICR_IPA, 0x20000ull * p->cpus.count);
	for (uint32_t i = 0; i < p->ram.count; i++)
		claim(m, &s, &p->at, "ram", p->ram.v[i].base, p->ram.v[i].bytes);
	if (!p->no_console)
		claim(m, &s, &p->at, "console-address", p->console_address, PAGE_BYTES);
	if (p->watchdog)
		claim(m, &s, &p->at, "watchdog-address", p->watchdog_address, 2 * PAGE_BYTES);
	if (p->observer)
		claim(m, &s, &m->hypervisor.at, "trace-address", m->hypervisor.trace_address,
			m->hypervisor.trace.bytes);
	for (uint32_t a = 0; a < p->assigned_count; a++)
		for (uint32_t i = 0; i < p->assigned[a].reg.count; i++)
			claim(m, &s, &p->assigned[a].at, "reg", p->assigned[a].reg.v[i].base,
				p->assigned[a].reg.v[i].bytes);
	claim_shared(m, &s, n);
}

void machine_check_space(struct machine *m)
{
	check_physical(m);
	for (uint32_t i = 0; i < m->partition_count; i++)
		check_partition_space(m, i);
}
