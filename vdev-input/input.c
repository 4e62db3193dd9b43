#include "vdev-input/input.h"
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "vdev-input/private.h"
#include "vdev/log.h"

#define STATUS_ROUND   16	   /* status events taken in one round */
#define CONTACT_LIFTED 0xffffffffu /* tracking id -1 */

static const struct virtio_input_event syn_report = {VINPUT_EV_SYN, VINPUT_SYN_REPORT, 0};

static bool is_report(const struct virtio_input_event *event)
{
	return event->type == VINPUT_EV_SYN && event->code == VINPUT_SYN_REPORT;
}

static struct vq *eventq(struct vinput *in)
{
	return &in->vdev.queue[VIRTIO_INPUT_EVENTQ];
}

/*
 * Pending events: whole frames, in order.
 */

static struct virtio_input_event *pending_at(struct vinput *in, uint32_t n)
{
	return &in->pending[(in->pending_first + n) % VINPUT_PENDING_MAX];
}

static void pending_add(struct vinput *in, const struct virtio_input_event *event)
{
	*pending_at(in, in->pending_count++) = *event;
}

static uint32_t pending_frame(struct vinput *in, struct virtio_input_event *frame)
{
	uint32_t count = 0;

	while (count < in->pending_count && count < VINPUT_FRAME_MAX) {
		frame[count] = *pending_at(in, count);
		if (is_report(&frame[count++]))
			break;
	}
	return count;
}

static bool event_push(struct vinput *in, const struct virtio_input_event *event)
{
	struct vq *vq = eventq(in);
	int rc = vq_pop(vq, &in->chain);

	if (rc != 1) {
		vdev_break_queue(&in->vdev, VIRTIO_INPUT_EVENTQ);
		return false;
	}
	if (in->chain.write_bytes < sizeof(*event)) {
		vdev_break(&in->vdev, "bytes of an event buffer", in->chain.write_bytes, sizeof(*event));
		return false;
	}
	vq_push(vq, in->chain.head, vq_write(&in->chain, 0, event, sizeof(*event)));
	return true;
}

static void report_delivered(struct vinput *in, const struct virtio_input_event *frame, uint32_t count)
{
	if (!in->events || !in->events->delivered)
		return;
	for (uint32_t i = 0; i < count; i++)
		if (frame[i].type == VINPUT_EV_KEY)
			in->events->delivered(in->events_data, in, &frame[i]);
}

/*
 * Are there `count` buffers? If not, the driver's next one is to be signalled. The bound: an honest driver
 * cannot add buffers more often than that before there are enough.
 */
static bool buffers_for(struct vinput *in, uint32_t count)
{
	struct vq *vq = eventq(in);

	for (uint32_t tries = 0; tries <= VINPUT_FRAME_MAX; tries++) {
		uint16_t there = vq_pending(vq);

		if (there >= count)
			return true;
		if (!vq_wait_prepare_beyond(vq, there))
			return false;
	}
	return false;
}

/* The oldest frame, if the driver has buffers for all of it. */
static bool deliver_frame(struct vinput *in)
{
	struct virtio_input_event frame[VINPUT_FRAME_MAX];
	uint32_t count = pending_frame(in, frame);

	if (count == 0 || !in->vdev.live || !buffers_for(in, count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!event_push(in, &frame[i]))
			return false;
	in->pending_first = (in->pending_first + count) % VINPUT_PENDING_MAX;
	in->pending_count -= count;
	vdev_kick(&in->vdev, VIRTIO_INPUT_EVENTQ);
	report_delivered(in, frame, count);
	return true;
}

/*
 * What the driver was told.
 */

static uint32_t frame_limit(struct vinput *in)
{
	uint32_t size = eventq(in)->size;

	return size < VINPUT_FRAME_MAX ? size : VINPUT_FRAME_MAX;
}

static bool room_for(struct vinput *in, uint32_t count)
{
	return count <= frame_limit(in) && count <= VINPUT_PENDING_MAX - in->pending_count;
}

static void drop(struct vinput *in)
{
	if (!in->dropping)
		vdev_log(VDEV_LOG_WARN,
			"%s: driver takes no events: dropping frames, %u events wait, limit %u",
			in->vdev.name, in->pending_count, VINPUT_PENDING_MAX);
	in->dropping = true;
}

static void lift_contacts(struct vinput *in, uint32_t limit, uint32_t *count)
{
	for (uint32_t slot = 0; slot < VINPUT_SLOT_MAX && in->slots_down && *count + 3 <= limit; slot++) {
		struct virtio_input_event select = {VINPUT_EV_ABS, VINPUT_ABS_MT_SLOT, slot};
		struct virtio_input_event lift = {VINPUT_EV_ABS, VINPUT_ABS_MT_TRACKING, CONTACT_LIFTED};

		if (!(in->slots_down & 1u << slot))
			continue;
		in->slots_down &= ~(1u << slot);
		in->slot = slot;
		pending_add(in, &select);
		pending_add(in, &lift);
		*count += 2;
	}
}

static void lift_keys(struct vinput *in, uint32_t limit, uint32_t *count)
{
	for (uint32_t code = 0; code < VINPUT_KEY_COUNT && *count + 2 <= limit; code++) {
		struct virtio_input_event release = {VINPUT_EV_KEY, (uint16_t)code, 0};

		if (!vinput_bit(in->down, code))
			continue;
		vinput_bit_clear(in->down, code);
		pending_add(in, &release);
		++*count;
	}
}

/* Queue one frame of releases, as many as fit; false: nothing is held, or no frame fits. */
static bool queue_releases(struct vinput *in, bool keys)
{
	uint32_t room = VINPUT_PENDING_MAX - in->pending_count;
	uint32_t limit = frame_limit(in) < room ? frame_limit(in) : room;
	uint32_t count = 0;

	lift_contacts(in, limit, &count);
	if (keys)
		lift_keys(in, limit, &count);
	if (count)
		pending_add(in, &syn_report);
	return count != 0;
}

static bool anything_held(const struct vinput *in)
{
	uint8_t any = in->slots_down != 0;

	for (uint32_t i = 0; i < sizeof(in->down); i++)
		any |= in->down[i];
	return any != 0;
}

/* Deliver what can be delivered; when all was, and frames were dropped meanwhile, make up for them. */
static void pump(struct vinput *in)
{
	bool more = true;

	while (more) {
		more = deliver_frame(in);
		if (in->dropping && in->pending_count == 0 && in->vdev.live && !queue_releases(in, true))
			in->dropping = false;
	}
}

/* False: the driver knows it already, or it is nothing that we deliver. */
static bool event_is_news(struct vinput *in, const struct virtio_input_event *event)
{
	if (event->type == VINPUT_EV_KEY) {
		if (event->code >= VINPUT_KEY_COUNT || event->value > 1 ||
			vinput_bit(in->down, event->code) == (event->value == 1))
			return false;
		if (event->value)
			vinput_bit_set(in->down, event->code);
		else
			vinput_bit_clear(in->down, event->code);
	} else if (event->type == VINPUT_EV_ABS && event->code == VINPUT_ABS_MT_SLOT) {
		if (event->value >= VINPUT_SLOT_MAX)
			return false;
		in->slot = event->value;
	} else if (event->type == VINPUT_EV_ABS && event->code == VINPUT_ABS_MT_TRACKING) {
		in->slots_down &= ~(1u << in->slot);
		in->slots_down |= event->value == CONTACT_LIFTED ? 0 : 1u << in->slot;
	}
	return true;
}

static bool frame_valid(const struct virtio_input_event *event, unsigned count)
{
	if (count == 0 || count > VINPUT_FRAME_MAX || !is_report(&event[count - 1]))
		return false;
	for (unsigned i = 0; i + 1 < count; i++)
		if (is_report(&event[i]))
			return false;
	return true;
}

int vinput_frame(struct vinput *in, const struct virtio_input_event *event, unsigned count)
{
	uint32_t queued = 0;

	if (!frame_valid(event, count))
		return -EINVAL;
	if (!in->vdev.live || !eventq(in)->ready)
		return -ENODEV;
	if (in->dropping || !room_for(in, count)) {
		drop(in);
		in->dropped_count++;
		pump(in);
		return -ENOBUFS;
	}
	for (unsigned i = 0; i + 1 < count; i++) {
		if (event_is_news(in, &event[i])) {
			pending_add(in, &event[i]);
			queued++;
		}
	}
	if (queued)
		pending_add(in, &event[count - 1]);
	pump(in);
	return 0;
}

/* Without room for the releases the device drops, and releases everything when it has room again. */
static void release(struct vinput *in, bool keys)
{
	if (!in->vdev.live || in->dropping)
		return;
	while (queue_releases(in, keys))
		;
	if (in->slots_down || (keys && anything_held(in)))
		drop(in);
	pump(in);
}

void vinput_release_all(struct vinput *in)
{
	release(in, true);
}

void vinput_release_touch(struct vinput *in)
{
	release(in, false);
}

void vinput_release_key(struct vinput *in, uint16_t code)
{
	const struct virtio_input_event frame[2] = {{VINPUT_EV_KEY, code, 0}, syn_report};

	if (vinput_key_down(in, code))
		vinput_frame(in, frame, 2);
}

bool vinput_key_down(const struct vinput *in, uint16_t code)
{
	return code < VINPUT_KEY_COUNT && vinput_bit(in->down, code);
}

/*
 * The device class.
 */

/* One status event; false: none is there, or the driver broke the protocol. */
static bool take_status(struct vinput *in)
{
	struct vq *vq = &in->vdev.queue[VIRTIO_INPUT_STATUSQ];
	struct virtio_input_event event;
	int rc = vq_pop(vq, &in->chain);

	if (rc < 0)
		vdev_break_queue(&in->vdev, VIRTIO_INPUT_STATUSQ);
	if (rc <= 0)
		return false;
	if (vq_read(&in->chain, 0, &event, sizeof(event)) < sizeof(event)) {
		vdev_break(&in->vdev, "bytes of a status event", in->chain.read_bytes, sizeof(event));
		return false;
	}
	vq_push(vq, in->chain.head, 0);
	if (in->events && in->events->status)
		in->events->status(in->events_data, in, &event);
	return true;
}

static bool status_work(struct vinput *in)
{
	struct vq *vq = &in->vdev.queue[VIRTIO_INPUT_STATUSQ];
	unsigned taken = 0;

	vq_poll_mode(vq);
	while (taken < STATUS_ROUND && take_status(in))
		taken++;
	if (taken)
		vdev_kick(&in->vdev, VIRTIO_INPUT_STATUSQ);
	return in->vdev.live && vq_wait_prepare(vq);
}

/* Buffers stay in the queue until there is something for them; new ones are news only while a frame waits. */
static bool event_work(struct vinput *in)
{
	vq_poll_mode(eventq(in));
	pump(in);
	return false;
}

static bool queue_work(struct vdev *dev, unsigned q)
{
	struct vinput *in = dev->class_data;

	return q == VIRTIO_INPUT_STATUSQ ? status_work(in) : event_work(in);
}

static void reset(struct vdev *dev)
{
	struct vinput *in = dev->class_data;

	in->pending_first = 0;
	in->pending_count = 0;
	in->dropping = false;
	in->slots_down = 0;
	in->slot = 0;
	__builtin_memset(in->down, 0, sizeof(in->down));
	__builtin_memset(dev->config, 0, sizeof(dev->config));
}

/*
 * A restarted backend does not know what the driver was told: it releases every key and contact that
 * the device has. (A driver ignores the release of a key that is not held, as Linux does.)
 */
static void driver_ok(struct vdev *dev)
{
	struct vinput *in = dev->class_data;

	if (!dev->resumed)
		return;
	__builtin_memcpy(in->down, in->caps->key, sizeof(in->down));
	in->slots_down = vinput_bit(in->caps->abs, VINPUT_ABS_MT_SLOT) ? (1u << VINPUT_SLOT_MAX) - 1 : 0;
	in->dropping = true;
	pump(in);
}

static const struct vdev_impl input_impl = {
	.name = "input",
	.device_id = VIRTIO_ID_INPUT,
	.queue_count = VIRTIO_INPUT_QUEUE_COUNT,
	.queue_size = VINPUT_QUEUE_SIZE,
	.config_bytes = sizeof(struct virtio_input_config),
	.queue_work = queue_work,
	.reset = reset,
	.config_write = vinput_config_write,
	.driver_ok = driver_ok,
};

void vinput_init(struct vinput *in, const char *name, const struct vinput_caps *caps,
	const struct vinput_events *events, void *data)
{
	*in = (struct vinput){.caps = caps, .events = events, .events_data = data};
	vdev_init(&in->vdev, &input_impl, name, in);
}
