/* On CPU 0: wakes the sleeper of CPU 2, stands the flooder of CPU 1, and sees a Linux on all four come and go. */
#include "tests/guest/smp4/smp4.h"
#include "tests/guest/test.h"

#define SLEEPS	       3u
#define SLEEP_MS       2u
#define IDLE_MS	       20u
#define LINUX_GUARD_MS 60000u
#define FLOODS	       3u
#define RING_PAUSE_US  20u /* hv/core/mail.h */

static volatile uint32_t floods, ready;

static void on_flood(void *data)
{
	(void)data;
	floods++;
}

static void on_ready(void *data)
{
	(void)data;
	ready++;
}

static void wake_sleeper(void)
{
	uint64_t before, after;

	for (uint32_t i = 1; i <= SLEEPS; i++) {
		test_equal("the sleeper goes to sleep", i, test_await(&ready, i, 1000));
		test_sleep_ms(SLEEP_MS);
		before = test_info(SLEEPER, PL_INFO_CPU_TICKS);
		test_sleep_ms(IDLE_MS);
		after = test_info(SLEEPER, PL_INFO_CPU_TICKS);
		test_equal("asleep it takes no time", before, after);
		(void)hvc_doorbell(BELL_WAKE);
	}
}

/* Masked while they come: 10,000 rings are one interrupt, and nothing of them is left. */
static void stand_flood(void)
{
	uint64_t flags = irq_save(), exits = test_info(FLOODER, PL_INFO_EXIT_COUNT);
	uint32_t before = floods;

	(void)hvc_doorbell(BELL_GO);
	while (test_info(FLOODER, PL_INFO_EXIT_COUNT) < exits + FLOOD_RINGS)
		;
	irq_restore(flags);
	test_equal("10,000 doorbells from another CPU are one interrupt", before + 1,
		test_await(&floods, before + 2, 20));
}

/* Unmasked: as many interrupts as there are pauses in that time, however often it is rung. */
static void bear_flood(void)
{
	uint64_t exits = test_info(FLOODER, PL_INFO_EXIT_COUNT), begin = time_ticks(), us;
	uint32_t before = floods;

	(void)hvc_doorbell(BELL_GO);
	while (test_info(FLOODER, PL_INFO_EXIT_COUNT) < exits + FLOOD_RINGS)
		;
	us = time_to_ns(time_ticks() - begin) / 1000;
	test_within("10,000 doorbells from another CPU interrupt no more than once in 20 us", 1,
		us / RING_PAUSE_US + 2, floods - before);
}

static void await_linux(void)
{
	for (uint32_t ms = 0; ms < LINUX_GUARD_MS && test_info(LINUX, PL_INFO_STATE) != PL_PARTITION_STOPPED;
		ms++)
		test_sleep_ms(1);
	test_equal("Linux powers off from four vCPUs", PL_PARTITION_STOPPED, test_info(LINUX, PL_INFO_STATE));
	test_equal("nobody else has a fault", 0,
		test_info(WATCH, PL_INFO_FAULT_COUNT) + test_info(FLOODER, PL_INFO_FAULT_COUNT));
	test_equal("but the sleeper its end", 1, test_info(SLEEPER, PL_INFO_FAULT_COUNT));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_flood, NULL);
	irq_register(BOARD_DOORBELL_INTID(1), 4, true, on_ready, NULL);
	wake_sleeper();
	for (uint32_t i = 0; i < FLOODS; i++)
		stand_flood();
	bear_flood();
	await_linux();
	test_done();
}
