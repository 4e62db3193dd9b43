#include "tools/pltrace/worst.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/pltrace/reader.h"

struct events {
	struct pl_trace_event *v;
	size_t count, room;
};

static int take_all(struct pltrace *t, struct events *all)
{
	struct pl_trace_event e;

	while (pltrace_next(t, &e) == 1) {
		if (all->count == all->room) {
			size_t room = all->room ? 2 * all->room : 65536;
			struct pl_trace_event *grown = realloc(all->v, room * sizeof(*grown));

			if (!grown)
				return -ENOMEM;
			all->v = grown;
			all->room = room;
		}
		all->v[all->count++] = e;
	}
	return 0;
}

static void put(const struct pltrace *t, const struct pl_trace_event *e, const struct pl_trace_event *end)
{
	const char *name = e->type == PL_TRACE_MARK ? pltrace_mark_str(e->a) : pltrace_type_str(e->type);

	printf("-%" PRIu64 "\t%s\t%s\t%" PRIu32 "\t0x%" PRIx64 "\t0x%" PRIx64 "%s\n",
		pltrace_ns(t, end->time - e->time), pltrace_partition(t, e->partition), name, e->a, e->b,
		e->c, e == end ? "\tworst" : "");
}

int pltrace_worst(struct pltrace *t, uint32_t mark)
{
	struct events all = {0};
	const struct pl_trace_event *worst = NULL;
	int ret = take_all(t, &all);

	for (size_t i = 0; i < all.count; i++)
		if (all.v[i].type == PL_TRACE_MARK && all.v[i].a == mark && (!worst || all.v[i].b > worst->b))
			worst = &all.v[i];
	for (const struct pl_trace_event *e = all.v; worst && e <= worst; e++)
		if (e->cpu == worst->cpu && worst->time - e->time <= 2 * worst->b)
			put(t, e, worst);
	if (ret == 0 && !worst)
		ret = -ENOENT;
	free(all.v);
	return ret;
}
