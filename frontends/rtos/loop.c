#include <errno.h>
#include <stddef.h>
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/sysreg.h"

static struct {
	void (*run)(void *data);
	void *data;
} tasks[LOOP_TASK_COUNT];

static uint32_t pending; /* bit per task */

int loop_add(unsigned priority, void (*run)(void *data), void *data)
{
	if (priority >= LOOP_TASK_COUNT || tasks[priority].run) {
		log_line("loop: task %u: taken, or over the limit of %u", priority, LOOP_TASK_COUNT);
		return -EINVAL;
	}
	tasks[priority].data = data;
	tasks[priority].run = run;
	return 0;
}

void loop_post(unsigned priority)
{
	__atomic_fetch_or(&pending, 1u << priority, __ATOMIC_RELEASE);
}

void loop_drain(void)
{
	uint32_t now;

	while ((now = __atomic_load_n(&pending, __ATOMIC_ACQUIRE)) != 0) {
		unsigned task = (unsigned)__builtin_ctz(now);

		__atomic_fetch_and(&pending, ~(1u << task), __ATOMIC_ACQUIRE);
		if (tasks[task].run)
			tasks[task].run(tasks[task].data);
	}
}

void loop_run(void)
{
	for (;;) {
		uint64_t flags;

		loop_drain();
		/* With interrupts masked WFI still wakes: what comes between the look and the wait is not lost. */
		flags = irq_save();
		if (!__atomic_load_n(&pending, __ATOMIC_ACQUIRE))
			cpu_wait();
		irq_restore(flags);
	}
}
