#include "tests/guest/garbage/driver.h"
#include "frontends/rtos/mem.h"

static volatile uint32_t wakes;

static void on_device(void *data)
{
	(void)data;
	wakes++;
}

void driver_start(struct virtio_input *in, const struct vmem *memory,
	void (*frame)(void *data, const struct virtio_input_event *event, unsigned count))
{
	memset(in, 0, sizeof(*in));
	in->mmio.name = "keypad";
	in->mmio.base = BOARD_VIRTIO(0);
	in->mmio.memory = memory;
	in->area_addr = memory->guest_base;
	in->frame = frame;
	(void)irq_register(BOARD_VIRTIO_INTID(0), 2, true, on_device, NULL);
	if (virtio_input_init(in))
		log_line("fail the driver starts");
}

void driver_restart(struct virtio_input *in)
{
	driver_start(in, in->mmio.memory, in->frame);
}

uint32_t driver_await(struct virtio_input *in, const volatile uint32_t *count, uint32_t until, uint32_t ms)
{
	uint64_t limit = time_ns() + ms * 1000000ull;
	uint32_t seen;

	while (*count < until && time_ns() < limit) {
		seen = wakes;
		if (!virtio_input_run(in, time_ns()))
			(void)test_await(&wakes, seen + 1, 2);
	}
	return *count;
}
