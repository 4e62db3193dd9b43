/* Every interrupt has one owner: physical ones on the machine, virtual ones in each partition. */
#include "plconf.h"

struct user {
	const struct place *at;
	const char *property;
};

static void claim(struct machine *m, struct user *users, uint32_t limit, uint32_t intid,
	const struct place *at, const char *property)
{
	const struct user *u;
	char owner[PATH_ROOM];

	if (intid < SPI_FIRST || intid >= limit) {
		machine_error(
			m, at, property, "interrupt %u is not within %u to %u", intid, SPI_FIRST, limit - 1);
		return;
	}
	u = &users[intid];
	if (u->at) {
		machine_path(m, u->at, owner);
		machine_error(m, at, property, "interrupt %u is given twice: %s:%s has it", intid, owner,
			u->property);
	} else {
		users[intid] = (struct user){at, property};
	}
}

static void check_physical(struct machine *m)
{
	struct user users[PL_PIRQ_COUNT] = {{NULL, NULL}};
	const struct hypervisor *h = &m->hypervisor;

	for (uint32_t i = 0; i < h->interrupts.count; i++)
		claim(m, users, PL_PIRQ_COUNT, h->interrupts.v[i], &h->at, "interrupts");
	for (uint32_t i = 0; i < h->smmu_interrupts.count; i++)
		claim(m, users, PL_PIRQ_COUNT, h->smmu_interrupts.v[i], &h->at, "smmu-interrupts");
	for (uint32_t p = 0; p < m->partition_count; p++)
		for (uint32_t a = 0; a < m->partition[p].assigned_count; a++) {
			const struct assigned *d = &m->partition[p].assigned[a];

			for (uint32_t i = 0; i < d->interrupts.count; i++)
				claim(m, users, PL_PIRQ_COUNT, d->interrupts.v[i], &d->at, "interrupts");
		}
}

static void check_virtual(struct machine *m, uint32_t n)
{
	struct user users[PL_VIRQ_COUNT] = {{NULL, NULL}};
	const struct partition *p = &m->partition[n];

	if (!p->no_console)
		claim(m, users, PL_VIRQ_COUNT, p->console_interrupt, &p->at, "console-interrupt");
	if (p->watchdog)
		claim(m, users, PL_VIRQ_COUNT, p->watchdog_interrupt, &p->at, "watchdog-interrupt");
	if (p->hosts)
		claim(m, users, PL_VIRQ_COUNT, p->event_interrupt, &p->at, "device-event-interrupt");
	for (uint32_t a = 0; a < p->assigned_count; a++)
		for (uint32_t i = 0; i < p->assigned[a].guest_interrupts.count; i++)
			claim(m, users, PL_VIRQ_COUNT, p->assigned[a].guest_interrupts.v[i],
				&p->assigned[a].at, "guest-interrupts");
	for (uint32_t i = 0; i < m->device_count; i++)
		if (m->device[i].frontend == n)
			claim(m, users, PL_VIRQ_COUNT, m->device[i].interrupt, &m->device[i].at, "interrupt");
	for (uint32_t i = 0; i < m->line_count; i++)
		for (int e = 0; e < 2; e++)
			if (m->line[i].end[e] == n)
				claim(m, users, PL_VIRQ_COUNT, m->line[i].interrupts.v[e], &m->line[i].at,
					"interrupts");
	for (uint32_t i = 0; i < m->doorbell_count; i++)
		if (m->doorbell[i].to == n)
			claim(m, users, PL_VIRQ_COUNT, m->doorbell[i].interrupt, &m->doorbell[i].at,
				"interrupt");
}

void machine_check_interrupts(struct machine *m)
{
	check_physical(m);
	for (uint32_t p = 0; p < m->partition_count; p++)
		check_virtual(m, p);
}
