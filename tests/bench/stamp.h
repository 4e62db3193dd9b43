/* When an interrupt reached the guest: the time of its vector's first instruction, before any run-time. */
#ifndef BENCH_STAMP_H
#define BENCH_STAMP_H

#include <stdint.h>

#include "frontends/rtos/sysreg.h"

extern char stamp_vectors[];

/* From now on each interrupt is stamped. */
static inline void stamp_start(void)
{
	sysreg_write(vbar_el1, (uint64_t)stamp_vectors);
	cpu_isb();
}

/* Ticks, of the newest interrupt. The counter was read by the second instruction. */
static inline uint64_t stamp_newest(void)
{
	return sysreg_read(tpidrro_el0) - 1;
}

#endif
