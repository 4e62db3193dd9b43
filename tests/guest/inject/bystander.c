/* Shares the CPU in slices with those who do harm: its memory, its FPU and its registers stay its own. */
#include "tests/guest/test.h"

#define WORDS 4096u
#define MIX   0x9e3779b97f4a7c15ull

void fp_fill(uint64_t seed);
uint64_t fp_differs(uint64_t seed);

static volatile uint64_t pattern[WORDS];

void firmware_main(uint64_t arg)
{
	uint64_t i, round, wrong = 0;

	(void)arg;
	for (i = 0; i < WORDS; i++)
		pattern[i] = i * MIX;
	for (round = 0; !wrong; round++) {
		test_sleep_ms(1);
		fp_fill(round);
		wrong += fp_differs(round) != 0;
		for (i = 0; i < WORDS; i++)
			wrong += pattern[i] != i * MIX;
	}
	log_line("fail a bystander's memory and registers: expected 0 got %lu differences", wrong);
	for (;;)
		cpu_wait();
}
