/*
 * Soft timers of one CPU on its EL2 timer: a list by deadline, short (vCPUs, watchdogs, one slice). A less urgent
 * vCPU's wake-up costs nothing to who runs: it is looked for when somebody else is chosen.
 */
#include "arch.h"
#include "hv/core/sched.h"

/* With a choice to be made, by whom it is made. */
void timer_program(struct cpu *c)
{
	const struct hv_timer *t;

	lock_take(&c->timers_lock);
	for (t = c->resched ? NULL : c->timers; t && t->priority > c->urgency; t = t->next)
		;
	lock_give(&c->timers_lock);
	arch_timer_set(t ? t->deadline : UINT64_MAX);
}

static void timer_remove(struct cpu *c, struct hv_timer *t)
{
	struct hv_timer **at = &c->timers;

	while (*at && *at != t)
		at = &(*at)->next;
	if (*at)
		*at = t->next;
	t->armed = false;
}

/* On whichever CPU it runs. Another one's interrupt comes for nothing then. */
void hv_timer_cancel(struct hv_timer *t)
{
	struct cpu *c;

	if (!t->armed)
		return;
	c = cpu_get(t->cpu);
	lock_take(&c->timers_lock);
	timer_remove(c, t);
	lock_give(&c->timers_lock);
	if (t->priority <= c->urgency && c == cpu_this())
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
	if (t->priority <= c->urgency)
		timer_program(c);
}

/* The most urgent one. */
static struct hv_timer *timer_due(struct cpu *c)
{
	struct hv_timer *t, *due = NULL;
	uint64_t now = time_now();

	lock_take(&c->timers_lock);
	for (t = c->timers; t && t->deadline <= now; t = t->next)
		if (t->priority <= c->urgency && (!due || t->priority < due->priority))
			due = t;
	if (due)
		timer_remove(c, due);
	lock_give(&c->timers_lock);
	return due;
}

/* One only: with another one due the interrupt is pending again at once. */
void timer_expire(struct cpu *c)
{
	struct hv_timer *t = timer_due(c);

	if (t)
		t->fire(t);
	timer_program(c);
}
