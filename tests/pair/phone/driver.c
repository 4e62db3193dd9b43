#include "tests/pair/phone/driver.h"
#include <string.h>
#include "vdev-input/input.h"

#define RING_SIZE     64
#define CONTROL_RING  DRIVER_GUEST_BASE
#define EVENT_RING    (DRIVER_GUEST_BASE + 0x10000)
#define REQUEST_ADDR  (DRIVER_GUEST_BASE + 0x20000)
#define ANSWER_ADDR   (DRIVER_GUEST_BASE + 0x21000)
#define EVENT_BUFFERS (DRIVER_GUEST_BASE + 0x22000)
#define PICTURE_ADDR  (DRIVER_GUEST_BASE + 0x100000)

void driver_init(struct driver *driver, uint8_t *bank, struct vdev *gpu, struct vdev *keypad)
{
	memset(driver, 0, sizeof(*driver));
	memset(bank, 0, DRIVER_BANK_BYTES);
	driver->bank = bank;
	driver->memory = (struct vmem){bank, DRIVER_GUEST_BASE, DRIVER_BANK_BYTES};
	loopback_init(&driver->gpu, gpu, &driver->memory);
	loopback_init(&driver->keypad, keypad, &driver->memory);
}

static uint32_t command(struct driver *driver, const void *request, uint32_t bytes)
{
	struct vq_buf buf[2] = {{REQUEST_ADDR, bytes}, {ANSWER_ADDR, sizeof(struct virtio_gpu_ctrl_hdr)}};
	struct virtio_gpu_ctrl_hdr answer = {0};
	uint32_t written;

	memcpy(vmem_at(&driver->memory, REQUEST_ADDR, bytes), request, bytes);
	vq_add(&driver->control, buf, 1, 1);
	if (vq_publish(&driver->control))
		loopback_notify(&driver->gpu, VIRTIO_GPU_CONTROLQ);
	loopback_run(&driver->gpu, 100);
	loopback_take_interrupt(&driver->gpu);
	if (vq_get(&driver->control, &written) >= 0)
		memcpy(&answer, vmem_at(&driver->memory, ANSWER_ADDR, sizeof(answer)), sizeof(answer));
	return answer.type;
}

static void show_picture(struct driver *driver, uint32_t format)
{
	struct virtio_gpu_resource_create_2d create = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_CREATE_2D}, 1, format, driver->width, driver->height};
	struct {
		struct virtio_gpu_resource_attach_backing cmd;
		struct virtio_gpu_mem_entry entry;
	} attach = {{{.type = VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING}, 1, 1},
		{PICTURE_ADDR, driver->width * driver->height * 4, 0}};
	struct virtio_gpu_set_scanout scanout = {
		{.type = VIRTIO_GPU_CMD_SET_SCANOUT}, {0, 0, driver->width, driver->height}, 0, 1};

	command(driver, &create, sizeof(create));
	command(driver, &attach, sizeof(attach));
	command(driver, &scanout, sizeof(scanout));
}

static void give_event_buffer(struct driver *driver, unsigned n)
{
	struct vq_buf buf = {
		EVENT_BUFFERS + n * sizeof(struct virtio_input_event), sizeof(struct virtio_input_event)};

	vq_add(&driver->events, &buf, 0, 1);
	if (vq_publish(&driver->events))
		loopback_notify(&driver->keypad, 0);
}

void driver_boot(struct driver *driver, uint32_t format, uint32_t width, uint32_t height)
{
	uint64_t features = driver->gpu.offered;

	driver->width = width;
	driver->height = height;
	loopback_negotiate(&driver->gpu, features);
	vq_driver_init(&driver->control, &driver->memory, RING_SIZE, CONTROL_RING, features);
	loopback_queue_enable(&driver->gpu, VIRTIO_GPU_CONTROLQ, &driver->control);
	loopback_driver_ok(&driver->gpu);
	features = driver->keypad.offered;
	loopback_negotiate(&driver->keypad, features);
	vq_driver_init(&driver->events, &driver->memory, RING_SIZE, EVENT_RING, features);
	loopback_queue_enable(&driver->keypad, 0, &driver->events);
	loopback_driver_ok(&driver->keypad);
	/* One event a buffer, and no more buffers than ids: buffer n is request n of a fresh queue. */
	for (unsigned n = 0; n < RING_SIZE; n++)
		give_event_buffer(driver, n);
	show_picture(driver, format);
}

void driver_die(struct driver *driver)
{
	loopback_reset(&driver->gpu);
	loopback_reset(&driver->keypad);
	memset(driver->bank, 0, DRIVER_BANK_BYTES);
}

uint32_t driver_draw(struct driver *driver, uint32_t x, uint32_t y, uint32_t w, uint32_t h, uint32_t colour)
{
	struct virtio_gpu_resource_flush flush = {
		{.type = VIRTIO_GPU_CMD_RESOURCE_FLUSH}, {x, y, w, h}, 1, 0};
	uint32_t *pixels = vmem_at(&driver->memory, PICTURE_ADDR, driver->width * driver->height * 4);
	uint32_t answer;

	for (uint32_t row = y; row < y + h; row++)
		for (uint32_t column = x; column < x + w; column++)
			pixels[row * driver->width + column] = colour;
	answer = command(driver, &flush, sizeof(flush));
	return answer == VIRTIO_GPU_RESP_OK_NODATA ? 0 : answer;
}

void driver_poll(struct driver *driver)
{
	uint32_t bytes;
	int id;

	loopback_run(&driver->gpu, 100);
	loopback_run(&driver->keypad, 100);
	while (driver->events.ready && (id = vq_get(&driver->events, &bytes)) >= 0) {
		uint64_t at = driver->events.desc[id].addr;

		if (driver->event_count < DRIVER_EVENT_MAX)
			memcpy(&driver->event[driver->event_count++], vmem_at(&driver->memory, at, bytes),
				bytes);
		give_event_buffer(
			driver, (unsigned)((at - EVENT_BUFFERS) / sizeof(struct virtio_input_event)));
	}
}

unsigned driver_keys(const struct driver *driver, uint16_t code, uint32_t value)
{
	unsigned count = 0;

	for (unsigned i = 0; i < driver->event_count; i++)
		count += driver->event[i].type == VINPUT_EV_KEY && driver->event[i].code == code &&
			 driver->event[i].value == value;
	return count;
}
