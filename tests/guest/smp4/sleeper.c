/* On a CPU of its own: suspends in each of the ways that there are, and is woken from another CPU, or by its device. */
#include "tests/guest/smp4/smp4.h"
#include "tests/guest/test.h"

#define RTC	  0x09010000ull /* ARM DDI 0224: the board's PL031, which is this partition's */
#define RTC_DR	  (RTC + 0x00)
#define RTC_MR	  (RTC + 0x04)
#define RTC_IMSC  (RTC + 0x10)
#define RTC_ICR	  (RTC + 0x1c)
#define RTC_INTID 34

uint64_t suspend(uint64_t function, uint64_t state);

static volatile uint32_t wakes, alarms;

static void woken(void *data)
{
	(void)data;
	wakes++;
}

static void alarm(void *data)
{
	(void)data;
	mmio_write32(RTC_ICR, 1);
	alarms++;
}

/* The watch rings back; masked, so that the ring ends the suspension and not a handler. */
static uint64_t sleep_until_rung(uint64_t function, uint64_t state)
{
	uint64_t flags = irq_save(), how;

	(void)hvc_doorbell(BELL_READY);
	how = suspend(function, state);
	irq_restore(flags);
	return how;
}

static void sleep_until_alarm(void)
{
	uint64_t flags = irq_save();

	mmio_write32(RTC_MR, mmio_read32(RTC_DR) + 1);
	mmio_write32(RTC_IMSC, 1);
	test_equal("suspended, the partition is woken by its device", 1, suspend(PSCI_SYSTEM_SUSPEND_64, 0));
	test_equal("which has not been heard before", 0, alarms);
	irq_restore(flags);
	test_equal("and is then", 1, test_await(&alarms, 1, 10));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 4, true, woken, NULL);
	irq_register(RTC_INTID, 4, false, alarm, NULL);
	test_equal(
		"standby ends with a doorbell from another CPU", 0, sleep_until_rung(PSCI_CPU_SUSPEND_64, 0));
	test_equal("which is delivered", 1, test_await(&wakes, 1, 10));
	test_equal("powered down, it goes on at its entry for such a doorbell", 1,
		sleep_until_rung(PSCI_CPU_SUSPEND_64, PSCI_SUSPEND_POWERDOWN));
	test_equal("which is delivered too", 2, test_await(&wakes, 2, 10));
	test_equal("and so does a suspended partition", 1, sleep_until_rung(PSCI_SYSTEM_SUSPEND_64, 0));
	test_equal("the third time as well", 3, test_await(&wakes, 3, 10));
	sleep_until_alarm();
	test_sleep_ms(1);
	(void)hvc_call(PSCI_SYSTEM_OFF, 0, 0, 0);
}
