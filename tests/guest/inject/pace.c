/* Outranks them all: how late its timer ever is. */
#include "tests/guest/test.h"

#define BEAT_HZ	    5003u /* no divisor of anything else that happens */
#define LATE_MAX_NS 8000u

static struct timer pace;
static uint64_t worst;
static volatile uint32_t asked;

static void beat(void *data)
{
	uint64_t late = time_ticks() - pace.due;

	(void)data;
	worst = late > worst ? late : worst;
	timer_arm_at(&pace, pace.due + time_hz() / BEAT_HZ);
}

static void verdict(void *data)
{
	(void)data;
	asked++;
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 8, true, verdict, NULL);
	pace.fire = beat;
	timer_arm_at(&pace, time_ticks() + time_hz() / 1000);
	while (!asked)
		cpu_wait();
	log_line("latest wake: %lu ns", time_to_ns(worst));
	test_within("nobody above notices: lateness in ns", 0, LATE_MAX_NS, time_to_ns(worst));
	for (;;)
		cpu_wait();
}
