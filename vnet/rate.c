#include "vnet/rate.h"
#include <errno.h>

#define NS_PER_S     1000000000ull
#define BURST_NS_MAX (3600 * NS_PER_S)

int meter_init(struct vnet_meter *meter, const struct vnet_limit *limit)
{
	uint64_t seconds, rest;

	*meter = (struct vnet_meter){0};
	if (!limit->per_second)
		return 0;
	if (limit->per_second > VNET_RATE_MAX || limit->burst == 0 || limit->burst > VNET_RATE_MAX)
		return -EINVAL;
	/* At most 10^9 << 16, which 65,550 units (the bytes of the largest frame) cannot overflow. */
	meter->unit_cost = (NS_PER_S << VNET_COST_SHIFT) / limit->per_second;
	seconds = limit->burst / limit->per_second;
	rest = limit->burst % limit->per_second;
	/* In microseconds, rounded up: a frame of just the burst passes. */
	meter->burst_ns = seconds * NS_PER_S + (rest * 1000000 / limit->per_second + 1) * 1000;
	return meter->burst_ns > BURST_NS_MAX ? -EINVAL : 0;
}
