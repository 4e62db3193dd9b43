/*
 * A deferrable server for each vCPU that has a budget (docs/decisions.md): its time on the CPU counts
 * against the budget, which is full again at each multiple of the period on the counter that all share.
 * With its budget used up it runs in the background, below everyone that has some left or needs none,
 * the priorities among those as configured: nothing is wasted, and nobody's share is taken.
 */
#ifndef HV_CORE_BUDGET_H
#define HV_CORE_BUDGET_H

#include "hv/core/seams.h"

#define BUDGET_BACKGROUND 8u /* added to the priority: more than any has */

struct budget {
	uint64_t ticks; /* in each period; 0: no limit */
	uint64_t period;
	uint64_t period_end; /* `left` is valid until then */
	int64_t left;
	struct hv_timer refill; /* armed while it is used up */
};

void budget_init(struct vcpu *v);
/* v has run for the `used` ticks before `now`. */
void budget_charge(struct vcpu *v, uint64_t now, uint64_t used);
/* Ticks that v may run from `now` on; UINT64_MAX: as long as it likes. */
uint64_t budget_left(struct vcpu *v, uint64_t now);

#endif
