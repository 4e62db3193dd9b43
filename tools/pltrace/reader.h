/*
 * Reads the hypervisor's trace (include/abi/trace.h) from outside: from the file that backs the
 * emulator's memory, while it runs, or from a dump of it. One reader for the rings of all CPUs; readers
 * do not disturb each other nor the hypervisor.
 */
#ifndef TOOLS_PLTRACE_READER_H
#define TOOLS_PLTRACE_READER_H

#include <stddef.h>
#include <stdint.h>
#include "abi/config.h"
#include "abi/trace.h"

#define PLTRACE_BATCH 512

/* Where the reader is in one CPU's ring. */
struct pltrace_cursor {
	const struct pl_trace_ring *ring;
	uint64_t next; /* number of the next event to take from it */
	/* events copied and not yet handed out */
	struct pl_trace_event batch[PLTRACE_BATCH];
	uint32_t batch_count;
	uint32_t batch_next;
};

struct pltrace {
	/* the mapped file */
	const struct pl_trace_ring
		*ring; /* that of CPU 0, for what all say alike; NULL until pltrace_open succeeded */
	void *map;
	size_t map_bytes;
	struct pltrace_cursor cursor[PL_MAX_CPUS];
	uint32_t cursor_count;
	uint32_t event_count; /* in each ring */
	uint64_t lost;	      /* events overwritten before they were read, so far */
};

/*
 * Map the rings, of which the first lies at physical address `pa` of the machine whose RAM starts at `ram_base`
 * and is held by the file `path`. The first one's header says how long they are and how many.
 * -EAGAIN: the hypervisor has not made them yet, or the emulator the memory: the file is empty (try again); -errno of
 * open or mmap; -EINVAL: the file is too short or the header makes no sense.
 */
int pltrace_open(struct pltrace *t, const char *path, uint64_t pa, uint64_t ram_base);
void pltrace_close(struct pltrace *t); /* accepts a zeroed object */

/*
 * 1: the next event since the last call is in *e. 0: none yet. Events come in the order of their times, but one that
 * a CPU writes while others are read may come after later ones of theirs.
 */
int pltrace_next(struct pltrace *t, struct pl_trace_event *e);

/* Skip to the newest events: what happened so far does not count. */
void pltrace_skip(struct pltrace *t);

/* The longest stretch with interrupts masked on any CPU, ticks; its CPU. */
uint64_t pltrace_masked_max(const struct pltrace *t, uint32_t *cpu);

uint64_t pltrace_ns(const struct pltrace *t, uint64_t ticks);
/* Partition's name; "hv" for PL_TRACE_NONE, "?" out of range. */
const char *pltrace_partition(const struct pltrace *t, uint8_t partition);
/* Index of the partition with that name, or -ENOENT. */
int pltrace_find(const struct pltrace *t, const char *name);

/* Names of the numbers in include/abi; "?" for unknown ones. */
const char *pltrace_type_str(uint32_t type);
const char *pltrace_mark_str(uint32_t mark);
const char *pltrace_state_str(uint32_t partition_state);
const char *pltrace_fault_str(uint32_t cause);

#endif
