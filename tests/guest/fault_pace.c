/* Outranks them all and is silent: how late its timer ever is while the others fail, are restarted and print. */
#include "tests/guest/test.h"

#define BEATS	    7000u
#define BEAT_HZ	    10007u /* no divisor of anything else that happens */
#define LATE_MAX_NS 6000u  /* its own wake, and the longest work of EL2: a line of its log */

static struct timer pace;
static volatile uint32_t beats;
static uint64_t worst;

static void beat(void *data)
{
	uint64_t late = time_ticks() - pace.due;

	(void)data;
	worst = late > worst ? late : worst;
	if (++beats < BEATS)
		timer_arm_at(&pace, pace.due + time_hz() / BEAT_HZ);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	pace.fire = beat;
	timer_arm_at(&pace, time_ticks() + time_hz() / 1000);
	while (beats < BEATS)
		cpu_wait();
	test_within("nobody above notices: lateness in ns", 0, LATE_MAX_NS, time_to_ns(worst));
	for (;;)
		cpu_wait();
}
