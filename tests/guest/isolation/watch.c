/* Notices nothing: its memory, its timer's pace, its counters are as if it were alone. */
#include "tests/guest/test.h"

enum { WATCH = 0, PROBE = 1 };
#define WORDS	    0x20000u /* 1 MiB */
#define LATE_MAX_NS 8000u
#define MIX	    0x9e3779b97f4a7c15ull
#define GUARD_MS    20000u

static volatile uint64_t pattern[WORDS];
static struct timer pace;
static uint64_t worst, beats;
static volatile uint32_t done;

static void beat(void *data)
{
	uint64_t late = time_ticks() - pace.due;

	(void)data;
	worst = late > worst ? late : worst;
	beats++;
	timer_arm_at(&pace, pace.due + time_hz() / 1000);
}

static void probe_done(void *data)
{
	(void)data;
	done++;
}

static uint64_t wrong_words(void)
{
	uint64_t i, wrong = 0;

	for (i = 0; i < WORDS; i++)
		wrong += pattern[i] != i * MIX;
	return wrong;
}

void firmware_main(uint64_t arg)
{
	uint64_t i, begin, ticks;

	(void)arg;
	for (i = 0; i < WORDS; i++)
		pattern[i] = i * MIX;
	irq_register(BOARD_DOORBELL_INTID(2), 8, true, probe_done, NULL);
	pace.fire = beat;
	begin = time_ticks();
	timer_arm_at(&pace, begin + time_hz() / 1000);
	(void)test_await(&done, 1, GUARD_MS);
	ticks = time_ticks() - begin;
	timer_cancel(&pace);
	test_equal("the neighbour came to its end", 1, done);
	test_equal("its memory is as it left it", 0, wrong_words());
	test_within("its timer kept its pace: lateness in ns", 0, LATE_MAX_NS, time_to_ns(worst));
	test_equal("it missed no beat", ticks / (time_hz() / 1000), beats);
	test_equal("no fault is recorded of it", 0, test_info(WATCH, PL_INFO_FAULT_COUNT));
	test_equal("the neighbour was never restarted", 0, test_info(PROBE, PL_INFO_RESTART_COUNT));
	log_line("the neighbour made %lu exits, %lu of its attempts are recorded",
		test_info(PROBE, PL_INFO_EXIT_COUNT), test_info(PROBE, PL_INFO_FAULT_COUNT));
	test_done();
}
