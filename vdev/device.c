#include "vdev/device.h"
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "vdev/log.h"

void vdev_init(struct vdev *dev, const struct vdev_impl *impl, const char *name, void *class_data)
{
	*dev = (struct vdev){.impl = impl, .name = name, .class_data = class_data};
}

static bool config_inside(const struct vdev *dev, uint32_t offset, uint32_t bytes)
{
	uint32_t limit =
		dev->impl->config_bytes < VDEV_CONFIG_MAX ? dev->impl->config_bytes : VDEV_CONFIG_MAX;

	return offset <= limit && bytes <= limit - offset;
}

void vdev_config_set(struct vdev *dev, uint32_t offset, const void *data, uint32_t bytes)
{
	if (!config_inside(dev, offset, bytes)) {
		vdev_log(VDEV_LOG_ERROR, "%s: configuration of %u bytes at %u is over %u", dev->name, bytes,
			offset, dev->impl->config_bytes);
		return;
	}
	__builtin_memcpy(dev->config + offset, data, bytes);
	if (dev->transport)
		dev->transport->config_publish(dev, offset, bytes);
}

/* The transport refuses (-ESTALE) only when a reset is on its way, which makes the signal moot. */
static void interrupt(struct vdev *dev, uint32_t bits)
{
	if (dev->transport)
		dev->transport->interrupt(dev, bits);
}

void vdev_config_changed(struct vdev *dev)
{
	interrupt(dev, VIRTIO_INTERRUPT_CONFIG);
}

void vdev_break(struct vdev *dev, const char *what, uint64_t value, uint64_t limit)
{
	if (dev->broken)
		return;
	vdev_log(VDEV_LOG_WARN, "%s: broken by its driver: %s 0x%llx, limit 0x%llx", dev->name, what,
		(unsigned long long)value, (unsigned long long)limit);
	dev->broken = true;
	dev->live = false;
	dev->broken_count++;
	if (dev->transport)
		dev->transport->needs_reset(dev);
}

void vdev_break_queue(struct vdev *dev, unsigned q)
{
	const struct vq *vq = &dev->queue[q];

	vdev_break(dev, vq->error ? vq->error : "queue", vq->error_value, vq->error_limit);
}

void vdev_kick(struct vdev *dev, unsigned q)
{
	if (dev->live && dev->queue[q].ready && vq_should_notify(&dev->queue[q]))
		interrupt(dev, VIRTIO_INTERRUPT_USED);
}

int vdev_do_queue_enable(
	struct vdev *dev, unsigned q, uint64_t features, uint32_t size, const uint64_t area[3], bool resume)
{
	int rc;

	if (q >= dev->impl->queue_count || q >= VDEV_QUEUE_MAX || size > dev->impl->queue_size) {
		vdev_break(dev, "queue number or size", (uint64_t)q << 32 | size, dev->impl->queue_size);
		return -EINVAL;
	}
	dev->resumed |= resume;
	rc = (resume ? vq_resume : vq_attach)(
		&dev->queue[q], &dev->memory, (uint16_t)size, area[0], area[1], area[2], features);
	if (rc)
		vdev_break_queue(dev, q);
	return rc;
}

void vdev_do_queue_disable(struct vdev *dev, unsigned q)
{
	if (q < VDEV_QUEUE_MAX)
		vq_detach(&dev->queue[q]);
}

void vdev_do_reset(struct vdev *dev, uint32_t new_epoch)
{
	dev->live = false;
	for (unsigned q = 0; q < VDEV_QUEUE_MAX; q++)
		vq_detach(&dev->queue[q]);
	dev->impl->reset(dev);
	dev->broken = false;
	dev->driver_features = 0;
	dev->resumed = false;
	dev->epoch = new_epoch;
}

void vdev_do_driver_ok(struct vdev *dev, uint64_t features)
{
	dev->driver_features = features;
	if (dev->broken)
		return;
	dev->live = true;
	if (dev->resumed)
		interrupt(dev, VIRTIO_INTERRUPT_USED);
	if (dev->impl->driver_ok)
		dev->impl->driver_ok(dev);
	dev->resumed = false;
}

void vdev_do_config_write(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes)
{
	if (dev->impl->config_write && bytes <= sizeof(value) && config_inside(dev, offset, bytes))
		dev->impl->config_write(dev, offset, value, bytes);
}

bool vdev_do_queue(struct vdev *dev, unsigned q)
{
	if (!dev->live || q >= dev->impl->queue_count || !dev->queue[q].ready)
		return false;
	return dev->impl->queue_work(dev, q) && dev->live;
}
