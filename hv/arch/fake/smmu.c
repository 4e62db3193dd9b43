/* The null SMMU: keeps what it was told, for tests to read, and has the events that they put in. */
#include "hv/arch/fake/fake.h"

#include <errno.h>
#include "hv/core/dma.h"

int smmu_init(uint64_t pa)
{
	(void)pa;
	return fake_cpu.smmu.absent ? -ENODEV : 0;
}

int smmu_assign(uint32_t partition, uint32_t first, uint32_t count)
{
	if (!count || (first | count) % SMMU_STREAM_BLOCK)
		return -EINVAL;
	return smmu_set(partition, SMMU_ABORT, 0);
}

int smmu_set(uint32_t partition, enum smmu_state state, uint64_t vttbr)
{
	fake_cpu.smmu.state[partition] = state;
	fake_cpu.smmu.vttbr[partition] = vttbr;
	return 0;
}

bool smmu_event(struct smmu_event *e, bool *lost)
{
	*lost = fake_cpu.smmu.lost;
	fake_cpu.smmu.lost = false;
	if (!fake_cpu.smmu.events)
		return false;
	fake_cpu.smmu.events--;
	*e = fake_cpu.smmu.event;
	return true;
}

uint32_t smmu_error(void)
{
	return 0;
}
