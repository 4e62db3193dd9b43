/* Which CPU runs this, in two instructions. arch/fake has its own. */
#ifndef HV_AARCH64_THIS_H
#define HV_AARCH64_THIS_H

#include "hv/arch/aarch64/sysreg.h"

/* Aff0: CPUs are numbered from 0 within one cluster, as PSCI and the redistributors count them here. */
static inline uint32_t cpu_index(void)
{
	return (uint32_t)sysreg_read(mpidr_el1) & 0xff;
}

/* CNTVCT, as time_now gives it. */
static inline uint64_t cpu_counter(void)
{
	return sysreg_read(cntvct_el0);
}

/* Somebody else has to do something first. */
static inline void cpu_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#endif
