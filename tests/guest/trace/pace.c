/* Outranks all, and marks in the trace how late each beat came. */
#include "abi/mark.h"
#include "abi/trace.h"
#include "tests/bench/stamp.h"
#include "tests/guest/test.h"

#define BEATS	2000u
#define BEAT_NS 199999ull /* no divisor of anything else that happens */

static struct timer pace;
static volatile uint32_t beats;

static void beat(void *data)
{
	(void)data;
	hvc_trace_mark(PL_MARK_TIMER_LATE, stamp_newest() - pace.due, beats);
	beats++;
	if (beats < BEATS)
		timer_arm_at(&pace, pace.due + time_from_ns(BEAT_NS));
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	stamp_start();
	pace.fire = beat;
	timer_arm_ns(&pace, BEAT_NS);
	(void)test_await(&beats, BEATS, 10000);
	test_equal("every beat came", BEATS, beats);
	test_done();
}
