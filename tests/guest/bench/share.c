/* 8 ms of work each 10 ms over three that spin, and how evenly they share the CPU when it sleeps. */
#include "bench_periods.h"
#include "tests/guest/test.h"

#define PERIOD_MS   10u
#define WORK_LOOPS  4000000ull /* of two instructions: 8 ms */
#define SPINNERS    3u
#define SHARE_MS    1000u
#define RESULT_SPAN 1000u

static struct timer period;
static volatile uint32_t due;

static void next_period(void *data)
{
	(void)data;
	due++;
	timer_arm_at(&period, period.due + time_hz() / 1000 * PERIOD_MS);
}

static void work(void)
{
	uint64_t n = WORK_LOOPS;

	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(n) : : "cc");
}

/* A period is missed when its work is not done before the next one begins. */
static uint32_t deadline_misses(void)
{
	uint32_t i, misses = 0;

	period.fire = next_period;
	timer_arm_at(&period, time_ticks() + time_hz() / 1000 * PERIOD_MS);
	for (i = 1; i <= BENCH_PERIODS; i++) {
		(void)test_await(&due, i, 2 * PERIOD_MS);
		work();
		misses += due != i;
	}
	timer_cancel(&period);
	return misses;
}

static uint64_t share_error_permille(void)
{
	uint64_t ticks[SPINNERS], sum = 0, worst = 0, mean;
	uint32_t i;

	for (i = 0; i < SPINNERS; i++)
		ticks[i] = test_info(1 + i, PL_INFO_CPU_TICKS);
	test_sleep_ms(SHARE_MS);
	for (i = 0; i < SPINNERS; i++) {
		ticks[i] = test_info(1 + i, PL_INFO_CPU_TICKS) - ticks[i];
		sum += ticks[i];
	}
	mean = sum / SPINNERS;
	for (i = 0; i < SPINNERS; i++) {
		uint64_t error = ticks[i] > mean ? ticks[i] - mean : mean - ticks[i];

		worst = error > worst ? error : worst;
	}
	return worst * RESULT_SPAN / mean;
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	test_figure("hv.share_error_permille", share_error_permille(), "permille");
	test_figure("hv.deadline_misses_spinners", deadline_misses(), "periods");
	test_done();
}
