#include "hv/core/budget.h"

#include "hv/core/partition.h"

static bool is_background(const struct vcpu *v)
{
	return v->priority >= BUDGET_BACKGROUND;
}

/* What a sleeper did not use in its period is not carried over, nor is the little that timers come late. */
static void fill(struct budget *b, uint64_t now)
{
	b->period_end = now - now % b->period + b->period;
	b->left = (int64_t)b->ticks;
}

static void refill(struct hv_timer *t)
{
	struct vcpu *v = (struct vcpu *)((char *)t - offsetof(struct vcpu, budget.refill));

	sched_charge(v->cpu); /* what it ran in the background until now is the old period's */
	fill(&v->budget, time_now());
	if (is_background(v))
		sched_set_priority(v, v->partition->config->priority);
}

void budget_init(struct vcpu *v)
{
	const struct pl_config_partition *c = v->partition->config;

	if (!c->budget_us || c->period_us <= c->budget_us)
		return;
	v->budget.ticks = time_hz() * c->budget_us / 1000000;
	v->budget.period = time_hz() * c->period_us / 1000000;
	v->budget.refill.fire = refill;
	fill(&v->budget, time_now());
}

void budget_charge(struct vcpu *v, uint64_t now, uint64_t used)
{
	struct budget *b = &v->budget;

	if (!b->ticks)
		return;
	if (now >= b->period_end) {
		uint64_t begin;

		fill(b, now);
		begin = b->period_end - b->period;
		used = used < now - begin ? used : now - begin;
	}
	b->left -= (int64_t)used;
	if (b->left > 0 || is_background(v))
		return;
	hv_timer_arm(&b->refill, b->period_end);
	sched_set_priority(v, v->partition->config->priority + BUDGET_BACKGROUND);
}

uint64_t budget_left(struct vcpu *v, uint64_t now)
{
	struct budget *b = &v->budget;

	if (!b->ticks || is_background(v))
		return UINT64_MAX;
	if (now >= b->period_end)
		fill(b, now);
	return (uint64_t)b->left;
}
