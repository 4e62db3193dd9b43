/* System register access and the bits that the hypervisor uses (ARM DDI 0487, GICv3: IHI 0069). */
#ifndef HV_SYSREG_H
#define HV_SYSREG_H

#include <stdint.h>

#define sysreg_read(name)                                                                                    \
	({                                                                                                   \
		uint64_t sysreg_value_;                                                                      \
		__asm__ volatile("mrs %0, " #name : "=r"(sysreg_value_));                                    \
		sysreg_value_;                                                                               \
	})
#define sysreg_write(name, value) __asm__ volatile("msr " #name ", %x0" : : "rZ"((uint64_t)(value)))

/* GICv3 registers by encoding: the assembler knows their names only from newer architectures on. */
#define ICC_PMR_EL1	S3_0_C4_C6_0
#define ICC_IAR1_EL1	S3_0_C12_C12_0
#define ICC_EOIR1_EL1	S3_0_C12_C12_1
#define ICC_DIR_EL1	S3_0_C12_C11_1
#define ICC_CTLR_EL1	S3_0_C12_C12_4
#define ICC_SGI1R_EL1	S3_0_C12_C11_5
#define ICC_SRE_EL1	S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_SRE_EL2	S3_4_C12_C9_5
#define ICH_AP0R0_EL2	S3_4_C12_C8_0
#define ICH_AP1R0_EL2	S3_4_C12_C9_0
#define ICH_HCR_EL2	S3_4_C12_C11_0
#define ICH_VTR_EL2	S3_4_C12_C11_1
#define ICH_ELRSR_EL2	S3_4_C12_C11_5
#define ICH_VMCR_EL2	S3_4_C12_C11_7
#define ICH_LR0_EL2	S3_4_C12_C12_0
#define ICH_LR1_EL2	S3_4_C12_C12_1
#define ICH_LR2_EL2	S3_4_C12_C12_2
#define ICH_LR3_EL2	S3_4_C12_C12_3
/* The macros above must expand before they become part of an instruction. */
#define gicreg_read(name)	   sysreg_read_(name)
#define gicreg_write(name, value)  sysreg_write_(name, value)
#define sysreg_read_(name)	   sysreg_read(name)
#define sysreg_write_(name, value) sysreg_write(name, value)

#define HCR_VM	  (1ull << 0)
#define HCR_SWIO  (1ull << 1)
#define HCR_FMO	  (1ull << 3)
#define HCR_IMO	  (1ull << 4)
#define HCR_AMO	  (1ull << 5)
#define HCR_TWI	  (1ull << 13)
#define HCR_TID3  (1ull << 18)
#define HCR_TSC	  (1ull << 19)
#define HCR_TIDCP (1ull << 20)
#define HCR_TACR  (1ull << 21)
#define HCR_RW	  (1ull << 31)

#define MDCR_TPM   (1ull << 6)
#define MDCR_TDA   (1ull << 9)
#define MDCR_TDOSA (1ull << 10)
#define MDCR_TDRA  (1ull << 11)

/* 4 KiB granule, start at level 1, 39-bit IPA, 40-bit PA, walks write-back inner shareable. */
#define VTCR_RES1 (1ull << 31)
#define VTCR	  (VTCR_RES1 | 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16)

#define CPTR_RES1 0x33ffull
#define CPTR_TTA  (1ull << 20)

/* EL1 may read the physical counter; its timer (bit 1 clear) is trapped. */
#define CNTHCTL_EL1PCTEN (1ull << 0)
#define CNTX_CTL_ENABLE	 1ull
#define CNTX_CTL_IMASK	 2ull

static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

static inline void dsb_sy(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

#endif
