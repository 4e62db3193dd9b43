/*
 * Restart of a partition, in the order that DESIGN.md gives and for its reasons:
 *
 *   restart_begin     vCPUs off, its bus masters cut off from memory
 *   PL_PHASE_HALT      its vCPUs of other CPUs stop
 *   PL_PHASE_SILENCE   its real devices: bus mastering off, functions and secondary buses reset; then its UARTs
 *                     reset, its virtual devices' reset requested of their hosts
 *   PL_PHASE_DEVICES   nothing to do but wait for them: partition_devices_reset
 *   PL_PHASE_SCRUB     RAM, then the bank that it is the guest of; a host's banks and state pages stay
 *   PL_PHASE_LOAD      images from the store
 *   PL_PHASE_START     its first vCPU: at once, after the back-off, or when its devices have come
 *
 * All but the first is done in slices of a few thousand instructions, scheduled as the partition's first
 * vCPU is: whoever is more urgent comes in between.
 */
#ifndef HV_CORE_RESTART_H
#define HV_CORE_RESTART_H

#include "hv/core/seams.h"

struct restart {
	enum pl_trace_phase phase;
	bool start;	       /* boot when done; false: stays stopped */
	uint32_t item;	       /* slot, region or load being worked on */
	uint64_t offset;       /* bytes of it that are done */
	struct hv_timer pause; /* while the buses behind bridges are in reset */
	uint64_t window_start; /* restart_limit counts from here */
	uint32_t window_count;
	uint64_t newest; /* when it last failed */
	uint64_t wait;	 /* from then to its boot: back-off, ticks */
	uint32_t streak; /* restarts in a row */
};

/* Power-on: nothing to scrub (the memory was nobody's), load and boot. */
void restart_first(struct partition *p);
/* start: false leaves p stopped, with devices reset. */
void restart_begin(struct partition *p, bool start);
/* Nothing is missing any more: it starts when its turn comes. */
void restart_start(struct partition *p);
/* Is a slice of work due? */
bool restart_pending(const struct partition *p);
void restart_step(struct partition *p);
/* May p restart once more, by its restart_limit? Counts the attempt. */
bool restart_allowed(struct partition *p);

#endif
