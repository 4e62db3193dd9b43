/*
 * A partition's watchdog as Arm's Server Base System Architecture defines it (DEN 0029, "SBSA generic
 * watchdog"): two frames of a page each, control and refresh. The first time-out raises its interrupt
 * (WS0), the second ends the partition's life with PL_FAULT_WATCHDOG (WS1).
 */
#ifndef HV_CORE_WDT_H
#define HV_CORE_WDT_H

#include "hv/core/seams.h"

#define WDT_BYTES 0x2000u

struct wdt {
	bool enabled;
	bool ws0;
	uint64_t offset;  /* WOR: ticks from a refresh to the next time-out */
	uint64_t compare; /* WCV: when that is */
	struct hv_timer timer;
};

/* Off, as at power-on. */
void wdt_reset(struct partition *p);
bool wdt_owns(const struct partition *p, ipa_t where);
/* 0, or -EINVAL: no such register or size. */
int wdt_access(struct partition *p, struct mmio *m);

#endif
