#include "tests/guest/test.h"

extern char __image_start[];

/* A test partition has 2 MiB of RAM, all in the window that its image starts. One with more brings its own board. */
static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{(uint64_t)__image_start, 0x200000, BOARD_MEMORY},
};
const struct board board __attribute__((weak)) = {windows, sizeof(windows) / sizeof(windows[0])};

void test_equal(const char *name, uint64_t want, uint64_t got)
{
	if (want == got)
		log_line("pass %s", name);
	else
		log_line("fail %s: expected %lu got %lu", name, want, got);
}

void test_within(const char *name, uint64_t low, uint64_t high, uint64_t got)
{
	if (got >= low && got <= high)
		log_line("pass %s", name);
	else
		log_line("fail %s: expected %lu to %lu got %lu", name, low, high, got);
}

void test_done(void)
{
	log_line("done");
}

void test_figure(const char *name, uint64_t value, const char *unit)
{
	log_line("bench: %s %lu %s", name, value, unit);
}

static void raise_flag(void *data)
{
	*(volatile bool *)data = true;
}

uint32_t test_await(const volatile uint32_t *flag, uint32_t count, uint32_t ms)
{
	volatile bool over = false;
	struct timer limit = {.fire = raise_flag, .data = (void *)&over};

	timer_arm_ns(&limit, ms * 1000000ull);
	for (;;) {
		uint64_t flags = irq_save();

		if (*flag >= count || over) {
			irq_restore(flags);
			break;
		}
		cpu_wait(); /* masked: what comes between the look and the wait ends the wait */
		irq_restore(flags);
	}
	timer_cancel(&limit);
	return *flag;
}

void test_sleep_ms(uint32_t ms)
{
	const volatile uint32_t never = 0;

	(void)test_await(&never, 1, ms);
}

uint64_t test_info(uint32_t partition, enum pl_info field)
{
	struct hvc_result r = hvc_call5(PL_HVC_PARTITION_INFO, partition, field, 0, 0, 0);

	return r.ret == 0 ? r.x1 : 0;
}

bool test_fault_read(uint32_t partition, struct pl_fault *f)
{
	uint64_t *words = (uint64_t *)f, i;

	for (i = 0; i < sizeof(*f); i += 24) {
		struct hvc_result r = hvc_call5(PL_HVC_FAULT_READ, partition, i, 0, 0, 0);

		if (r.ret < 0)
			return false;
		words[i / 8] = r.x1;
		if (i + 16 <= sizeof(*f))
			words[i / 8 + 1] = r.x2;
		if (i + 24 <= sizeof(*f))
			words[i / 8 + 2] = r.x3;
	}
	return true;
}
