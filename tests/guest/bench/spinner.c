/* Never sleeps. */
#include "tests/guest/test.h"

void firmware_main(uint64_t arg)
{
	(void)arg;
	for (;;)
		;
}
