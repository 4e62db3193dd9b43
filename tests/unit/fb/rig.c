#include "tests/unit/fb/rig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vdev/log.h"

#define RING_ADDR    RIG_GUEST_BASE
#define CURSOR_ADDR  (RIG_GUEST_BASE + 0x10000)
#define REQUEST_ADDR (RIG_GUEST_BASE + 0x20000)
#define MORE_ADDR    (RIG_GUEST_BASE + 0x30000)
#define ANSWER_ADDR  (RIG_GUEST_BASE + 0x80000)
#define RING_SIZE    64

struct rig rig;
static uint8_t bank[RIG_BANK_BYTES] __attribute__((aligned(4096)));
static struct fb_state state;
static const struct fb_mode mode = {RIG_WIDTH, RIG_HEIGHT, 60, 52, 86};

static void on_scanout(void *data, struct fb *fb)
{
	(void)data, (void)fb;
	rig.scanout_count++;
}

static void on_flush(void *data, struct fb *fb, struct fb_rect damage)
{
	(void)data, (void)fb;
	rig.flush_count++;
	rig.flushed = damage;
}

static void on_cursor(void *data, struct fb *fb)
{
	(void)data, (void)fb;
	rig.cursor_count++;
}

const struct fb_events rig_events = {on_scanout, on_flush, on_cursor};

static void on_log(enum vdev_log_level level, const char *line)
{
	(void)level;
	snprintf(rig.log, sizeof(rig.log), "%s", line);
	rig.log_count++;
}

void rig_start(void)
{
	memset(&rig, 0, sizeof(rig));
	memset(bank, 0, sizeof(bank));
	memset(&state, 0, sizeof(state));
	vdev_log_hook = on_log;
	rig.memory = (struct vmem){bank, RIG_GUEST_BASE, sizeof(bank)};
	EXPECT_EQ(fb_init(&rig.fb, "test-fb", &mode, &state, sizeof(state), &rig_events, NULL), 0);
	loopback_init(&rig.loopback, &rig.fb.vdev, &rig.memory);
	rig_driver(rig.loopback.offered);
}

void rig_driver(uint64_t features)
{
	memset(bank, 0, 0x20000);
	EXPECT_EQ(loopback_negotiate(&rig.loopback, features), 0);
	EXPECT_EQ(vq_driver_init(&rig.control, &rig.memory, RING_SIZE, RING_ADDR, features), 0);
	EXPECT_EQ(vq_driver_init(&rig.cursor, &rig.memory, RING_SIZE, CURSOR_ADDR, features), 0);
	loopback_queue_enable(&rig.loopback, VIRTIO_GPU_CONTROLQ, &rig.control);
	loopback_queue_enable(&rig.loopback, VIRTIO_GPU_CURSORQ, &rig.cursor);
	loopback_driver_ok(&rig.loopback);
}

void rig_backend_down(void)
{
	loopback_backend_down(&rig.loopback);
	memset(&rig.fb, 0xa5, sizeof(rig.fb)); /* nothing of the process is left */
}

void rig_backend_up(void)
{
	EXPECT_EQ(fb_init(&rig.fb, "test-fb", &mode, &state, sizeof(state), &rig_events, NULL), 0);
	loopback_backend_up(&rig.loopback, &rig.fb.vdev);
}

void rig_restart_backend(void)
{
	rig_backend_down();
	rig_backend_up();
}

static unsigned vq_number(const struct vq *vq)
{
	return vq == &rig.control ? VIRTIO_GPU_CONTROLQ : VIRTIO_GPU_CURSORQ;
}

static int put(struct vq *vq, const void *request, uint32_t bytes, const void *more, uint32_t more_bytes,
	uint32_t answer_bytes)
{
	struct vq_buf buf[3];
	unsigned reads = 0, writes = 0;
	int id;

	memcpy(vmem_at(&rig.memory, REQUEST_ADDR, bytes), request, bytes);
	buf[reads++] = (struct vq_buf){REQUEST_ADDR, bytes};
	if (more_bytes) {
		memcpy(vmem_at(&rig.memory, MORE_ADDR, more_bytes), more, more_bytes);
		buf[reads++] = (struct vq_buf){MORE_ADDR, more_bytes};
	}
	if (answer_bytes) {
		memset(vmem_at(&rig.memory, ANSWER_ADDR, answer_bytes), 0xee, answer_bytes);
		buf[reads + writes++] = (struct vq_buf){ANSWER_ADDR, answer_bytes};
	}
	id = vq_add(vq, buf, reads, writes);
	if (vq_publish(vq))
		loopback_notify(&rig.loopback, vq_number(vq));
	return id;
}

uint32_t rig_send(struct vq *vq, const void *request, uint32_t bytes, const void *more, uint32_t more_bytes,
	void *answer, uint32_t answer_bytes)
{
	uint32_t type = 0, written = 0;
	int id = put(vq, request, bytes, more, more_bytes, answer_bytes);

	loopback_run(&rig.loopback, 1000);
	rig.interrupts += loopback_take_interrupt(&rig.loopback) != 0;
	if (id < 0 || vq_get(vq, &written) != id || written > answer_bytes)
		return 0;
	if (written >= sizeof(struct virtio_gpu_ctrl_hdr))
		memcpy(&type, vmem_at(&rig.memory, ANSWER_ADDR, sizeof(type)), sizeof(type));
	if (answer)
		memcpy(answer, vmem_at(&rig.memory, ANSWER_ADDR, answer_bytes), answer_bytes);
	return type;
}

uint32_t rig_command(const void *request, uint32_t bytes)
{
	return rig_send(&rig.control, request, bytes, NULL, 0, NULL, sizeof(struct virtio_gpu_ctrl_hdr));
}

void rig_queue(const void *request, uint32_t bytes)
{
	put(&rig.control, request, bytes, NULL, 0, sizeof(struct virtio_gpu_ctrl_hdr));
}

uint32_t rig_create(uint32_t id, uint32_t format, uint32_t width, uint32_t height)
{
	struct virtio_gpu_resource_create_2d cmd = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D}, id, format, width, height};

	return rig_command(&cmd, sizeof(cmd));
}

uint32_t rig_attach(uint32_t id, const struct virtio_gpu_mem_entry *entry, uint32_t count)
{
	struct virtio_gpu_resource_attach_backing cmd = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING}, id, count};

	return rig_send(&rig.control, &cmd, sizeof(cmd), entry, count * (uint32_t)sizeof(*entry), NULL,
		sizeof(struct virtio_gpu_ctrl_hdr));
}

uint32_t rig_scanout(uint32_t id, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	struct virtio_gpu_set_scanout cmd = {
		{.type = VIRTIO_GPU_CMD_SET_SCANOUT}, {x, y, width, height}, 0, id};

	return rig_command(&cmd, sizeof(cmd));
}

uint32_t rig_flush(uint32_t id, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	struct virtio_gpu_resource_flush cmd = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_FLUSH}, {x, y, width, height}, id, 0};

	return rig_command(&cmd, sizeof(cmd));
}

uint32_t rig_transfer(uint32_t id, uint64_t offset, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	struct virtio_gpu_transfer_to_host_2d cmd = {
		{.type = VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D}, {x, y, width, height}, offset, id, 0};

	return rig_command(&cmd, sizeof(cmd));
}

uint32_t rig_ref(uint32_t type, uint32_t id)
{
	struct virtio_gpu_resource_ref cmd = {{.type = type}, id, 0};

	return rig_command(&cmd, sizeof(cmd));
}

uint32_t rig_cursor(uint32_t type, uint32_t id, uint32_t x, uint32_t y, uint32_t hot_x, uint32_t hot_y)
{
	struct virtio_gpu_update_cursor cmd = {{.type = type}, 0, x, y, 0, id, hot_x, hot_y, 0};

	return rig_send(&rig.cursor, &cmd, sizeof(cmd), NULL, 0, NULL, sizeof(struct virtio_gpu_ctrl_hdr));
}

void rig_picture(uint32_t id, uint32_t format, uint32_t width, uint32_t height, uint64_t addr)
{
	struct virtio_gpu_mem_entry entry = {addr, width * height * 4, 0};

	EXPECT_EQ(rig_create(id, format, width, height), VIRTIO_GPU_RESP_OK_NODATA);
	EXPECT_EQ(rig_attach(id, &entry, 1), VIRTIO_GPU_RESP_OK_NODATA);
}

uint32_t *rig_pixels(uint64_t addr)
{
	return vmem_at(&rig.memory, addr, 4);
}
