/*
 * The bench's measuring partition: beside the handset's others, at the call's priority. On its
 * console it takes `costs`, `wakes COUNT` and `counters`, and answers `probe: NAME VALUE`.
 * The machine counts instructions, one a tick (plqemu --icount).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/trace.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"

#define SAMPLE_COUNT	 1000
#define WAKE_PERIOD_NS	 3000000
#define PARTITION_COUNT	 8
#define CONSOLE_PRIORITY 0
#define DONE_PRIORITY	 1

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52000000, 0x01000000, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static struct {
	struct timer timer;
	uint64_t period;
	uint64_t worst;
	uint32_t wanted, count;
} wakes;

/* Two readings of the counter with nothing, a null hypercall or a device read between them. */
static uint64_t sample_nothing(void)
{
	uint64_t before, after;

	__asm__ volatile("isb\n mrs %0, cntvct_el0\n mrs %1, cntvct_el0" : "=&r"(before), "=&r"(after));
	return after - before;
}

static uint64_t sample_hvc(void)
{
	register uint64_t x0 __asm__("x0") = PL_HVC_NULL;
	uint64_t before, after;

	__asm__ volatile("isb\n mrs %0, cntvct_el0\n hvc #0\n mrs %1, cntvct_el0"
		: "=&r"(before), "=&r"(after), "+r"(x0)
		:
		: "x1", "x2", "x3", "memory");
	return after - before;
}

static uint64_t sample_mmio(void)
{
	uint64_t before, after;
	uint32_t value;

	__asm__ volatile("isb\n mrs %0, cntvct_el0\n ldr %w2, [%3]\n mrs %1, cntvct_el0"
		: "=&r"(before), "=&r"(after), "=&r"(value)
		: "r"(BOARD_GICD)
		: "memory");
	return after - before;
}

/* The least of many: what is more was somebody's interrupt. */
static uint64_t least(uint64_t (*sample)(void))
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < SAMPLE_COUNT; i++) {
		uint64_t one = sample();

		if (one < best)
			best = one;
	}
	return best;
}

static void measure_costs(void)
{
	uint64_t nothing = least(sample_nothing);

	log_line("probe: hvc_instr %llu", (unsigned long long)(least(sample_hvc) - nothing));
	log_line("probe: mmio_trap_instr %llu", (unsigned long long)(least(sample_mmio) - nothing));
}

/* Interrupt context: this is the handler whose lateness is measured. */
static void wake(void *data)
{
	uint64_t late = time_ticks() - wakes.timer.due;

	(void)data;
	hvc_trace_mark(PL_MARK_TIMER_LATE, late, wakes.count);
	if (late > wakes.worst)
		wakes.worst = late;
	if (++wakes.count < wakes.wanted)
		timer_arm_at(&wakes.timer, wakes.timer.due + wakes.period);
	else
		loop_post(DONE_PRIORITY);
}

static void start_wakes(uint32_t count)
{
	wakes.period = time_from_ns(WAKE_PERIOD_NS);
	wakes.wanted = count;
	wakes.count = 0;
	wakes.worst = 0;
	wakes.timer.fire = wake;
	timer_arm_at(&wakes.timer, time_ticks() + wakes.period);
}

static void wakes_done(void *data)
{
	(void)data;
	log_line("probe: timer_wakes %u", wakes.count);
	log_line("probe: timer_wake_max_instr %llu", (unsigned long long)wakes.worst);
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
		log_line("probe: virtio_read_exits %llu", (unsigned long long)reads);
	else
		log_line("probe: only %u partitions may be asked", answers);
}

static void command(const char *line)
{
	uint32_t count = 0;

	switch (line[0] == 'c' ? line[2] : line[0]) {
	case 's': measure_costs(); break;
	case 'u': say_counters(); break;
	case 'w':
		for (const char *c = line; *c; c++)
			if (*c >= '0' && *c <= '9')
				count = count * 10 + (uint32_t)(*c - '0');
		start_wakes(count);
		break;
	default: log_line("probe: costs, wakes COUNT or counters");
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
	log_on_receive(console_came, NULL);
	log_line("probe: ready");
	loop_run();
}
