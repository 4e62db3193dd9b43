/* The virtual keypad: identity, whole frames, nothing stuck, and hostile drivers. */
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "tests/unit/input/rig.h"
#include "vdev/log.h"

#define FEATURES VDEV_FEATURES_OFFERED
#define SIZE	 64

static struct rig rig;
static struct virtio_input_event status_seen;
static unsigned status_count, delivered_count, log_count;
static bool all_in_ring;
static char log_line[VDEV_LOG_LINE];

static void note_log(enum vdev_log_level level, const char *line)
{
	(void)level;
	log_count++;
	snprintf(log_line, sizeof(log_line), "%s", line);
}

static void delivered(void *data, struct vinput *in, const struct virtio_input_event *event)
{
	(void)data;
	(void)event;
	delivered_count++;
	all_in_ring = in->vdev.queue[0].last_used == rig.eventq.used->idx;
}

static void status(void *data, struct vinput *in, const struct virtio_input_event *event)
{
	(void)data;
	(void)in;
	status_seen = *event;
	status_count++;
}

static const struct vinput_events events = {.delivered = delivered, .status = status};

static void setup_size(uint16_t size, uint64_t features)
{
	vdev_log_hook = note_log;
	status_count = delivered_count = log_count = 0;
	rig_start(&rig, "test-input", &events, NULL);
	rig_driver_start(&rig, size, features);
}

static void setup(void)
{
	setup_size(SIZE, FEATURES);
	rig_give_buffers(&rig, SIZE, 8);
}

static uint8_t query(uint8_t select, uint8_t subsel, void *to, uint32_t bytes)
{
	struct virtio_input_config config;

	loopback_write(&rig.lb, VIRTIO_MMIO_CONFIG, select, 1);
	loopback_write(&rig.lb, VIRTIO_MMIO_CONFIG + 1, subsel, 1);
	loopback_config_read(&rig.lb, 0, &config, sizeof(config));
	EXPECT_EQ(config.select, select);
	EXPECT_EQ(config.subsel, subsel);
	memcpy(to, &config.u, bytes);
	return config.size;
}

static void device_says_who_it_is(void)
{
	uint8_t data[128];
	struct virtio_input_devids ids;

	setup();
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ID_NAME, 0, data, 128), 16);
	EXPECT_EQ(memcmp(data, "Partyline keypad", 17), 0);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ID_DEVIDS, 0, &ids, sizeof(ids)), 8);
	EXPECT_EQ(ids.bustype, 6);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_EV_BITS, VINPUT_EV_KEY, data, 128), 0x1be / 8 + 1);
	EXPECT_EQ(vinput_bit(data, 28), 1);
	EXPECT_EQ(vinput_bit(data, 0x1be), 1);
	EXPECT_EQ(vinput_bit(data, 0x110), 0);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_EV_BITS, VINPUT_EV_REP, data, 128), 1);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_EV_BITS, VINPUT_EV_ABS, data, 128), 0);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_PROP_BITS, 0, data, 128), 0);
}

static void answers_leave_nothing_of_the_last_one(void) /* CVE-2021-3544 */
{
	uint8_t data[128];

	setup();
	query(VIRTIO_INPUT_CFG_ID_NAME, 0, data, 128);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ID_SERIAL, 0, data, 128), 0);
	for (unsigned i = 0; i < 128; i++)
		EXPECT_EQ(data[i], 0);
}

static void every_selection_is_answered(void) /* index out of range: CVE-2011-2512 */
{
	uint8_t data[128];

	setup();
	vinput_bit_set(rig.caps.abs, VINPUT_ABS_COUNT - 1);
	rig.caps.abs_info[VINPUT_ABS_COUNT - 1].max = 479;
	for (unsigned select = 0; select < 256; select++)
		for (unsigned subsel = 0; subsel < 256; subsel++)
			EXPECT_EQ(query((uint8_t)select, (uint8_t)subsel, data, 128) <= 128, 1);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ABS_INFO, VINPUT_ABS_COUNT - 1, data, 128), 20);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ABS_INFO, VINPUT_ABS_COUNT, data, 128), 0);
	EXPECT_EQ(query(VIRTIO_INPUT_CFG_ABS_INFO, 255, data, 128), 0);
	EXPECT_EQ(rig.in.vdev.broken, 0);
}

static void config_writes_of_any_shape_are_harmless(void)
{
	setup();
	loopback_write(&rig.lb, VIRTIO_MMIO_CONFIG, VIRTIO_INPUT_CFG_EV_BITS | VINPUT_EV_KEY << 8, 2);
	EXPECT_EQ(loopback_read(&rig.lb, VIRTIO_MMIO_CONFIG) >> 16 & 0xff, 0x1be / 8 + 1);
	for (uint32_t offset = 0; offset < 0x200; offset++)
		for (uint32_t bytes = 1; bytes <= 8; bytes *= 2)
			loopback_write(&rig.lb, VIRTIO_MMIO_CONFIG + offset, UINT64_MAX, bytes);
	EXPECT_EQ(rig.in.vdev.broken, 0);
	EXPECT_EQ(loopback_read(&rig.lb, VIRTIO_MMIO_CONFIG) >> 16 & 0xff, 0);
}

static void frame_arrives_whole(void)
{
	const struct virtio_input_event frame[] = {
		{VINPUT_EV_KEY, 42, 1}, {VINPUT_EV_KEY, 30, 1}, {VINPUT_EV_SYN, 0, 0}};

	setup();
	EXPECT_EQ(vinput_frame(&rig.in, frame, 3), 0);
	EXPECT_EQ(loopback_take_interrupt(&rig.lb), VIRTIO_INTERRUPT_USED);
	EXPECT_EQ(delivered_count, 2);
	EXPECT_EQ(all_in_ring, true);
	EXPECT_STR(rig_take_story(&rig), "+42 +30 |");
}

static void frame_waits_until_all_of_it_fits(void)
{
	setup_size(SIZE, FEATURES);
	rig_give_buffers(&rig, 1, 8);
	EXPECT_EQ(rig_key(&rig.in, 30, 1), 0);
	EXPECT_EQ(rig_key(&rig.in, 30, 0), 0);
	rig_collect(&rig, false);
	EXPECT_STR(rig_story(&rig), "");
	rig_give_buffers(&rig, 1, 8);
	rig_collect(&rig, false);
	EXPECT_STR(rig_story(&rig), "+30 |");
	rig_give_buffers(&rig, 1, 8);
	rig_give_buffers(&rig, 1, 8);
	rig_collect(&rig, false);
	EXPECT_STR(rig_story(&rig), "+30 | -30 |");
}

static void waiting_frame_needs_no_event_index(void)
{
	setup_size(SIZE, FEATURES & ~VDEV_BIT(VIRTIO_F_EVENT_IDX));
	rig_give_buffers(&rig, 1, 8);
	rig_key(&rig.in, 30, 1);
	rig_give_buffers(&rig, 1, 8);
	rig_collect(&rig, false);
	EXPECT_STR(rig_story(&rig), "+30 |");
}

static void buffers_given_back_cost_no_notification(void)
{
	uint32_t bytes;
	struct vq_buf buf;
	int id;

	setup();
	for (unsigned i = 0; i < 200; i++) {
		rig_key(&rig.in, 30, i % 2 == 0);
		while ((id = vq_get(&rig.eventq, &bytes)) >= 0) {
			buf = (struct vq_buf){.addr = rig.buffer_of[id], .bytes = 8};
			id = vq_add(&rig.eventq, &buf, 0, 1);
			rig.buffer_of[id] = buf.addr;
			EXPECT_EQ(vq_publish(&rig.eventq), false);
		}
	}
	EXPECT_EQ(delivered_count, 200);
}

static void overflow_drops_whole_frames_and_nothing_sticks(void)
{
	unsigned code = 1;

	setup_size(SIZE, FEATURES);
	while (rig_key(&rig.in, (uint16_t)code, 1) == 0)
		code++;
	EXPECT_EQ(code - 1, VINPUT_PENDING_MAX / 2);
	EXPECT_EQ(rig_key(&rig.in, 1, 0), -ENOBUFS);
	EXPECT_EQ(rig.in.dropped_count, 2);
	EXPECT_EQ(log_count, 1);
	EXPECT_EQ(rig.in.pending_count, VINPUT_PENDING_MAX);
	rig_give_buffers(&rig, SIZE, 8);
	for (unsigned i = 0; i < 40; i++)
		rig_collect(&rig, true);
	EXPECT_EQ(rig.in.dropping, false);
	for (unsigned c = 1; c < code; c++)
		EXPECT_EQ(vinput_key_down(&rig.in, (uint16_t)c), false);
	/* What the driver got ends with everything up, in whole frames. */
	for (unsigned c = 1; c < code; c++) {
		int down = 0;

		for (unsigned i = 0; i < rig.got_count; i++)
			if (rig.got[i].type == VINPUT_EV_KEY && rig.got[i].code == c)
				down += rig.got[i].value ? 1 : -1;
		EXPECT_EQ(down, 0);
	}
	EXPECT_EQ(rig.got[rig.got_count - 1].type, VINPUT_EV_SYN);
	rig.got_count = 0;
	EXPECT_EQ(rig_key(&rig.in, 7, 1), 0);
	EXPECT_STR(rig_take_story(&rig), "+7 |");
}

static void release_of_an_unseen_press_stays_inside(void)
{
	setup();
	rig_key(&rig.in, 30, 0);
	rig_key(&rig.in, 31, 1);
	rig_key(&rig.in, 31, 1);
	rig_key(&rig.in, 31, 2);
	rig_key(&rig.in, 0x2ff, 1);
	rig_key(&rig.in, 0x300, 1);
	rig_key(&rig.in, 0xffff, 1);
	EXPECT_STR(rig_take_story(&rig), "+31 | +767 |");
}

static void held_keys_and_contacts_are_released(void)
{
	const struct virtio_input_event touch[] = {{VINPUT_EV_ABS, VINPUT_ABS_MT_SLOT, 3},
		{VINPUT_EV_ABS, VINPUT_ABS_MT_TRACKING, 77}, {VINPUT_EV_SYN, 0, 0}};

	setup();
	rig_key(&rig.in, 30, 1);
	rig_key(&rig.in, 31, 1);
	vinput_frame(&rig.in, touch, 3);
	rig_take_story(&rig);
	vinput_release_key(&rig.in, 30);
	EXPECT_STR(rig_take_story(&rig), "-30 |");
	vinput_release_touch(&rig.in);
	EXPECT_STR(rig_take_story(&rig), "3:47=3 3:57=-1 |");
	vinput_release_all(&rig.in);
	EXPECT_STR(rig_take_story(&rig), "-31 |");
	vinput_release_all(&rig.in);
	EXPECT_STR(rig_take_story(&rig), "");
}

static void no_frame_is_refused(void)
{
	struct virtio_input_event frame[VINPUT_FRAME_MAX + 1] = {{VINPUT_EV_KEY, 30, 1}};

	setup();
	EXPECT_EQ(vinput_frame(&rig.in, frame, 0), -EINVAL);
	EXPECT_EQ(vinput_frame(&rig.in, frame, 1), -EINVAL);
	memset(frame, 0, sizeof(frame));
	EXPECT_EQ(vinput_frame(&rig.in, frame, VINPUT_FRAME_MAX + 1), -EINVAL);
	EXPECT_EQ(vinput_frame(&rig.in, frame, 2), -EINVAL);
	rig_collect(&rig, false);
	EXPECT_EQ(rig.got_count, 0);
}

static void no_driver_no_memory_of_keys(void)
{
	setup();
	rig_key(&rig.in, 30, 1);
	loopback_reset(&rig.lb);
	EXPECT_EQ(rig_key(&rig.in, 31, 1), -ENODEV);
	vinput_release_all(&rig.in);
	rig.got_count = 0;
	rig_driver_start(&rig, SIZE, FEATURES);
	rig_give_buffers(&rig, SIZE, 8);
	rig_key(&rig.in, 30, 0);
	rig_key(&rig.in, 31, 0);
	EXPECT_STR(rig_take_story(&rig), "");
}

static void send_status(uint32_t bytes, bool readable)
{
	struct vq_buf buf = {.addr = RIG_STATUS, .bytes = bytes};
	const struct virtio_input_event led = {VINPUT_EV_LED, 1, 1};

	memcpy(vmem_at(&rig.mem, RIG_STATUS, 8), &led, 8);
	vq_add(&rig.statusq, &buf, readable ? 1 : 0, readable ? 0 : 1);
	if (vq_publish(&rig.statusq))
		loopback_notify(&rig.lb, VIRTIO_INPUT_STATUSQ);
}

static void leds_are_reported_and_the_queue_drained(void)
{
	uint32_t bytes;
	unsigned back = 0;

	setup();
	for (unsigned i = 0; i < SIZE; i++)
		send_status(8, true);
	loopback_run(&rig.lb, 100);
	EXPECT_EQ(status_count, SIZE);
	EXPECT_EQ(status_seen.type, VINPUT_EV_LED);
	EXPECT_EQ(status_seen.code, 1);
	while (vq_get(&rig.statusq, &bytes) >= 0)
		back++;
	EXPECT_EQ(back, SIZE);
}

static void work_of_one_round_is_bounded(void)
{
	setup();
	for (unsigned i = 0; i < SIZE; i++)
		send_status(8, true);
	EXPECT_EQ(vdev_do_queue(&rig.in.vdev, VIRTIO_INPUT_STATUSQ), true);
	EXPECT_EQ(status_count < SIZE, true);
}

static void short_buffers_break_the_device_alone(void) /* CVE-2024-7730 */
{
	setup_size(SIZE, FEATURES);
	rig_give_buffers(&rig, 2, 7);
	rig_key(&rig.in, 30, 1);
	EXPECT_EQ(rig.in.vdev.broken, true);
	EXPECT_CONTAINS(log_line, "bytes of an event buffer 0x7");
	rig_driver_start(&rig, SIZE, FEATURES);
	rig_give_buffers(&rig, SIZE, 8);
	rig_key(&rig.in, 30, 1);
	EXPECT_STR(rig_take_story(&rig), "+30 |");
	send_status(7, true);
	loopback_run(&rig.lb, 100);
	EXPECT_EQ(rig.in.vdev.broken, true);
	rig_driver_start(&rig, SIZE, FEATURES);
	send_status(8, false);
	loopback_run(&rig.lb, 100);
	EXPECT_EQ(rig.in.vdev.broken, true);
	EXPECT_EQ(status_count, 0);
}

static void readable_event_buffer_breaks_the_device(void)
{
	struct vq_buf buf = {.addr = RIG_BUFFERS, .bytes = 64};

	setup_size(SIZE, FEATURES);
	vq_add(&rig.eventq, &buf, 1, 0);
	vq_add(&rig.eventq, &buf, 1, 0);
	vq_publish(&rig.eventq);
	rig_key(&rig.in, 30, 1);
	EXPECT_EQ(rig.in.vdev.broken, true);
	EXPECT_EQ(rig.eventq.used->idx, 0);
}

static void tiny_queue_sticks_nothing(void)
{
	setup_size(1, FEATURES);
	rig_give_buffers(&rig, 1, 8);
	EXPECT_EQ(rig_key(&rig.in, 30, 1), -ENOBUFS);
	vinput_release_all(&rig.in);
	rig_collect(&rig, true);
	EXPECT_EQ(rig.got_count, 0);
	EXPECT_EQ(rig.in.vdev.broken, 0);
}

static void restarted_backend_releases_what_may_be_held(void)
{
	static struct vinput second;
	int held30 = 0;

	setup();
	rig_key(&rig.in, 30, 1);
	rig_collect(&rig, true);
	loopback_backend_down(&rig.lb);
	vinput_init(&second, "test-input", &rig.caps, &events, NULL);
	loopback_backend_up(&rig.lb, &second.vdev);
	for (unsigned i = 0; i < 20; i++) {
		loopback_run(&rig.lb, 10);
		rig_collect(&rig, true);
	}
	for (unsigned i = 0; i < rig.got_count; i++)
		if (rig.got[i].type == VINPUT_EV_KEY && rig.got[i].code == 30)
			held30 += rig.got[i].value ? 1 : -1;
	EXPECT_EQ(held30, 0);
	EXPECT_EQ(second.dropping, false);
	rig.got_count = 0;
	rig_key(&second, 28, 1);
	EXPECT_STR(rig_take_story(&rig), "+28 |");
}

static const struct unit_test tests[] = {
	{"a device says who it is", device_says_who_it_is},
	{"answers leave nothing of the last one (CVE-2021-3544)", answers_leave_nothing_of_the_last_one},
	{"every selection is answered (CVE-2011-2512)", every_selection_is_answered},
	{"configuration writes of any shape are harmless", config_writes_of_any_shape_are_harmless},
	{"a frame arrives whole", frame_arrives_whole},
	{"a frame waits until all of it fits", frame_waits_until_all_of_it_fits},
	{"a waiting frame needs no event index", waiting_frame_needs_no_event_index},
	{"buffers given back cost no notification", buffers_given_back_cost_no_notification},
	{"an overflow drops whole frames, and nothing sticks",
		overflow_drops_whole_frames_and_nothing_sticks},
	{"a release of an unseen press stays inside", release_of_an_unseen_press_stays_inside},
	{"held keys and contacts are released", held_keys_and_contacts_are_released},
	{"what is no frame is refused", no_frame_is_refused},
	{"without a driver no key is remembered", no_driver_no_memory_of_keys},
	{"LEDs are reported and the status queue is drained", leds_are_reported_and_the_queue_drained},
	{"the work of one round is bounded", work_of_one_round_is_bounded},
	{"short buffers break their device alone (CVE-2024-7730)", short_buffers_break_the_device_alone},
	{"a readable event buffer breaks the device", readable_event_buffer_breaks_the_device},
	{"a tiny queue sticks nothing", tiny_queue_sticks_nothing},
	{"a restarted backend releases what may be held", restarted_backend_releases_what_may_be_held},
};

UNIT_MAIN("input", tests)
