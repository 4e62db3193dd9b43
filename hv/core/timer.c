/* Soft timers of one CPU on its EL2 timer: a list by deadline, short (vCPUs, watchdogs, one slice). */
#include <stddef.h>
#include "arch.h"
#include "hv/core/sched.h"

static void timer_program(struct cpu *c)
{
	arch_timer_set(c->timers ? c->timers->deadline : UINT64_MAX);
}

void hv_timer_cancel(struct hv_timer *t)
{
	struct cpu *c = cpu_this();
	struct hv_timer **at = &c->timers;

	if (!t->armed)
		return;
	while (*at && *at != t)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = t->next;
	t->armed = false;
	if (at == &c->timers)
		timer_program(c);
}

void hv_timer_arm(struct hv_timer *t, uint64_t deadline)
{
	struct cpu *c = cpu_this();
	struct hv_timer **at = &c->timers;

	hv_timer_cancel(t);
	t->deadline = deadline;
	while (*at && (*at)->deadline <= deadline)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	t->armed = true;
	if (at == &c->timers)
		timer_program(c);
}

void timer_expire(struct cpu *c)
{
	while (c->timers && c->timers->deadline <= time_now()) {
		struct hv_timer *t = c->timers;

		c->timers = t->next;
		t->armed = false;
		t->fire(t);
	}
	timer_program(c);
}
