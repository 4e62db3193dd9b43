/* The record of a partition's fault; kept across its restart, read with PL_HVC_FAULT_READ. */
#ifndef ABI_FAULT_H
#define ABI_FAULT_H

#include <stdint.h>

#define PL_FAULT_CONSOLE_BYTES 512

enum pl_fault_cause {
	PL_FAULT_NONE,
	PL_FAULT_MEMORY,      /* access outside the partition's memory and devices */
	PL_FAULT_NO_SYNDROME, /* access to an emulated device by an instruction without syndrome (ISV = 0) */
	PL_FAULT_DEVICE_ACCESS, /* size or register that an emulated device does not have */
	PL_FAULT_SYSREG,	/* system register that is not the partition's */
	PL_FAULT_SMC,
	PL_FAULT_HYPERCALL, /* unknown hypercall number (answered -ENOSYS; recorded, not fatal) */
	PL_FAULT_EXCEPTION, /* any other synchronous exception taken to EL2 */
	PL_FAULT_SERROR,
	PL_FAULT_WATCHDOG,
	PL_FAULT_RESET,	  /* the partition asked for SYSTEM_RESET (Linux: panic=1 ends here) */
	PL_FAULT_OFF,	  /* the partition asked for SYSTEM_OFF */
	PL_FAULT_CONTROL, /* a manager ordered it */
	PL_FAULT_DMA, /* one of its devices was stopped by the SMMU; esr: event (IHI 0070 7.3), far: stream, ipa: address */
	PL_FAULT_CAUSE_COUNT,
};
/* In that order: as the hypervisor's log and pltrace have them. */
#define PL_FAULT_CAUSE_NAMES                                                                                 \
	"none", "memory", "no-syndrome", "device-access", "sysreg", "smc", "hypercall", "exception",         \
		"serror", "watchdog", "reset", "off", "control", "dma"

struct pl_fault {
	uint64_t time;	 /* CNTVCT ticks */
	uint32_t cause;	 /* enum pl_fault_cause */
	uint32_t number; /* of this partition's faults, from 1 */
	uint64_t esr, far, hpfar, pc, sp, lr;
	uint64_t ipa;		/* faulting guest-physical address, 0 if none */
	uint32_t console_bytes; /* of console[] that are valid: its last words */
	uint32_t fatal;		/* 1: the partition was restarted or stopped because of it */
	char console[PL_FAULT_CONSOLE_BYTES];
};
_Static_assert(sizeof(struct pl_fault) == 80 + PL_FAULT_CONSOLE_BYTES, "wire layout");

#endif
