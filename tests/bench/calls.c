#include "tests/bench/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/callstate.h"
#include "tools/harness/harness.h"

#define CALL_COUNT    100
#define RING_MS	      "300" /* how long each call rings */
#define KEY_EVENT_MAX (2 * CALL_COUNT)
#define PERCENTILE    99

struct samples {
	uint64_t value[KEY_EVENT_MAX];
	size_t count;
};

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* Nearest rank. */
static uint64_t percentile(struct samples *samples)
{
	qsort(samples->value, samples->count, sizeof(samples->value[0]), ascending);
	return samples->value[(samples->count * PERCENTILE + 99) / 100 - 1];
}

static int fail(const char *what, size_t number)
{
	fprintf(stderr, "bench: call %zu: %s\n", number, what);
	return -1;
}

static bool is_mark(const struct pl_trace_event *event, uint32_t mark)
{
	return event->type == PL_TRACE_MARK && event->a == mark;
}

/* From event `i` on, the one with the last byte of a line that says RING, at the call's UART. */
static size_t find_ring(const struct harness *harness, size_t i, int call)
{
	static const char ring[] = "\nRING\r\n";
	size_t matched = 0;

	for (; i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];

		if (event->type != PL_TRACE_LINE || event->partition != call)
			continue;
		matched = (char)event->b == ring[matched] ? matched + 1 : (char)event->b == ring[0];
		if (!ring[matched])
			return i;
	}
	return i;
}

/* The flip of the first frame that was committed with the ringing screen in it. */
static size_t find_flip(const struct harness *harness, size_t i, int call)
{
	const struct pl_trace_event *event = harness->traced;

	while (i < harness->traced_count &&
		!(is_mark(&event[i], PL_MARK_UI_FLUSH) && event[i].c == PL_CALL_RINGING))
		i++;
	while (i < harness->traced_count && !(is_mark(&event[i], PL_MARK_COMMIT) && (event[i].c >> call & 1)))
		i++;
	for (size_t flip = i; flip < harness->traced_count; flip++)
		if (is_mark(&event[flip], PL_MARK_FLIP) && event[flip].b == event[i].b)
			return flip;
	return harness->traced_count;
}

/* The network calls a hundred times; a key is pressed in each call. */
static int play_calls(struct harness *harness)
{
	size_t from = harness_now(harness);

	harness_type(harness, "modem", "burst 100 " RING_MS "\n");
	for (size_t number = 1; number <= CALL_COUNT; number++) {
		ssize_t ringing = harness_await(harness, from, "call", "^call: state idle -> ringing");

		if (ringing < 0)
			return fail("did not ring", number);
		from = (size_t)ringing + 1;
		harness_key(harness, "a", true);
		harness_key(harness, "a", false);
		if (harness_await(harness, from, NULL, "^(app|call): key 30 up") < 0)
			return fail("nobody got its key", number);
	}
	return harness_await(harness, from, "modem", "^modem: burst done") < 0 ? fail("no end", CALL_COUNT)
									       : 0;
}

static int collect_rings(const struct harness *harness, size_t first, struct samples *latency)
{
	int call = pltrace_find(&harness->trace, "call");
	size_t ring = find_ring(harness, first, call);

	while (ring < harness->traced_count) {
		size_t next = find_ring(harness, ring + 1, call), flip = find_flip(harness, ring, call);

		if (flip >= next)
			return fail("never came to the screen", latency->count + 1);
		latency->value[latency->count++] =
			harness_traced_ns(harness, flip) - harness_traced_ns(harness, ring);
		ring = next;
	}
	return latency->count == CALL_COUNT ? 0 : fail("calls in the trace", latency->count);
}

/* Each key event that came in, to its being in its owner's hands. */
static int collect_keys(const struct harness *harness, size_t first, struct samples *latency)
{
	const struct pl_trace_event *event = harness->traced;

	for (size_t in = first; in < harness->traced_count && latency->count < KEY_EVENT_MAX; in++) {
		size_t out = in + 1;

		if (!is_mark(&event[in], PL_MARK_KEY_IN))
			continue;
		while (out < harness->traced_count &&
			!(is_mark(&event[out], PL_MARK_KEY_OWNER) && event[out].b == event[in].b))
			out++;
		if (out == harness->traced_count)
			return fail("its key was not handed on", latency->count / 2);
		latency->value[latency->count++] =
			harness_traced_ns(harness, out) - harness_traced_ns(harness, in);
	}
	return latency->count == KEY_EVENT_MAX ? 0 : fail("its key is not in the trace", latency->count / 2);
}

int calls_measure(struct harness *harness)
{
	static struct samples ring, key;
	size_t first = harness->traced_count;

	if (play_calls(harness) || collect_rings(harness, first, &ring) || collect_keys(harness, first, &key))
		return -1;
	printf("call.ring_to_scanout_ns\t%llu\tns\n", (unsigned long long)percentile(&ring));
	printf("call.key_to_owner_ns\t%llu\tns\n", (unsigned long long)percentile(&key));
	return 0;
}
