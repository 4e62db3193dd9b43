/* The lives of the bad guest, in order: what it does, and what the manager must find recorded. */
#ifndef TESTS_GUEST_FAULT_H
#define TESTS_GUEST_FAULT_H

#include "abi/fault.h"
#include "frontends/rtos/board.h"

enum life {
	LIFE_READ_NOTHING, /* memory that is nobody's */
	LIFE_READ_HYPERVISOR,
	LIFE_WRITE_NEIGHBOUR,
	LIFE_WRITE_CONFIG,
	LIFE_EXECUTE_OUTSIDE,
	LIFE_REAL_GIC,	     /* pages beyond the emulated registers */
	LIFE_PAIR_ON_DEVICE, /* ldp: no syndrome */
	LIFE_SYSREG,	     /* the physical timer */
	LIFE_SYSREG_HYP,     /* implementation defined */
	LIFE_WATCHDOG,
	LIFE_RESET,
	LIFE_OFF,  /* stays off until its manager starts it */
	LIFE_GOOD, /* only what is recorded and goes on */
	LIFE_COUNT,
};

#define SCRUB_WORD  0x5c5c5c5c5c5c5c5cull
#define SCRUB_FIRST 0x52400000ull /* the second half of the bad guest's memory, no image there */
#define SCRUB_BYTES 0x200000ull
#define FLOOD	    1000u /* unknown hypercalls in a row: all counted, few logged */

static const enum pl_fault_cause life_cause[LIFE_COUNT] = {
	[LIFE_READ_NOTHING] = PL_FAULT_MEMORY,
	[LIFE_READ_HYPERVISOR] = PL_FAULT_MEMORY,
	[LIFE_WRITE_NEIGHBOUR] = PL_FAULT_MEMORY,
	[LIFE_WRITE_CONFIG] = PL_FAULT_MEMORY,
	[LIFE_EXECUTE_OUTSIDE] = PL_FAULT_MEMORY,
	[LIFE_REAL_GIC] = PL_FAULT_MEMORY,
	[LIFE_PAIR_ON_DEVICE] = PL_FAULT_NO_SYNDROME,
	[LIFE_SYSREG] = PL_FAULT_SYSREG,
	[LIFE_SYSREG_HYP] = PL_FAULT_SYSREG,
	[LIFE_WATCHDOG] = PL_FAULT_WATCHDOG,
	[LIFE_RESET] = PL_FAULT_RESET,
	[LIFE_OFF] = PL_FAULT_OFF,
	[LIFE_GOOD] = PL_FAULT_NONE,
};
/* Guest-physical address of the access, 0: none. */
static const uint64_t life_address[LIFE_COUNT] = {
	[LIFE_READ_NOTHING] = 0x60000008,
	[LIFE_READ_HYPERVISOR] = 0x40200000,
	[LIFE_WRITE_NEIGHBOUR] = 0x52600010,
	[LIFE_WRITE_CONFIG] = 0x41000000,
	[LIFE_EXECUTE_OUTSIDE] = 0x42000000,
	[LIFE_REAL_GIC] = 0x08010000,
	[LIFE_PAIR_ON_DEVICE] = BOARD_GICD,
};

#endif
