/* The one above: gets every key, once, in order, whatever the other driver does to the same host. */
#include "tests/guest/garbage/driver.h"
#include "tests/guest/garbage/garbage.h"

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52000000, 0x200000, BOARD_MEMORY},
	{GOOD_BANK, BANK_BYTES, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static const struct vmem bank = {(uint8_t *)GOOD_BANK, GOOD_BANK, BANK_BYTES};
static volatile uint32_t frame_count, wrong_count, over;

static void on_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	wrong_count += count != 1 || event[0].code != 1 + frame_count / 2 % KEY_COUNT ||
		       event[0].value != (frame_count % 2 == 0);
	frame_count++;
}

static void on_over(void *data)
{
	(void)data;
	over = 1;
}

void firmware_main(uint64_t arg)
{
	static struct virtio_input in;
	uint32_t during;

	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 1, true, on_over, NULL);
	driver_start(&in, &bank, on_frame);
	(void)driver_await(&in, &over, 1, 120000);
	test_equal("the bad driver comes to its end", 1, over);
	during = frame_count;
	test_within("the good driver got keys meanwhile", 100, UINT32_MAX, during);
	test_equal("none lost, twice or out of order", 0, wrong_count);
	test_equal(
		"and goes on getting them", during + 20, driver_await(&in, &frame_count, during + 20, 100));
	test_equal("its device was never broken", 0, in.mmio.broken_count);
	test_done();
}
