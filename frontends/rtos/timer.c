#include <stddef.h>
#include "frontends/rtos/board.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/sysreg.h"
#include "frontends/rtos/timer.h"

#define TIMER_PRIORITY 1
#define CTL_ENABLE     1u
#define NS_PER_S       1000000000ull

static struct timer *armed; /* earliest first; changed with interrupts masked */
static uint64_t hz;

uint64_t time_ticks(void)
{
	cpu_isb(); /* the counter may otherwise be read early */
	return sysreg_read(cntvct_el0);
}

uint64_t time_hz(void)
{
	return hz;
}

uint64_t time_to_ns(uint64_t ticks)
{
	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}

uint64_t time_from_ns(uint64_t ns)
{
	return ns / NS_PER_S * hz + ns % NS_PER_S * hz / NS_PER_S;
}

uint64_t time_ns(void)
{
	return time_to_ns(time_ticks());
}

static void program(void)
{
	if (!armed) {
		sysreg_write(cntv_ctl_el0, 0);
		return;
	}
	sysreg_write(cntv_cval_el0, armed->due);
	sysreg_write(cntv_ctl_el0, CTL_ENABLE);
}

static void unlink_timer(struct timer *timer)
{
	struct timer **at = &armed;

	while (*at && *at != timer)
		at = &(*at)->next;
	if (*at)
		*at = timer->next;
	timer->armed = false;
}

static void insert_timer(struct timer *timer)
{
	struct timer **at = &armed;

	while (*at && (*at)->due <= timer->due)
		at = &(*at)->next;
	timer->next = *at;
	*at = timer;
	timer->armed = true;
}

void timer_arm_at(struct timer *timer, uint64_t due_ticks)
{
	uint64_t flags = irq_save();

	if (timer->armed)
		unlink_timer(timer);
	timer->due = due_ticks;
	insert_timer(timer);
	program();
	irq_restore(flags);
}

void timer_arm_ns(struct timer *timer, uint64_t from_now_ns)
{
	timer_arm_at(timer, time_ticks() + time_from_ns(from_now_ns));
}

void timer_cancel(struct timer *timer)
{
	uint64_t flags = irq_save();

	if (timer->armed) {
		unlink_timer(timer);
		program();
	}
	irq_restore(flags);
}

/* One for each interrupt's worth: those due by now, each outside the list before it runs. */
static void handle_interrupt(void *data)
{
	(void)data;
	for (;;) {
		uint64_t flags = irq_save();
		struct timer *timer = armed;

		if (!timer || timer->due > time_ticks()) {
			program();
			irq_restore(flags);
			return;
		}
		armed = timer->next;
		timer->armed = false;
		irq_restore(flags);
		timer->fire(timer->data);
	}
}

void timer_init(void)
{
	hz = sysreg_read(cntfrq_el0);
	sysreg_write(cntv_ctl_el0, 0);
	(void)irq_register(BOARD_TIMER_INTID, TIMER_PRIORITY, false, handle_interrupt, NULL);
}
