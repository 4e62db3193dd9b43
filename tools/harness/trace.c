/* The hypervisor's trace, followed while the machine runs so that nothing of it is overwritten. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/internal.h"

int trace_take(struct harness *harness)
{
	struct pl_trace_event event;

	if (!harness->memory[0])
		return 0;
	if (!harness->trace.ring) {
		int error =
			pltrace_open(&harness->trace, harness->memory, harness->trace_pa, HARNESS_RAM_BASE);

		if (error == -EAGAIN || error == -ENOENT)
			return 0;
		if (error) {
			fprintf(stderr, "harness: no trace in %s: %s\n", harness->memory, strerror(-error));
			return error;
		}
	}
	while (pltrace_next(&harness->trace, &event)) {
		size_t at;

		if (harness->trace_types && !(harness->trace_types >> event.type & 1))
			continue;
		if (harness->traced_count == harness->traced_room) {
			size_t room = harness->traced_room ? 2 * harness->traced_room : 65536;
			struct pl_trace_event *grown = realloc(harness->traced, room * sizeof(*grown));

			if (!grown)
				return -ENOMEM;
			harness->traced = grown;
			harness->traced_room = room;
		}
		/* In order of time, also where another CPU's later ones were there first. */
		for (at = harness->traced_count++; at && harness->traced[at - 1].time > event.time; at--)
			harness->traced[at] = harness->traced[at - 1];
		harness->traced[at] = event;
	}
	return 0;
}

uint64_t harness_traced_ns(const struct harness *harness, size_t index)
{
	return pltrace_ns(&harness->trace, harness->traced[index].time);
}

size_t harness_traced_since(const struct harness *harness, uint64_t time_ns)
{
	size_t low = 0, high = harness->traced_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (harness_traced_ns(harness, middle) < time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int harness_await_traced(struct harness *harness, harness_traced_seen *seen, void *context)
{
	uint64_t end = harness_real_ms() + harness->guard_ms;
	int error = 0;

	while (!seen(harness, context) && !error)
		error = harness_real_ms() < end ? harness_pump(harness, TRACE_PAUSE_MS) : -ETIMEDOUT;
	return error;
}

/* As pltrace --masked says it, in DIRECTORY/masked. */
static void masked_write(const struct harness *harness)
{
	char path[sizeof(harness->directory) + 16];
	uint32_t cpu;
	uint64_t ticks = pltrace_masked_max(&harness->trace, &cpu);
	FILE *file;

	snprintf(path, sizeof(path), "%s/masked", harness->directory);
	file = fopen(path, "w");
	if (!file)
		return;
	fprintf(file, "%" PRIu64 "\t%u\t%" PRIu64 "\n", pltrace_ns(&harness->trace, ticks), cpu,
		pltrace_ns(&harness->trace, harness->trace.cursor[cpu].ring->masked_end));
	fclose(file);
}

void trace_finish(struct harness *harness)
{
	/* With several CPUs virtual time passes for all while one works: that is no measure. */
	if (harness->trace.ring && harness->trace.cursor_count == 1)
		masked_write(harness);
	pltrace_close(&harness->trace);
	free(harness->traced);
}
