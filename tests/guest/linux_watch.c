/* Keeps its 1 ms pace while Linux boots, panics, is scrubbed, reloaded and boots again. */
#include "abi/fault.h"
#include "tests/guest/test.h"

enum { LINUX = 1, RESTARTS = 1 };
#define GUARD_MS    60000u
#define LATE_MAX_NS 5000u /* 2,000 instructions to the handler, and its own */

static struct timer pace;
static volatile uint32_t beats;
static uint64_t worst;

static void beat(void *data)
{
	uint64_t late = time_ticks() - pace.due;

	(void)data;
	worst = late > worst ? late : worst;
	beats++;
	timer_arm_at(&pace, pace.due + time_hz() / 1000);
}

static uint64_t fault_cause(void)
{
	/* struct pl_fault: time, then cause and number */
	return (uint32_t)hvc_call5(PL_HVC_FAULT_READ, LINUX, 0, 0, 0, 0).x2;
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	pace.fire = beat;
	timer_arm_at(&pace, time_ticks() + time_hz() / 1000);
	while (test_info(LINUX, PL_INFO_FAULT_COUNT) <= RESTARTS && beats < GUARD_MS)
		cpu_wait();
	test_equal("a panic of Linux is a reset", PL_FAULT_RESET, fault_cause());
	test_equal("restarted as often as its limit says", RESTARTS, test_info(LINUX, PL_INFO_RESTART_COUNT));
	test_equal("then stopped", PL_PARTITION_STOPPED, test_info(LINUX, PL_INFO_STATE));
	test_within("nobody above notices: lateness in ns", 0, LATE_MAX_NS, time_to_ns(worst));
	timer_cancel(&pace);
	test_done();
}
