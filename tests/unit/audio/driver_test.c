/* The RTOS's driver against the device, the register page and doorbells of the loopback between them. */
#include <math.h>
#include <stdlib.h>
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/sound.h"
#include "tests/unit/audio/rig.h"

#define BASE	   0x0a000000ull
#define BANK_BYTES (1u << 20)
#define PLAYBACK   0u
#define CAPTURE	   1u

static struct vsnd drv;
static struct sound dev;
static struct sound_state state;
static struct sound_config config;
static struct loopback lb;
static uint8_t bank[BANK_BYTES] __attribute__((aligned(4096)));
static struct vmem memory = {bank, RIG_BANK_BASE, BANK_BYTES};
static uint64_t now_ns;
static int16_t got[65536];
static unsigned got_count, played_count, jack_count;
static bool jack_in;
static int32_t frames[4096];

/* The seam of frontends/rtos/mmio.h. */
uint32_t mmio_read32(uint64_t addr)
{
	return loopback_read(&lb, (uint32_t)(addr - BASE));
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	loopback_write(&lb, (uint32_t)(addr - BASE), value, 4);
}

void mmio_write64(uint64_t addr, uint64_t value)
{
	loopback_write(&lb, (uint32_t)(addr - BASE), value, 8);
}

void mmio_barrier(void)
{
}

static void recorded(void *data, unsigned stream, const int16_t *sample, unsigned count)
{
	(void)data;
	EXPECT_EQ(stream, CAPTURE);
	for (unsigned i = 0; i < count && got_count < 65536; i++)
		got[got_count++] = sample[i];
}

static void played(void *data, unsigned stream, uint32_t latency)
{
	(void)data, (void)latency;
	EXPECT_EQ(stream, PLAYBACK);
	played_count++;
}

static void jack(void *data, uint32_t number, bool in)
{
	(void)data, (void)number;
	jack_count++;
	jack_in = in;
}

static void run(void)
{
	for (unsigned i = 0; i < 20; i++) {
		vsnd_run(&drv, now_ns);
		loopback_run(&lb, 100);
	}
}

static void device_new(void)
{
	memset(&dev, 0xa5, sizeof(dev));
	EXPECT_EQ(sound_init(&dev, "pair-snd", &config, &state, sizeof(state), NULL, NULL), 0);
}

static void setup(void)
{
	memset(&drv, 0, sizeof(drv));
	memset(&state, 0, sizeof(state));
	memset(bank, 0, sizeof(bank));
	got_count = played_count = jack_count = 0;
	now_ns = 1;
	rig_config(&config);
	device_new();
	loopback_init(&lb, &dev.vdev, &memory);
	drv = (struct vsnd){.mmio = {.name = "snd", .base = BASE, .memory = &memory},
		.area_addr = RIG_BANK_BASE + 0x1000,
		.stream_count = 2,
		.stream = {{.id = 0}, {.id = 2, .input = true}},
		.recorded = recorded,
		.played = played,
		.jack = jack};
	EXPECT_EQ(vsnd_init(&drv), 0);
	run();
}

static void stream_gets_where_it_should_be(void)
{
	setup();
	EXPECT_EQ(drv.mmio.state, VIRTIO_LIVE);
	EXPECT_EQ(vsnd_start(&drv, PLAYBACK, 16000, 1, 160), 0);
	EXPECT_EQ(vsnd_start(&drv, CAPTURE, 8000, 1, 80), 0);
	run();
	EXPECT_EQ(drv.stream[PLAYBACK].runs, true);
	EXPECT_EQ(drv.stream[CAPTURE].runs, true);
	EXPECT_EQ(state.stream[0].pcm, SOUND_PCM_RUNNING);
	EXPECT_EQ(sound_rate(&dev, 0), 16000);
	EXPECT_EQ(sound_rate(&dev, 2), 8000);
	vsnd_stop(&drv, PLAYBACK);
	vsnd_stop(&drv, CAPTURE);
	run();
	EXPECT_EQ(state.stream[0].pcm, SOUND_PCM_RELEASED);
	EXPECT_EQ(state.stream[2].pcm, SOUND_PCM_RELEASED);
	EXPECT_EQ(drv.stream[CAPTURE].slots_out, 0);
	EXPECT_EQ(vsnd_start(&drv, PLAYBACK, 48000, 2, 480), 0);
	run();
	EXPECT_EQ(sound_rate(&dev, 0), 48000);
	EXPECT_EQ(drv.stream[PLAYBACK].error_count, 0);
}

static void frames_go_down_and_come_up(void)
{
	int16_t frame[160];

	setup();
	vsnd_start(&drv, PLAYBACK, 16000, 1, 160);
	vsnd_start(&drv, CAPTURE, 16000, 1, 160);
	run();
	for (unsigned n = 0; n < 100; n++) {
		for (unsigned i = 0; i < 160; i++)
			frame[i] = (int16_t)(n * 160 + i);
		EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 160), 0);
		run();
		EXPECT_EQ(sound_read(&dev, 0, frames, 160), 160);
		EXPECT_EQ(frames[159] >> 16, (int16_t)(n * 160 + 159));
		EXPECT_EQ(sound_write(&dev, 2, frames, 160), 160); /* what was played is recorded */
		run();
	}
	EXPECT_EQ(played_count, 100);
	EXPECT_EQ(got_count, 16000);
	for (unsigned i = 0; i < 16000; i++)
		EXPECT_EQ(got[i], (int16_t)i);
}

static void writing_is_bounded(void)
{
	int16_t frame[160] = {0};

	setup();
	EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 160) < 0, true);
	vsnd_start(&drv, PLAYBACK, 16000, 1, 160);
	run();
	EXPECT_EQ(vsnd_room(&drv, PLAYBACK), VSND_SLOT_COUNT);
	for (unsigned i = 0; i < VSND_SLOT_COUNT; i++)
		EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 160), 0);
	EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 160) < 0, true);
	EXPECT_EQ(vsnd_room(&drv, PLAYBACK), 0);
	EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 0) < 0, true);
	EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, VSND_DATA_BYTES) < 0, true);
	EXPECT_EQ(vsnd_start(&drv, 7, 8000, 1, 80) < 0, true);
	EXPECT_EQ(vsnd_start(&drv, PLAYBACK, 12345, 1, 80) < 0, true);
	EXPECT_EQ(vsnd_start(&drv, CAPTURE, 48000, 2, 0x40000001) < 0, true);
}

static void refusal_leaves_the_stream_down_and_the_others_running(void)
{
	setup();
	drv.stream[PLAYBACK].id = 77;
	vsnd_start(&drv, PLAYBACK, 16000, 1, 160);
	vsnd_start(&drv, CAPTURE, 16000, 1, 160);
	run();
	EXPECT_EQ(drv.stream[PLAYBACK].failed, true);
	EXPECT_EQ(drv.stream[PLAYBACK].runs, false);
	EXPECT_EQ(drv.stream[CAPTURE].runs, true);
}

static void jacks_and_xruns_are_heard_of(void)
{
	setup();
	for (unsigned i = 0; i < 40; i++) { /* more than there are event buffers */
		sound_jack(&dev, 0, i % 2 == 0);
		run();
	}
	EXPECT_EQ(jack_count, 40);
	EXPECT_EQ(jack_in, false);
	vsnd_start(&drv, PLAYBACK, 48000, 2, 480);
	run();
	sound_read(&dev, 0, frames, 480);
	run();
	EXPECT_EQ(drv.stream[PLAYBACK].xrun_count, 1);
}

static void restarted_backend_is_not_noticed(void)
{
	int16_t frame[160] = {1, 2, 3};

	setup();
	vsnd_start(&drv, PLAYBACK, 16000, 1, 160);
	run();
	vsnd_write(&drv, PLAYBACK, frame, 160);
	loopback_backend_down(&lb);
	run();
	EXPECT_EQ(vsnd_write(&drv, PLAYBACK, frame, 160), 0);
	device_new();
	loopback_backend_up(&lb, &dev.vdev);
	run();
	EXPECT_EQ(sound_read(&dev, 0, frames, 320), 320);
	EXPECT_EQ(frames[161] >> 16, 2);
	run();
	EXPECT_EQ(played_count, 2);
	EXPECT_EQ(drv.mmio.broken_count, 0);
}

/* What the device writes is not followed: ids, lengths, statuses. */
static void lying_device_is_broken_and_set_up_anew(void)
{
	struct vq_used *used;

	setup();
	vsnd_start(&drv, PLAYBACK, 16000, 1, 160);
	run();
	used = drv.mmio.queue[VIRTIO_SND_TXQ].used;
	used->ring[used->idx % VSND_QUEUE_SIZE] = (struct vq_used_elem){9999, 8};
	used->idx++;
	run();
	EXPECT_EQ(drv.mmio.state, VIRTIO_BROKEN);
	EXPECT_EQ(drv.stream[PLAYBACK].runs, false);
	now_ns = vsnd_deadline(&drv) + 1;
	run();
	EXPECT_EQ(drv.mmio.state, VIRTIO_LIVE);
	EXPECT_EQ(drv.stream[PLAYBACK].runs, true); /* where it should be */
}

static const struct unit_test tests[] = {
	{"a stream gets where it should be", stream_gets_where_it_should_be},
	{"frames go down and come up", frames_go_down_and_come_up},
	{"writing is bounded", writing_is_bounded},
	{"a refusal leaves the stream down and the others running",
		refusal_leaves_the_stream_down_and_the_others_running},
	{"jacks and xruns are heard of", jacks_and_xruns_are_heard_of},
	{"a restarted backend is not noticed", restarted_backend_is_not_noticed},
	{"a lying device is broken and set up anew", lying_device_is_broken_and_set_up_anew},
};

UNIT_MAIN("audio-driver", tests)
