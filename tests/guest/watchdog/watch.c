/* Waits for the end of Linux's first life, and looks what ended it. */
#include "tests/guest/test.h"

enum { LINUX = 1 };
#define GUARD_MS  60000u
#define PETTED_MS 4000u

static volatile uint32_t told;

static void state_changed(void *data)
{
	(void)data;
	told += test_info(LINUX, PL_INFO_FAULT_COUNT) != 0;
}

void firmware_main(uint64_t arg)
{
	struct hvc_result fault;

	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 8, true, state_changed, NULL);
	(void)test_await(&told, 1, GUARD_MS);
	fault = hvc_call5(PL_HVC_FAULT_READ, LINUX, 0, 0, 0, 0); /* time, then cause and number */
	test_equal("a stock Linux that stops petting is bitten", PL_FAULT_WATCHDOG, (uint32_t)fault.x2);
	test_within("not while it pets: ms", PETTED_MS, GUARD_MS, fault.x1 / (time_hz() / 1000));
	test_equal("and restarted", 1, test_info(LINUX, PL_INFO_RESTART_COUNT));
	test_done();
}
