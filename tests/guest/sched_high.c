/* The urgent one: what it may expect of the hypervisor while two others never sleep. */
#include "tests/guest/test.h"

enum { LEFT = 1, RIGHT = 2 };
enum { ASK_LEFT, ASK_RIGHT, ANSWER };

static volatile uint32_t answers, busy, fired;

static void on_answer(void *data)
{
	(void)data;
	answers++;
}

static void on_busy(void *data)
{
	(void)data;
	busy++;
}

static uint64_t ticks_of_others(void)
{
	return test_info(LEFT, PL_INFO_CPU_TICKS) + test_info(RIGHT, PL_INFO_CPU_TICKS);
}

/* Runs 20 ms without sleeping: nobody below may get a tick of it. */
static void preempts_by_priority(void)
{
	uint64_t before, end;

	test_sleep_ms(10);
	before = ticks_of_others();
	end = time_ticks() + time_hz() / 50;
	while (time_ticks() < end)
		;
	test_equal("runs undisturbed by lower priorities", before, ticks_of_others());
	test_within("lower priorities ran while it slept", time_hz() / 200, time_hz(), before);
}

static void equal_slices(void)
{
	uint64_t left = test_info(LEFT, PL_INFO_CPU_TICKS), right = test_info(RIGHT, PL_INFO_CPU_TICKS);
	uint64_t difference;

	test_sleep_ms(200);
	left = test_info(LEFT, PL_INFO_CPU_TICKS) - left;
	right = test_info(RIGHT, PL_INFO_CPU_TICKS) - right;
	difference = left > right ? left - right : right - left;
	/* One slice, and the switch that was under way. */
	test_within(
		"equal slices within one priority (difference)", 0, time_hz() / 1000 * 11 / 10, difference);
	test_within("both got time", time_hz() / 20, time_hz(), left < right ? left : right);
}

static void wakes_beside_spinners(void)
{
	const volatile uint32_t never = 0;
	uint32_t i;

	for (i = 0; i < 100; i++)
		(void)test_await(&never, 1, 1);
	log_line("pass 100 timer wakes beside two spinners");
}

static void raise_flag(void *data)
{
	(void)data;
	fired++;
}

/* Woken by one that is in its timer's handler: the timer is everybody's own all the same. */
static void timer_while_running(void)
{
	struct timer t = {.fire = raise_flag};
	uint32_t i;

	for (i = 1; i <= 20; i++) {
		uint64_t end;

		(void)test_await(&busy, busy + 1, 50);
		timer_arm_ns(&t, 100000);
		end = time_ticks() + time_hz() / 1000;
		while (fired < i && time_ticks() < end)
			;
	}
	test_equal("timer fires while it runs, whoever was preempted", 20, fired);
	timer_cancel(&t);
}

static void doorbells(void)
{
	test_equal("doorbell that is not there is refused", (uint64_t)-22, (uint64_t)hvc_doorbell(31));
	test_equal("doorbell that is not its own is refused", (uint64_t)-1, (uint64_t)hvc_doorbell(ANSWER));
	test_equal("doorbell rings", 0, (uint64_t)hvc_doorbell(ASK_LEFT));
	test_equal("doorbell arrives, and the answer too", 1, test_await(&answers, 1, 100));
	(void)hvc_doorbell(ASK_RIGHT);
	test_equal("the other one answers as well", 2, test_await(&answers, 2, 100));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_answer, NULL);
	(void)irq_register(BOARD_DOORBELL_INTID(1), 4, true, on_busy, NULL);
	preempts_by_priority();
	equal_slices();
	wakes_beside_spinners();
	timer_while_running();
	doorbells();
	test_sleep_ms(20);
	test_done();
}
