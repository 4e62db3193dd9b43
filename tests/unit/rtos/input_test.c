/* The RTOS's virtio-input driver against the real device class, and against one that lies. */
#include <stdlib.h>
#include "frontends/rtos/virtio_input.h"
#include "tests/unit/expect.h"
#include "tests/unit/rtos/log_host.h"
#include "tests/unit/rtos/mmio_host.h"
/* The device class has names of its own for the same numbers. */
#undef VINPUT_EV_SYN
#undef VINPUT_EV_KEY
#undef VINPUT_SYN_REPORT
#include "vdev-input/input.h"
#include "vdev/log.h"

#define BANK_BASE  0x54000000ull
#define BANK_BYTES 0x10000u
#define S	   1000000000ull

static uint8_t bank_memory[BANK_BYTES] __attribute__((aligned(4096)));
static struct vmem bank = {bank_memory, BANK_BASE, BANK_BYTES};
static struct loopback *const lb = &mmio_host_page[1];
static struct vinput device;
static struct vinput_caps caps;
static const struct vinput_events device_events;
static struct virtio_input input;
static unsigned frames, events, lost;
static struct virtio_input_event last[VINPUT_FRAME_EVENTS];
static unsigned last_count;

static void quiet(enum vdev_log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static void note_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	frames++;
	events += count;
	memcpy(last, event, count * sizeof(*event));
	last_count = count;
}

static void note_lost(void *data)
{
	(void)data;
	lost++;
}

static void setup(void)
{
	vdev_log_hook = quiet;
	memset(bank_memory, 0x5a, sizeof(bank_memory));
	mmio_host_absent[1] = false;
	mmio_host_waiting_writes = frames = events = lost = 0;
	memset(&caps, 0, sizeof(caps));
	memset(caps.key, 0xff, sizeof(caps.key));
	vinput_init(&device, "call-input", &caps, &device_events, NULL);
	loopback_init(lb, &device.vdev, &bank);
	input = (struct virtio_input){
		.mmio = {.name = "call-input", .base = MMIO_HOST_BASE(1), .memory = &bank},
		.area_addr = BANK_BASE + 0x1000,
		.frame = note_frame,
		.lost = note_lost};
	EXPECT_EQ(virtio_input_init(&input), 0);
}

static void settle(uint64_t now)
{
	for (unsigned i = 0; i < 8; i++) {
		(void)virtio_input_run(&input, now);
		loopback_run(lb, 64);
	}
	while (virtio_input_run(&input, now))
		;
}

static void press(uint16_t code, uint32_t value)
{
	const struct virtio_input_event frame[] = {{1, code, value}, {0, 0, 0}};

	EXPECT_EQ(vinput_frame(&device, frame, 2), 0);
}

static void keys_come_as_whole_frames(void)
{
	setup();
	settle(S);
	EXPECT_EQ(input.mmio.state, VIRTIO_LIVE);
	EXPECT_EQ(mmio_host_waiting_writes, 0);
	press(0x1bd, 1);
	settle(S);
	EXPECT_EQ(frames, 1);
	EXPECT_EQ(last_count, 1);
	EXPECT_EQ(last[0].code, 0x1bd);
	EXPECT_EQ(last[0].value, 1);
	press(0x1bd, 0);
	settle(S);
	EXPECT_EQ(frames, 2);
	EXPECT_EQ(last[0].value, 0);
}

static void a_thousand_keys_lose_none(void)
{
	setup();
	settle(S);
	for (unsigned i = 0; i < 1000; i++) {
		press((uint16_t)(30 + i % 10), 1);
		press((uint16_t)(30 + i % 10), 0);
		if (i % 7 == 0)
			settle(S);
	}
	settle(S);
	EXPECT_EQ(frames, 2000);
	EXPECT_EQ(input.dropped_count, 0);
}

static void absent_keypad_is_taken_when_it_comes(void)
{
	setup();
	mmio_host_absent[1] = true;
	settle(S);
	EXPECT_EQ(input.mmio.state, VIRTIO_ABSENT);
	mmio_host_absent[1] = false;
	settle(S);
	press(30, 1);
	settle(S);
	EXPECT_EQ(frames, 1);
}

/* A device that is not bound to whole frames: events written straight into the ring. */
static void inject(uint16_t type, uint16_t code, uint32_t value, uint32_t bytes)
{
	struct virtio_input_event e = {type, code, value};
	struct vq *vq = &device.vdev.queue[0];
	static struct vq_chain chain;

	EXPECT_EQ(vq_pop(vq, &chain), 1);
	vq_write(&chain, 0, &e, sizeof(e));
	vq_push(vq, chain.head, bytes);
}

static void overlong_frame_is_dropped_whole(void)
{
	setup();
	settle(S);
	for (unsigned i = 0; i < VINPUT_FRAME_EVENTS + 1; i++)
		inject(1, (uint16_t)i, 1, 8);
	inject(0, 0, 0, 8);
	inject(1, 99, 1, 8);
	inject(0, 0, 0, 8);
	settle(S);
	EXPECT_EQ(input.dropped_count, 1);
	EXPECT_EQ(frames, 1);
	EXPECT_EQ(last[0].code, 99);
}

static void short_and_empty_events_are_no_events(void)
{
	setup();
	settle(S);
	inject(1, 30, 1, 4);
	inject(1, 31, 1, 0);
	inject(0, 0, 0, 8); /* an empty frame */
	settle(S);
	EXPECT_EQ(frames, 0);
	EXPECT_EQ(input.mmio.state, VIRTIO_LIVE);
}

static void device_that_lies_is_lost_and_set_up_anew(void)
{
	struct vq_used *used;

	setup();
	settle(S);
	inject(1, 30, 1, 8); /* a frame that never ends */
	settle(S);
	used = vmem_at(&bank, vq_used_addr(&input.mmio.queue[0]), 8);
	used->idx = (uint16_t)(used->idx + 100);
	settle(2 * S);
	EXPECT_EQ(lost, 1);
	EXPECT_EQ(input.mmio.state, VIRTIO_BROKEN);
	settle(virtio_input_deadline(&input));
	EXPECT_EQ(input.mmio.state, VIRTIO_LIVE);
	press(31, 1);
	settle(20 * S);
	EXPECT_EQ(frames, 1);
	EXPECT_EQ(last_count, 1);
	EXPECT_EQ(last[0].code, 31);
}

static void flood_is_served_in_bounded_rounds(void)
{
	bool more;

	setup();
	settle(S);
	for (unsigned i = 0; i < VINPUT_BUFFER_COUNT; i++)
		inject(i % 2 ? 0 : 1, i % 2 ? 0 : 30, 1, 8);
	more = virtio_input_run(&input, S);
	EXPECT_EQ(more, true);
	EXPECT_EQ(frames, VINPUT_BUFFER_COUNT / 2);
	more = virtio_input_run(&input, S);
	EXPECT_EQ(more, false);
}

static void garbage_in_the_bank_does_no_harm(void)
{
	setup();
	srand(6);
	for (unsigned round = 0; round < 3000; round++) {
		uint64_t now = S + round * S / 4;

		settle(now);
		for (unsigned i = 0; i < 20; i++)
			bank_memory[0x1000 + (unsigned)rand() % VINPUT_AREA_BYTES] = (uint8_t)rand();
		(void)virtio_input_run(&input, now);
	}
	settle(1000 * S);
	settle(1100 * S);
	settle(1200 * S);
	EXPECT_EQ(input.mmio.state, VIRTIO_LIVE);
}

static const struct unit_test tests[] = {
	{"keys come as whole frames", keys_come_as_whole_frames},
	{"a thousand keys lose none", a_thousand_keys_lose_none},
	{"an absent keypad is taken when it comes", absent_keypad_is_taken_when_it_comes},
	{"an overlong frame is dropped whole", overlong_frame_is_dropped_whole},
	{"short and empty events are no events", short_and_empty_events_are_no_events},
	{"a device that lies is lost and set up anew", device_that_lies_is_lost_and_set_up_anew},
	{"a flood is served in bounded rounds", flood_is_served_in_bounded_rounds},
	{"garbage in the bank does no harm", garbage_in_the_bank_does_no_harm},
};

UNIT_MAIN("rtos virtio-input", tests)
