/* Exits of a guest. Each returns the vCPU to run next: vectors.S loads it if it is another one. */
#include "hv/arch/aarch64/exit.h"

#define TRACE_EXIT_SERROR 0x101u
#define WFX_TI		  1u /* 0: WFI, 1: WFE */

struct vcpu *exit_hvc(struct vcpu *v, uint64_t esr);
struct vcpu *exit_trap(struct vcpu *v, uint64_t esr);
struct vcpu *exit_irq(struct vcpu *v);
struct vcpu *exit_serror(struct vcpu *v);
void hv_panic(uint64_t vector, uint64_t esr, uint64_t elr, uint64_t far) __attribute__((noreturn));

static void exit_other(struct vcpu *v, uint64_t esr)
{
	switch (esr >> 26) {
	case EC_DABT_LOW: abort_data(v, esr); break;
	case EC_IABT_LOW: abort_instruction(v, esr); break;
	case EC_SYS64: trap_sysreg(v, esr); break;
	case EC_WFX:
		vcpu_step();
		if (!(esr & WFX_TI))
			vcpu_wait(v);
		break;
	case EC_SMC64:
		/* Firmware is not the guest's. Answered as firmware without the function would. */
		partition_fault(v, PL_FAULT_SMC, ipa(0), false);
		v->arch.x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
		vcpu_step();
		break;
	case 0x00:
	case 0x03 ... 0x0c:
	case 0x19:
		/* AArch32 coprocessors, SVE: what this processor does not offer its guests. */
		vcpu_inject_undefined();
		break;
	default:
		if (!partition_refuse(v, PL_FAULT_EXCEPTION, ipa(0)))
			vcpu_inject_undefined();
		break;
	}
}

struct vcpu *exit_choose(struct cpu *c, uint64_t since)
{
	struct vcpu *v;

	c->masked_since = since;
	v = sched_next(c);
	if (v == c->loaded)
		(void)sched_unmasked(c, c->masked_since);
	return v;
}

struct vcpu *exit_hvc(struct vcpu *v, uint64_t esr)
{
	uint64_t since = exit_note(v, EC_HVC64, esr);

	v->arch.x[0] = (uint64_t)hypercall(v);
	return exit_done(v, since);
}

struct vcpu *exit_trap(struct vcpu *v, uint64_t esr)
{
	uint64_t since = exit_note(v, (uint32_t)(esr >> 26), esr);

	exit_other(v, esr);
	return exit_done(v, since);
}

struct vcpu *exit_irq(struct vcpu *v)
{
	uint64_t since = time_now();

	v->exit_count++;
	irq_handle(sysreg_read(elr_el2)); /* traces what it was */
	return exit_done(v, since);
}

struct vcpu *exit_serror(struct vcpu *v)
{
	uint64_t since = exit_note(v, TRACE_EXIT_SERROR, 0);

	partition_fault(v, PL_FAULT_SERROR, ipa(0), true);
	return exit_done(v, since);
}

/* An exception of EL2 itself: nothing that a guest does leads here; the machine stops where it is. */
void hv_panic(uint64_t vector, uint64_t esr, uint64_t elr, uint64_t far)
{
	hv_log("panic: vector %lu esr 0x%lx elr 0x%lx far 0x%lx", vector, esr, elr, far);
	hv_halt("panic");
}
