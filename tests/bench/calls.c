#include "tests/bench/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/callstate.h"
#include "tools/harness/harness.h"

#define CALL_COUNT     100
#define KEYS_PER_CALL  2 /* one while it rings, one when it is over: each goes down and up */
#define KEY_EVENT_MAX  (CALL_COUNT * KEYS_PER_CALL * 2)
#define PERCENTILE     99

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

/* After event `i` a line has come in whole at the call's UART that says RING: its last byte's event. */
static size_t find_ring(const struct harness *harness, size_t i, int call)
{
	static const char ring[] = "RING\r\n";
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

/* The flip of the first frame with something new of the call that was committed after the UI showed the ringing. */
static size_t find_flip(const struct harness *harness, size_t i, int call)
{
	for (; i < harness->traced_count; i++)
		if (is_mark(&harness->traced[i], PL_MARK_UI_FLUSH) && harness->traced[i].c == PL_CALL_RINGING)
			break;
	for (; i < harness->traced_count; i++)
		if (is_mark(&harness->traced[i], PL_MARK_COMMIT) && (harness->traced[i].c >> call & 1))
			break;
	for (size_t flip = i; flip < harness->traced_count; flip++)
		if (is_mark(&harness->traced[flip], PL_MARK_FLIP) && harness->traced[flip].b == harness->traced[i].b)
			return flip;
	return harness->traced_count;
}

static int tap(struct harness *harness, const char *partition, const char *pattern)
{
	size_t from = harness_now(harness);

	harness_key(harness, "a", true);
	harness_key(harness, "a", false);
	return harness_await(harness, from, partition, pattern) < 0 ? -1 : 0;
}

static int play_call(struct harness *harness, size_t number, struct samples *latency)
{
	int call = pltrace_find(&harness->trace, "call");
	size_t from = harness_now(harness), first = harness->traced_count, ring, flip;

	harness_type(harness, "modem", "ring +358401234567 \"Reception\"\n");
	if (harness_await(harness, from, "io", "decision [0-9]+:.*keys call") < 0)
		return fail("did not ring", number);
	if (tap(harness, "call", "^call: key 30 up"))
		return fail("its key did not come", number);
	do {
		ring = find_ring(harness, first, call);
		flip = find_flip(harness, ring, call);
	} while (flip == harness->traced_count && !harness_pump(harness, 1000));
	if (flip == harness->traced_count)
		return fail("never came to the screen", number);
	latency->value[latency->count++] = harness_traced_ns(harness, flip) - harness_traced_ns(harness, ring);
	from = harness_now(harness);
	harness_type(harness, "modem", "hangup\n");
	if (harness_await(harness, from, "call", "^call: state .*-> idle") < 0 ||
		harness_await(harness, from, "io", "decision [0-9]+:.*keys linux") < 0)
		return fail("did not end", number);
	return tap(harness, "linux", "^app: key 30 up") ? fail("Linux's key did not come", number) : 0;
}

/* Each key event that came in, to its being in its owner's hands. */
static void collect_keys(const struct harness *harness, size_t first, struct samples *latency)
{
	for (size_t in = first; in < harness->traced_count; in++) {
		if (!is_mark(&harness->traced[in], PL_MARK_KEY_IN))
			continue;
		for (size_t out = in + 1; out < harness->traced_count; out++) {
			if (!is_mark(&harness->traced[out], PL_MARK_KEY_OWNER) ||
				harness->traced[out].b != harness->traced[in].b)
				continue;
			if (latency->count < KEY_EVENT_MAX)
				latency->value[latency->count++] =
					harness_traced_ns(harness, out) - harness_traced_ns(harness, in);
			break;
		}
	}
}

int calls_measure(struct harness *harness)
{
	static struct samples ring, key;
	size_t first = harness->traced_count;

	for (size_t number = 1; number <= CALL_COUNT; number++)
		if (play_call(harness, number, &ring))
			return -1;
	collect_keys(harness, first, &key);
	if (key.count < KEY_EVENT_MAX)
		return fail("not every key was handed on", key.count);
	printf("call.ring_to_scanout_ns\t%llu\tns\n", (unsigned long long)percentile(&ring));
	printf("call.key_to_owner_ns\t%llu\tns\n", (unsigned long long)percentile(&key));
	return 0;
}
