
#include "hv/core/partition.h"

#define FAULT_READ_BYTES 24u

/* Partition `index`, if the caller may know and order about it. */
static struct partition *subject(const struct vcpu *v, uint64_t index, bool self_allowed, int64_t *error)
{
	struct partition *p = index < hv_config()->partition_count ? partition_get((uint32_t)index) : NULL;

	*error = -EINVAL;
	if (!p)
		return NULL;
	*error = -EPERM;
	if (p->config->manager_mask >> v->partition->index & 1 || (self_allowed && p == v->partition))
		return p;
	return NULL;
}

static int64_t info_read(const struct partition *p, uint64_t field, uint64_t *value)
{
	uint64_t values[PL_INFO_VIRTIO_READ_EXIT_COUNT + 1] = {
		[PL_INFO_STATE] = p->state,
		[PL_INFO_RESTART_COUNT] = p->generation,
		[PL_INFO_FAULT_COUNT] = p->fault.number,
		[PL_INFO_VIRTIO_READ_EXIT_COUNT] = p->virtio_read_exit_count,
	};

	if (field > PL_INFO_VIRTIO_READ_EXIT_COUNT)
		return -EINVAL;
	for (const struct vcpu *v = p->vcpu; v < p->vcpu + p->config->vcpu_count; v++) {
		values[PL_INFO_CPU_TICKS] += v->cpu_ticks;
		/* Another CPU's has been charged until its last switch; what it has run since then is added. */
		if (v->cpu != cpu_this() && v->cpu->running == v)
			values[PL_INFO_CPU_TICKS] += time_now() - v->cpu->since;
		values[PL_INFO_WAKE_COUNT] += v->wake_count;
		values[PL_INFO_EXIT_COUNT] += v->exit_count;
		values[PL_INFO_MMIO_EXIT_COUNT] += v->mmio_exit_count;
	}
	*value = values[field];
	return 0;
}

static SEPARATE int64_t partition_info(struct vcpu *v, uint64_t *x)
{
	int64_t error;
	struct partition *p = subject(v, x[1], true, &error);

	sched_charge(cpu_this());
	return p ? info_read(p, x[2], &x[1]) : error;
}

static SEPARATE int64_t fault_read(struct vcpu *v, uint64_t *x)
{
	int64_t error;
	struct partition *p = subject(v, x[1], true, &error);
	const uint64_t *words;
	uint64_t offset = x[2], i;

	if (!p)
		return error;
	if (!p->fault.number)
		return -ENOENT;
	if (offset % 8 || offset >= sizeof(p->fault))
		return -EINVAL;
	words = (const uint64_t *)&p->fault;
	cold_lock();
	for (i = 0; i < FAULT_READ_BYTES / 8; i++)
		x[1 + i] = offset + i * 8 < sizeof(p->fault) ? words[offset / 8 + i] : 0;
	cold_unlock();
	return 0;
}

static SEPARATE int64_t control(struct vcpu *v, const uint64_t *x)
{
	int64_t error;
	struct partition *p = subject(v, x[1], false, &error);

	return p ? partition_control(p, x[2]) : error;
}

/* Discovery calls of other services (owners 0 to 5, and the vendor range's UID) are asked by every kernel. */
static bool is_discovery(uint32_t function)
{
	return (function >> 24 & 0x3f) <= 5 || (function & 0xffffff00u) == 0x8600ff00u;
}

static SEPARATE int64_t standard_call(struct vcpu *v, uint32_t function)
{
	int64_t ret;

	if (psci_call(v, function, &ret))
		return ret;
	if (is_discovery(function))
		return PSCI_NOT_SUPPORTED;
	partition_fault(v, PL_FAULT_HYPERCALL, ipa(0), false);
	return -ENOSYS;
}

static int64_t version(const struct vcpu *v, uint64_t *x)
{
	x[1] = v->partition->index;
	x[2] = hv_config()->partition_count;
	return PL_ABI_VERSION;
}

int64_t hypercall(struct vcpu *v)
{
	uint64_t *x = v->arch.x;

	switch ((uint32_t)x[0]) {
	case PL_HVC_NULL: return 0;
	case PL_HVC_VERSION: return version(v, x);
	case PL_HVC_PARTITION_INFO: return partition_info(v, x);
	case PL_HVC_PARTITION_CONTROL: return control(v, x);
	case PL_HVC_FAULT_READ: return fault_read(v, x);
	case PL_HVC_WATCHDOG: partition_watchdog(v->partition, x[1]); return 0;
	case PL_HVC_DOORBELL: return doorbell_ring(v->partition, x[1]);
	case PL_HVC_TRACE_MARK: return trace_mark(v->partition, x);
	case PL_HVC_DEV_OFFER ... PL_HVC_DEV_NEEDS_RESET:
		return vmmio_host_call(v->partition, (uint32_t)x[0], x);
	default: return standard_call(v, (uint32_t)x[0]);
	}
}
