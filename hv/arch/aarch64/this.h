/* What the core asks of the processor it runs on in one or two instructions. arch/fake has its own. */
#ifndef HV_AARCH64_THIS_H
#define HV_AARCH64_THIS_H

#include "hv/arch/aarch64/sysreg.h"

#define ARCH_LR_MAX 4 /* list registers used */

static inline struct cpu *cpu_this(void)
{
	return (struct cpu *)sysreg_read(tpidr_el2);
}

/* Aff0: CPUs are numbered from 0 within one cluster, as PSCI and the redistributors count them here. */
static inline uint32_t cpu_index(void)
{
	return (uint32_t)sysreg_read(mpidr_el1) & 0xff;
}

/* CNTVCT */
static inline uint64_t time_now(void)
{
	return sysreg_read(cntvct_el0);
}

/* Somebody else has to do something first, or has something more urgent to do. */
static inline void cpu_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

static inline bool arch_irq_pending(void)
{
	return sysreg_read(isr_el1) != 0;
}

/* The physical interrupt controller. gic_end drops the priority only; gic_deactivate finishes. */
static inline uint32_t gic_ack(void)
{
	return (uint32_t)sysreg_read(icc_iar1_el1);
}

static inline void gic_end(uint32_t intid)
{
	sysreg_write(icc_eoir1_el1, intid);
}

static inline void gic_deactivate(uint32_t intid)
{
	sysreg_write(icc_dir_el1, intid);
}

static inline uint32_t arch_lr_count(void)
{
	uint32_t count = (uint32_t)(sysreg_read(ich_vtr_el2) & 31) + 1;

	return count < ARCH_LR_MAX ? count : ARCH_LR_MAX;
}

/* List registers, a bit each: nothing in it, nothing to tell. */
static inline uint32_t arch_lr_empty(void)
{
	return (uint32_t)sysreg_read(ich_elrsr_el2);
}

#endif
