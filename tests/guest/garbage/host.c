/* Hosts a keypad for each of the two, on partylined's own transport, and types the same on both. */
#include "backends/partylined/hvmmio.h"
#include "tests/guest/garbage/garbage.h"
#include "tests/guest/test.h"
#include "vdev-input/input.h"
#include "vdev/log.h"

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52200000, 0x200000, BOARD_MEMORY},
	{GOOD_BANK, BANK_BYTES, BOARD_MEMORY},
	{BAD_BANK, BANK_BYTES, BOARD_MEMORY},
	{BOARD_HOST_PAGE(0), 0x2000, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static struct vinput in[2];
static struct hvmmio device[2];
static struct vinput_caps caps;
static volatile uint32_t wake_count, tick_count;
static uint32_t typed_count;

static int64_t call(struct hv *hv, uint64_t function, const uint64_t arg[5])
{
	(void)hv;
	__asm__ volatile("dsb ish" ::: "memory");
	return hvc_call5(function, arg[0], arg[1], arg[2], arg[3], arg[4]).ret;
}

static struct hv hv = {.call = call, .fd = -1};

static void say(enum vdev_log_level level, const char *line)
{
	(void)level;
	log_line("%s", line);
}

static void on_event(void *data)
{
	(void)data;
	wake_count++;
}

static void on_tick(void *data)
{
	tick_count++;
	wake_count++;
	timer_arm_ns(data, KEY_PERIOD_NS);
}

static void type_key(void)
{
	const struct virtio_input_event frame[2] = {
		{VINPUT_EV_KEY, (uint16_t)(1 + typed_count / 2 % KEY_COUNT), typed_count % 2 == 0},
		{VINPUT_EV_SYN, VINPUT_SYN_REPORT, 0},
	};

	/* Nothing is typed before the one who counts is there. */
	if (!in[GOOD_DEVICE].vdev.live)
		return;
	typed_count++;
	for (unsigned d = 0; d < 2; d++)
		vinput_frame(&in[d], frame, 2);
}

static void serve(void)
{
	bool more = true;

	while (more) {
		more = false;
		for (unsigned d = 0; d < 2; d++) {
			hvmmio_look(&device[d]);
			more |= hvmmio_work(&device[d]);
		}
	}
}

static void start(unsigned d, const char *name, uint64_t bank)
{
	vinput_init(&in[d], name, &caps, NULL, NULL);
	in[d].vdev.memory = (struct vmem){(uint8_t *)bank, bank, BANK_BYTES};
	if (hvmmio_start(&device[d], &hv, &in[d].vdev, d, (const void *)BOARD_HOST_PAGE(d)))
		log_line("fail the host's device %s starts", name);
}

void firmware_main(uint64_t arg)
{
	static struct timer tick = {.fire = on_tick, .data = &tick};
	uint32_t seen = 0, typed = 0;

	(void)arg;
	vdev_log_hook = say;
	vinput_caps_keypad(&caps, "test keypad");
	(void)irq_register(BOARD_HOST_INTID, 1, true, on_event, NULL);
	start(GOOD_DEVICE, "good-input", GOOD_BANK);
	start(BAD_DEVICE, "bad-input", BAD_BANK);
	timer_arm_ns(&tick, KEY_PERIOD_NS);
	for (;;) {
		serve();
		if (typed != tick_count) {
			typed = tick_count;
			type_key();
		}
		seen = test_await(&wake_count, seen + 1, 1000);
	}
}
