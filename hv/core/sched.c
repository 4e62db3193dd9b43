#include "hv/core/sched.h"

#include <stddef.h>
#include "arch.h"
#include "hv/core/irq.h"
#include "hv/core/partition.h"
#include "hv/core/restart.h"
#include "hv/core/trace.h"
#include "hv/core/vgic.h"

static void slice_end(struct hv_timer *t)
{
	(void)t;
	cpu_this()->resched = true;
}

void sched_init(struct cpu *c)
{
	c->slice.fire = slice_end;
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

	if (!(v->asleep & reason))
		return;
	v->asleep &= ~(uint32_t)reason;
	if (v->asleep)
		return;
	v->partition->wake_count++;
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
	v->partition->cpu_ticks += used;
	v->slice_left -= (int64_t)used;
	if (v->slice_left > 0)
		return;
	v->slice_left = (int64_t)v->slice;
	if (v->slice && !v->asleep) {
		ready_remove(c, v);
		ready_insert(c, v);
	}
}

/* The slice timer runs only while somebody waits for its end. */
static void slice_start(struct cpu *c, struct vcpu *v)
{
	bool shared = v && v->slice && v->next && v->next->priority == v->priority;

	if (shared)
		hv_timer_arm(&c->slice, c->since + (uint64_t)v->slice_left);
	else if (c->slice.armed)
		hv_timer_cancel(&c->slice);
}

static struct vcpu *choose(struct cpu *c)
{
	struct vcpu *v, *before = c->running;

	c->resched = false;
	if (before && before->slice)
		sched_charge(c);
	v = c->ready;
	if (v != before) {
		sched_charge(c);
		v = c->ready;
		c->running = v;
		trace_event(PL_TRACE_SWITCH, v ? v->partition->index : PL_TRACE_NONE, v ? v->index : 0,
			before ? before->partition->index : PL_TRACE_NONE, 0);
	}
	slice_start(c, v);
	return v;
}

struct vcpu *sched_next(struct cpu *c)
{
	for (;;) {
		struct vcpu *v = choose(c);

		if (v && !restart_pending(v->partition))
			return v;
		if (arch_irq_pending())
			irq_handle();
		else if (v)
			restart_step(v->partition);
		else
			arch_idle();
	}
}
