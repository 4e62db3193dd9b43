#include <errno.h>
#include "abi/virtio_mmio.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/virtio_input.h"

#define EVENTQ	      VIRTIO_INPUT_EVENTQ
#define EVENTS_OFFSET 0x1000u
#define EVENT_BYTES   ((uint32_t)sizeof(struct virtio_input_event))
_Static_assert(
	EVENTS_OFFSET + VINPUT_BUFFER_COUNT * sizeof(struct virtio_input_event) <= VINPUT_AREA_BYTES, "fits");

static uint64_t buffer_addr(const struct virtio_input *in, unsigned buffer)
{
	return in->area_addr + EVENTS_OFFSET + buffer * (uint64_t)EVENT_BYTES;
}

int virtio_input_init(struct virtio_input *in)
{
	in->mmio.device_id = VIRTIO_ID_INPUT;
	in->mmio.ring_addr[EVENTQ] = in->area_addr;
	in->mmio.queue_size[EVENTQ] = VINPUT_BUFFER_COUNT;
	if (in->area_addr % 4096 || !vmem_at(in->mmio.memory, in->area_addr, VINPUT_AREA_BYTES) ||
		vq_ring_bytes(VINPUT_BUFFER_COUNT) > EVENTS_OFFSET) {
		log_line("%s: area of %u bytes at 0x%llx is not in the bank", in->mmio.name,
			VINPUT_AREA_BYTES, (unsigned long long)in->area_addr);
		return -EINVAL;
	}
	return 0;
}

/* There is always room: as many buffers as descriptors. */
static void offer(struct virtio_input *in, unsigned buffer)
{
	struct vq_buf buf = {buffer_addr(in, buffer), EVENT_BYTES};
	int id = vq_add(&in->mmio.queue[EVENTQ], &buf, 0, 1);

	if (id >= 0)
		in->buffer_of[id] = (uint8_t)buffer;
}

static void begin(struct virtio_input *in)
{
	in->event_count = 0;
	in->dropping = false;
	for (unsigned i = 0; i < VINPUT_BUFFER_COUNT; i++)
		offer(in, i);
	virtio_mmio_kick(&in->mmio, EVENTQ);
}

static void end_frame(struct virtio_input *in)
{
	if (in->dropping)
		in->dropped_count++;
	else if (in->event_count)
		in->frame(in->data, in->event, in->event_count);
	in->event_count = 0;
	in->dropping = false;
}

static void take_event(struct virtio_input *in, const struct virtio_input_event *e)
{
	if (e->type == VINPUT_EV_SYN && e->code == VINPUT_SYN_REPORT)
		end_frame(in);
	else if (in->event_count < VINPUT_FRAME_EVENTS)
		in->event[in->event_count++] = *e;
	else
		in->dropping = true;
}

/* Status events are none of ours; a completion that wrote less than an event has none (5.8.6). */
static bool drain(struct virtio_input *in, uint64_t now_ns)
{
	struct virtio_input_event e;
	unsigned n = 0;
	uint32_t bytes;
	int id;

	/* As many as there are buffers: a backend that keeps them coming is served again, after others. */
	for (; n < VINPUT_BUFFER_COUNT; n++) {
		id = virtio_mmio_get(&in->mmio, now_ns, EVENTQ, &bytes);
		if (id < 0)
			break;
		memcpy(&e, vmem_at(in->mmio.memory, buffer_addr(in, in->buffer_of[id]), EVENT_BYTES),
			EVENT_BYTES);
		offer(in, in->buffer_of[id]);
		if (bytes == EVENT_BYTES)
			take_event(in, &e);
	}
	if (n)
		virtio_mmio_kick(&in->mmio, EVENTQ);
	return n == VINPUT_BUFFER_COUNT;
}

bool virtio_input_run(struct virtio_input *in, uint64_t now_ns)
{
	bool was_live = in->mmio.state == VIRTIO_LIVE, more;

	if (virtio_mmio_poll(&in->mmio, now_ns))
		begin(in);
	more = drain(in, now_ns);
	if (was_live && in->mmio.state != VIRTIO_LIVE && in->lost)
		in->lost(in->data);
	return more;
}

uint64_t virtio_input_deadline(const struct virtio_input *in)
{
	return virtio_mmio_deadline(&in->mmio);
}
