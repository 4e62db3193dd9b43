/* System register access and the bits that the hypervisor uses (ARM DDI 0487, GICv3: IHI 0069). */
#ifndef HV_SYSREG_H
#define HV_SYSREG_H

#include "hv/core/types.h"

#define sysreg_read(name)                                                                                    \
	({                                                                                                   \
		uint64_t sysreg_value_;                                                                      \
		__asm__ volatile("mrs %0, " #name : "=r"(sysreg_value_));                                    \
		sysreg_value_;                                                                               \
	})
#define sysreg_write(name, value) __asm__ volatile("msr " #name ", %x0" : : "rZ"((uint64_t)(value)))

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
