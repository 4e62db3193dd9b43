/*
 * A token bucket, kept as the time at which it would be full again (the generic cell rate algorithm,
 * ITU-T I.371 annex A): one number of state, and no arithmetic that can overflow.
 */
#ifndef VNET_RATE_H
#define VNET_RATE_H

#include <stdbool.h>
#include <stdint.h>
#include "vnet/config.h"

struct vnet_meter {
	uint64_t unit_cost; /* of one unit, in ns << VNET_COST_SHIFT; 0: no limit */
	uint64_t burst_ns;
	uint64_t full_ns; /* when the bucket is full again */
};
#define VNET_COST_SHIFT 16

/* A full bucket. -EINVAL: a rate or burst out of range. */
int meter_init(struct vnet_meter *meter, const struct vnet_limit *limit);

/* Would `units` go through now? A unit more than the burst never does. */
static inline bool meter_allows(const struct vnet_meter *meter, uint64_t now_ns, uint32_t units)
{
	uint64_t debt;

	if (!meter->unit_cost)
		return true;
	debt = meter->full_ns > now_ns ? meter->full_ns - now_ns : 0;
	return debt + (meter->unit_cost * units >> VNET_COST_SHIFT) <= meter->burst_ns;
}

static inline void meter_charge(struct vnet_meter *meter, uint64_t now_ns, uint32_t units)
{
	if (!meter->unit_cost)
		return;
	if (meter->full_ns < now_ns)
		meter->full_ns = now_ns;
	meter->full_ns += meter->unit_cost * units >> VNET_COST_SHIFT;
}

#endif
