/*
 * The figures of `make bench`. Times are virtual, one nanosecond an instruction, and all between
 * two events of the hypervisor's trace: what is typed and pressed from outside only sets things off.
 */
#include <stdio.h>
#include <string.h>

#include "tests/bench/calls.h"
#include "tools/harness/harness.h"

#define GUARD_MS   900000
#define WAKE_COUNT "2000"

static int figure(const char *name, uint64_t value, const char *unit)
{
	printf("%s\t%llu\t%s\n", name, (unsigned long long)value, unit);
	return 0;
}

/* Gives the measuring partition a command and prints what it answers. */
static int ask_probe(struct harness *harness, const char *command, const char *name, const char *figure_name,
	const char *unit)
{
	size_t from = harness_now(harness);
	char pattern[64];
	ssize_t line;
	unsigned long long value;

	snprintf(pattern, sizeof(pattern), "^probe: %s [0-9]+", name);
	if (command && harness_type(harness, "probe", command))
		return -1;
	line = harness_await(harness, command ? from : 0, "probe", pattern);
	if (line < 0 || sscanf(strrchr(harness->event[line].text, ' '), "%llu", &value) != 1)
		return -1;
	return figure(figure_name, value, unit);
}

/* From reset, when the counter starts at 0, to the first instruction of the call partition. */
static int boot_time(struct harness *harness)
{
	int call = pltrace_find(&harness->trace, "call");

	for (size_t i = 0; i < harness->traced_count; i++)
		if (harness->traced[i].type == PL_TRACE_BOOT && harness->traced[i].partition == call)
			return figure("hv.boot_to_guest_instr", harness->traced[i].time, "instructions");
	fprintf(stderr, "bench: the trace has no boot of the call partition\n");
	return -1;
}

static int start(struct harness *harness)
{
	size_t from;

	if (harness_await(harness, 0, "probe", "^probe: ready") < 0 ||
		harness_await(harness, 0, "linux", "^app: frame") < 0)
		return -1;
	from = harness_now(harness);
	harness_type(harness, "linux", "\nkillall -USR1 handset-app\n");
	return harness_await(harness, from, "linux", "^app: full speed") < 0 ? -1 : 0;
}

static int run(struct harness *harness)
{
	if (start(harness) || ask_probe(harness, "costs\n", "hvc_instr", "hv.hvc_instr", "instructions") ||
		ask_probe(harness, NULL, "mmio_trap_instr", "hv.mmio_trap_instr", "instructions") ||
		ask_probe(harness, "wakes " WAKE_COUNT "\n", "timer_wake_max_instr",
			"hv.timer_wake_max_instr", "instructions") ||
		boot_time(harness) || calls_measure(harness))
		return -1;
	return ask_probe(harness, "counters\n", "virtio_read_exits", "hv.virtio_read_exits", "exits");
}

/* bench DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	struct harness *harness;
	int error;

	if (argc < 4) {
		fprintf(stderr, "usage: bench DIRECTORY MEMORY_FILE EMULATOR ARGUMENT...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	options.directory = argv[1];
	options.memory = argv[2];
	options.argv = argv + 3;
	options.trace_types = 1u << PL_TRACE_MARK | 1u << PL_TRACE_LINE | 1u << PL_TRACE_BOOT;
	harness = harness_create(&options);
	error = harness ? run(harness) : -1;
	harness_destroy(harness);
	return error ? 1 : 0;
}
