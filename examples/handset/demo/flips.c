/* What the trace says of the call's frames and of the keys' owners. */
#include <string.h>

#include "abi/mark.h"
#include "examples/handset/demo/demo.h"

#define FLIP_GAP_MAX_NS 1500000000ull /* the timer changes each second */

static bool is_mark(const struct pl_trace_event *event, uint32_t mark)
{
	return event->type == PL_TRACE_MARK && event->a == mark;
}

/* The longest time without a flip that shows something new of the call, from the panic on. */
static void check_flips(struct demo *demo, int call)
{
	const struct harness *harness = demo->harness;
	uint64_t last = demo->panic_ns, longest = 0;
	uint32_t flips = 0;

	for (size_t i = harness_traced_since(harness, demo->panic_ns); i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];
		uint64_t now = harness_traced_ns(harness, i);

		if (now > demo->calm_ns)
			break;
		if (!is_mark(event, PL_MARK_FLIP) || !(event->c >> call & 1))
			continue;
		flips++;
		if (now - last > longest)
			longest = now - last;
		last = now;
	}
	if (demo->calm_ns - last > longest)
		longest = demo->calm_ns - last;
	demo_promise(demo, flips && longest <= FLIP_GAP_MAX_NS,
		"the call's frames kept flipping through the panic: %u in %u ms, at most %u ms apart", flips,
		(unsigned)((demo->calm_ns - demo->panic_ns) / 1000000), (unsigned)(longest / 1000000));
}

/* Each key that came in went to one owner, as the I/O domain saw it. */
static void check_owners(struct demo *demo)
{
	const struct harness *harness = demo->harness;
	uint32_t in = 0, owned = 0;

	for (size_t i = 0; i < harness->traced_count; i++) {
		in += is_mark(&harness->traced[i], PL_MARK_KEY_IN);
		owned += is_mark(&harness->traced[i], PL_MARK_KEY_OWNER);
	}
	demo_promise(
		demo, in && owned >= in / 2, "%u key events came in, %u went to their owners", in, owned);
}

void flips_check(struct demo *demo)
{
	int call = demo->harness->trace.ring ? pltrace_find(&demo->harness->trace, "call") : -1;

	if (!demo_promise(demo, call >= 0, "the trace can be read"))
		return;
	check_flips(demo, call);
	check_owners(demo);
}
