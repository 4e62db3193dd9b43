/* One life for the watchdog, two that fail at once, one that sleeps. */
#include "tests/guest/test.h"

#define SELF	       1
#define WATCHDOG       0x09060000ull
#define WCS	       (WATCHDOG + 0x0)
#define WOR	       (WATCHDOG + 0x8)
#define WRR	       (WATCHDOG + 0x1000)
#define WCS_EN	       1u
#define WCS_WS0	       2u
#define WATCHDOG_INTID 42
#define TIME_OUT_MS    5u

uint64_t suspend(uint64_t function, uint64_t state);

static volatile uint32_t warnings, pokes;

static void warned(void *data)
{
	(void)data;
	warnings++;
	mmio_write32(WRR, 1);
}

static void poked(void *data)
{
	(void)data;
	pokes++;
}

static void watchdog(void)
{
	irq_register(WATCHDOG_INTID, 4, false, warned, NULL);
	mmio_write32(WOR, (uint32_t)(time_hz() / 1000 * TIME_OUT_MS));
	mmio_write32(WCS, WCS_EN);
	for (uint32_t i = 0; i < 5; i++) {
		test_sleep_ms(TIME_OUT_MS - 2);
		mmio_write32(WRR, 1);
	}
	test_equal("a watchdog that is petted is silent", 0, warnings);
	test_sleep_ms(TIME_OUT_MS + 1);
	test_equal("the first time-out is a warning", 1, warnings);
	test_equal("which a refresh takes back", WCS_EN, mmio_read32(WCS));
	irq_disable(WATCHDOG_INTID);
	test_sleep_ms(TIME_OUT_MS + 1);
	test_equal("unheard, it stands", WCS_EN | WCS_WS0, mmio_read32(WCS));
	test_sleep_ms(TIME_OUT_MS + 1);
	log_line("fail the second time-out: expected no life after it got one");
}

static uint64_t slept(uint64_t function, uint64_t state, uint64_t *ticks)
{
	uint64_t flags = irq_save(), begin = time_ticks(), how = suspend(function, state);

	*ticks = time_ticks() - begin;
	irq_restore(flags);
	return how;
}

static void power(void)
{
	struct timer alarm = {.fire = poked};
	uint64_t ticks, ms = time_hz() / 1000, wakes;

	irq_register(BOARD_DOORBELL_INTID(0), 4, true, poked, NULL);
	timer_arm_ns(&alarm, 3000000);
	test_equal("standby returns", 0, slept(PSCI_CPU_SUSPEND_64, 0, &ticks));
	test_within("when its timer is due", ms * 2, ms * 4, ticks);
	timer_arm_ns(&alarm, 3000000);
	test_equal("powered down, it goes on at its entry", 1,
		slept(PSCI_CPU_SUSPEND_64, PSCI_SUSPEND_POWERDOWN, &ticks));
	test_within("when its timer is due, which stays on", ms * 2, ms * 4, ticks);
	test_equal("whose interrupt is then delivered", 2, pokes);
	wakes = test_info(SELF, PL_INFO_WAKE_COUNT);
	test_equal("suspended, the partition is woken by a doorbell", 1,
		slept(PSCI_SYSTEM_SUSPEND_64, 0, &ticks));
	test_equal("which is delivered", 3, pokes);
	test_within("after it slept", ms, ms * 100, ticks);
	test_equal("and one wake is counted", wakes + 1, test_info(SELF, PL_INFO_WAKE_COUNT));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	switch (test_info(SELF, PL_INFO_RESTART_COUNT)) {
	case 0: watchdog(); break;
	case 1:
	case 2: (void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0); break;
	default: power(); break;
	}
	for (;;)
		cpu_wait();
}
