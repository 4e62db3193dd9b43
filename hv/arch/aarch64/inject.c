/* Exceptions that EL2 gives to a guest: AArch64.TakeException to EL1 (DDI 0487 D1.3). */
#include "hv/arch/aarch64/exit.h"

#define PSTATE_M	0xfull
#define PSTATE_EL1H	5ull
#define PSTATE_EL1T	4ull
#define PSTATE_AARCH32	0x10ull
#define PSTATE_DAIF	0x3c0ull
#define PSTATE_PAN	(1ull << 22)
#define PSTATE_NZCV	(15ull << 28)
#define SCTLR_SPAN	(1ull << 23)
#define MMFR1_PAN	(15ull << 20)
#define ESR_IL		(1ull << 25)
#define ESR_EC_SHIFT	26
#define DFSC_EXTERNAL	0x10ull
#define DFSC_WALK	0x14ull /* external abort on a stage-1 walk, level in bits 1:0 */
#define ISS_LEVEL	3ull
#define ISS_S1PTW	(1ull << 7)
#define ISS_WNR		(1ull << 6)
#define EC_FROM_SAME_EL 1u /* data and instruction aborts: one more than from EL0 */

static uint64_t vector_of(uint64_t pstate)
{
	if (pstate & PSTATE_AARCH32)
		return 0x600;
	if ((pstate & PSTATE_M) == PSTATE_EL1H)
		return 0x200;
	return (pstate & PSTATE_M) == PSTATE_EL1T ? 0 : 0x400;
}

/* What PSTATE.PAN becomes: set unless SCTLR_EL1.SPAN, where the processor has it. */
static uint64_t pan_of(uint64_t pstate)
{
	if (sysreg_read(id_aa64mmfr1_el1) & MMFR1_PAN && !(sysreg_read(sctlr_el1) & SCTLR_SPAN))
		return PSTATE_PAN;
	return pstate & PSTATE_PAN;
}

static void inject(uint64_t esr)
{
	uint64_t pstate = sysreg_read(spsr_el2);

	sysreg_write(esr_el1, esr);
	sysreg_write(elr_el1, sysreg_read(elr_el2));
	sysreg_write(spsr_el1, pstate);
	sysreg_write(spsr_el2, (pstate & PSTATE_NZCV) | pan_of(pstate) | PSTATE_DAIF | PSTATE_EL1H);
	sysreg_write(elr_el2, sysreg_read(vbar_el1) + vector_of(pstate));
}

void vcpu_inject_undefined(void)
{
	inject(ESR_IL);
}

void vcpu_inject_abort(uint64_t esr)
{
	bool from_el0 = !(sysreg_read(spsr_el2) & PSTATE_M) || sysreg_read(spsr_el2) & PSTATE_AARCH32;
	uint64_t class = (esr >> ESR_EC_SHIFT) + (from_el0 ? 0 : EC_FROM_SAME_EL);
	uint64_t status = esr & ISS_S1PTW ? DFSC_WALK | (esr & ISS_LEVEL) : DFSC_EXTERNAL;

	sysreg_write(far_el1, sysreg_read(far_el2));
	inject(class << ESR_EC_SHIFT | ESR_IL | (esr & ISS_WNR) | status);
}
