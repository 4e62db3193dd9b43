#include <errno.h>
#include "abi/virtio_gpu.h"
#include "abi/virtio_mmio.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/virtio_gpu.h"

#define CONTROLQ      VIRTIO_GPU_CONTROLQ
#define REQUEST_BYTES (VGPU_SLOT_BYTES / 2)
#define PRESENT_COUNT 3			  /* commands: transfer, scanout, flush */
#define RESOURCE(n)   ((uint32_t)(n) + 1) /* resource 0 means none */
_Static_assert(sizeof(struct virtio_gpu_resp_display_info) <= REQUEST_BYTES, "answers fit");

struct attach_one {
	struct virtio_gpu_resource_attach_backing head;
	struct virtio_gpu_mem_entry entry;
};

static uint32_t buffer_bytes(const struct virtio_gpu *g)
{
	return g->width * g->height * 4;
}

static uint64_t buffer_addr(const struct virtio_gpu *g, int buffer)
{
	return g->area_addr + VGPU_BUFFERS_OFFSET + (uint64_t)buffer * ((buffer_bytes(g) + 4095u) & ~4095u);
}

static uint64_t slot_addr(const struct virtio_gpu *g, unsigned slot)
{
	return g->area_addr + VGPU_COMMANDS_OFFSET + slot * (uint64_t)VGPU_SLOT_BYTES;
}

int virtio_gpu_init(struct virtio_gpu *g)
{
	uint64_t bytes = VGPU_AREA_BYTES((uint64_t)g->width, g->height);

	g->mmio.device_id = VIRTIO_ID_GPU;
	g->mmio.ring_addr[CONTROLQ] = g->area_addr;
	g->mmio.queue_size[CONTROLQ] = VGPU_QUEUE_SIZE;
	g->shown = -1;
	if (g->area_addr % 4096 || !vmem_at(g->mmio.memory, g->area_addr, bytes) ||
		vq_ring_bytes(VGPU_QUEUE_SIZE) > 4096) {
		log_line("%s: area of %llu bytes at 0x%llx is not in the bank", g->mmio.name,
			(unsigned long long)bytes, (unsigned long long)g->area_addr);
		return -EINVAL;
	}
	return 0;
}

static unsigned free_slots(const struct virtio_gpu *g)
{
	unsigned count = 0;

	for (unsigned i = 0; i < VGPU_SLOT_COUNT; i++)
		count += !g->slot[i].used;
	return count;
}

/* Put one command into the queue; the caller has seen to a free slot, of which each has its two descriptors. */
static int send(struct virtio_gpu *g, const void *request, uint32_t bytes, uint32_t type, int buffer)
{
	struct virtio_gpu_ctrl_hdr *hdr;
	struct vq_buf buf[2];
	unsigned i = 0;
	int id;

	while (i < VGPU_SLOT_COUNT && g->slot[i].used)
		i++;
	if (i == VGPU_SLOT_COUNT)
		return -EAGAIN;
	buf[0] = (struct vq_buf){slot_addr(g, i), bytes};
	buf[1] = (struct vq_buf){slot_addr(g, i) + REQUEST_BYTES, REQUEST_BYTES};
	hdr = vmem_at(g->mmio.memory, buf[0].addr, VGPU_SLOT_BYTES);
	memcpy(hdr, request, bytes);
	*hdr = (struct virtio_gpu_ctrl_hdr){
		.type = type, .flags = VIRTIO_GPU_FLAG_FENCE, .fence_id = ++g->fence};
	id = vq_add(&g->mmio.queue[CONTROLQ], buf, 1, 1);
	if (id < 0)
		return id;
	g->slot[i] = (struct vgpu_slot){true, type, buffer};
	g->slot_of[id] = (uint8_t)i;
	return 0;
}

static int create_buffer(struct virtio_gpu *g, int buffer)
{
	struct virtio_gpu_resource_create_2d create = {.resource_id = RESOURCE(buffer),
		.format = VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM,
		.width = g->width,
		.height = g->height};
	struct attach_one attach = {.head = {.resource_id = RESOURCE(buffer), .nr_entries = 1},
		.entry = {.addr = buffer_addr(g, buffer), .length = buffer_bytes(g)}};
	int ret = send(g, &create, sizeof(create), VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, -1);

	if (!ret)
		ret = send(g, &attach, sizeof(attach), VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, -1);
	return ret;
}

static void begin(struct virtio_gpu *g, uint64_t now_ns)
{
	struct virtio_gpu_ctrl_hdr info = {0};
	int ret;

	g->up = false;
	g->shown = -1;
	memset(g->flight, 0, sizeof(g->flight));
	memset(g->slot, 0, sizeof(g->slot));
	ret = send(g, &info, sizeof(info), VIRTIO_GPU_CMD_GET_DISPLAY_INFO, -1);
	for (int i = 0; !ret && i < VGPU_BUFFER_COUNT; i++)
		ret = create_buffer(g, i);
	if (ret) {
		virtio_mmio_break(&g->mmio, now_ns, "no room for the set-up, errno", (uint64_t)-ret);
		return;
	}
	g->setup_left = 1 + 2 * VGPU_BUFFER_COUNT;
	virtio_mmio_kick(&g->mmio, CONTROLQ);
}

/* The answer is the device's memory: copied, then looked at. */
static void note_display(struct virtio_gpu *g, unsigned slot, uint32_t bytes)
{
	struct virtio_gpu_resp_display_info info;

	if (bytes < sizeof(info))
		return;
	memcpy(&info, vmem_at(g->mmio.memory, slot_addr(g, slot) + REQUEST_BYTES, sizeof(info)),
		sizeof(info));
	g->display_width = info.pmodes[0].r.width;
	g->display_height = info.pmodes[0].r.height;
	log_line("%s: display %ux%u, drawing %ux%u", g->mmio.name, g->display_width, g->display_height,
		g->width, g->height);
}

/* Said at the 1st, 2nd, 4th, 8th …, so that a backend cannot fill the console. */
static void note_error(struct virtio_gpu *g, uint32_t command, uint32_t answer)
{
	uint32_t n = ++g->error_count;

	if ((n & (n - 1)) == 0)
		log_line("%s: command 0x%x answered with 0x%x (error %u)", g->mmio.name, command, answer, n);
}

static void complete(struct virtio_gpu *g, unsigned index, uint32_t bytes, uint64_t now_ns)
{
	const struct vgpu_slot slot = g->slot[index];
	const struct virtio_gpu_ctrl_hdr *hdr =
		vmem_at(g->mmio.memory, slot_addr(g, index) + REQUEST_BYTES, sizeof(*hdr));
	uint32_t answer = bytes >= sizeof(*hdr) ? __atomic_load_n(&hdr->type, __ATOMIC_RELAXED) : 0;
	bool ok = answer >= VIRTIO_GPU_RESP_OK_NODATA && answer < VIRTIO_GPU_RESP_ERR_UNSPEC;

	g->slot[index].used = false;
	if (!ok)
		note_error(g, slot.type, answer);
	if (slot.buffer >= 0)
		g->flight[slot.buffer]--;
	if (g->up)
		return;
	if (!ok) {
		virtio_mmio_break(&g->mmio, now_ns, "set-up command failed, answer", answer);
		return;
	}
	if (slot.type == VIRTIO_GPU_CMD_GET_DISPLAY_INFO)
		note_display(g, index, bytes);
	g->up = --g->setup_left == 0;
}

void virtio_gpu_run(struct virtio_gpu *g, uint64_t now_ns)
{
	bool was_up = g->up, completed = false;
	uint32_t bytes;
	int id;

	if (virtio_mmio_poll(&g->mmio, now_ns)) {
		begin(g, now_ns);
		was_up = false;
	}
	while ((id = virtio_mmio_get(&g->mmio, now_ns, CONTROLQ, &bytes)) >= 0) {
		complete(g, g->slot_of[id], bytes, now_ns);
		completed = true;
	}
	if (g->mmio.state != VIRTIO_LIVE)
		g->up = false;
	if (g->up && completed && g->ready)
		g->ready(g->data, !was_up);
}

uint64_t virtio_gpu_deadline(const struct virtio_gpu *g)
{
	return virtio_mmio_deadline(&g->mmio);
}

/* Not shown, not on its way; and nothing on its way that would still show the one before it. */
int virtio_gpu_buffer(const struct virtio_gpu *g)
{
	if (!g->up || free_slots(g) < PRESENT_COUNT)
		return -1;
	/* In turn: the one longest out of sight, because the device may still be reading the last one. */
	for (int i = 1; i <= VGPU_BUFFER_COUNT; i++) {
		int buffer = (g->shown + i) % VGPU_BUFFER_COUNT;

		if (buffer != g->shown && !g->flight[buffer])
			return buffer;
	}
	return -1;
}

uint32_t *virtio_gpu_pixels(const struct virtio_gpu *g, int buffer)
{
	return vmem_at(g->mmio.memory, buffer_addr(g, buffer), buffer_bytes(g));
}

static bool damage_inside(const struct virtio_gpu *g, struct vgpu_rect d)
{
	return d.width && d.height && d.x < g->width && d.y < g->height && d.width <= g->width - d.x &&
	       d.height <= g->height - d.y;
}

int virtio_gpu_present(struct virtio_gpu *g, int buffer, struct vgpu_rect d)
{
	const struct virtio_gpu_rect r = {d.x, d.y, d.width, d.height}, all = {0, 0, g->width, g->height};
	struct virtio_gpu_transfer_to_host_2d transfer = {
		.r = r, .resource_id = RESOURCE(buffer), .offset = ((uint64_t)d.y * g->width + d.x) * 4};
	struct virtio_gpu_set_scanout scanout = {.r = all, .resource_id = RESOURCE(buffer)};
	struct virtio_gpu_resource_flush flush = {.r = r, .resource_id = RESOURCE(buffer)};

	if (buffer < 0 || buffer >= VGPU_BUFFER_COUNT || !damage_inside(g, d))
		return -EINVAL;
	if (!g->up || free_slots(g) < PRESENT_COUNT)
		return -EAGAIN;
	/* Cannot fail: slots were counted, and every slot has its descriptors. */
	(void)send(g, &transfer, sizeof(transfer), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, -1);
	(void)send(g, &scanout, sizeof(scanout), VIRTIO_GPU_CMD_SET_SCANOUT, -1);
	(void)send(g, &flush, sizeof(flush), VIRTIO_GPU_CMD_RESOURCE_FLUSH, buffer);
	g->flight[buffer]++;
	g->shown = buffer;
	g->frame_count++;
	virtio_mmio_kick(&g->mmio, CONTROLQ);
	return 0;
}
