/* The RTOS's virtio-gpu driver against the real device class, and against one that lies. */
#include <errno.h>
#include <stdlib.h>
#include "frontends/rtos/virtio_gpu.h"
#include "tests/unit/expect.h"
#include "tests/unit/rtos/log_host.h"
#include "tests/unit/rtos/mmio_host.h"
#include "vdev-fb/fb.h"
#include "vdev/log.h"

#define WIDTH	   64u
#define HEIGHT	   48u
#define BANK_BASE  0x54000000ull
#define BANK_BYTES 0x100000u
#define S	   1000000000ull

static uint8_t bank_memory[BANK_BYTES] __attribute__((aligned(4096)));
static struct vmem bank = {bank_memory, BANK_BASE, BANK_BYTES};
static struct loopback *const lb = &mmio_host_page[0];
static struct fb fb, fb_after;
static struct fb_state state;
static struct virtio_gpu gpu;
static unsigned flushes, scanouts, readies, freshes;
static struct fb_rect last_flush;

static void quiet(enum vdev_log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static void note_scanout(void *data, struct fb *f)
{
	(void)data;
	(void)f;
	scanouts++;
}

static void note_flush(void *data, struct fb *f, struct fb_rect damage)
{
	(void)data;
	(void)f;
	flushes++;
	last_flush = damage;
}

static void note_cursor(void *data, struct fb *f)
{
	(void)data;
	(void)f;
}

static const struct fb_events events = {note_scanout, note_flush, note_cursor};
static const struct fb_mode mode = {WIDTH, HEIGHT, 60, 0, 0};

static void note_ready(void *data, bool fresh)
{
	(void)data;
	readies++;
	freshes += fresh;
}

static void device_init(void)
{
	memset(&state, 0, sizeof(state));
	EXPECT_EQ(fb_init(&fb, "call-fb", &mode, &state, sizeof(state), &events, NULL), 0);
	loopback_init(lb, &fb.vdev, &bank);
}

static void setup(void)
{
	vdev_log_hook = quiet;
	memset(bank_memory, 0xa5, sizeof(bank_memory));
	mmio_host_absent[0] = false;
	mmio_host_waiting_writes = flushes = scanouts = readies = freshes = 0;
	device_init();
	gpu = (struct virtio_gpu){.mmio = {.name = "call-fb", .base = MMIO_HOST_BASE(0), .memory = &bank},
		.area_addr = BANK_BASE + 0x1000,
		.width = WIDTH,
		.height = HEIGHT,
		.ready = note_ready};
	EXPECT_EQ(virtio_gpu_init(&gpu), 0);
}

/* Driver and device in turn until neither has work. */
static void settle(uint64_t now)
{
	for (unsigned i = 0; i < 8; i++) {
		virtio_gpu_run(&gpu, now);
		loopback_run(lb, 64);
	}
	virtio_gpu_run(&gpu, now);
}

static void up(void)
{
	setup();
	settle(S);
	EXPECT_EQ(gpu.up, true);
}

static int show(struct vgpu_rect damage)
{
	int buffer = virtio_gpu_buffer(&gpu);

	return buffer < 0 ? buffer : virtio_gpu_present(&gpu, buffer, damage);
}

static const struct vgpu_rect whole = {0, 0, WIDTH, HEIGHT};

static void device_that_is_there_comes_up_without_waiting_writes(void)
{
	up();
	EXPECT_EQ(readies, 1);
	EXPECT_EQ(freshes, 1);
	EXPECT_EQ(gpu.display_width, WIDTH);
	EXPECT_EQ(mmio_host_waiting_writes, 0);
	EXPECT_EQ(gpu.error_count, 0);
	EXPECT_EQ(virtio_gpu_deadline(&gpu), VIRTIO_NO_DEADLINE);
}

static void absent_device_is_taken_when_it_comes(void)
{
	setup();
	mmio_host_absent[0] = true;
	settle(S);
	EXPECT_EQ(gpu.mmio.state, VIRTIO_ABSENT);
	EXPECT_EQ(virtio_gpu_buffer(&gpu), -1);
	EXPECT_EQ(virtio_gpu_present(&gpu, 0, whole), -EAGAIN);
	EXPECT_EQ(virtio_gpu_deadline(&gpu), VIRTIO_NO_DEADLINE);
	mmio_host_absent[0] = false;
	settle(2 * S);
	EXPECT_EQ(gpu.up, true);
}

static void frame_reaches_the_device_as_drawn(void)
{
	struct fb_view view;
	int buffer;

	up();
	buffer = virtio_gpu_buffer(&gpu);
	for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
		virtio_gpu_pixels(&gpu, buffer)[i] = 0x80000000u + i;
	EXPECT_EQ(virtio_gpu_present(&gpu, buffer, (struct vgpu_rect){3, 5, 20, 10}), 0);
	settle(S);
	EXPECT_EQ(flushes, 1);
	EXPECT_EQ(last_flush.x, 3);
	EXPECT_EQ(last_flush.y, 5);
	EXPECT_EQ(last_flush.w, 20);
	EXPECT_EQ(last_flush.h, 10);
	EXPECT_EQ(fb_scanout(&fb, &view), true);
	EXPECT_EQ(view.format, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM);
	EXPECT_EQ(view.part.w, WIDTH);
	EXPECT_EQ(gpu.error_count, 0);
	EXPECT_EQ(gpu.frame_count, 1);
	EXPECT_EQ(freshes, 1);
	EXPECT_EQ(readies, 2);
}

static void buffer_shown_or_under_way_is_never_given(void)
{
	int last = -1, before = -1;

	up();
	scanouts = 0; /* the device told of an empty one when it was reset */
	for (unsigned i = 0; i < 20; i++) {
		int buffer = virtio_gpu_buffer(&gpu);

		EXPECT_EQ(buffer >= 0 && buffer != last && buffer != before, true);
		EXPECT_EQ(virtio_gpu_present(&gpu, buffer, whole), 0);
		EXPECT_EQ(gpu.shown, buffer);
		settle(S);
		before = last;
		last = buffer;
	}
	EXPECT_EQ(flushes, 20);
	EXPECT_EQ(scanouts, 20);
}

static void dead_backend_leaves_no_buffer_and_blocks_nothing(void)
{
	unsigned shown = 0;

	up();
	while (shown < 100 && show(whole) == 0)
		shown++;
	EXPECT_EQ(shown, VGPU_BUFFER_COUNT);
	EXPECT_EQ(virtio_gpu_buffer(&gpu), -1);
	for (unsigned i = 0; i < 100; i++)
		virtio_gpu_run(&gpu, S + i * S);
	EXPECT_EQ(gpu.mmio.state, VIRTIO_LIVE);
	EXPECT_EQ(mmio_host_waiting_writes, 0);
	settle(200 * S);
	EXPECT_EQ(virtio_gpu_buffer(&gpu) >= 0, true);
	EXPECT_EQ(flushes, VGPU_BUFFER_COUNT);
}

static void restarted_backend_is_not_noticed(void)
{
	up();
	EXPECT_EQ(show(whole), 0);
	settle(S);
	loopback_backend_down(lb);
	EXPECT_EQ(show(whole), 0);
	settle(2 * S);
	EXPECT_EQ(flushes, 1);
	EXPECT_EQ(fb_init(&fb_after, "call-fb", &mode, &state, sizeof(state), &events, NULL), 0);
	loopback_backend_up(lb, &fb_after.vdev);
	settle(3 * S);
	EXPECT_EQ(flushes, 2);
	EXPECT_EQ(gpu.mmio.broken_count, 0);
	EXPECT_EQ(gpu.error_count, 0);
	EXPECT_EQ(show(whole), 0);
	settle(4 * S);
	EXPECT_EQ(flushes, 3);
	EXPECT_EQ(freshes, 1);
}

static void expect_recovery(uint64_t now)
{
	uint64_t retry = virtio_gpu_deadline(&gpu);

	EXPECT_EQ(gpu.mmio.state, VIRTIO_BROKEN);
	EXPECT_EQ(gpu.up, false);
	EXPECT_EQ(virtio_gpu_buffer(&gpu), -1);
	EXPECT_EQ(retry > now && retry != VIRTIO_NO_DEADLINE, true);
	settle(retry - 1);
	EXPECT_EQ(gpu.mmio.state, VIRTIO_BROKEN);
	EXPECT_EQ(mmio_host_waiting_writes, 0);
	freshes = 0;
	settle(retry);
	EXPECT_EQ(gpu.up, true);
	EXPECT_EQ(freshes, 1);
	EXPECT_EQ(mmio_host_waiting_writes, 1);
}

static void lie_in_the_used_ring_is_latched_and_recovered_from(void)
{
	struct vq_used *used;

	up();
	used = vmem_at(&bank, vq_used_addr(&gpu.mmio.queue[0]), 8);
	used->idx = (uint16_t)(used->idx + 5);
	virtio_gpu_run(&gpu, 2 * S);
	EXPECT_CONTAINS(log_host_last, "device broken");
	expect_recovery(2 * S);
}

static void reset_asked_for_is_granted_after_a_pause(void)
{
	up();
	vdev_break(&fb.vdev, "test", 1, 0);
	virtio_gpu_run(&gpu, 2 * S);
	expect_recovery(2 * S);
}

static void pauses_double_up_to_a_minute(void)
{
	uint64_t now = S, pause = 0;

	up();
	for (unsigned i = 0; i < 10; i++) {
		virtio_mmio_break(&gpu.mmio, now, "test", i);
		EXPECT_EQ(gpu.mmio.pause_ns >= pause && gpu.mmio.pause_ns <= 60 * S, true);
		pause = gpu.mmio.pause_ns;
		now = virtio_gpu_deadline(&gpu);
		settle(now);
		EXPECT_EQ(gpu.up, true);
	}
	EXPECT_EQ(pause, 60 * S);
}

static void damage_outside_the_buffer_is_refused(void)
{
	static const struct vgpu_rect bad[] = {{0, 0, WIDTH + 1, 1}, {0, 0, 0, 0}, {WIDTH, 0, 1, 1},
		{1, 0, WIDTH, 1}, {0, UINT32_MAX, 1, 2}, {1, 1, UINT32_MAX, UINT32_MAX}};

	up();
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		EXPECT_EQ(virtio_gpu_present(&gpu, 0, bad[i]), -EINVAL);
	EXPECT_EQ(virtio_gpu_present(&gpu, VGPU_BUFFER_COUNT, whole), -EINVAL);
	EXPECT_EQ(virtio_gpu_present(&gpu, -1, whole), -EINVAL);
	EXPECT_EQ(gpu.frame_count, 0);
}

static void area_outside_the_bank_is_refused(void)
{
	setup();
	gpu.area_addr = BANK_BASE + BANK_BYTES - 4096;
	EXPECT_EQ(virtio_gpu_init(&gpu), -EINVAL);
	gpu.area_addr = BANK_BASE + 0x1010;
	EXPECT_EQ(virtio_gpu_init(&gpu), -EINVAL);
}

static void garbage_in_the_bank_never_reaches_beyond_the_device(void)
{
	setup();
	srand(5);
	for (unsigned round = 0; round < 2000; round++) {
		uint64_t now = S + round * S / 4;

		settle(now);
		(void)show(whole);
		for (unsigned i = 0; i < 40; i++)
			bank_memory[0x1000 + (unsigned)rand() % VGPU_BUFFERS_OFFSET] = (uint8_t)rand();
		virtio_gpu_run(&gpu, now);
	}
	/* With the garbage gone it works again. */
	settle(1000 * S);
	settle(1100 * S);
	settle(1200 * S);
	EXPECT_EQ(gpu.up, true);
}

static const struct unit_test tests[] = {
	{"a device that is there comes up without waiting writes",
		device_that_is_there_comes_up_without_waiting_writes},
	{"an absent device is taken when it comes", absent_device_is_taken_when_it_comes},
	{"a frame reaches the device as drawn", frame_reaches_the_device_as_drawn},
	{"a buffer shown or under way is never given", buffer_shown_or_under_way_is_never_given},
	{"a dead backend leaves no buffer and blocks nothing",
		dead_backend_leaves_no_buffer_and_blocks_nothing},
	{"a restarted backend is not noticed", restarted_backend_is_not_noticed},
	{"a lie in the used ring is latched and recovered from",
		lie_in_the_used_ring_is_latched_and_recovered_from},
	{"a reset asked for is granted after a pause", reset_asked_for_is_granted_after_a_pause},
	{"pauses double up to a minute", pauses_double_up_to_a_minute},
	{"damage outside the buffer is refused", damage_outside_the_buffer_is_refused},
	{"an area outside the bank is refused", area_outside_the_bank_is_refused},
	{"garbage in the bank never reaches beyond the device",
		garbage_in_the_bank_never_reaches_beyond_the_device},
};

UNIT_MAIN("rtos virtio-gpu", tests)
