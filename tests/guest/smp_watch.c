/* On CPU 0: rings, stops and starts one on CPU 1, while Linux boots, panics and boots again on both. */
#include "tests/guest/test.h"

enum { FAR = 1, LINUX = 2 };
enum { ASK };

#define ROUNDS	       100u
#define LINUX_GUARD_MS 60000u

static volatile uint32_t answers;

static void on_answer(void *data)
{
	(void)data;
	answers++;
}

static bool far_answers(void)
{
	uint32_t want = answers + 1;

	(void)hvc_doorbell(ASK);
	return test_await(&answers, want, 10) == want;
}

static void doorbells(const char *name)
{
	uint32_t i, answered = 0;

	for (i = 0; i < ROUNDS; i++)
		answered += far_answers();
	test_equal(name, ROUNDS, answered);
}

static void control(enum pl_control order)
{
	test_equal("the order is taken", 0, (uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, FAR, order, 0));
}

static void state_comes(const char *name, enum pl_partition_state state)
{
	uint32_t ms;

	for (ms = 0; ms < 100 && test_info(FAR, PL_INFO_STATE) != state; ms++)
		test_sleep_ms(1);
	test_equal(name, state, test_info(FAR, PL_INFO_STATE));
}

static void stop_and_start(void)
{
	uint32_t lives = answers;
	uint64_t ticks;

	control(PL_CONTROL_STOP);
	state_comes("one CPU stops what runs on the other", PL_PARTITION_STOPPED);
	test_sleep_ms(10); /* reported, and its devices reset */
	ticks = test_info(FAR, PL_INFO_CPU_TICKS);
	test_sleep_ms(10);
	test_equal("stopped, it does not run", ticks, test_info(FAR, PL_INFO_CPU_TICKS));
	test_equal("stopped, it does not answer", false, far_answers());
	control(PL_CONTROL_START);
	test_equal("started again, it is up", lives + 1, test_await(&answers, lives + 1, 1000));
	doorbells("its doorbells work in its next life");
}

static void beside_linux(void)
{
	uint32_t ms;

	for (ms = 0; ms < LINUX_GUARD_MS && test_info(LINUX, PL_INFO_FAULT_COUNT) < 2; ms++) {
		test_sleep_ms(1);
		(void)far_answers();
	}
	test_equal("a panic on its second CPU is a reset of the partition", 2,
		test_info(LINUX, PL_INFO_FAULT_COUNT));
	test_sleep_ms(50);
	test_equal("restarted on both", 1, test_info(LINUX, PL_INFO_RESTART_COUNT));
	test_equal("then stopped", PL_PARTITION_STOPPED, test_info(LINUX, PL_INFO_STATE));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_answer, NULL);
	test_equal("the other CPU runs its partition", 1, test_await(&answers, 1, 1000));
	doorbells("doorbells cross from CPU to CPU and back");
	stop_and_start();
	beside_linux();
	doorbells("and nobody else notices");
	test_done();
}
