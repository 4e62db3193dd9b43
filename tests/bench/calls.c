#include "abi/mark.h"
#include "tests/bench/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/callstate.h"
#include "tools/harness/harness.h"
#include "vdev-modem/mux_frame.h"

#define CALL_COUNT    100
#define RING_MS	      "300" /* how long each call rings */
#define KEY_EVENT_MAX (2 * CALL_COUNT)
#define PERCENTILE    99
#define CALL_DLCI     1 /* examples/handset/modem.conf: call */
#define UART_MAX      8

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

/* What the modem's line carries: frames of TS 27.010, on one of the call's UARTs; and how much of RING has come. */
struct ring_reader {
	struct mux_decoder decoder[UART_MAX];
	size_t matched[UART_MAX];
};

static void ring_reader_init(struct ring_reader *reader)
{
	for (size_t i = 0; i < UART_MAX; i++) {
		mux_decoder_init(&reader->decoder[i], MUX_ADVANCED, MUX_N1_MAX);
		reader->matched[i] = 0;
	}
}

/* Is the byte the last one of a frame with which a line that says RING is whole? */
static bool ends_ring(struct ring_reader *reader, const struct pl_trace_event *event)
{
	static const char ring[] = "\nRING\r\n";
	size_t uart = event->a % UART_MAX, *matched = &reader->matched[uart];
	struct mux_decoder *decoder = &reader->decoder[uart];
	bool whole = false;

	if (!mux_decoder_byte(decoder, (uint8_t)event->b) || decoder->frame.type != MUX_UIH ||
		decoder->frame.dlci != CALL_DLCI)
		return false;
	for (size_t i = 0; i < decoder->frame.count; i++) {
		char c = (char)decoder->frame.info[i];

		*matched = c == ring[*matched] ? *matched + 1 : c == ring[0];
		if (ring[*matched])
			continue;
		whole = true;
		*matched = 0;
	}
	return whole;
}

/* From event `i` on, the one with the last byte of RING's frame at the call's UART; traced_count: none. */
static size_t find_ring(const struct harness *harness, struct ring_reader *reader, size_t i, int call)
{
	const struct pl_trace_event *event = harness->traced;

	while (i < harness->traced_count && !(event[i].type == PL_TRACE_LINE && event[i].partition == call &&
						    ends_ring(reader, &event[i])))
		i++;
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
	static struct ring_reader reader;
	int call = pltrace_find(&harness->trace, "call");
	size_t ring;

	ring_reader_init(&reader);
	ring = find_ring(harness, &reader, first, call);
	while (ring < harness->traced_count) {
		size_t next = find_ring(harness, &reader, ring + 1, call),
		       flip = find_flip(harness, ring, call);

		if (latency->count == CALL_COUNT)
			return fail("one RING too many in the trace", CALL_COUNT + 1);
		if (flip >= next)
			return fail("never came to the screen", latency->count + 1);
		latency->value[latency->count++] =
			harness_traced_ns(harness, flip) - harness_traced_ns(harness, ring);
		ring = next;
	}
	return latency->count == CALL_COUNT ? 0 : fail("its RING is not in the trace", latency->count + 1);
}

/* Where the key event that came in at `in` was handed on: before that key's next one comes in, or nowhere. */
static size_t find_owner(const struct harness *harness, size_t in)
{
	const struct pl_trace_event *event = harness->traced;
	size_t i = in + 1;

	while (i < harness->traced_count &&
		!(is_mark(&event[i], PL_MARK_KEY_OWNER) && event[i].b == event[in].b) &&
		!(is_mark(&event[i], PL_MARK_KEY_IN) && event[i].b >> 8 == event[in].b >> 8))
		i++;
	return i < harness->traced_count && is_mark(&event[i], PL_MARK_KEY_OWNER) ? i : harness->traced_count;
}

/* The call came between press and release: who had the press was told of the release then, and nobody is left to be told. */
static bool was_released(const struct harness *harness, size_t in)
{
	const struct pl_trace_event *event = harness->traced;
	size_t i = in;

	while (i && !(is_mark(&event[i], PL_MARK_KEY_OWNER) && event[i].b >> 8 == event[in].b >> 8))
		i--;
	return (event[in].b & 0xff) == 0 && i && (event[i].b & 0xff) == 0;
}

/* Each key event that came in, to its being in its owner's hands. */
static int collect_keys(const struct harness *harness, size_t first, struct samples *latency)
{
	unsigned events = 0;

	for (size_t in = first; in < harness->traced_count && events < KEY_EVENT_MAX; in++) {
		size_t out;

		if (!is_mark(&harness->traced[in], PL_MARK_KEY_IN))
			continue;
		out = find_owner(harness, in);
		events++;
		if (out < harness->traced_count)
			latency->value[latency->count++] =
				harness_traced_ns(harness, out) - harness_traced_ns(harness, in);
		else if (!was_released(harness, in))
			return fail("its key was not handed on", events / 2);
	}
	return events == KEY_EVENT_MAX ? 0 : fail("its key is not in the trace", events / 2);
}

static void figure(const char *name, struct samples *samples)
{
	printf("%s\t%llu\tns\n", name, (unsigned long long)percentile(samples));
}

/* A figure that cannot be had does not cost the other one. */
int calls_measure(struct harness *harness)
{
	static struct samples ring, key;
	size_t first = harness->traced_count;
	int rings, keys;

	if (play_calls(harness))
		return -1;
	rings = collect_rings(harness, first, &ring);
	keys = collect_keys(harness, first, &key);
	if (!rings)
		figure("call.ring_to_scanout_ns", &ring);
	if (!keys)
		figure("call.key_to_owner_ns", &key);
	return rings || keys ? -1 : 0;
}
