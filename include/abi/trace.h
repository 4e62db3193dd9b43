/*
 * The trace: one ring of fixed-size events per physical CPU, in hypervisor memory that no partition
 * can write. Readable from outside (memory dump or a shared memory file of the emulator).
 *
 * The hypervisor writes the event, then increments head (release). A reader takes head (acquire),
 * copies events [head - count, head), takes head again and drops those that were overwritten meanwhile.
 */
#ifndef ABI_TRACE_H
#define ABI_TRACE_H

#include <stdint.h>

#define PL_TRACE_MAGIC 0x52544c50u /* "PLTR" */
#define PL_TRACE_NONE  0xff	   /* no partition: the hypervisor itself or idle */

struct pl_trace_event {
	uint64_t time; /* CNTVCT ticks; the same clock in all partitions (CNTVOFF is 0) */
	uint16_t type; /* enum pl_trace_type */
	uint8_t cpu;
	uint8_t partition; /* the one concerned, or PL_TRACE_NONE */
	uint32_t a;
	uint64_t b;
	uint64_t c;
};
_Static_assert(sizeof(struct pl_trace_event) == 32, "wire layout");

struct pl_trace_ring {
	uint32_t magic;
	uint32_t version; /* 1 */
	uint32_t cpu;
	uint32_t event_count; /* capacity, a power of two */
	uint64_t head;	      /* events ever written */
	uint64_t counter_hz;  /* ticks per second */
	uint32_t partition_count;
	uint32_t ring_count; /* one for each CPU; the ring of CPU 0 comes first */
	char partition_name[8][16];
	uint64_t masked_max; /* longest stretch with interrupts masked at EL2 so far, ticks */
	uint64_t masked_end; /* when it was over */
	uint64_t ring_bytes; /* from one ring to the next */
	uint8_t pad[256 - 40 - 128 - 24];
	struct pl_trace_event event[];
};
_Static_assert(sizeof(struct pl_trace_ring) == 256, "wire layout");

enum pl_trace_type {
	PL_TRACE_SWITCH = 1, /* partition = now running (NONE: idle); a = vCPU; b = partition before */
	PL_TRACE_EXIT,	 /* synchronous: a = exception class (ESR.EC); b = ELR; c = ESR. SError: a = 0x101 */
	PL_TRACE_INJECT, /* a = virtual interrupt */
	PL_TRACE_DOORBELL,	/* a = doorbell; b = to partition */
	PL_TRACE_NOTIFY,	/* a = device; b = queue */
	PL_TRACE_DEV_INTERRUPT, /* a = device; b = InterruptStatus bits */
	PL_TRACE_DEV_RESET,	/* a = device; b = epoch; c = 0 requested, 1 done, 2 gave up waiting */
	PL_TRACE_DEV_CONFIG,	/* a = device; b = offset; c = 0 written, 1 done, 2 gave up waiting */
	PL_TRACE_PARTITION,	/* a = enum pl_partition_state entered; b = restarts */
	PL_TRACE_FAULT,		/* a = enum pl_fault_cause; b = PC; c = ESR */
	PL_TRACE_MARK,		/* a = enum pl_mark (mark.h); b, c = its values */
	PL_TRACE_LINE, /* one byte arrived in the receiver of a serial line that is not `untraced`: a = UART; b = the byte */
	PL_TRACE_IRQ,  /* physical interrupt taken: a = INTID; b = PC of the guest interrupted, 0: none ran */
	PL_TRACE_BOOT, /* a partition's first instruction is next: a = vCPU; b = entry */
	PL_TRACE_RESTART, /* a = enum pl_trace_phase entered; b = restarts */
	PL_TRACE_MASKED,  /* the longest stretch with interrupts masked at EL2 up to now: b = ticks */
	PL_TRACE_TYPE_COUNT,
};

/* Phases of a restart: they come as REPORT, SILENCE, DEVICES, SCRUB, LOAD, START, NONE. */
enum pl_trace_phase {
	PL_PHASE_NONE,	  /* over: it boots, waits for its back-off or its devices, or stays stopped */
	PL_PHASE_DEVICES, /* virtual devices: waits for their hosts */
	PL_PHASE_HALT,	  /* its vCPUs on other CPUs stop */
	PL_PHASE_SILENCE, /* real devices */
	PL_PHASE_SCRUB,
	PL_PHASE_LOAD,
	PL_PHASE_START, /* devices are there: its first vCPU */
};

#endif
