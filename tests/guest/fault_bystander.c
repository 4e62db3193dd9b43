/* Notices nothing: its memory keeps its pattern and its timer its pace. */
#include "tests/guest/test.h"

#define WORDS 4096

static volatile uint64_t pattern[WORDS];

void firmware_main(uint64_t arg)
{
	uint64_t round, i, wrong = 0;

	(void)arg;
	for (i = 0; i < WORDS; i++)
		pattern[i] = i * 0x9e3779b97f4a7c15ull;
	for (round = 0; round < 600; round++) {
		test_sleep_ms(1);
		for (i = 0; i < WORDS; i++)
			wrong += pattern[i] != i * 0x9e3779b97f4a7c15ull;
	}
	test_equal("the bystander's memory is as it left it", 0, wrong);
	for (;;)
		cpu_wait();
}
