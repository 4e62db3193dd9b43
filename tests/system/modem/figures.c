/*
 * What the shared line costs, in virtual time, all between two events of the hypervisor's trace.
 * modem.at_added_ms: from the last byte of Linux's command in the call partition's receiver to its last byte in the
 * modem's, while nobody else wants anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/harness.h"

#define GUARD_MS    900000
#define IDLE_COUNT  "200"
#define IDLE_MIN    190
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

static int run(void)
{
	static struct samples idle;

	if (harness_await(harness, 0, "linux", "^client: ready, .*,1.OK") < 0 ||
		harness_await(harness, 0, "call", "^call: screen ready") < 0 || measure_idle(&idle))
		return -1;
	return figure("modem.at_added_ms", &idle);
}

/* figures DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	int error;

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK | 1u << PL_TRACE_LINE;
	harness = harness_create(&options);
	error = harness ? run() : -1;
	harness_destroy(harness);
	return error ? 1 : 0;
}
