/*
 * What the manager and the guests under it share: a page for each of these in the bank `progress`.
 * The manager writes seed and total before anything else; the guest the rest. A guest may spoil its
 * own page: the manager takes nothing from it on trust but that a case began.
 */
#ifndef TESTS_GUEST_INJECT_H
#define TESTS_GUEST_INJECT_H

#include <stdint.h>

#define PROGRESS_IPA   0x56000000ull
#define PROGRESS_BYTES 0x1000ull
#define PROGRESS_MAGIC 0x7365656473ull

struct progress {
	uint64_t magic;
	uint64_t seed;
	uint64_t total;	   /* cases */
	uint64_t begun;	   /* cases so far */
	uint64_t survived; /* of these */
	uint64_t kind;	   /* enum of cases.c: what is under way */
};

static inline volatile struct progress *progress_of(uint32_t partition)
{
	return (volatile struct progress *)(PROGRESS_IPA + partition * PROGRESS_BYTES);
}

/* splitmix64: any seed gives a good sequence. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

#endif
