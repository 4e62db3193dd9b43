/* Sleeps and wakes, again and again: each time another vCPU gets the CPU and gives it back. */
#include "tests/guest/test.h"

void firmware_main(uint64_t arg)
{
	(void)arg;
	for (;;)
		test_sleep_ms(1);
}
