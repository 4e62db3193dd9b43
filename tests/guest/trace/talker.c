/*
 * Prints without a pause, as long as the pace is measured: each character is a trapped access to its UART. Then it
 * is quiet, so that what it does until the machine is stopped does not push the end of the measurement out of the
 * trace.
 */
#include "tests/guest/test.h"

#define UNTIL_NS 400000000ull

void firmware_main(uint64_t arg)
{
	(void)arg;
	while (time_ns() < UNTIL_NS)
		log_line("nothing to say, but more of it than a console takes");
	for (;;)
		cpu_wait();
}
