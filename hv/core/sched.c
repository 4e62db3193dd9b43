#include "hv/core/partition.h"

static struct cpu *cpus[PL_MAX_CPUS];

struct cpu *cpu_get(uint32_t index)
{
	return cpus[index];
}

/* Of its slice or of its budget. */
static void time_up(struct hv_timer *t)
{
	(void)t;
	cpu_this()->resched = true;
}

void sched_init(struct cpu *c)
{
	cpus[c->index] = c;
	trace_init_early(c, c->index);
	c->time_up.fire = time_up;
	c->send.fire = mail_send;
	c->urgency = UINT8_MAX;
	c->since = time_now();
}

/* Behind those of its own priority: it has just come, or has used up its slice. */
static void ready_insert(struct cpu *c, struct vcpu *v)
{
	struct vcpu **at = &c->ready;

	while (*at && (*at)->priority <= v->priority)
		at = &(*at)->next;
	v->next = *at;
	*at = v;
}

static void ready_remove(struct cpu *c, struct vcpu *v)
{
	struct vcpu **at = &c->ready;

	while (*at && *at != v)
		at = &(*at)->next;
	if (*at)
		*at = v->next;
	v->next = NULL;
}

void sched_set_priority(struct vcpu *v, uint32_t priority)
{
	v->priority = (uint8_t)priority;
	if (v->asleep)
		return;
	ready_remove(v->cpu, v);
	ready_insert(v->cpu, v);
	v->cpu->resched = true;
}

void vcpu_sleep(struct vcpu *v, enum vcpu_sleep reason)
{
	if (!v->asleep) {
		ready_remove(v->cpu, v);
		v->cpu->resched = true;
	}
	v->asleep |= reason;
}

void vcpu_wake(struct vcpu *v, enum vcpu_sleep reason)
{
	struct cpu *c = v->cpu;

	if (c != cpu_this()) {
		mail_vcpu(v, reason);
		return;
	}
	if (!(v->asleep & reason))
		return;
	v->asleep &= ~(uint32_t)reason;
	__atomic_store_n(&v->starting, false, __ATOMIC_RELEASE); /* after asleep: partition_is_halted looks */
	if (v->asleep)
		return;
	v->wake_count++;
	ready_insert(c, v);
	if (!c->running || v->priority <= c->running->priority)
		c->resched = true;
}

void vcpu_wait(struct vcpu *v)
{
	if (!vgic_deliverable(v))
		vcpu_sleep(v, VCPU_WAITING);
}

void vcpu_block(struct vcpu *v)
{
	vcpu_sleep(v, VCPU_BLOCKED);
}

void vcpu_resume(struct vcpu *v)
{
	vcpu_wake(v, VCPU_BLOCKED);
}

void sched_charge(struct cpu *c)
{
	uint64_t now = time_now(), used = now - c->since;
	struct vcpu *v = c->running;

	c->since = now;
	if (!v)
		return;
	v->cpu_ticks += used;
	budget_charge(v, now, used);
	v->slice_left -= (int64_t)used;
	if (v->slice_left > 0)
		return;
	v->slice_left = (int64_t)v->slice;
	if (v->slice && !v->asleep) {
		ready_remove(c, v);
		ready_insert(c, v);
	}
}

/* The timer runs only while somebody waits for the end of the slice, or there is a budget to use up. */
static void time_up_arm(struct cpu *c, struct vcpu *v)
{
	bool shared = v && v->slice && v->next && v->next->priority == v->priority;
	uint64_t ticks = v ? budget_left(v, c->since) : UINT64_MAX;

	if (shared && (uint64_t)v->slice_left < ticks)
		ticks = (uint64_t)v->slice_left;
	if (ticks != UINT64_MAX)
		hv_timer_arm(&c->time_up, c->since + ticks);
	else if (c->time_up.armed)
		hv_timer_cancel(&c->time_up);
}

static struct vcpu *choose(struct cpu *c)
{
	struct vcpu *v, *before = c->running;

	if (c->ready != before || (before && (before->slice || before->budget.ticks)))
		sched_charge(c); /* may put it behind others */
	v = c->ready;
	if (v != before) {
		c->running = v;
		trace_event(PL_TRACE_SWITCH, v ? v->partition->index : PL_TRACE_NONE, v ? v->index : 0,
			before ? before->partition->index : PL_TRACE_NONE, 0);
	}
	c->urgency = v ? v->priority : UINT8_MAX;
	c->resched = false;
	time_up_arm(c, v);
	timer_program(c);
	return v;
}

void sched_masked_max(struct cpu *c, uint64_t ticks)
{
	struct pl_trace_ring *ring = c->trace.ring;

	c->masked_max = ring->masked_max = ticks;
	ring->masked_end = time_now();
	trace_event(PL_TRACE_MASKED, PL_TRACE_NONE, 0, ticks, 0);
}

/* Interrupts are masked since the last look. One that is pending is taken here, as if they were let in. */
static bool irq_look(struct cpu *c)
{
	c->masked_since = sched_unmasked(c, c->masked_since);
	if (!arch_irq_pending())
		return false;
	irq_handle(0);
	return true;
}

struct vcpu *sched_next(struct cpu *c)
{
	for (;;) {
		struct vcpu *v;

		while (irq_look(c))
			; /* one at a time; all of them before work that is longer */
		v = choose(c);
		if (v && !(v->index == 0 && restart_pending(v->partition)))
			return v;
		if (v) {
			restart_step(v->partition);
			cpu_relax(); /* of less urgency than what other threads of a core do; QEMU gives them its one thread */
		} else {
			arch_idle();
			c->masked_since = time_now();
		}
	}
}

bool sched_look(struct vcpu **to)
{
	struct cpu *c = (*to)->cpu;
	bool served;

	c->loaded = NULL;
	served = irq_look(c);
	if (served && c->resched)
		*to = sched_next(c);
	return served;
}
