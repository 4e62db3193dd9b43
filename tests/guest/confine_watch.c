/* Sees who of its neighbours was started on a machine without an SMMU, and orders the one that was not. */
#include "abi/hypercall.h"
#include "tests/guest/test.h"

enum { UNSAID = 1, SAID = 2 };

static void unsaid_is_stopped(const char *name)
{
	test_sleep_ms(100);
	test_equal(name, PL_PARTITION_STOPPED, test_info(UNSAID, PL_INFO_STATE));
}

void firmware_main(uint64_t arg)
{
	uint64_t wakes;

	(void)arg;
	unsaid_is_stopped("what nothing confines is not started");
	test_equal("the order to start it is taken", 0,
		(uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, UNSAID, PL_CONTROL_START, 0));
	unsaid_is_stopped("an order does not start it either");
	test_equal("it has never run", 0, test_info(UNSAID, PL_INFO_EXIT_COUNT));
	test_equal("whose file says unconfined-dma is started", PL_PARTITION_RUNNING,
		test_info(SAID, PL_INFO_STATE));
	wakes = test_info(SAID, PL_INFO_WAKE_COUNT);
	test_sleep_ms(100);
	test_within("and runs", 50, 200, test_info(SAID, PL_INFO_WAKE_COUNT) - wakes);
	test_equal("and has no faults", 0, test_info(SAID, PL_INFO_FAULT_COUNT));
	test_done();
}
