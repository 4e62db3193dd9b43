/*
 * The one with deadlines: 4 ms of work in each 10 ms, of a budget of 5, below one that would run for ever.
 * What it leaves of its budget goes to the most urgent of those that have used up theirs.
 */
#include "tests/guest/test.h"

enum { RUNAWAY, WORKER, HOG, LOWEST, PARTITIONS };

#define PERIODS	   50u
#define PERIOD_MS  10u
#define WORK_US	   4000u
#define OVERRUN_US 20u /* at each end of a budget: the timer's interrupt, and a switch */

static uint64_t ticks_of_us(uint64_t us)
{
	return time_hz() / 1000 * us / 1000;
}

static void raise_flag(void *data)
{
	*(volatile uint32_t *)data = 1;
}

static void sleep_until(uint64_t ticks)
{
	volatile uint32_t due = 0;
	struct timer t = {.fire = raise_flag, .data = (void *)&due};

	timer_arm_at(&t, ticks);
	(void)test_await(&due, 1, 1000);
	timer_cancel(&t);
}

/* Until it has had that much time on the CPU, however long this takes. */
static void work(uint64_t ticks)
{
	uint64_t end = test_info(WORKER, PL_INFO_CPU_TICKS) + ticks;

	while (test_info(WORKER, PL_INFO_CPU_TICKS) < end)
		;
}

static uint32_t deadlines_missed(uint64_t first_release)
{
	uint64_t period = ticks_of_us(PERIOD_MS * 1000), release = first_release;
	uint32_t missed = 0, i;

	for (i = 0; i < PERIODS; i++, release += period) {
		sleep_until(release);
		work(ticks_of_us(WORK_US));
		missed += time_ticks() > release + period;
	}
	sleep_until(release);
	return missed;
}

static void had_within(const char *name, uint64_t ticks, uint64_t low_us, uint64_t high_us)
{
	test_within(name, ticks_of_us(low_us) * PERIODS, ticks_of_us(high_us) * PERIODS, ticks);
}

void firmware_main(uint64_t arg)
{
	uint64_t before[PARTITIONS], had[PARTITIONS], period = ticks_of_us(PERIOD_MS * 1000);
	/* Released where it is worst: late in a period of the budgets. */
	uint64_t release = (time_ticks() / period + 2) * period + period * 8 / 10;
	uint32_t i, missed;

	(void)arg;
	sleep_until(release);
	for (i = 0; i < PARTITIONS; i++)
		before[i] = test_info(i, PL_INFO_CPU_TICKS);
	missed = deadlines_missed(release);
	for (i = 0; i < PARTITIONS; i++)
		had[i] = test_info(i, PL_INFO_CPU_TICKS) - before[i];
	test_equal("no deadline is missed below one that never sleeps", 0, missed);
	had_within("the lowest gets its share", had[LOWEST], 1000 - OVERRUN_US, 1000 + OVERRUN_US);
	had_within("the one above it gets its share", had[HOG], 1000 - OVERRUN_US, 1000 + OVERRUN_US);
	had_within("the highest gets its own and what is left over, and cannot run away", had[RUNAWAY],
		4000 - 4 * OVERRUN_US, 4000 + OVERRUN_US);
	test_done();
}
