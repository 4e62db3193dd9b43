#include "hv/core/partition.h"

#define VMID_SHIFT 48

static struct partition *partitions;

struct partition *partition_get(uint32_t index)
{
	return index < hv_config()->partition_count ? &partitions[index] : NULL;
}

/* Those who depend on p are told: it died, is there again, … They ask for the rest (PL_INFO_STATE). */
static void state_bells(const struct partition *p)
{
	const struct pl_config *c = hv_config();

	for (uint32_t i = 0; i < c->doorbell_count; i++)
		if (c->doorbell[i].state_of == p->index + 1)
			vgic_pulse(partition_get(c->doorbell[i].to), c->doorbell[i].virq);
}

void partition_set_state(struct partition *p, enum pl_partition_state state)
{
	p->state = state;
	trace_event(PL_TRACE_PARTITION, p->index, state, p->generation, 0);
	state_bells(p);
}

/* Its virtual timer came due while another vCPU had the CPU. */
static void vcpu_timer_due(struct hv_timer *t)
{
	struct vcpu *v = (struct vcpu *)((char *)t - offsetof(struct vcpu, wake));

	arch_vcpu_timer_due(v);
	vgic_inject(v, GIC_PPI_VTIMER);
}

static void watchdog_bite(struct hv_timer *t)
{
	struct partition *p = (struct partition *)((char *)t - offsetof(struct partition, watchdog));

	partition_fault(&p->vcpu[0], PL_FAULT_WATCHDOG, ipa(0), true);
}

static void backoff_over(struct hv_timer *t)
{
	restart_start((struct partition *)((char *)t - offsetof(struct partition, backoff)));
}

void partition_watchdog(struct partition *p, uint64_t ms)
{
	/* A century is for ever: the product below must not overflow. */
	const uint64_t limit = 100ull * 365 * 86400 * 1000;

	cold_lock();
	hv_timer_cancel(&p->watchdog);
	if (ms)
		hv_timer_arm(&p->watchdog, time_now() + time_hz() / 1000 * (ms < limit ? ms : limit));
	cold_unlock();
}

static void vcpus_init(struct partition *p)
{
	p->vcpu = pool_alloc(p->config->vcpu_count * sizeof(*p->vcpu));
	for (uint32_t i = 0; i < p->config->vcpu_count; i++) {
		struct vcpu *v = &p->vcpu[i];

		v->partition = p;
		v->cpu = cpu_get(p->config->cpu[i]);
		v->index = i;
		v->priority = p->config->priority;
		v->asleep = VCPU_OFF;
		v->slice = time_hz() * p->config->slice_us / 1000000;
		v->slice_left = (int64_t)v->slice;
		v->wake.fire = vcpu_timer_due;
		v->wake.priority = v->priority;
		budget_init(v);
	}
}

/* Observers see the trace, read-only. */
static void trace_map(struct partition *p)
{
	const struct pl_config *c = hv_config();

	if (p->config->flags & PL_PARTITION_OBSERVER && c->trace_ipa)
		stage2_map(p, ipa(c->trace_ipa), paddr(c->trace_pa), c->trace_bytes * c->cpu_count,
			stage2_attributes(PL_REGION_BANK, PL_PERM_R));
}

static void partition_init(struct partition *p, uint32_t index)
{
	p->config = &hv_config()->partition[index];
	p->index = (uint8_t)index;
	p->watchdog.fire = watchdog_bite;
	p->backoff.fire = backoff_over;
	vcpus_init(p);
	stage2_init(p);
	trace_map(p);
	p->vttbr = (uint64_t)(index + 1) << VMID_SHIFT | pool_pa(p->stage2).v;
	vgic_reset(p);
	if (p->config->flags & PL_PARTITION_UNCONFINED_DMA)
		hv_log("warning: partition %s: nothing confines its bus masters: they reach all memory",
			p->config->name);
}

void partitions_init(void)
{
	uint32_t count = hv_config()->partition_count;

	partitions = pool_alloc(count * sizeof(*partitions));
	for (uint32_t i = 0; i < count; i++)
		partition_init(&partitions[i], i);
}

void partitions_start(void)
{
	for (uint32_t i = 0; i < hv_config()->partition_count; i++)
		restart_first(&partitions[i]);
}

void vcpu_halt(struct vcpu *v)
{
	hv_timer_cancel(&v->wake);
	if (v->cpu->loaded == v) {
		vgic_unload(v);
		arch_vcpu_discard();
		v->cpu->loaded = NULL;
	}
	vcpu_sleep(v, VCPU_OFF);
	v->starting = false;
	__atomic_store_n(&v->asleep, VCPU_OFF, __ATOMIC_RELEASE); /* partition_is_halted looks */
}

void partition_halt(struct partition *p)
{
	hv_timer_cancel(&p->watchdog);
	hv_timer_cancel(&p->backoff);
	wdt_reset(p);
	for (uint32_t i = 0; i < p->config->vcpu_count; i++)
		if (p->vcpu[i].cpu == cpu_this())
			vcpu_halt(&p->vcpu[i]);
	(void)partition_is_halted(p);
}

/* Under the lock that CPU_ON takes, so that none is turned on between two looks; starting before asleep, as vcpu_wake writes. */
bool partition_is_halted(struct partition *p)
{
	bool halted = true;

	cold_lock();
	for (uint32_t i = 0; i < p->config->vcpu_count; i++) {
		struct vcpu *v = &p->vcpu[i];

		if (v->cpu == cpu_this() || (!__atomic_load_n(&v->starting, __ATOMIC_ACQUIRE) &&
						    __atomic_load_n(&v->asleep, __ATOMIC_ACQUIRE) & VCPU_OFF))
			continue;
		halted = false;
		mail_vcpu(v, MAIL_HALT);
	}
	cold_unlock();
	return halted;
}

static void partition_start(struct partition *p)
{
	const struct pl_config_partition *c = p->config;

	arch_vcpu_reset(&p->vcpu[0], c->entry_ipa, c->arg, p->vttbr);
	p->quiet_count = 0;
	partition_set_state(p, PL_PARTITION_RUNNING);
	partition_watchdog(p, c->watchdog_ms);
	hv_log("partition %s: started", c->name);
	trace_event(PL_TRACE_BOOT, p->index, 0, c->entry_ipa, 0);
	vcpu_wake(&p->vcpu[0], VCPU_OFF);
}

void partition_boot(struct partition *p)
{
	const char *missing = vmmio_device_missing(p->config->wait_devices);

	if (!missing) {
		partition_start(p);
		return;
	}
	vcpu_sleep(&p->vcpu[0], VCPU_OFF);
	partition_set_state(p, PL_PARTITION_WAITING);
	hv_log("partition %s: waits for device %s", p->config->name, missing);
}

void partition_look(struct partition *p)
{
	if (p->state == PL_PARTITION_WAITING && !vmmio_device_missing(p->config->wait_devices))
		restart_start(p);
}

void partition_device_ready(void)
{
	for (uint32_t i = 0; i < hv_config()->partition_count; i++) {
		if (partition_is_here(&partitions[i]))
			partition_look(&partitions[i]);
		else
			mail_partition(&partitions[i], MAIL_READY);
	}
}

int64_t partition_control(struct partition *p, uint64_t order)
{
	bool stopped = p->state == PL_PARTITION_STOPPED;

	if (order > PL_CONTROL_RESTART)
		return -EINVAL;
	if ((order == PL_CONTROL_START) != stopped)
		return order == PL_CONTROL_RESTART ? -EINVAL : 0;
	if (!partition_is_here(p)) {
		mail_partition(p, MAIL_STOP << order);
		return 0;
	}
	if (!stopped)
		fault_record(&p->vcpu[0], PL_FAULT_CONTROL, ipa(0), true);
	p->restart.wait = 0; /* whoever orders it wants it now */
	restart_begin(p, order != PL_CONTROL_STOP);
	return 0;
}
