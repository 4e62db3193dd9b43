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

/* Those of the vCPU that is loaded. */
static inline uint64_t arch_lr_read(uint32_t n)
{
	switch (n) {
	case 0: return sysreg_read(ich_lr0_el2);
	case 1: return sysreg_read(ich_lr1_el2);
	case 2: return sysreg_read(ich_lr2_el2);
	default: return sysreg_read(ich_lr3_el2);
	}
}

static inline void arch_lr_write(uint32_t n, uint64_t value)
{
	switch (n) {
	case 0: sysreg_write(ich_lr0_el2, value); break;
	case 1: sysreg_write(ich_lr1_el2, value); break;
	case 2: sysreg_write(ich_lr2_el2, value); break;
	default: sysreg_write(ich_lr3_el2, value); break;
	}
}

static inline void arch_lr_control(uint64_t hcr)
{
	sysreg_write(ich_hcr_el2, hcr);
}

static inline uint64_t arch_lr_status(void)
{
	return sysreg_read(ich_hcr_el2);
}

#endif
