/* A driver that sets its device up, is served, spoils registers and rings, and is served again after a reset. */
#include "abi/virtio_mmio.h"
#include "tests/guest/garbage/driver.h"
#include "tests/guest/garbage/garbage.h"

#define ROUNDS	    120u
#define ANSWER_MS   50u
#define NEEDS_RESET VIRTIO_STATUS_NEEDS_RESET
#define DATA	    (BAD_BANK + 0x10000)

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52400000, 0x200000, BOARD_MEMORY},
	{BAD_BANK, BANK_BYTES, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static const struct vmem bank = {(uint8_t *)BAD_BANK, BAD_BANK, BANK_BYTES};
static struct virtio_input in;
static volatile uint32_t frame_count;
static uint64_t state;

static uint32_t random32(void)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(state >> 32);
}

static uint32_t below(uint32_t limit)
{
	return random32() % limit;
}

static void on_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	(void)event;
	(void)count;
	frame_count++;
}

static void set(uint32_t reg, uint32_t value)
{
	mmio_write32(BOARD_VIRTIO(0) + reg, value);
}

static void notify(void)
{
	mmio_barrier();
	set(VIRTIO_MMIO_QUEUE_NOTIFY, VIRTIO_INPUT_EVENTQ);
}

static struct vq *ring(void)
{
	return &in.mmio.queue[VIRTIO_INPUT_EVENTQ];
}

static uint32_t some_value(void)
{
	static const uint32_t values[] = {0, 1, 2, 0xffffffff, 0x80000000, 0xffff, 0x1000, 64};

	return below(2) ? values[below(8)] : random32();
}

/* Registers that exist and may be written; the hypervisor records other writes as a fault of ours. */
static void garbage_registers(void)
{
	static const uint32_t regs[] = {VIRTIO_MMIO_DEVICE_FEATURES_SEL, VIRTIO_MMIO_DRIVER_FEATURES,
		VIRTIO_MMIO_DRIVER_FEATURES_SEL, VIRTIO_MMIO_QUEUE_SEL, VIRTIO_MMIO_QUEUE_SIZE,
		VIRTIO_MMIO_QUEUE_READY, VIRTIO_MMIO_QUEUE_NOTIFY, VIRTIO_MMIO_INTERRUPT_ACK,
		VIRTIO_MMIO_STATUS, VIRTIO_MMIO_QUEUE_DESC_LOW, VIRTIO_MMIO_QUEUE_DESC_HIGH,
		VIRTIO_MMIO_QUEUE_DRIVER_LOW, VIRTIO_MMIO_QUEUE_DRIVER_HIGH, VIRTIO_MMIO_QUEUE_DEVICE_LOW,
		VIRTIO_MMIO_QUEUE_DEVICE_HIGH, VIRTIO_MMIO_CONFIG};

	for (unsigned i = 0; i < 60; i++)
		set(regs[below(sizeof(regs) / sizeof(regs[0]))], some_value());
}

/* A queue anywhere: outside the bank, across its end, askew. */
static void garbage_queue(void)
{
	static const uint32_t lows[] = {
		0, 0xfffffff0, 0x54000000, (uint32_t)(BAD_BANK + BANK_BYTES - 16), 0x543ffff8};

	set(VIRTIO_MMIO_QUEUE_SEL, below(2));
	set(VIRTIO_MMIO_QUEUE_READY, 0);
	set(VIRTIO_MMIO_QUEUE_SIZE, below(2) ? 64 : some_value());
	for (uint32_t area = 0; area < 3; area++) {
		set(VIRTIO_MMIO_QUEUE_DESC_LOW + 16 * area, lows[below(5)]);
		set(VIRTIO_MMIO_QUEUE_DESC_HIGH + 16 * area, below(4) ? 0 : some_value());
	}
	set(VIRTIO_MMIO_QUEUE_READY, 1);
	notify();
}

static void garbage_index(void)
{
	ring()->avail->idx = (uint16_t)(ring()->avail->idx + 65 + below(1000));
	notify();
}

static void garbage_descriptors(void)
{
	static const uint64_t addrs[] = {
		0, GOOD_BANK, 0x52200000, BAD_BANK + BANK_BYTES - 4, UINT64_MAX - 3, DATA};

	for (unsigned i = 0; i < 64; i++)
		ring()->desc[i] = (struct vq_desc){.addr = addrs[below(6)],
			.len = below(2) ? 8 : some_value(),
			.flags = (uint16_t)below(8),
			.next = (uint16_t)some_value()};
	notify();
}

static void garbage_bytes(void)
{
	volatile uint8_t *at = (volatile uint8_t *)BAD_BANK;

	for (uint32_t i = 0; i < vq_ring_bytes(64); i++)
		at[i] = (uint8_t)random32();
	for (unsigned i = 0; i < 200; i++)
		notify();
}

static bool breaks_within(uint32_t ms)
{
	uint64_t limit = time_ns() + ms * 1000000ull;

	while (!(mmio_read32(BOARD_VIRTIO(0) + VIRTIO_MMIO_STATUS) & NEEDS_RESET) && time_ns() < limit)
		test_sleep_ms(1);
	return (mmio_read32(BOARD_VIRTIO(0) + VIRTIO_MMIO_STATUS) & NEEDS_RESET) != 0;
}

/* From whatever state: a reset, a set-up, and keys come. */
static bool works_again(void)
{
	uint32_t before = frame_count;

	set(VIRTIO_MMIO_STATUS, 0);
	if (mmio_read32(BOARD_VIRTIO(0) + VIRTIO_MMIO_STATUS) != 0)
		return false;
	driver_restart(&in);
	return driver_await(&in, &frame_count, before + 4, ANSWER_MS) >= before + 4;
}

static void (*const attacks[])(void) = {
	garbage_index, garbage_registers, garbage_queue, garbage_descriptors, garbage_bytes};
#define ATTACK_COUNT (sizeof(attacks) / sizeof(attacks[0]))

void firmware_main(uint64_t arg)
{
	uint32_t broken_count = 0, served_count = 0, index_count = 0;

	(void)arg;
	driver_start(&in, &bank, on_frame);
	test_within("a device works before", 4, UINT32_MAX, driver_await(&in, &frame_count, 4, 1000));
	for (uint32_t round = 0; round < ROUNDS; round++) {
		bool broken;

		state = round;
		attacks[round % ATTACK_COUNT]();
		broken = breaks_within(round % ATTACK_COUNT == 0 ? ANSWER_MS : 4);
		broken_count += broken;
		index_count += broken && round % ATTACK_COUNT == 0;
		served_count += works_again();
	}
	test_equal("a jump of the avail index is always found out", ROUNDS / ATTACK_COUNT, index_count);
	test_within("garbage is found out", ROUNDS / 2, ROUNDS, broken_count);
	test_equal("each time the device works again after a reset", ROUNDS, served_count);
	(void)hvc_doorbell(BELL_OVER);
	for (;;)
		test_sleep_ms(1000);
}
