/* One physical CPU: EL2's set-up, and giving it to another vCPU. */
#include "arch.h" /* for the checker too, which does not find it by way of the core */
#include "hv/arch/aarch64/exit.h"

#define SCTLR_EL1_RESET	   0x30d00800ull /* RES1 bits; MMU, caches off, DDI 0487 D19.2.120 */
#define PSTATE_EL1H_MASKED 0x3c5ull

void fpu_save(uint64_t fp[64]);
void fpu_load(const uint64_t fp[64]);
struct vcpu *vcpu_switch(struct vcpu *to, struct vcpu *from);
extern char hv_secondary_entry[];

/* Two at a time take one access to memory. */
#define SAVE(m_at, n_at, m, n)                                                                               \
	do {                                                                                                 \
		uint64_t m_ = sysreg_read(m), n_ = sysreg_read(n);                                           \
		(m_at) = m_;                                                                                 \
		(n_at) = n_;                                                                                 \
	} while (0)
#define LOAD(m_at, n_at, m, n) __asm__ volatile("msr " #m ", %0\n\tmsr " #n ", %1" : : "r"(m_at), "r"(n_at))

void arch_init(struct cpu *c)
{
	sysreg_write(tpidr_el2, (uint64_t)c);
	sysreg_write(hcr_el2, HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TWI | HCR_TID3 | HCR_TSC |
				      HCR_TIDCP | HCR_TACR | HCR_RW);
	sysreg_write(vtcr_el2, VTCR);
	sysreg_write(vpidr_el2, sysreg_read(midr_el1));
	sysreg_write(mdcr_el2, MDCR_TPM | MDCR_TDA | MDCR_TDOSA | MDCR_TDRA);
	sysreg_write(cptr_el2, CPTR_RES1 | CPTR_TTA);
	sysreg_write(hstr_el2, 0);
	sysreg_write(cnthctl_el2, CNTHCTL_EL1PCTEN);
	sysreg_write(cntvoff_el2, 0);
	sysreg_write(mdscr_el1, 0);
	sysreg_write(cntv_ctl_el0, 0);
	sysreg_write(cnthp_ctl_el2, 0);
	isb();
	gic_init(c->index);
}

/* PSCI CPU_ON by SMC (DEN 0022 5.1.4): the target is an affinity, without bit 31 of MPIDR. */
static int64_t smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a1;
	register uint64_t x2 __asm__("x2") = a2;
	register uint64_t x3 __asm__("x3") = a3;

	__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	return (int64_t)x0;
}

int arch_cpu_on(struct cpu *c)
{
	arch_publish(c, sizeof(*c)); /* it starts without its cache */
	return (int)smc(PSCI_CPU_ON_64, c->index, (uint64_t)hv_secondary_entry, (uint64_t)c);
}

void arch_vcpu_reset(struct vcpu *v, uint64_t entry, uint64_t arg, uint64_t vttbr)
{
	v->arch = (struct arch_vcpu){
		.x[0] = arg,
		.pc = entry,
		.pstate = PSTATE_EL1H_MASKED,
		.el1.sctlr_el1 = SCTLR_EL1_RESET,
		.vmpidr = 1ull << 31 | v->index,
		.vttbr = vttbr,
	};
}

void arch_vcpu_resume_at(struct vcpu *v, uint64_t entry)
{
	sysreg_write(elr_el2, entry);
	sysreg_write(spsr_el2, PSTATE_EL1H_MASKED);
#define X(m, n)                                                                                              \
	sysreg_write(m, 0);                                                                                  \
	sysreg_write(n, 0);
	ARCH_EL1_PAIRS(X)
#undef X
	sysreg_write(sctlr_el1, SCTLR_EL1_RESET);
	for (uint32_t i = 0; i < sizeof(v->arch.x) / sizeof(v->arch.x[0]); i++)
		v->arch.x[i] = 0;
}

/* PPI 27 keeps its physical active state across a switch: it goes with its vCPU (FACTS). */
static void timer_save(struct vcpu *v)
{
	struct arch_vcpu *a = &v->arch;

	SAVE(a->cntv_ctl, a->cntv_cval, cntv_ctl_el0, cntv_cval_el0);
	sysreg_write(cntv_ctl_el0, 0);
	a->timer_active = gic_is_active(GIC_PPI_VTIMER);
	if (a->timer_active)
		gic_set_active(GIC_PPI_VTIMER, false);
	else if ((a->cntv_ctl & (CNTX_CTL_ENABLE | CNTX_CTL_IMASK)) == CNTX_CTL_ENABLE)
		hv_timer_arm(&v->wake, a->cntv_cval);
}

static void timer_load(struct vcpu *v)
{
	struct arch_vcpu *a = &v->arch;

	hv_timer_cancel(&v->wake);
	if (a->timer_active)
		gic_set_active(GIC_PPI_VTIMER, true);
	LOAD(a->cntv_cval, a->cntv_ctl, cntv_cval_el0, cntv_ctl_el0);
}

void arch_vcpu_timer_due(struct vcpu *v)
{
	v->arch.timer_active = true;
}

static void context_save(struct vcpu *v)
{
	struct arch_vcpu *a = &v->arch;

	SAVE(a->pc, a->pstate, elr_el2, spsr_el2);
#define X(m, n) SAVE(a->el1.m, a->el1.n, m, n);
	ARCH_EL1_PAIRS(X)
#undef X
	a->fpsr = sysreg_read(fpsr);
	fpu_save(a->fp);
	vgic_unload(v);
	a->vmcr = sysreg_read(ich_vmcr_el2);
	SAVE(a->ap0r, a->ap1r, ich_ap0r0_el2, ich_ap1r0_el2);
	timer_save(v);
}

static void registers_load(struct vcpu *v)
{
	struct arch_vcpu *a = &v->arch;

	sysreg_write(vttbr_el2, a->vttbr);
	/* Two vCPUs of one partition on one CPU: what one has cached by its own tables is not the other's. */
	if (v->partition->config->vcpu_count > 1)
		__asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" : : : "memory");
	sysreg_write(vmpidr_el2, a->vmpidr);
	LOAD(a->pc, a->pstate, elr_el2, spsr_el2);
#define X(m, n) LOAD(a->el1.m, a->el1.n, m, n);
	ARCH_EL1_PAIRS(X)
#undef X
	sysreg_write(fpsr, a->fpsr);
	fpu_load(a->fp);
	sysreg_write(ich_vmcr_el2, a->vmcr);
	LOAD(a->ap0r, a->ap1r, ich_ap0r0_el2, ich_ap1r0_el2);
}

static void context_load(struct vcpu *v)
{
	timer_load(v);
	cpu_this()->loaded = v;
	vgic_load(v);
	isb();
}

/*
 * From vectors.S: the CPU's registers become `to`'s, or, if an interrupt came meanwhile, those of who is to run for it.
 * from: NULL when nobody's are worth keeping.
 */
struct vcpu *vcpu_switch(struct vcpu *to, struct vcpu *from)
{
	if (from)
		context_save(from);
	(void)sched_look(&to);
	registers_load(to);
	if (sched_look(&to))
		registers_load(to);
	context_load(to);
	(void)sched_unmasked(to->cpu, to->cpu->masked_since);
	return to;
}

void arch_vcpu_discard(void)
{
	sysreg_write(cntv_ctl_el0, 0);
	gic_set_active(GIC_PPI_VTIMER, false);
	arch_lr_control(1);
}

void arch_vcpu_where(const struct vcpu *v, struct pl_fault *f, bool trapped)
{
	bool loaded = cpu_this()->loaded == v;

	f->pc = loaded ? sysreg_read(elr_el2) : v->arch.pc;
	f->sp = loaded ? sysreg_read(sp_el1) : v->arch.el1.sp_el1;
	f->lr = v->arch.x[30];
	if (!trapped)
		return;
	f->esr = sysreg_read(esr_el2);
	f->far = sysreg_read(far_el2);
	f->hpfar = sysreg_read(hpfar_el2);
}

void arch_idle(void)
{
	dsb_sy();
	__asm__ volatile("wfi" : : : "memory");
}

void arch_timer_set(uint64_t deadline)
{
	sysreg_write(cnthp_cval_el2, deadline);
	sysreg_write(cnthp_ctl_el2, deadline == UINT64_MAX ? 0 : CNTX_CTL_ENABLE);
	isb();
}

uint64_t time_hz(void)
{
	return sysreg_read(cntfrq_el0);
}

void arch_tlb_flush_all(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi alle1is\n\tdsb ish\n\tisb" : : : "memory");
}
