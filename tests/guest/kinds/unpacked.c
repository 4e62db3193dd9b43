/* An ELF program: what its segments hold is there, what they do not hold is zero. Then it powers off. */
#include "tests/guest/test.h"

#define WORDS 5000u
#define MIX   0x9e3779b97f4a7c15ull

static volatile uint64_t filled[4] = {MIX, MIX + 1, MIX + 2, MIX + 3};
static volatile uint64_t empty[WORDS];

void firmware_main(uint64_t arg)
{
	uint64_t wrong = 0;

	(void)arg;
	for (uint32_t i = 0; i < WORDS; i++)
		wrong += empty[i] != 0;
	for (uint32_t i = 0; i < 4; i++)
		wrong += filled[i] != MIX + i;
	test_equal((uint64_t)firmware_main < 0x52400000 ? "an ELF image is loaded as it was linked"
							: "so is one that was compressed",
		0, wrong);
	test_sleep_ms(1); /* the line is out */
	(void)hvc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}
