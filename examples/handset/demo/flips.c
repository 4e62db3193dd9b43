/* What the trace says of the call's frames, of the keys' owners and of the card's queue. */
#include <string.h>

#include "abi/callstate.h"
#include "abi/mark.h"
#include "examples/handset/demo/demo.h"

#define FLIP_GAP_MAX_NS 1500000000ull /* the timer changes each second */
#define CARD_HZ		48000
#define CARD_LEFT_MIN	120 /* frames: half a period */

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

/* Whoever draws, panics or floods: the card is filled up in time. What it has left then is how late the audio thread could have been. */
static void check_card(struct demo *demo)
{
	const struct harness *harness = demo->harness;
	uint64_t state = PL_CALL_IDLE, least = UINT64_MAX;

	for (size_t i = 0; i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];

		if (is_mark(event, PL_MARK_DECISION))
			state = event->c;
		if (!is_mark(event, PL_MARK_CARD) || state != PL_CALL_ACTIVE)
			continue;
		if (event->c <= event->b)
			least = 0;
		else if (event->c - event->b < least)
			least = event->c - event->b;
	}
	if (demo->in_turns)
		return;
	least = least == UINT64_MAX ? 0 : least; /* never met */
	demo_promise(demo, least >= CARD_LEFT_MIN,
		"in the call the sound card never had less than %.1f ms left to play",
		(double)least * 1000 / CARD_HZ);
}

void flips_check(struct demo *demo)
{
	int call = demo->harness->trace.ring ? pltrace_find(&demo->harness->trace, "call") : -1;

	if (!demo_promise(demo, call >= 0, "the trace can be read"))
		return;
	check_flips(demo, call);
	check_owners(demo);
	check_card(demo);
}
