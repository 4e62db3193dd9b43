/*
 * The processor as the core sees it. arch/fake/arch.h offers the same for the host, so that the core is
 * unit-tested there. The build chooses the directory; no file asks which one it got.
 */
#ifndef HV_ARCH_H
#define HV_ARCH_H

#include "abi/config.h"
#include "abi/fault.h"
#include "hv/core/types.h"

/* EL1 and EL0 system registers that a switch of vCPUs saves and loads: what a guest can write untrapped. Two at a time. */
/* clang-format off */
#define ARCH_EL1_PAIRS(X)                                                                                    \
	X(sctlr_el1, cpacr_el1) X(ttbr0_el1, ttbr1_el1) X(tcr_el1, mair_el1) X(amair_el1, vbar_el1)          \
	X(contextidr_el1, esr_el1) X(far_el1, afsr0_el1) X(afsr1_el1, par_el1) X(elr_el1, spsr_el1)          \
	X(sp_el0, sp_el1) X(tpidr_el0, tpidrro_el0) X(tpidr_el1, cntkctl_el1) X(csselr_el1, fpcr)
/* clang-format on */

/*
 * x0 to x18 and x30 are written at each exit, the rest only when another vCPU takes the CPU: until then
 * the registers hold the truth (cpu->loaded says whose).
 */
struct arch_vcpu {
	uint64_t x[31]; /* first: vectors.S */
	uint64_t pc, pstate;
	struct {
#define X(m, n) uint64_t m, n;
		ARCH_EL1_PAIRS(X)
#undef X
	} el1;
	uint64_t cntv_ctl, cntv_cval;
	uint64_t vmcr, ap0r, ap1r; /* virtual CPU interface */
	bool timer_active;	   /* its PPI 27 was active at the physical GIC when it left the CPU */
	uint64_t vmpidr, vttbr;
	uint64_t fp[64] __attribute__((aligned(16)));
	uint64_t fpsr;
};

void arch_init(struct cpu *c);
/* Never returns: enters the guest. */
void arch_start(struct vcpu *first) __attribute__((noreturn));
/* Registers as at power-on: EL1h, MMU off, x0 = arg. v is not loaded. */
void arch_vcpu_reset(struct vcpu *v, uint64_t entry, uint64_t arg, uint64_t vttbr);
/* v, loaded: registers as after arch_vcpu_reset, but for its timer and interrupts, which stay. */
void arch_vcpu_resume_at(struct vcpu *v, uint64_t entry);
/* The vCPU that is loaded, its list registers already empty, will not run on from here: silence the rest, keep nothing. */
void arch_vcpu_discard(void);
/* Where v is, into a fault's registers; trapped: the exception just taken is the cause. */
void arch_vcpu_where(const struct vcpu *v, struct pl_fault *f, bool trapped);
/* Have the firmware start CPU c->index at hv_secondary(c). 0, or its PSCI error, which is negative. */
int arch_cpu_on(struct cpu *c);
/* v's request is served: its register, and it goes on. */
void arch_mmio_reply(struct vcpu *v);
/* Sleep until an interrupt is pending (they stay masked). */
void arch_idle(void);
/* v, off the CPU, has reached its virtual timer's value: as if PPI 27 had been taken for it. */
void arch_vcpu_timer_due(struct vcpu *v);
/* EL2's own timer; UINT64_MAX: off. */
void arch_timer_set(uint64_t deadline);
void arch_tlb_flush_all(void);

/* Physical memory of guests. Zeroes (multiples of 8) or copies, and leaves nothing in the data cache. */
void arch_scrub(void *to, uint64_t bytes);
void arch_copy(void *to, const void *from, uint64_t bytes);
void arch_icache_flush(void);
/* Is there a device at that address of EL2's? False: the bus answers a read with an abort. */
bool arch_answers(uint64_t address);

/* Physical interrupt controller; see this.h. */
#define GIC_SPURIOUS	    1020u
#define GIC_SGI_COUNT	    16u
#define GIC_PPI_MAINTENANCE 25u
#define GIC_PPI_HYP_TIMER   26u
#define GIC_PPI_VTIMER	    27u
#define GIC_MAX		    PL_PIRQ_COUNT
/* Of CPU `cpu`; the distributor with the first. */
void gic_init(uint32_t cpu);
bool gic_is_active(uint32_t intid);
void gic_enable(uint32_t intid, bool on);
/* Mail for that CPU. */
void gic_send(uint32_t cpu);
/* INTID >= 32 goes to that CPU. */
void gic_route(uint32_t intid, uint32_t cpu);
void gic_set_level(uint32_t intid, bool level);
void gic_set_pending(uint32_t intid, bool on);
void gic_set_active(uint32_t intid, bool on);

#endif
