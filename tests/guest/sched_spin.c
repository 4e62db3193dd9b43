/* One of two that never sleep: fills all FPU registers, looks at them again and again, is preempted in its timer's handler, answers its doorbell. */
#include "tests/guest/test.h"

#define ANSWER 2u
#define BUSY   3u

void fp_fill(uint64_t seed);
uint64_t fp_differs(uint64_t seed);

static volatile bool asked;
static struct timer busy;
static volatile uint32_t timer_rounds;

static void on_ask(void *data)
{
	(void)data;
	asked = true;
}

/* Busy in its handler for longer than a slice: it is preempted with its timer's interrupt active. */
static void on_timer(void *data)
{
	uint64_t end = time_ticks() + time_hz() / 500;

	(void)data;
	(void)hvc_doorbell(BUSY);
	while (time_ticks() < end)
		;
	timer_rounds++;
	timer_arm_ns(&busy, 1000000);
}

void firmware_main(uint64_t arg)
{
	uint32_t self = (uint32_t)hvc_call5(PL_HVC_VERSION, 0, 0, 0, 0, 0).x1;
	uint64_t seed = 0x1111111111111111ull * self, rounds = 0, differs = 0;

	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_ask, NULL);
	busy.fire = on_timer;
	timer_arm_ns(&busy, 1000000);
	while (!asked) {
		fp_fill(seed + rounds);
		differs |= fp_differs(seed + rounds);
		rounds++;
	}
	test_equal("FPU registers survive switches", 0, differs);
	test_within("FPU registers were looked at", 100, UINT64_MAX, rounds);
	test_within("the timer comes again after its handler was preempted", 20, UINT32_MAX, timer_rounds);
	(void)hvc_doorbell(ANSWER);
	for (;;)
		;
}
