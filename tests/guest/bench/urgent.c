/* The figures of the hypervisor's hot paths, one counter tick an instruction (-icount, cntfrq=1 GHz). */
#include "tests/guest/test.h"

#define SAMPLE_COUNT 1000
#define WAKE_COUNT   2000
#define PERIOD_TICKS 300000ull

static struct timer wake_timer;
static volatile uint32_t wakes;
static uint64_t worst, sum;

#define SAMPLE(best, instruction)                                                                            \
	do {                                                                                                 \
		uint64_t before_, after_, i_;                                                                \
		for (i_ = 0, best = UINT64_MAX; i_ < SAMPLE_COUNT; i_++) {                                   \
			register uint64_t x0 __asm__("x0") = PL_HVC_NULL;                                    \
			register uint64_t x4 __asm__("x4") = BOARD_GICD + 4;                                 \
			__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\t" instruction                         \
					 "\n\tmrs %1, cntvct_el0"                                            \
				: "=&r"(before_), "=&r"(after_), "+r"(x0)                                    \
				: "r"(x4)                                                                    \
				: "x1", "x2", "x3", "memory");                                               \
			if (after_ - before_ < best)                                                         \
				best = after_ - before_;                                                     \
		}                                                                                            \
	} while (0)

static uint64_t single_best = UINT64_MAX;
static volatile uint32_t singles;

static void single(void *data)
{
	uint64_t late = time_ticks() - wake_timer.due;

	(void)data;
	single_best = late < single_best ? late : single_best;
	singles++;
}

/* Due while this very partition runs: nothing is switched. From due to the handler, its run-time included. */
static void timer_single(void)
{
	wake_timer.fire = single;
	for (uint32_t i = 1; i <= SAMPLE_COUNT; i++) {
		timer_arm_at(&wake_timer, time_ticks() + PERIOD_TICKS / 100);
		while (singles < i)
			;
	}
	test_figure("hv.timer_single_instr", single_best, "instructions");
}

static void wake(void *data)
{
	uint64_t late = time_ticks() - wake_timer.due;

	(void)data;
	if (late > worst)
		worst = late;
	sum += late;
	if (++wakes < WAKE_COUNT)
		timer_arm_at(&wake_timer, wake_timer.due + PERIOD_TICKS);
}

void firmware_main(uint64_t arg)
{
	uint64_t nothing, hvc, mmio;

	(void)arg;
	test_sleep_ms(20);
	SAMPLE(nothing, "");
	SAMPLE(hvc, "hvc #0");
	SAMPLE(mmio, "ldr w1, [x4]");
	test_figure("hv.hvc_instr", hvc - nothing, "instructions");
	test_figure("hv.mmio_trap_instr", mmio - nothing, "instructions");
	timer_single();
	wake_timer.fire = wake;
	timer_arm_at(&wake_timer, time_ticks() + PERIOD_TICKS);
	(void)test_await(&wakes, WAKE_COUNT, 10000);
	test_figure("hv.timer_wake_max_instr", worst, "instructions");
	test_figure("hv.timer_wake_mean_instr", sum / wakes, "instructions");
	test_done();
}
