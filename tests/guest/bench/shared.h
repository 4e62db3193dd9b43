/*
 * The bank of `make bench-hv`. Each field has one writer, named before it; all read. What a partition
 * finds here was written before the doorbell or the switch that let it run, on the same CPU.
 */
#ifndef TESTS_GUEST_BENCH_SHARED_H
#define TESTS_GUEST_BENCH_SHARED_H

#include <stdint.h>

#define SHARED_IPA   0x56000000ull
#define SHARED_BYTES 0x200000ull

enum { BELL_RING, BELL_ANSWER, BELL_GO }; /* ringer -> urgent, urgent -> ringer: twice */

struct shared {
	uint64_t answer; /* urgent: ring back */
	uint64_t rung;	 /* urgent: when the ringer's doorbell reached it */
	uint64_t
		median; /* ringer: from its doorbell to urgent's first instruction, or on to its own after the answer */
	uint64_t worst;
	uint64_t resumed; /* spinner: when it last got the CPU back */
	uint64_t booted;  /* patient: its first instruction */
};

static inline volatile struct shared *shared(void)
{
	return (volatile struct shared *)SHARED_IPA;
}

#endif
