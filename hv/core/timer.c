/* Soft timers of one CPU on its EL2 timer: a list by deadline, short (vCPUs, watchdogs, one slice). */
#include "arch.h"
#include "hv/core/sched.h"

static void timer_program(struct cpu *c)
{
	arch_timer_set(c->timers ? c->timers->deadline : UINT64_MAX);
}

/* True: it was the first. */
static bool timer_remove(struct cpu *c, struct hv_timer *t)
{
	struct hv_timer **at = &c->timers;

	while (*at && *at != t)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = t->next;
	t->armed = false;
	return at == &c->timers;
}

/* On whichever CPU it runs. Another one's interrupt comes for nothing then. */
void hv_timer_cancel(struct hv_timer *t)
{
	struct cpu *c;
	bool first;

	if (!t->armed)
		return;
	c = cpu_get(t->cpu);
	lock_take(&c->timers_lock);
	first = timer_remove(c, t);
	lock_give(&c->timers_lock);
	if (first && c == cpu_this())
		timer_program(c);
}

void hv_timer_arm(struct hv_timer *t, uint64_t deadline)
{
	struct cpu *c = cpu_this();
	struct hv_timer **at = &c->timers;

	hv_timer_cancel(t);
	lock_take(&c->timers_lock);
	t->deadline = deadline;
	t->cpu = c->index;
	while (*at && (*at)->deadline <= deadline)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	t->armed = true;
	lock_give(&c->timers_lock);
	if (at == &c->timers)
		timer_program(c);
}

static struct hv_timer *timer_due(struct cpu *c)
{
	struct hv_timer *t;

	lock_take(&c->timers_lock);
	t = c->timers;
	if (t && t->deadline <= time_now())
		(void)timer_remove(c, t);
	else
		t = NULL;
	lock_give(&c->timers_lock);
	return t;
}

/* One only: with another one due the interrupt is pending again at once. */
void timer_expire(struct cpu *c)
{
	struct hv_timer *t = timer_due(c);

	if (t)
		t->fire(t);
	timer_program(c);
}
