#include "vdev/loopback.h"
#include <errno.h>
#include "abi/virtio_mmio.h"

/*
 * What the device calls.
 */

static void signal_driver(struct loopback *lb, uint32_t bits)
{
	lb->interrupt_status |= bits;
	if (bits & VIRTIO_INTERRUPT_CONFIG)
		lb->config_generation++;
	lb->interrupt_pending = true;
	lb->interrupt_count++;
}

static int lb_interrupt(struct vdev *dev, uint32_t bits)
{
	struct loopback *lb = dev->transport_data;

	if (dev->epoch != lb->epoch)
		return -ESTALE;
	signal_driver(lb, bits);
	return 0;
}

static int lb_config_publish(struct vdev *dev, uint32_t offset, uint32_t bytes)
{
	struct loopback *lb = dev->transport_data;

	__builtin_memcpy(lb->config + offset, dev->config + offset, bytes);
	return 0;
}

static int lb_needs_reset(struct vdev *dev)
{
	struct loopback *lb = dev->transport_data;

	if (dev->epoch != lb->epoch)
		return -ESTALE;
	lb->status |= VIRTIO_STATUS_NEEDS_RESET;
	signal_driver(lb, VIRTIO_INTERRUPT_CONFIG);
	return 0;
}

static const struct vdev_transport_impl transport = {
	.interrupt = lb_interrupt,
	.config_publish = lb_config_publish,
	.needs_reset = lb_needs_reset,
};

/*
 * Backend side.
 */

static void device_bind(struct loopback *lb, struct vdev *dev)
{
	lb->dev = dev;
	dev->transport = &transport;
	dev->transport_data = lb;
	dev->memory = lb->memory;
	dev->epoch = lb->epoch;
	__builtin_memcpy(lb->config, dev->config, sizeof(lb->config));
}

void loopback_init(struct loopback *lb, struct vdev *dev, const struct vmem *memory)
{
	const struct vdev_impl *impl = dev->impl;

	*lb = (struct loopback){
		.memory = *memory,
		.offered = impl->features | VDEV_FEATURES_OFFERED,
		.device_id = impl->device_id,
		.queue_count = impl->queue_count,
		.queue_size_max = impl->queue_size,
		.config_bytes = impl->config_bytes,
	};
	device_bind(lb, dev);
}

void loopback_backend_down(struct loopback *lb)
{
	lb->dev = NULL;
}

static void queue_give(struct loopback *lb, unsigned q, bool resume)
{
	struct loopback_queue *queue = &lb->queue[q];

	queue->pending = true;
	if (lb->dev)
		vdev_do_queue_enable(lb->dev, q, lb->driver_features, queue->size, queue->area, resume);
}

static bool driver_live(const struct loopback *lb)
{
	return (lb->status & VIRTIO_STATUS_DRIVER_OK) && !(lb->status & VIRTIO_STATUS_NEEDS_RESET);
}

void loopback_backend_up(struct loopback *lb, struct vdev *dev)
{
	device_bind(lb, dev);
	for (unsigned q = 0; q < lb->queue_count; q++)
		if (lb->queue[q].ready)
			queue_give(lb, q, true);
	if (driver_live(lb))
		vdev_do_driver_ok(dev, lb->driver_features);
}

unsigned loopback_run(struct loopback *lb, unsigned rounds)
{
	unsigned used = 0;
	bool more = true;

	while (more && lb->dev && used < rounds) {
		more = false;
		for (unsigned q = 0; q < lb->queue_count && used < rounds; q++) {
			struct loopback_queue *queue = &lb->queue[q];

			if (!queue->pending || !lb->dev->live)
				continue;
			queue->pending = vdev_do_queue(lb->dev, q);
			used++;
			more |= queue->pending;
		}
	}
	return used;
}

/*
 * Driver side: writes.
 */

static void reset(struct loopback *lb)
{
	lb->epoch++;
	lb->status = 0;
	lb->driver_features = 0;
	lb->interrupt_status = 0;
	lb->interrupt_pending = false;
	for (unsigned q = 0; q < VDEV_QUEUE_MAX; q++)
		lb->queue[q] = (struct loopback_queue){0};
	if (lb->dev)
		vdev_do_reset(lb->dev, lb->epoch);
}

static bool features_acceptable(const struct loopback *lb)
{
	return (lb->driver_features & ~lb->offered) == 0 &&
	       (lb->driver_features & VDEV_FEATURES_REQUIRED) == VDEV_FEATURES_REQUIRED;
}

static void write_status(struct loopback *lb, uint32_t value)
{
	uint32_t rising = value & ~lb->status;

	if (value == 0) {
		reset(lb);
		return;
	}
	if ((rising & VIRTIO_STATUS_FEATURES_OK) && !features_acceptable(lb))
		value &= ~VIRTIO_STATUS_FEATURES_OK;
	if (!(value & VIRTIO_STATUS_FEATURES_OK))
		value &= ~VIRTIO_STATUS_DRIVER_OK;
	rising = value & ~lb->status;
	lb->status |= value & ~VIRTIO_STATUS_NEEDS_RESET;
	if ((rising & VIRTIO_STATUS_DRIVER_OK) && lb->dev)
		vdev_do_driver_ok(lb->dev, lb->driver_features);
}

static void write_queue_ready(struct loopback *lb, struct loopback_queue *queue, uint32_t value)
{
	bool was = queue->ready;

	queue->ready = value & 1;
	if (queue->ready && !was)
		queue_give(lb, lb->queue_sel, false);
	else if (!queue->ready && was && lb->dev)
		vdev_do_queue_disable(lb->dev, lb->queue_sel);
}

static void write_half(uint64_t *to, bool high, uint32_t value)
{
	*to = high ? (*to & 0xffffffffu) | (uint64_t)value << 32 : (*to & ~0xffffffffull) | value;
}

static void write_queue(struct loopback *lb, uint32_t offset, uint32_t value)
{
	struct loopback_queue *queue = &lb->queue[lb->queue_sel];

	if (offset == VIRTIO_MMIO_QUEUE_READY)
		write_queue_ready(lb, queue, value);
	else if (queue->ready)
		return; /* 4.2.2.2: the rest is fixed while the queue is ready */
	else if (offset == VIRTIO_MMIO_QUEUE_SIZE)
		queue->size = value;
	else if (offset >= VIRTIO_MMIO_QUEUE_DESC_LOW && offset <= VIRTIO_MMIO_QUEUE_DEVICE_HIGH)
		write_half(
			&queue->area[(offset - VIRTIO_MMIO_QUEUE_DESC_LOW) / 16], (offset & 4) != 0, value);
}

static void write_config(struct loopback *lb, uint32_t offset, uint64_t value, uint32_t bytes)
{
	if (offset > lb->config_bytes || bytes > lb->config_bytes - offset)
		return;
	if (lb->dev)
		vdev_do_config_write(lb->dev, offset, value, bytes);
	else
		__builtin_memset(lb->config, 0, sizeof(lb->config));
}

static void write_features(struct loopback *lb, uint32_t value)
{
	if (lb->driver_features_sel < 2 && !(lb->status & VIRTIO_STATUS_FEATURES_OK))
		write_half(&lb->driver_features, lb->driver_features_sel == 1, value);
}

static void note_work(struct loopback *lb, uint32_t q)
{
	if (q < lb->queue_count)
		lb->queue[q].pending = true;
}

static void write_register(struct loopback *lb, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL: lb->device_features_sel = value; break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL: lb->driver_features_sel = value; break;
	case VIRTIO_MMIO_DRIVER_FEATURES: write_features(lb, value); break;
	case VIRTIO_MMIO_QUEUE_SEL: lb->queue_sel = value; break;
	case VIRTIO_MMIO_QUEUE_NOTIFY: note_work(lb, value); break;
	case VIRTIO_MMIO_INTERRUPT_ACK: lb->interrupt_status &= ~value; break;
	case VIRTIO_MMIO_STATUS: write_status(lb, value); break;
	default:
		if (lb->queue_sel < lb->queue_count)
			write_queue(lb, offset, value);
		break;
	}
}

void loopback_write(struct loopback *lb, uint32_t offset, uint64_t value, uint32_t bytes)
{
	bool power = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;

	if (power && offset >= VIRTIO_MMIO_CONFIG)
		write_config(lb, offset - VIRTIO_MMIO_CONFIG, value, bytes);
	else if (bytes == 4 && offset % 4 == 0)
		write_register(lb, offset, (uint32_t)value);
}

/*
 * Driver side: reads.
 */

static uint32_t read_config(const struct loopback *lb, uint32_t offset)
{
	uint32_t value = 0;

	if (offset <= VDEV_CONFIG_MAX - sizeof(value))
		__builtin_memcpy(&value, lb->config + offset, sizeof(value));
	return value;
}

static uint32_t read_queue(const struct loopback *lb, uint32_t offset)
{
	if (lb->queue_sel >= lb->queue_count)
		return 0;
	return offset == VIRTIO_MMIO_QUEUE_READY ? lb->queue[lb->queue_sel].ready : lb->queue_size_max;
}

uint32_t loopback_read(const struct loopback *lb, uint32_t offset)
{
	unsigned shift = lb->device_features_sel * 32;

	if (offset >= VIRTIO_MMIO_CONFIG)
		return read_config(lb, offset - VIRTIO_MMIO_CONFIG);
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE: return VIRTIO_MMIO_MAGIC;
	case VIRTIO_MMIO_VERSION: return VIRTIO_MMIO_VERSION_MODERN;
	case VIRTIO_MMIO_DEVICE_ID: return lb->device_id;
	case VIRTIO_MMIO_VENDOR_ID: return VIRTIO_MMIO_VENDOR;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return lb->device_features_sel < 2 ? (uint32_t)(lb->offered >> shift) : 0;
	case VIRTIO_MMIO_QUEUE_SIZE_MAX:
	case VIRTIO_MMIO_QUEUE_READY: return read_queue(lb, offset);
	case VIRTIO_MMIO_INTERRUPT_STATUS: return lb->interrupt_status;
	case VIRTIO_MMIO_STATUS: return lb->status;
	case VIRTIO_MMIO_SHM_LEN_LOW:
	case VIRTIO_MMIO_SHM_LEN_HIGH:
	case VIRTIO_MMIO_SHM_BASE_LOW:
	case VIRTIO_MMIO_SHM_BASE_HIGH: return 0xffffffffu; /* 4.2.2: no such region */
	case VIRTIO_MMIO_CONFIG_GENERATION: return lb->config_generation;
	default: return 0;
	}
}

uint32_t loopback_take_interrupt(struct loopback *lb)
{
	uint32_t bits = loopback_read(lb, VIRTIO_MMIO_INTERRUPT_STATUS);

	if (!lb->interrupt_pending)
		return 0;
	lb->interrupt_pending = false;
	loopback_write(lb, VIRTIO_MMIO_INTERRUPT_ACK, bits, 4);
	return bits;
}

/*
 * Driver side: whole steps (VIRTIO 1.3 3.1.1).
 */

static void write32(struct loopback *lb, uint32_t offset, uint32_t value)
{
	loopback_write(lb, offset, value, 4);
}

int loopback_negotiate(struct loopback *lb, uint64_t features)
{
	uint32_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

	if (loopback_read(lb, VIRTIO_MMIO_DEVICE_ID) == 0)
		return -ENODEV;
	loopback_reset(lb);
	write32(lb, VIRTIO_MMIO_STATUS, status);
	for (uint32_t sel = 0; sel < 2; sel++) {
		write32(lb, VIRTIO_MMIO_DRIVER_FEATURES_SEL, sel);
		write32(lb, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(features >> (32 * sel)));
	}
	write32(lb, VIRTIO_MMIO_STATUS, status | VIRTIO_STATUS_FEATURES_OK);
	return (loopback_read(lb, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK) ? 0 : -EINVAL;
}

int loopback_queue_enable(struct loopback *lb, unsigned q, const struct vq *vq)
{
	const uint64_t area[3] = {vq_desc_addr(vq), vq_avail_addr(vq), vq_used_addr(vq)};

	write32(lb, VIRTIO_MMIO_QUEUE_SEL, q);
	if (loopback_read(lb, VIRTIO_MMIO_QUEUE_SIZE_MAX) < vq->size)
		return -EINVAL;
	write32(lb, VIRTIO_MMIO_QUEUE_SIZE, vq->size);
	for (uint32_t i = 0; i < 3; i++) {
		write32(lb, VIRTIO_MMIO_QUEUE_DESC_LOW + 16 * i, (uint32_t)area[i]);
		write32(lb, VIRTIO_MMIO_QUEUE_DESC_HIGH + 16 * i, (uint32_t)(area[i] >> 32));
	}
	write32(lb, VIRTIO_MMIO_QUEUE_READY, 1);
	return 0;
}

void loopback_driver_ok(struct loopback *lb)
{
	write32(lb, VIRTIO_MMIO_STATUS, lb->status | VIRTIO_STATUS_DRIVER_OK);
}

void loopback_reset(struct loopback *lb)
{
	write32(lb, VIRTIO_MMIO_STATUS, 0);
}

void loopback_notify(struct loopback *lb, unsigned q)
{
	write32(lb, VIRTIO_MMIO_QUEUE_NOTIFY, q);
}

void loopback_config_read(const struct loopback *lb, uint32_t offset, void *to, uint32_t bytes)
{
	if (offset <= VDEV_CONFIG_MAX && bytes <= VDEV_CONFIG_MAX - offset)
		__builtin_memcpy(to, lb->config + offset, bytes);
}
