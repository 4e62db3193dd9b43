/* How long a ping takes from Linux to the call partition, on a handset that a harness drives. */
#ifndef TESTS_SYSTEM_PING_H
#define TESTS_SYSTEM_PING_H

#include <stdint.h>
#include "tools/harness/harness.h"

#define PING_COUNT 500

struct ping_times { /* virtual */
	unsigned answered;
	uint64_t median_ns, p99_ns; /* of all PING_COUNT: one without an answer took for ever, UINT64_MAX */
	unsigned pictures; /* that came to the screen meanwhile; the harness must take marks from the trace */
};

/*
 * Types the ping on Linux's console, PING_COUNT times, and reads what it says. Its pauses are no multiple of the
 * screen's or the sound's period, so that it meets both in every phase. 0, or a negative errno of the harness.
 */
int ping_measure(struct harness *harness, struct ping_times *times);

#endif
