/* A virtual keypad against a driver that writes garbage. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/expect.h"
#include "vdev-input/input.h"

static struct vinput in;
static struct vinput_caps caps;

static struct vdev *create(const struct vmem *bank, bool fresh)
{
	(void)bank;
	(void)fresh;
	vinput_caps_keypad(&caps, "fuzzed keypad");
	vinput_bit_set(caps.abs, VINPUT_ABS_MT_SLOT);
	vinput_init(&in, "fuzz-input", &caps, NULL, NULL);
	return &in.vdev;
}

/* Frames of the real keypad, whatever the driver does: also more than fit. */
static void poke(void)
{
	struct virtio_input_event frame[VINPUT_FRAME_MAX + 1];
	unsigned count = 1 + fuzz_below(fuzz_below(8) ? 4 : VINPUT_FRAME_MAX + 1);

	for (unsigned i = 0; i < count; i++)
		frame[i] = (struct virtio_input_event){
			(uint16_t)(fuzz_below(2) ? VINPUT_EV_KEY : VINPUT_EV_ABS),
			(uint16_t)(fuzz_below(2) ? fuzz_below(256) : VINPUT_ABS_MT_SLOT + fuzz_below(16)),
			fuzz_below(4) ? fuzz_below(2) : (uint32_t)fuzz_number()};
	frame[count - 1] = (struct virtio_input_event){VINPUT_EV_SYN, VINPUT_SYN_REPORT, 0};
	for (unsigned i = fuzz_below(8) ? 1 : fuzz_below(300); i > 0; i--)
		vinput_frame(&in, frame, count);
	switch (fuzz_below(16)) {
	case 0: vinput_release_all(&in); break;
	case 1: vinput_release_touch(&in); break;
	case 2: vinput_release_key(&in, (uint16_t)fuzz_number()); break;
	default: break;
	}
}

/* A status event, or (event queue) nothing that would be read. */
static uint32_t request(uint8_t *to, unsigned queue)
{
	const struct virtio_input_event led = {VINPUT_EV_LED, (uint16_t)fuzz_below(16), fuzz_below(2)};

	(void)queue;
	memcpy(to, &led, sizeof(led));
	return (uint32_t)(fuzz_below(8) ? sizeof(led) : fuzz_below(32));
}

/* A key arrives, and a status event comes back. */
static bool works(void)
{
	const struct virtio_input_event key[2] = {{VINPUT_EV_KEY, 30, 1}, {VINPUT_EV_SYN, 0, 0}};
	const struct virtio_input_event led = {VINPUT_EV_LED, 1, 1};
	struct virtio_input_event got;
	uint32_t bytes;

	for (uint64_t i = 0; i < 2; i++) {
		struct vq_buf buf = {.addr = FUZZ_DATA + 0x4000 + 8 * i, .bytes = 8};

		if (vq_add(&fuzz.queue[0], &buf, 0, 1) < 0)
			return false;
	}
	vq_publish(&fuzz.queue[0]);
	loopback_notify(&fuzz.lb, 0);
	loopback_run(&fuzz.lb, 4);
	if (vinput_frame(&in, key, 2) || vq_get(&fuzz.queue[0], &bytes) < 0)
		return false;
	memcpy(&got, vmem_at(&fuzz.bank, FUZZ_DATA + 0x4000, 8), 8);
	return bytes == 8 && got.code == 30 && got.value == 1 && fuzz_ask(1, &led, sizeof(led), NULL, 0);
}

static const struct fuzz_target target = {"input", 64, create, poke, request, works};

static void garbage_breaks_only_until_reset(void)
{
	EXPECT_EQ(fuzz_run(&target, 4000), 0);
	/* A fuzzer that never gets to either end of the device tests nothing. */
	EXPECT_EQ(fuzz.broken_count > 0, 1);
	EXPECT_EQ(fuzz.served_count > 0, 1);
}

static const struct unit_test tests[] = {
	{"garbage breaks a keypad only until it is reset", garbage_breaks_only_until_reset},
};

UNIT_MAIN("fuzz-input", tests)
