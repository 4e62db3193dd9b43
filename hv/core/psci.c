/* PSCI 1.1 as a partition's kernel sees it (ARM DEN 0022), and the discovery part of SMCCC (DEN 0028). */
#include "hv/core/partition.h"

#define VERSION_1_1	     0x10001
#define MIGRATE_NOT_REQUIRED 2
#define AFFINITY_ON	     0
#define AFFINITY_OFF	     1
#define AFFINITY_ON_PENDING  2
#define PSCI_ON_PENDING	     (-5)
#define AFFINITY_MASK	     0xff00ffffffull

static struct vcpu *vcpu_by_affinity(struct vcpu *v, uint64_t affinity)
{
	uint64_t index = affinity & AFFINITY_MASK;

	return index < v->partition->config->vcpu_count ? &v->partition->vcpu[index] : NULL;
}

static int64_t psci_features(uint32_t function)
{
	static const uint32_t served[] = {PSCI_VERSION, PSCI_CPU_SUSPEND_64, PSCI_CPU_OFF, PSCI_CPU_ON_64,
		PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,
		PSCI_FEATURES, PSCI_SYSTEM_SUSPEND_64, SMCCC_VERSION};

	for (uint32_t i = 0; i < sizeof(served) / sizeof(served[0]); i++)
		if (served[i] == function)
			return 0;
	return PSCI_NOT_SUPPORTED;
}

static int64_t cpu_on(struct vcpu *v)
{
	struct vcpu *target = vcpu_by_affinity(v, v->arch.x[1]);
	int64_t ret = 0;

	if (!target)
		return PSCI_INVALID_PARAMETERS;
	cold_lock(); /* two may turn the same one on */
	if (target->starting)
		ret = PSCI_ON_PENDING;
	else if (!(target->asleep & VCPU_OFF))
		ret = PSCI_ALREADY_ON;
	target->starting |= ret == 0;
	cold_unlock();
	if (ret)
		return ret;
	arch_vcpu_reset(target, v->arch.x[2], v->arch.x[3], v->partition->vttbr);
	if (target->cpu == cpu_this())
		vcpu_wake(target, VCPU_OFF);
	else
		mail_vcpu(target, MAIL_ON);
	return 0;
}

static int64_t affinity_info(struct vcpu *v)
{
	struct vcpu *target = vcpu_by_affinity(v, v->arch.x[1]);

	if (!target || v->arch.x[2])
		return PSCI_INVALID_PARAMETERS;
	if (target->starting)
		return AFFINITY_ON_PENDING;
	return target->asleep & VCPU_OFF ? AFFINITY_OFF : AFFINITY_ON;
}

/* The last vCPU of a partition to go off stays: there would be nobody to turn it on. */
static int64_t cpu_off(struct vcpu *v)
{
	int64_t ret = PSCI_DENIED;

	cold_lock(); /* two may go off at once */
	for (uint32_t i = 0; i < v->partition->config->vcpu_count; i++)
		if (i != v->index && !(v->partition->vcpu[i].asleep & VCPU_OFF))
			ret = 0;
	if (ret == 0)
		vcpu_halt(v);
	cold_unlock();
	return ret;
}

/*
 * Standby keeps everything. Powered down, a vCPU goes on at the entry that it names, registers as after CPU_ON;
 * its timer and interrupt controller stay on, so that anything that would end a WFI wakes it (DEN 0022 5.4).
 * With something to deliver already there is nothing to wait for: both return at once.
 */
static int64_t cpu_suspend(struct vcpu *v, uint64_t state, uint64_t entry, uint64_t context)
{
	if (vgic_deliverable(v))
		return 0;
	vcpu_wait(v);
	if (!(state & PSCI_SUSPEND_POWERDOWN))
		return 0;
	arch_vcpu_resume_at(v, entry);
	return (int64_t)context; /* x0 at the entry */
}

/* The whole partition: its other vCPUs are off. */
static int64_t system_suspend(struct vcpu *v)
{
	for (uint32_t i = 0; i < v->partition->config->vcpu_count; i++)
		if (i != v->index && !(v->partition->vcpu[i].asleep & VCPU_OFF))
			return PSCI_DENIED;
	return cpu_suspend(v, PSCI_SUSPEND_POWERDOWN, v->arch.x[1], v->arch.x[2]);
}

bool psci_call(struct vcpu *v, uint32_t function, int64_t *ret)
{
	*ret = 0;
	switch (function) {
	case PSCI_VERSION:
	case SMCCC_VERSION: *ret = VERSION_1_1; break;
	case PSCI_FEATURES: *ret = psci_features((uint32_t)v->arch.x[1]); break;
	case PSCI_MIGRATE_INFO_TYPE: *ret = MIGRATE_NOT_REQUIRED; break;
	case PSCI_CPU_SUSPEND_64: *ret = cpu_suspend(v, v->arch.x[1], v->arch.x[2], v->arch.x[3]); break;
	case PSCI_SYSTEM_SUSPEND_64: *ret = system_suspend(v); break;
	case PSCI_CPU_ON_64: *ret = cpu_on(v); break;
	case PSCI_CPU_OFF: *ret = cpu_off(v); break;
	case PSCI_AFFINITY_INFO_64: *ret = affinity_info(v); break;
	case PSCI_SYSTEM_OFF: partition_fault(v, PL_FAULT_OFF, ipa(0), true); break;
	case PSCI_SYSTEM_RESET: partition_fault(v, PL_FAULT_RESET, ipa(0), true); break;
	default: return false;
	}
	return true;
}
