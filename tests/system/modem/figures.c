/*
 * What the shared line costs, in virtual time, all between two events of the hypervisor's trace.
 * modem.at_added_ms: from the last byte of Linux's command in the call partition's receiver to its last byte in the
 * modem's, while nobody else wants anything. modem.voice_cmd_ms: from the user's key in the call partition's queue to
 * the last byte of ATA or AT+CHUP in the modem's receiver, while Linux floods its port; a command of Linux's that was on
 * the line already is waited for, if it has no channel of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/harness.h"

#define GUARD_MS    900000
#define IDLE_COUNT  "200"
#define IDLE_MIN    190
#define CALL_COUNT  50
#define SAMPLE_MAX  512
#define PERCENTILE  99
#define UART_MAX    8
#define LINUX_MODEM "AT+CESQ\r"

static struct harness *harness;

struct samples {
	uint64_t value[SAMPLE_MAX];
	size_t count;
};

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static int fail(const char *what, size_t number)
{
	fprintf(stderr, "figures: %s (%zu)\n", what, number);
	return -1;
}

/* Nearest rank, in milliseconds. */
static int figure(const char *name, struct samples *s)
{
	if (!s->count)
		return fail("no samples", 0);
	qsort(s->value, s->count, sizeof(s->value[0]), ascending);
	printf("%s\t%.3f\tms, p99 of %zu, at most %.3f\n", name,
		(double)s->value[(s->count * PERCENTILE + 99) / 100 - 1] / 1e6, s->count,
		(double)s->value[s->count - 1] / 1e6);
	return 0;
}

/* From event `i` on, the one with the last byte of `text` at any one of a partition's receivers; traced_count: none. */
static size_t find_text(size_t i, int partition, const char *text)
{
	size_t matched[UART_MAX] = {0};

	for (; i < harness->traced_count; i++) {
		const struct pl_trace_event *event = &harness->traced[i];
		size_t *m = &matched[event->a % UART_MAX];

		if (event->type != PL_TRACE_LINE || event->partition != partition)
			continue;
		*m = (char)event->b == text[*m] ? *m + 1 : (char)event->b == text[0];
		if (!text[*m])
			return i;
	}
	return i;
}

/* A press, handed to its owner: of the one key that is touched. */
static size_t find_press(size_t i)
{
	for (; i < harness->traced_count; i++)
		if (harness->traced[i].type == PL_TRACE_MARK && harness->traced[i].a == PL_MARK_KEY_OWNER &&
			(harness->traced[i].b & 0xff) == 1)
			break;
	return i;
}

static void add(struct samples *s, size_t from, size_t to)
{
	if (s->count < SAMPLE_MAX)
		s->value[s->count++] = harness_traced_ns(harness, to) - harness_traced_ns(harness, from);
}

static int measure_idle(struct samples *s)
{
	int call = pltrace_find(&harness->trace, "call"), modem = pltrace_find(&harness->trace, "modem");
	size_t from = harness_now(harness), at = harness->traced_count;

	harness_type(harness, "linux", "idle " IDLE_COUNT "\n");
	if (harness_await(harness, from, "linux", "^idle: done") < 0)
		return fail("Linux's commands had no answer", 0);
	for (;;) {
		size_t begin = find_text(at, call, LINUX_MODEM), end = find_text(begin, modem, LINUX_MODEM);

		if (end == harness->traced_count)
			break;
		add(s, begin, end);
		at = end + 1;
	}
	return s->count >= IDLE_MIN ? 0 : fail("commands in the trace", s->count);
}

static int press(const char *key, const char *awaited)
{
	size_t from = harness_now(harness);

	harness_key(harness, key, true);
	harness_key(harness, key, false);
	return harness_await(harness, from, "call", awaited) < 0 ? fail(awaited, 0) : 0;
}

static int one_call(size_t number)
{
	size_t from = harness_now(harness);

	harness_type(harness, "modem", "ring +358401234567\n");
	if (harness_await(harness, from, "call", "(idle|ended) -> ringing") < 0)
		return fail("did not ring", number);
	/* The next one rings while the end of this one is still shown: seconds of a flood take long. */
	return press("f1", "ringing -> active") || press("f2", "active -> ended") ? -1 : 0;
}

/* Only two keys are pressed, in turn: one answers, one hangs up. */
static int collect_voice(size_t at, struct samples *s)
{
	int modem = pltrace_find(&harness->trace, "modem");

	while ((at = find_press(at)) < harness->traced_count) {
		size_t end = find_text(at, modem, s->count % 2 ? "AT+CHUP\r" : "ATA\r");

		if (end == harness->traced_count)
			return fail("not in the trace", s->count);
		add(s, at++, end);
	}
	return s->count == 2 * CALL_COUNT ? 0 : fail("keys in the trace", s->count);
}

static int measure_voice(struct samples *s)
{
	size_t from = harness_now(harness), first = harness->traced_count;

	harness_type(harness, "linux", "flood\n");
	if (harness_await(harness, from, "linux", "^flood: on") < 0)
		return fail("no flood", 0);
	for (unsigned i = 0; i < CALL_COUNT; i++)
		if (one_call(i))
			return -1;
	/* What is newest in the trace is not there at once. */
	if (harness_await(harness, from, "call", "ended -> idle") < 0)
		return fail("call without end", CALL_COUNT);
	return collect_voice(first, s);
}

static int run(void)
{
	static struct samples idle, voice;

	if (harness_await(harness, 0, "linux", "^client: ready, .*,1.OK") < 0 ||
		harness_await(harness, 0, "call", "^call: screen ready") < 0 || measure_idle(&idle) ||
		figure("modem.at_added_ms", &idle) || measure_voice(&voice))
		return -1;
	return figure("modem.voice_cmd_ms", &voice);
}

/* figures DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	int error;

	if (argc < 4) {
		fprintf(stderr, "usage: figures DIRECTORY MEMORY_FILE EMULATOR ARGUMENT...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	options.directory = argv[1];
	options.memory = argv[2];
	options.argv = argv + 3;
	options.trace_types = 1u << PL_TRACE_MARK | 1u << PL_TRACE_LINE;
	harness = harness_create(&options);
	error = harness ? run() : -1;
	harness_destroy(harness);
	return error ? 1 : 0;
}
