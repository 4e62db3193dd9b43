/*
 * pltrace [--live] [--pid PID] [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE -o trace.json
 * pltrace --masked [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE
 * pltrace --worst MARK [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE
 *
 * Writes the hypervisor's trace, found in the file that backs the machine's memory or in a dump of it,
 * for Perfetto. --live: follows it until SIGTERM or SIGINT, or until process PID (the emulator) ends.
 * --masked: prints how long EL2 ever kept interrupts masked: nanoseconds, CPU, and when it was over,
 * nanoseconds; then what the trace still has of it: time, partition, event, a, b, c.
 * --worst: what led to the worst mark of that number (include/abi/trace.h; 10: a timer's lateness), worst.h.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "abi/mark.h"
#include "tools/pltrace/json.h"
#include "tools/pltrace/worst.h"

#define DEFAULT_PA	 0x40e00000ull
#define DEFAULT_RAM_BASE 0x40000000ull
/* The ring cannot wake us. It holds 32768 events: a hundred times what happens meanwhile. */
#define LOOK_AGAIN_MS 2

struct options {
	const char *memory;
	const char *output;
	uint64_t pa, ram_base;
	pid_t pid; /* 0: none */
	bool live;
	bool masked;
	uint32_t worst; /* enum pl_mark; 0: not asked for */
};

static int usage(void)
{
	fprintf(stderr,
		"usage: pltrace [--live] [--pid PID] [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE -o FILE\n"
		"       pltrace --masked [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE\n"
		"       pltrace --worst MARK [--pa ADDRESS] [--ram-base ADDRESS] MEMFILE\n");
	return 2;
}

static bool parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {{"live", no_argument, NULL, 'l'},
		{"pid", required_argument, NULL, 'p'}, {"pa", required_argument, NULL, 'a'},
		{"ram-base", required_argument, NULL, 'r'}, {"masked", no_argument, NULL, 'm'},
		{"worst", required_argument, NULL, 'w'}, {0}};
	bool question;
	int c;

	*o = (struct options){.pa = DEFAULT_PA, .ram_base = DEFAULT_RAM_BASE};
	while ((c = getopt_long(argc, argv, "o:", names, NULL)) != -1) {
		switch (c) {
		case 'l': o->live = true; break;
		case 'm': o->masked = true; break;
		case 'w': o->worst = (uint32_t)strtoul(optarg, NULL, 0); break;
		case 'p': o->pid = (pid_t)atoi(optarg); break;
		case 'a': o->pa = strtoull(optarg, NULL, 0); break;
		case 'r': o->ram_base = strtoull(optarg, NULL, 0); break;
		case 'o': o->output = optarg; break;
		default: return false;
		}
	}
	question = o->masked || o->worst;
	if (optind != argc - 1 || !o->output != question || (question && o->live) ||
		(o->masked && o->worst) || o->pa < o->ram_base)
		return false;
	o->memory = argv[optind];
	return true;
}

/*
 * Descriptors that end a live trace: [0] signals, [1] the emulator's end (-1: poll ignores it). Returns 1 if
 * that one has ended already.
 */
static int watch(struct pollfd ends[2], pid_t pid)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	ends[0] = (struct pollfd){.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN};
	ends[1] = (struct pollfd){.fd = -1, .events = POLLIN};
	if (pid)
		ends[1].fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (pid && ends[1].fd < 0 && errno == ESRCH)
		return 1;
	if (ends[0].fd < 0 || (pid && ends[1].fd < 0)) {
		fprintf(stderr, "pltrace: cannot watch signals or process %d: %s\n", (int)pid,
			strerror(errno));
		return -errno;
	}
	return 0;
}

/* The hypervisor makes the ring when it starts: a live trace waits for that. */
static int find_ring(struct pltrace *t, const struct options *o, struct pollfd ends[2])
{
	int ret;

	while ((ret = pltrace_open(t, o->memory, o->pa, o->ram_base)) == -EAGAIN && o->live)
		if (poll(ends, 2, LOOK_AGAIN_MS) > 0)
			break;
	if (ret < 0)
		fprintf(stderr, "pltrace: %s: %s\n", o->memory,
			ret == -EAGAIN ? "no trace there" : strerror(-ret));
	return ret;
}

static uint64_t drain(struct pltrace *t, struct pltrace_json *w)
{
	struct pl_trace_event event;
	uint64_t count = 0;

	for (; pltrace_next(t, &event) == 1; count++)
		pltrace_json_put(w, &event);
	return count;
}

/* That stretch, and what the trace still has of it. */
static void say_masked(struct pltrace *t)
{
	struct pl_trace_event e;
	uint32_t cpu;
	uint64_t ticks = pltrace_masked_max(t, &cpu), end = t->cursor[cpu].ring->masked_end;

	printf("%" PRIu64 "\t%u\t%" PRIu64 "\n", pltrace_ns(t, ticks), cpu, pltrace_ns(t, end));
	while (pltrace_next(t, &e) == 1)
		if (e.cpu == cpu && e.time <= end && e.time + ticks >= end)
			printf("%" PRIu64 "\t%s\t%s\t%" PRIu32 "\t0x%" PRIx64 "\t0x%" PRIx64 "\n",
				pltrace_ns(t, e.time), pltrace_partition(t, e.partition),
				pltrace_type_str(e.type), e.a, e.b, e.c);
}

static int answer(struct pltrace *t, const struct options *o)
{
	int ret = 0;

	if (o->masked)
		say_masked(t);
	else
		ret = pltrace_worst(t, o->worst);
	if (ret == -ENOENT)
		fprintf(stderr, "pltrace: %s: no mark %u in what the trace has\n", o->memory, o->worst);
	return ret;
}

int main(int argc, char **argv)
{
	static struct pltrace trace;
	struct pltrace_json writer;
	struct options options;
	struct pollfd ends[2];
	uint64_t count;
	int ret;

	if (!parse(&options, argc, argv))
		return usage();
	if (options.live) {
		ret = watch(ends, options.pid);
		if (ret < 0)
			return 1;
		options.live = ret == 0;
	}
	if (find_ring(&trace, &options, ends) < 0)
		return 1;
	if (options.masked || options.worst) {
		ret = answer(&trace, &options);
		pltrace_close(&trace);
		return ret < 0 ? 1 : 0;
	}
	if (pltrace_json_open(&writer, options.output, &trace) < 0)
		return 1;
	count = drain(&trace, &writer);
	while (options.live && poll(ends, 2, LOOK_AGAIN_MS) == 0)
		count += drain(&trace, &writer);
	count += drain(&trace, &writer);
	ret = pltrace_json_close(&writer);
	printf("%" PRIu64 " events, %" PRIu64 " lost\n", count, trace.lost);
	pltrace_close(&trace);
	return ret < 0 ? 1 : 0;
}
