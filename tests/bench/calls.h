/* Figures of a hundred calls. */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

struct harness;

/* Plays the calls and prints call.ring_to_scanout_ns and call.key_to_owner_ns. 0, or -1 after saying why. */
int calls_measure(struct harness *harness);

#endif
