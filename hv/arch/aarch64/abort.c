/* Stage-2 aborts: emulated registers, and faults (DDI 0487 D19.2.37, ISS of data aborts). */
#include "hv/arch/aarch64/exit.h"

#define ISS_ISV		 (1ull << 24)
#define ISS_SSE		 (1ull << 21)
#define ISS_SF		 (1ull << 15)
#define ISS_S1PTW	 (1ull << 7)
#define ISS_WNR		 (1ull << 6)
#define ISS_SRT(esr)	 ((uint32_t)((esr) >> 16 & 31))
#define DFSC(esr)	 ((esr) & 0x3c)
#define DFSC_TRANSLATION 0x04
#define DFSC_PERMISSION	 0x0c
#define PAR_F		 1ull
#define MMIO_WAITS	 1

struct vcpu *exit_abort(struct vcpu *v, uint64_t esr);

static inline uint64_t hpfar_page(void)
{
	return (sysreg_read(hpfar_el2) & 0xffffffffff0ull) << 8;
}

/*
 * HPFAR_EL2 holds the page for a translation fault and for any fault of a stage-1 walk; for a permission
 * fault of the access itself it is unknown, so that FAR is translated again. False: the guest has changed
 * its tables meanwhile; let it try the instruction again.
 */
static bool fault_ipa(uint64_t esr, uint64_t *page)
{
	uint64_t saved, par;

	if (DFSC(esr) != DFSC_PERMISSION || esr & ISS_S1PTW) {
		*page = hpfar_page();
		return true;
	}
	saved = sysreg_read(par_el1);
	__asm__ volatile("at s1e1r, %0\n\tisb" : : "r"(sysreg_read(far_el2)) : "memory");
	par = sysreg_read(par_el1);
	sysreg_write(par_el1, saved);
	*page = par & 0xfffffffff000ull;
	return !(par & PAR_F);
}

static uint64_t mmio_extend(uint64_t value, uint64_t esr, uint32_t bytes)
{
	uint32_t shift = 64 - bytes * 8;

	if (!(esr & ISS_SSE))
		return value << shift >> shift;
	value = (uint64_t)((int64_t)(value << shift) >> shift);
	return esr & ISS_SF ? value : (uint32_t)value;
}

/* As mmio_odd has it; of what mmio_handle refuses the record is made, and reads as zero. */
static INLINE int mmio_serve(struct vcpu *v, struct mmio *m, uint64_t esr)
{
	int ret;

	if (vgic_owns(m->ipa))
		return v->index && vgic_request(v, m, esr) ? MMIO_WAITS : vgic_mmio(v, m);
	if (wdt_owns(v->partition, m->ipa))
		return wdt_access(v->partition, m);
	ret = mmio_handle(v, m);
	return ret == -EINVAL ? 0 : ret;
}

static void abort_refuse(struct vcpu *v, enum pl_fault_cause cause, ipa_t where, uint64_t esr)
{
	if (!partition_refuse(v, cause, where))
		vcpu_inject_abort(esr);
}

/* -ENODEV: nothing there. -EINVAL: no such register; recorded, reads as zero. MMIO_WAITS: the answer comes later. */
static SEPARATE void mmio_odd(struct vcpu *v, const struct mmio *m, uint64_t esr, int ret)
{
	if (ret == -ENODEV) {
		abort_refuse(v, PL_FAULT_MEMORY, m->ipa, esr);
		return;
	}
	if (ret == -EINVAL)
		partition_fault(v, PL_FAULT_DEVICE_ACCESS, m->ipa, false);
	if (ret == -EINVAL && !m->write)
		vcpu_set_reg(v, ISS_SRT(esr), 0);
	vcpu_step();
}

static INLINE void mmio_trap(struct vcpu *v, uint64_t esr, ipa_t where)
{
	struct mmio m = {
		.ipa = where,
		.bytes = (uint8_t)(1u << (esr >> 22 & 3)),
		.write = esr & ISS_WNR,
		.value = 0,
	};
	int ret;

	if (m.write)
		m.value = mmio_extend(vcpu_reg(v, ISS_SRT(esr)), 0, m.bytes);
	v->mmio_exit_count++;
	ret = mmio_serve(v, &m, esr);
	if (ret != 0) {
		mmio_odd(v, &m, esr, ret);
		return;
	}
	if (!m.write)
		vcpu_set_reg(v, ISS_SRT(esr), mmio_extend(m.value, esr, m.bytes));
	vcpu_step();
}

void arch_mmio_reply(struct vcpu *v)
{
	const struct mmio *m = &v->request;

	if (!m->write)
		vcpu_set_reg(v, ISS_SRT(v->request_esr), mmio_extend(m->value, v->request_esr, m->bytes));
	vcpu_resume(v);
}

void abort_data(struct vcpu *v, uint64_t esr)
{
	uint64_t page;
	ipa_t where;

	if (DFSC(esr) != DFSC_TRANSLATION && DFSC(esr) != DFSC_PERMISSION) {
		abort_refuse(v, PL_FAULT_EXCEPTION, ipa(0), esr);
		return;
	}
	if (!fault_ipa(esr, &page))
		return;
	where = ipa(page | (sysreg_read(far_el2) & 0xfff));
	if (esr & ISS_ISV && !(esr & ISS_S1PTW))
		mmio_trap(v, esr, where);
	else
		abort_refuse(v, fault_cause_at(v, where), where, esr);
}

/*
 * From vectors.S. Most are a translation fault of an access with syndrome: HPFAR_EL2 is right, and there is no
 * more to ask.
 */
struct vcpu *exit_abort(struct vcpu *v, uint64_t esr)
{
	uint64_t since = exit_note(v, EC_DABT_LOW, esr);

	if ((esr & (ISS_ISV | ISS_S1PTW | DFSC(~0ull))) == (ISS_ISV | DFSC_TRANSLATION))
		mmio_trap(v, esr, ipa(hpfar_page() | (sysreg_read(far_el2) & 0xfff)));
	else
		abort_data(v, esr);
	return exit_done(v, since);
}

void abort_instruction(struct vcpu *v, uint64_t esr)
{
	uint64_t page;

	if (fault_ipa(esr, &page))
		abort_refuse(v, PL_FAULT_MEMORY, ipa(page | (sysreg_read(far_el2) & 0xfff)), esr);
}
