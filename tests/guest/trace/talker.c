/* Prints without end: each line is work of EL2's, for its pace to be late by. */
#include "tests/guest/test.h"

void firmware_main(uint64_t arg)
{
	(void)arg;
	for (uint32_t i = 0;; i++)
		log_line("line %u of one who cannot be quiet", i);
}
