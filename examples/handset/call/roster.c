#include "examples/handset/call/roster.h"
#include <errno.h>
#include "examples/handset/call/phone.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

const struct party *roster_find(const struct roster *r, enum party_stat stat)
{
	for (unsigned i = 0; i < r->count; i++)
		if (r->party[i].stat == stat)
			return &r->party[i];
	return NULL;
}

unsigned roster_count(const struct roster *r, enum party_stat stat)
{
	unsigned count = 0;

	for (unsigned i = 0; i < r->count; i++)
		count += r->party[i].stat == stat;
	return count;
}

const struct party *roster_foreground(const struct roster *r)
{
	static const enum party_stat order[] = {PARTY_ACTIVE, PARTY_DIALING, PARTY_ALERTING, PARTY_HELD};
	const struct party *party = NULL;

	for (unsigned i = 0; !party && i < sizeof(order) / sizeof(order[0]); i++)
		party = roster_find(r, order[i]);
	return party;
}

/* A digit up to `limit` in field `index`, or -1. */
static int digit(const char *line, unsigned index, int limit)
{
	char text[4];

	if (!phone_field(line, index, text, sizeof(text)) || text[0] < '0' || text[0] > '0' + limit ||
		text[1])
		return -1;
	return text[0] - '0';
}

/* +CLCC: <id>,<dir>,<stat>,<mode>,<mpty>[,<number>,<type>[,<alpha>]] (TS 27.007 7.18); a mode other than 0 is no voice call. */
int roster_add(struct roster *r, const char *line)
{
	int id = digit(line, 0, ROSTER_COUNT), direction = digit(line, 1, 1);
	int stat = digit(line, 2, PARTY_WAITING), mode = digit(line, 3, 9), conference = digit(line, 4, 1);
	struct party *p;

	if (id < 1 || direction < 0 || stat < 0 || mode != 0 || conference < 0)
		return -EINVAL;
	if (r->count == ROSTER_COUNT)
		return -ENOSPC;
	p = &r->party[r->count++];
	*p = (struct party){.id = (uint8_t)id, .stat = (uint8_t)stat};
	p->incoming = direction != 0;
	p->conference = conference != 0;
	if (!phone_field(line, 5, p->number, sizeof(p->number)))
		p->number[0] = 0;
	if (!phone_field(line, 7, p->name, sizeof(p->name)))
		p->name[0] = 0;
	return 0;
}

static struct party *waiting(struct roster *r)
{
	for (unsigned i = 0; i < r->count; i++)
		if (r->party[i].stat == PARTY_WAITING)
			return &r->party[i];
	return r->count < ROSTER_COUNT ? &r->party[r->count++] : &r->party[ROSTER_COUNT - 1];
}

void roster_wait(struct roster *r, const char *number, const char *name)
{
	struct party *p = waiting(r);

	*p = (struct party){.stat = PARTY_WAITING, .incoming = true};
	format_print(p->number, sizeof(p->number), "%s", number);
	format_print(p->name, sizeof(p->name), "%s", name);
}

static const struct party *same(const struct roster *r, const struct party *like)
{
	for (unsigned i = 0; i < r->count; i++)
		if (r->party[i].incoming == like->incoming && !strcmp(r->party[i].number, like->number))
			return &r->party[i];
	return NULL;
}

void roster_replace(struct roster *r, const struct roster *fresh, uint64_t now_ns)
{
	struct roster next = *fresh;

	for (unsigned i = 0; i < next.count; i++) {
		struct party *p = &next.party[i];
		const struct party *before = same(r, p);

		if (before) {
			if (!p->name[0])
				memcpy(p->name, before->name, sizeof(p->name));
			p->since_ns = before->since_ns;
		}
		if (!p->since_ns && (p->stat == PARTY_ACTIVE || p->stat == PARTY_HELD))
			p->since_ns = now_ns;
	}
	*r = next;
}
