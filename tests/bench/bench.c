/*
 * The figures of `make bench`. Times are virtual, one nanosecond an instruction, and all between
 * two events of the hypervisor's trace: what is typed and pressed from outside only sets things off.
 */
#include <stdio.h>
#include <string.h>

#include "abi/hypercall.h"
#include "tests/bench/calls.h"
#include "tests/system/ping.h"
#include "tools/harness/harness.h"

#define GUARD_MS     3600000
#define WAKE_COUNT   "10000"
#define WAKE_ROUNDS  10
#define PERIOD_COUNT "10000"
#define INSTRUCTIONS "instructions"
#define HOG_LINES    10 /* that Linux prints while deadlines are kept, one a second of its own work */

static int figure(const char *name, uint64_t value, const char *unit)
{
	printf("%s\t%llu\t%s\n", name, (unsigned long long)value, unit);
	return 0;
}

/* Gives the measuring partition a command and reads what it answers. */
static int probe_value(
	struct harness *harness, const char *command, const char *name, unsigned long long *value)
{
	size_t from = harness_now(harness);
	char pattern[64];
	ssize_t line;

	snprintf(pattern, sizeof(pattern), "^probe: %s [0-9]+", name);
	if (command && harness_type(harness, "probe", command))
		return -1;
	line = harness_await(harness, command ? from : 0, "probe", pattern);
	if (line < 0 || sscanf(strrchr(harness->event[line].text, ' '), "%llu", value) != 1)
		return -1;
	return 0;
}

static int ask_probe(struct harness *harness, const char *command, const char *name, const char *figure_name,
	const char *unit)
{
	unsigned long long value;

	return probe_value(harness, command, name, &value) ? -1 : figure(figure_name, value, unit);
}

/* From reset, when the counter starts at 0, to the first instruction of the call partition. */
static int boot_time(struct harness *harness)
{
	int call = pltrace_find(&harness->trace, "call");

	for (size_t i = 0; i < harness->traced_count; i++)
		if (harness->traced[i].type == PL_TRACE_BOOT && harness->traced[i].partition == call)
			return figure("hv.boot_to_guest_instr", harness->traced[i].time, INSTRUCTIONS);
	fprintf(stderr, "bench: the trace has no boot of the call partition\n");
	return -1;
}

/* The first event of that kind from event `i` on; traced_count: none. */
static size_t find_event(
	const struct harness *harness, size_t i, int partition, enum pl_trace_type type, uint32_t a)
{
	const struct pl_trace_event *event = harness->traced;

	while (i < harness->traced_count &&
		!(event[i].partition == partition && event[i].type == type && event[i].a == a))
		i++;
	return i;
}

/* Linux is stopped and comes back: 576 MiB to scrub, its kernel and file system to load. */
static int restart(struct harness *harness)
{
	int linux_index = pltrace_find(&harness->trace, "linux");
	size_t from = harness_now(harness), first = harness->traced_count, at[4];
	char command[32];

	snprintf(command, sizeof(command), "restart %d\n", linux_index);
	if (harness_type(harness, "probe", command) ||
		harness_await(harness, from, "linux", "^app: started") < 0)
		return -1;
	at[0] = find_event(harness, first, linux_index, PL_TRACE_PARTITION, PL_PARTITION_RESTARTING);
	at[1] = find_event(harness, at[0], linux_index, PL_TRACE_RESTART, PL_PHASE_SCRUB);
	at[2] = find_event(harness, at[1], linux_index, PL_TRACE_RESTART, PL_PHASE_LOAD);
	at[3] = find_event(harness, at[2], linux_index, PL_TRACE_BOOT, 0);
	if (at[3] == harness->traced_count) {
		fprintf(stderr, "bench: the trace has no whole restart of Linux\n");
		return -1;
	}
	figure("hv.restart_instr", harness->traced[at[1]].time - harness->traced[at[0]].time, INSTRUCTIONS);
	figure("hv.restart_scrub_instr", harness->traced[at[2]].time - harness->traced[at[1]].time,
		INSTRUCTIONS);
	return figure("hv.restart_load_instr", harness->traced[at[3]].time - harness->traced[at[2]].time,
		INSTRUCTIONS);
}

static int full_speed(struct harness *harness)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux", "\nkillall -USR1 handset-app\n");
	return harness_await(harness, from, "linux", "^app: full speed") < 0 ? -1 : 0;
}

static int start(struct harness *harness)
{
	if (harness_await(harness, 0, "probe", "^probe: ready") < 0 ||
		harness_await(harness, 0, "linux", "^app: frame") < 0)
		return -1;
	return 0;
}

/* Linux draws 30 pictures a second. */
static int pings(struct harness *harness)
{
	struct ping_times times;

	if (ping_measure(harness, &times))
		return -1;
	if (times.p99_ns == UINT64_MAX) {
		fprintf(stderr, "bench: %u of %d pings were answered\n", times.answered, PING_COUNT);
		return -1;
	}
	figure("vnet.ping_rtt_drawing_median_ns", times.median_ns, "ns");
	return figure("vnet.ping_rtt_drawing_ns", times.p99_ns, "ns");
}

static int run(struct harness *harness)
{
	if (start(harness) || pings(harness) || full_speed(harness) ||
		ask_probe(harness, "wakes " WAKE_COUNT "\n", "timer_wake_p99_instr",
			"hv.timer_wake_p99_instr", INSTRUCTIONS) ||
		ask_probe(harness, NULL, "timer_wake_max_instr", "hv.timer_wake_max_instr", INSTRUCTIONS) ||
		ask_probe(harness, "counters\n", "virtio_read_exits", "hv.virtio_read_exits", "exits") ||
		restart(harness) || full_speed(harness))
		return -1;
	return calls_measure(harness);
}

/* Again and again, each time at another phase of whatever Linux and the I/O domain do: the worst of each round. */
static int run_wakes(struct harness *harness)
{
	if (start(harness) || full_speed(harness))
		return -1;
	for (int round = 0; round < WAKE_ROUNDS; round++)
		if (ask_probe(harness, "wakes " WAKE_COUNT "\n", "timer_wake_max_instr",
			    "hv.timer_wake_max_instr", INSTRUCTIONS))
			return -1;
	return 0;
}

/* On the phone as it is, without the measuring partition, which would be loaded first. */
static int run_boot(struct harness *harness)
{
	return harness_await(harness, 0, "call", "^call: started") < 0 ? -1 : boot_time(harness);
}

/* Linux draws as fast as it can and computes; the I/O domain serves it and computes for half of the time. */
static int run_deadlines(struct harness *harness)
{
	unsigned long long misses;
	size_t from;

	if (start(harness) || full_speed(harness))
		return -1;
	harness_type(harness, "linux", "\nwhile :; do md5sum /bin/busybox; done >/dev/null &\n");
	harness_type(harness, "io", "\nwhile :; do md5sum /init; usleep 400000; done >/dev/null &\n");
	from = harness_now(harness);
	if (probe_value(harness, "deadlines " PERIOD_COUNT "\n", "deadline_misses", &misses))
		return -1;
	if (harness_count(harness, from, harness_now(harness), "linux", "^app: frame") >= HOG_LINES)
		return figure("hv.deadline_misses", misses, "periods");
	fprintf(stderr,
		"bench: hv.deadline_misses: not measured, Linux had next to nothing of the processor\n");
	return -1;
}

/* bench DIRECTORY MEMORY_FILE handset|boot|wakes|deadlines EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	struct harness *harness;
	char **own = harness_arguments(&options, "handset|boot|wakes|deadlines", argc, argv);
	int error;

	if (!own)
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK | 1u << PL_TRACE_LINE | 1u << PL_TRACE_BOOT |
			      1u << PL_TRACE_PARTITION | 1u << PL_TRACE_RESTART;
	harness = harness_create(&options);
	error = !harness		       ? -1
		: !strcmp(own[0], "deadlines") ? run_deadlines(harness)
		: !strcmp(own[0], "wakes")     ? run_wakes(harness)
		: !strcmp(own[0], "boot")      ? run_boot(harness)
					       : run(harness);
	harness_destroy(harness);
	return error ? 1 : 0;
}
