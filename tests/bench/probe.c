/*
 * The bench's measuring partition: beside the handset's others, at the call's priority. On its
 * console it takes `wakes COUNT`, `deadlines COUNT`, `restart PARTITION` and `counters`, and answers
 * `probe: NAME VALUE`. A tick is a nanosecond (plqemu --icount), and one instruction unless said otherwise.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/mark.h"
#include "abi/trace.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"
#include "tests/bench/sort.h"
#include "tests/bench/stamp.h"

#define WAKE_MAX	 10000u
#define WAKE_PERIOD_NS	 499979 /* no divisor of anything else that happens */
#define DEADLINE_NS	 10000000
#define WORK_NS		 8000000
#define CALIBRATION	 1000u
#define PARTITION_COUNT	 8
#define CONSOLE_PRIORITY 0
#define DONE_PRIORITY	 1
#define WORK_PRIORITY	 2

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52000000, 0x01000000, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static struct {
	struct timer timer;
	uint64_t period;
	uint32_t wanted, count;
	uint64_t late[WAKE_MAX];
} wakes;

static struct {
	struct timer timer;
	uint64_t loops; /* of work */
	uint32_t wanted, due, done, missed;
} deadlines;

/* Interrupt context: this is the handler whose lateness is measured. */
static void wake(void *data)
{
	uint64_t late = stamp_newest() - wakes.timer.due;

	(void)data;
	hvc_trace_mark(PL_MARK_TIMER_LATE, late, wakes.count);
	wakes.late[wakes.count] = late;
	if (++wakes.count < wakes.wanted)
		timer_arm_at(&wakes.timer, wakes.timer.due + wakes.period);
	else
		loop_post(DONE_PRIORITY);
}

static void start_wakes(uint32_t count)
{
	wakes.period = time_from_ns(WAKE_PERIOD_NS);
	wakes.wanted = count < WAKE_MAX ? count : WAKE_MAX;
	wakes.count = 0;
	wakes.timer.fire = wake;
	timer_arm_at(&wakes.timer, time_ticks() + wakes.period);
}

static void wakes_done(void *data)
{
	uint32_t count = wakes.count;

	(void)data;
	sort(wakes.late, count);
	log_line("probe: timer_wakes %u", count);
	log_line("probe: timer_wake_p99_instr %lu", wakes.late[(count * 99 + 99) / 100 - 1]);
	log_line("probe: timer_wake_max_instr %lu", wakes.late[count - 1]);
}

static void spin(uint64_t loops)
{
	__asm__ volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(loops) : : "cc");
}

/* Loops that take WORK_NS: the least of many short ones was disturbed by nobody. */
static uint64_t work_loops(void)
{
	uint64_t best = UINT64_MAX;

	for (uint32_t i = 0; i < 100; i++) {
		uint64_t begin = time_ticks(), ticks;

		spin(CALIBRATION);
		ticks = time_ticks() - begin;
		best = ticks < best ? ticks : best;
	}
	return time_from_ns(WORK_NS) * CALIBRATION / best;
}

static void deadline(void *data)
{
	(void)data;
	deadlines.due++;
	timer_arm_at(&deadlines.timer, deadlines.timer.due + time_from_ns(DEADLINE_NS));
	loop_post(WORK_PRIORITY);
}

/* A period is missed when its work is not done before the next one begins. */
static void work(void *data)
{
	(void)data;
	while (deadlines.done < deadlines.due && deadlines.done < deadlines.wanted) {
		spin(deadlines.loops);
		deadlines.done++;
		deadlines.missed += deadlines.done != deadlines.due;
	}
	if (deadlines.done < deadlines.wanted)
		return;
	timer_cancel(&deadlines.timer);
	log_line("probe: deadline_misses %u", deadlines.missed);
}

static void start_deadlines(uint32_t count)
{
	deadlines.loops = work_loops();
	deadlines.wanted = count;
	deadlines.due = deadlines.done = deadlines.missed = 0;
	deadlines.timer.fire = deadline;
	timer_arm_ns(&deadlines.timer, DEADLINE_NS);
}

static void say_counters(void)
{
	uint64_t reads = 0;
	uint32_t answers = 0;

	for (uint64_t partition = 0; partition < PARTITION_COUNT; partition++) {
		struct hvc_result result =
			hvc_call5(PL_HVC_PARTITION_INFO, partition, PL_INFO_VIRTIO_READ_EXIT_COUNT, 0, 0, 0);

		if (result.ret)
			continue;
		reads += result.x1;
		answers++;
	}
	/* This one, call and linux: bench.dts makes it their manager. */
	if (answers >= 3)
		log_line("probe: virtio_read_exits %lu", reads);
	else
		log_line("probe: only %u partitions may be asked", answers);
}

static uint32_t number_in(const char *line)
{
	uint32_t number = 0;

	for (const char *c = line; *c; c++)
		if (*c >= '0' && *c <= '9')
			number = number * 10 + (uint32_t)(*c - '0');
	return number;
}

static void command(const char *line)
{
	switch (line[0]) {
	case 'c': say_counters(); break;
	case 'w': start_wakes(number_in(line)); break;
	case 'd': start_deadlines(number_in(line)); break;
	case 'r': (void)hvc_call(PL_HVC_PARTITION_CONTROL, number_in(line), PL_CONTROL_RESTART, 0); break;
	default: log_line("probe: wakes COUNT, deadlines COUNT, restart PARTITION or counters");
	}
}

static void console(void *data)
{
	static char line[32];
	static size_t length;
	char character;

	(void)data;
	while (log_read(&character, 1)) {
		if (character != '\r' && character != '\n') {
			if (length < sizeof(line) - 1)
				line[length++] = character;
			continue;
		}
		line[length] = '\0';
		if (length)
			command(line);
		length = 0;
	}
}

static void console_came(void *data)
{
	(void)data;
	loop_post(CONSOLE_PRIORITY);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	loop_add(CONSOLE_PRIORITY, console, NULL);
	loop_add(DONE_PRIORITY, wakes_done, NULL);
	loop_add(WORK_PRIORITY, work, NULL);
	stamp_start();
	log_on_receive(console_came, NULL);
	log_line("probe: ready");
	loop_run();
}
