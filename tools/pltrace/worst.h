/* The worst of the marks with a value, and what led to it, as text. */
#ifndef TOOLS_PLTRACE_WORST_H
#define TOOLS_PLTRACE_WORST_H

#include <stdint.h>

struct pltrace;

/*
 * Among the marks a that the trace still has, the one whose b (ticks) is largest: prints each event on its CPU from
 * b ticks and as much again before it up to the mark, a line each: nanoseconds before the mark, partition, event, a,
 * b, c. -ENOENT: there is no such mark.
 */
int pltrace_worst(struct pltrace *t, uint32_t mark);

#endif
