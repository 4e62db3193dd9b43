/* Why a guest came to EL2: the handlers between vectors.S and the core, with the headers that they all need. */
#ifndef HV_AARCH64_EXIT_H
#define HV_AARCH64_EXIT_H

#include "hv/arch/aarch64/sysreg.h"
#include "hv/core/partition.h"

/* Exception classes, DDI 0487 D19.2.37. */
/* clang-format off */
enum { EC_WFX = 0x01, EC_HVC64 = 0x16, EC_SMC64 = 0x17, EC_SYS64 = 0x18, EC_IABT_LOW = 0x20, EC_DABT_LOW = 0x24 };
/* clang-format on */

/* An exit is noted first; its time is what exit_done wants. */
static INLINE uint64_t exit_note(struct vcpu *v, uint32_t class, uint64_t esr)
{
	v->exit_count++;
	return trace_event(PL_TRACE_EXIT, v->partition->index, class, sysreg_read(elr_el2), esr);
}

/* Another vCPU than v is to run. Who is switched to is let in there (vcpu_switch). */
struct vcpu *exit_choose(struct cpu *c, uint64_t since);

/* Last: the vCPU to go on with. */
static INLINE struct vcpu *exit_done(struct vcpu *v, uint64_t since)
{
	struct cpu *c = v->cpu;

	if (c->resched)
		return exit_choose(c, since);
	(void)sched_unmasked(c, since);
	return v;
}

/* Data abort of the guest: an emulated register, or a fault. */
void abort_data(struct vcpu *v, uint64_t esr);
void abort_instruction(struct vcpu *v, uint64_t esr);
/* Trapped MSR, MRS. */
void trap_sysreg(struct vcpu *v, uint64_t esr);
/* The guest's next instruction. */
static inline void vcpu_step(void)
{
	sysreg_write(elr_el2, sysreg_read(elr_el2) + 4);
}

/* inject.c: the guest takes an exception at its present PC: an undefined instruction, */
void vcpu_inject_undefined(void);
/* or the abort just taken, as an external one: nothing answers there. */
void vcpu_inject_abort(uint64_t esr);

/* Register n of a trapped instruction; 31 is the zero register. */
static inline uint64_t vcpu_reg(const struct vcpu *v, uint32_t n)
{
	return n == 31 ? 0 : v->arch.x[n];
}

static inline void vcpu_set_reg(struct vcpu *v, uint32_t n, uint64_t value)
{
	if (n != 31)
		v->arch.x[n] = value;
}

#endif
