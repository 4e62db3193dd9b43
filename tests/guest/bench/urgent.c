/*
 * The figures of the hypervisor's hot paths, one counter tick an instruction (-icount, cntfrq=1 GHz).
 * Interrupts are stamped by their vector's first instruction. It sees the trace.
 */
#include "tests/bench/sort.h"
#include "tests/bench/stamp.h"
#include "tests/guest/bench/shared.h"
#include "tests/guest/bench/trace.h"
#include "tests/guest/test.h"

enum { PATIENT = 3 };
#define SAMPLE_COUNT 1000
#define WAKE_COUNT   10000u
#define PERIOD_TICKS 100003ull /* no divisor of anything else that happens */
#define SLEEP_TICKS  50000ull
#define INSTRUCTIONS "instructions"

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52000000, 0x200000, BOARD_MEMORY},
	{SHARED_IPA, SHARED_BYTES, BOARD_MEMORY},
	{TRACE_IPA, TRACE_BYTES, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static struct timer wake_timer;
static volatile uint32_t wakes, rings;
static uint64_t late[WAKE_COUNT];

#define SAMPLE(best, call, instruction)                                                                      \
	do {                                                                                                 \
		uint64_t before_, after_, i_;                                                                \
		for (i_ = 0, best = UINT64_MAX; i_ < SAMPLE_COUNT; i_++) {                                   \
			register uint64_t x0 __asm__("x0") = (call);                                         \
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

static void calls(void)
{
	uint64_t nothing, hvc, mark, mmio;

	SAMPLE(nothing, PL_HVC_NULL, "");
	SAMPLE(hvc, PL_HVC_NULL, "hvc #0");
	SAMPLE(mark, PL_HVC_TRACE_MARK, "hvc #0");
	SAMPLE(mmio, PL_HVC_NULL, "ldr w1, [x4]");
	test_figure("hv.hvc_instr", hvc - nothing, INSTRUCTIONS);
	test_figure("hv.trace_event_instr", mark - hvc, INSTRUCTIONS); /* one more than a call has anyway */
	test_figure("hv.mmio_trap_instr", mmio - nothing, INSTRUCTIONS);
}

static void wake(void *data)
{
	(void)data;
	late[wakes] = stamp_newest() - wake_timer.due;
	wakes++;
}

/* The n-th of a thousand, in order. */
static uint64_t permille(uint64_t *value, uint32_t count, uint32_t n)
{
	sort(value, count);
	return value[(count * n + 999) / 1000 - 1];
}

/* Due while this very partition runs: nothing is switched. */
static void timer_single(void)
{
	wakes = 0;
	wake_timer.fire = wake;
	for (uint32_t i = 1; i <= SAMPLE_COUNT; i++) {
		timer_arm_at(&wake_timer, time_ticks() + PERIOD_TICKS / 100);
		while (wakes < i)
			;
	}
	test_figure("hv.timer_single_instr", permille(late, SAMPLE_COUNT, 500), INSTRUCTIONS);
}

static void wake_again(void *data)
{
	wake(data);
	if (wakes < WAKE_COUNT)
		timer_arm_at(&wake_timer, wake_timer.due + PERIOD_TICKS);
}

/* Due while one that never sleeps has the CPU. */
static void timer_wakes(void)
{
	test_sleep_ms(20); /* its own lines are out: they are its own time */
	wakes = 0;
	wake_timer.fire = wake_again;
	timer_arm_at(&wake_timer, time_ticks() + PERIOD_TICKS);
	(void)test_await(&wakes, WAKE_COUNT, 10000);
	test_figure("hv.timer_wake_spinner_p99_instr", permille(late, WAKE_COUNT, 990), INSTRUCTIONS);
	test_figure("hv.timer_wake_spinner_max_instr", late[WAKE_COUNT - 1], INSTRUCTIONS);
}

static void rung(void *data)
{
	(void)data;
	shared()->rung = stamp_newest();
	if (shared()->answer)
		(void)hvc_call(PL_HVC_DOORBELL, BELL_ANSWER, 0, 0);
	rings++;
}

/* The ringer does a thousand, and rings once more when it is done. */
static void let_ring(bool answer)
{
	shared()->answer = answer;
	rings = 0;
	(void)hvc_doorbell(BELL_GO);
	(void)test_await(&rings, SAMPLE_COUNT + 1, 1000);
	test_sleep_ms(1);
}

static void doorbells(void)
{
	irq_register(BOARD_DOORBELL_INTID(0), 4, true, rung, NULL);
	let_ring(false);
	test_figure("hv.doorbell_instr", shared()->median, INSTRUCTIONS);
	test_figure("hv.doorbell_max_instr", shared()->worst, INSTRUCTIONS);
	let_ring(true);
	test_figure("hv.doorbell_rtt_instr", shared()->median, INSTRUCTIONS);
	test_figure("hv.doorbell_rtt_max_instr", shared()->worst, INSTRUCTIONS);
}

/* From the instruction that gives up the CPU to the next one of who gets it. */
static void switches(void)
{
	wakes = 0;
	wake_timer.fire = wake;
	for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
		uint64_t flags = irq_save(), begin;

		timer_arm_at(&wake_timer, time_ticks() + SLEEP_TICKS);
		cpu_dsb();
		begin = time_ticks();
		__asm__ volatile("wfi" : : : "memory");
		irq_restore(flags);
		late[i] = shared()->resumed - begin;
	}
	test_figure("hv.switch_instr", permille(late, SAMPLE_COUNT, 500), INSTRUCTIONS);
}

/* 2 MiB of memory, an image of 1 MiB; the parts from the trace. */
static void restart(void)
{
	uint64_t begin = time_ticks(), scrub, load, all;

	(void)hvc_call(PL_HVC_PARTITION_CONTROL, PATIENT, PL_CONTROL_RESTART, 0);
	test_sleep_ms(100);
	all = shared()->booted - begin;
	scrub = trace_phase_ticks(PATIENT, PL_PHASE_SCRUB, begin);
	load = trace_phase_ticks(PATIENT, PL_PHASE_LOAD, begin);
	test_figure("hv.restart_bare_instr", all - scrub - load, INSTRUCTIONS);
	test_figure("hv.restart_bare_scrub_instr", scrub / 2, "instructions/MiB");
	test_figure("hv.restart_bare_load_instr", load, "instructions/MiB");
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	stamp_start();
	test_sleep_ms(20);
	calls();
	timer_single();
	timer_wakes();
	doorbells();
	switches();
	restart();
	test_done();
}
