/* Rings the urgent one's doorbell a thousand times, and a thousand times more for an answer. */
#include "tests/bench/stamp.h"
#include "tests/bench/sort.h"
#include "tests/guest/bench/shared.h"
#include "tests/guest/test.h"

#define RINGS 1000u

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52200000, 0x200000, BOARD_MEMORY},
	{SHARED_IPA, SHARED_BYTES, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static volatile uint32_t go, answers;
static volatile uint64_t answered;

static void on_go(void *data)
{
	(void)data;
	go++;
}

static void on_answer(void *data)
{
	(void)data;
	answered = stamp_newest();
	answers++;
}

/* The urgent one preempts at once: when the hypercall returns, it has run. */
static uint64_t ring(void)
{
	uint64_t begin = time_ticks();

	(void)hvc_call(PL_HVC_DOORBELL, BELL_RING, 0, 0);
	return begin;
}

static void there(uint64_t *ticks)
{
	for (uint32_t i = 0; i < RINGS; i++) {
		uint64_t begin = ring();

		ticks[i] = shared()->rung - begin;
	}
}

static void and_back(uint64_t *ticks)
{
	for (uint32_t i = 0; i < RINGS; i++) {
		uint64_t begin = ring();

		(void)test_await(&answers, i + 1, 10);
		ticks[i] = answered - begin;
	}
}

void firmware_main(uint64_t arg)
{
	static uint64_t ticks[RINGS];

	(void)arg;
	stamp_start();
	irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_answer, NULL);
	irq_register(BOARD_DOORBELL_INTID(1), 4, true, on_go, NULL);
	for (uint32_t i = 1;; i++) {
		while (go < i)
			cpu_wait();
		if (shared()->answer)
			and_back(ticks);
		else
			there(ticks);
		sort(ticks, RINGS);
		shared()->median = ticks[RINGS / 2];
		shared()->worst = ticks[RINGS - 1];
		(void)hvc_doorbell(BELL_RING);
	}
}
