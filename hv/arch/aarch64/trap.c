/* Trapped system registers (DDI 0487 D19.2.37, ISS of MSR and MRS; encodings in D24). */
#include "hv/arch/aarch64/exit.h"

#define ENCODING(op0, op1, crn, crm, op2) ((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ENCODING_MASK			  0x3ffc1eu
#define OP0(e)				  ((e) >> 20 & 3)
#define OP1(e)				  ((e) >> 14 & 7)
#define OP2(e)				  ((e) >> 17 & 7)
#define CRN(e)				  ((e) >> 10 & 15)
#define CRM(e)				  ((e) >> 1 & 15)

#define ICC_SGI1R ENCODING(3u, 0u, 12u, 11u, 5u)
#define ACTLR_EL1 ENCODING(3u, 0u, 1u, 0u, 1u)
#define PMU_CRN	  9u
#define PMEV_CRN  14u

/* ID_AA64PFR0 (SVE, AMU, MPAM), ID_AA64DFR0 (trace, PMU, SPE, …), ID_AA64ISAR1 (pointer authentication). */
#define PFR0_HIDDEN  ((15ull << 32) | (15ull << 40) | (15ull << 44))
#define DFR0_KEPT    0xf0f0f00full /* DebugVer, BRPs, WRPs, CTX_CMPs */
#define ISAR1_HIDDEN 0xff000ff0ull

/* clang-format off */
#define ID_CASE(m, n) case (m) * 8 + (n): return sysreg_read(S3_0_C0_C##m##_##n);
#define ID_ROW(m)                                                                                            \
	ID_CASE(m, 0) ID_CASE(m, 1) ID_CASE(m, 2) ID_CASE(m, 3) ID_CASE(m, 4) ID_CASE(m, 5) ID_CASE(m, 6)    \
	ID_CASE(m, 7)
/* clang-format on */

/* The identification space CRm 1 to 7; unallocated registers read as zero by architecture. */
static uint64_t id_read(uint32_t crm, uint32_t op2)
{
	switch (crm * 8 + op2) {
		ID_ROW(1) ID_ROW(2) ID_ROW(3) ID_ROW(4) ID_ROW(5) ID_ROW(6) ID_ROW(7)
	}
	return 0;
}

/* Features whose registers are trapped, or whose state no switch saves, are not there for a guest. */
static uint64_t id_filtered(uint32_t crm, uint32_t op2)
{
	uint64_t value = id_read(crm, op2);

	switch (crm * 8 + op2) {
	case 1 * 8 + 2: return value & ~0x0f000000ull; /* ID_DFR0.PerfMon */
	case 4 * 8 + 0: return value & ~PFR0_HIDDEN;
	case 4 * 8 + 1:
	case 4 * 8 + 4:
	case 4 * 8 + 5: return 0; /* PFR1 (MTE, SME), ZFR0, SMFR0 */
	case 5 * 8 + 0: return value & DFR0_KEPT;
	case 5 * 8 + 1: return 0;
	case 6 * 8 + 1: return value & ~ISAR1_HIDDEN;
	case 6 * 8 + 2: return 0;
	default: return value;
	}
}

/* Read as zero, write ignored: debug, performance monitors (neither is there), ACTLR. */
static bool is_raz_wi(uint32_t e)
{
	if (OP0(e) == 2 || e == ACTLR_EL1)
		return true;
	return OP0(e) == 3 && (OP1(e) == 0 || OP1(e) == 3) &&
	       (CRN(e) == PMU_CRN || (CRN(e) == PMEV_CRN && CRM(e) >= 8));
}

static bool sysreg_read_trapped(struct vcpu *v, uint32_t e, uint32_t reg)
{
	if (OP0(e) == 3 && OP1(e) == 0 && CRN(e) == 0 && CRM(e) >= 1 && CRM(e) <= 7)
		vcpu_set_reg(v, reg, id_filtered(CRM(e), OP2(e)));
	else if (is_raz_wi(e))
		vcpu_set_reg(v, reg, 0);
	else
		return false;
	return true;
}

static bool sysreg_write_trapped(struct vcpu *v, uint32_t e, uint64_t value)
{
	if (e == ICC_SGI1R)
		vgic_sgi(v, value);
	else if (!is_raz_wi(e))
		return false;
	return true;
}

void trap_sysreg(struct vcpu *v, uint64_t esr)
{
	uint32_t e = (uint32_t)esr & ENCODING_MASK, reg = esr >> 5 & 31;
	bool served = esr & 1 ? sysreg_read_trapped(v, e, reg) : sysreg_write_trapped(v, e, vcpu_reg(v, reg));

	if (served)
		vcpu_step();
	else if (!partition_refuse(v, PL_FAULT_SYSREG, ipa(0)))
		vcpu_inject_undefined();
}
