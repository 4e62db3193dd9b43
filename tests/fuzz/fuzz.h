/*
 * A driver that writes garbage: into registers, rings, descriptors and data, over the loopback transport.
 *
 * Deterministic: a case is a number, the same on every machine. FUZZ_CASES sets how many are run,
 * FUZZ_FIRST where to start. The bank lies between two stretches that nobody may touch, so that a
 * step out of it ends the run even without the sanitizers.
 *
 * After each case the promise is checked: the device is whole or latched broken (and has told its driver
 * so), and after a reset an honest driver is served.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "vdev/loopback.h"

#define FUZZ_BANK_BYTES (1u << 20)
#define FUZZ_BANK_BASE	0x7c000000ull
#define FUZZ_RINGS	FUZZ_BANK_BASE /* one each 64 KiB */
#define FUZZ_RING_STEP	0x10000u
#define FUZZ_DATA	(FUZZ_BANK_BASE + 0x80000)
#define FUZZ_QUEUES_MAX 4

/* One device under test. */
struct fuzz_target {
	const char *name;
	uint16_t queue_size;
	/* The device of a new process; `fresh`: of a new machine, so that nothing is left of an earlier one. */
	struct vdev *(*create)(const struct vmem *bank, bool fresh);
	void (*poke)(void); /* optional: work that comes from the device's own side */
	uint32_t (*request)(uint8_t *to, unsigned queue); /* something near to a valid request; its bytes */
	bool (*works)(void);				  /* queues are set up: is an honest driver served? */
};

struct fuzz {
	const struct fuzz_target *target;
	struct loopback lb;
	struct vmem bank;
	struct vq queue[FUZZ_QUEUES_MAX]; /* the driver's side */
	uint32_t broken_count;		  /* cases in which the device was found broken */
	uint32_t served_count;		  /* requests that came back */
};
extern struct fuzz fuzz;

/* Random numbers of the current case; fuzz_run begins each with its number. */
void fuzz_seed(uint64_t number);
uint32_t fuzz_random(void);
uint32_t fuzz_below(uint32_t limit);
/* A number that programs tend to get wrong: near a power of two, all ones, near the bank's borders. */
uint64_t fuzz_number(void);

/* For fuzzers that run their cases themselves: fuzz.bank, and a number from the environment. */
void fuzz_bank_create(void);
unsigned fuzz_setting(const char *name, unsigned otherwise);
/* Run all cases; the number of those in which the promise did not hold. */
unsigned fuzz_run(const struct fuzz_target *target, unsigned default_cases);
/* Honest driver: send `request`, expect it back within a bounded number of rounds. */
bool fuzz_ask(unsigned q, const void *request, uint32_t request_bytes, void *answer, uint32_t answer_bytes);

#endif
