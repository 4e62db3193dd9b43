/* The host's side: hypercalls of backends. */
#include "hv/core/vmmio.h"

#define OFFER_ID(x4)	 ((uint32_t)(x4))
#define OFFER_QUEUES(x4) ((uint32_t)((x4) >> 32))

static bool offer_is_same(const struct vmmio *d, const uint64_t arg[6])
{
	return d->view->offered && d->features == arg[2] && d->required == arg[3] &&
	       d->view->queue_count == OFFER_QUEUES(arg[4]) && d->config_bytes == arg[5];
}

static bool offer_is_valid(const struct vmmio *d, const uint64_t arg[6])
{
	uint32_t queues = OFFER_QUEUES(arg[4]);

	return OFFER_ID(arg[4]) == d->config->device_id && queues >= 1 && queues <= PL_DEV_QUEUE_MAX &&
	       arg[5] <= PL_DEV_CONFIG_MAX && (arg[3] & ~arg[2]) == 0;
}

static int offer(struct vmmio *d, const uint64_t arg[6])
{
	if (!offer_is_valid(d, arg)) {
		hv_log("device %s: offer of id %u, %u queues, %lu bytes, features %lx, required %lx refused",
			d->config->name, OFFER_ID(arg[4]), OFFER_QUEUES(arg[4]), arg[5], arg[2], arg[3]);
		return -EINVAL;
	}
	if (offer_is_same(d, arg))
		return 0;
	if (d->up || d->view->status != 0) {
		hv_log("device %s: another offer while a driver or backend is bound", d->config->name);
		return -EBUSY;
	}
	d->features = arg[2];
	d->required = arg[3];
	d->config_bytes = (uint32_t)arg[5];
	d->view->queue_count = OFFER_QUEUES(arg[4]);
	d->view->offered = 1;
	for (uint32_t i = 0; i < PL_DEV_QUEUE_MAX; i++)
		d->queue_max[i] = 0;
	vmmio_show_selected(d);
	vmmio_host_event(d);
	return 0;
}

static int queue_max(struct vmmio *d, uint64_t queue, uint64_t size)
{
	if (queue >= d->view->queue_count || size == 0 || size > VMMIO_QUEUE_SIZE_MAX ||
		(size & (size - 1)) != 0)
		return -EINVAL;
	if (d->queue_max[queue] == size)
		return 0;
	if (d->up || d->view->status != 0)
		return -EBUSY;
	d->queue_max[queue] = (uint32_t)size;
	vmmio_show_selected(d);
	return 0;
}

static int config_set(struct vmmio *d, uint64_t offset, uint64_t value, uint64_t bytes)
{
	volatile uint8_t *area = (volatile uint8_t *)&d->page[VIRTIO_MMIO_CONFIG / 4];

	if (bytes < 1 || bytes > 8 || bytes > d->config_bytes || offset > d->config_bytes - bytes)
		return -EINVAL;
	for (uint64_t i = 0; i < bytes; i++)
		area[offset + i] = (uint8_t)(value >> (8 * i));
	arch_publish((const void *)(area + offset), bytes);
	vmmio_config_changed(d);
	return 0;
}

/* An RTOS that waits for nobody looks when it is told: the device's appearance is a configuration change. */
static void appear(struct vmmio *d)
{
	d->visible = true;
	vmmio_reg_set(d, VIRTIO_MMIO_DEVICE_ID, d->config->device_id);
	vmmio_interrupt(d, VIRTIO_INTERRUPT_CONFIG);
}

static int device_ready(struct vmmio *d)
{
	if (!d->view->offered)
		return -EINVAL;
	for (uint32_t i = 0; i < d->view->queue_count; i++)
		if (d->queue_max[i] == 0)
			return -EINVAL;
	d->up = true;
	if (!d->visible)
		appear(d);
	partition_device_ready();
	return 0;
}

static int interrupt(struct vmmio *d, uint64_t epoch, uint64_t bits)
{
	if (bits == 0 || (bits & ~(uint64_t)(VIRTIO_INTERRUPT_USED | VIRTIO_INTERRUPT_CONFIG)) != 0)
		return -EINVAL;
	if (!d->up || epoch != d->view->epoch)
		return -ESTALE;
	vmmio_interrupt(d, (uint32_t)bits);
	return 0;
}

static int needs_reset(struct vmmio *d, uint64_t epoch)
{
	if (!d->up || epoch != d->view->epoch)
		return -ESTALE;
	d->view->status |= VIRTIO_STATUS_NEEDS_RESET;
	vmmio_reg_set(d, VIRTIO_MMIO_STATUS, d->view->status);
	vmmio_interrupt(d, VIRTIO_INTERRUPT_CONFIG);
	return 0;
}

static int call(struct vmmio *d, uint32_t function, const uint64_t arg[6])
{
	switch (function) {
	case PL_HVC_DEV_OFFER: return offer(d, arg);
	case PL_HVC_DEV_QUEUE_MAX: return queue_max(d, arg[2], arg[3]);
	case PL_HVC_DEV_CONFIG_SET: return config_set(d, arg[2], arg[3], arg[4]);
	case PL_HVC_DEV_READY: return device_ready(d);
	case PL_HVC_DEV_RESET_DONE: return vmmio_reset_done(d, arg[2]);
	case PL_HVC_DEV_CONFIG_DONE: return vmmio_config_done(d, arg[2]);
	case PL_HVC_DEV_DOWN: vmmio_down(d); return 0;
	case PL_HVC_DEV_NEEDS_RESET: return needs_reset(d, arg[2]);
	default: return -ENOSYS;
	}
}

int64_t vmmio_host_call(struct partition *caller, uint32_t function, const uint64_t arg[6])
{
	struct vmmio *d = arg[1] < PL_MAX_DEVICES ? vmmio_get((uint32_t)arg[1]) : NULL;
	int ret;

	if (!d)
		return -EINVAL;
	if (d->host != caller)
		return -EPERM;
	if (function == PL_HVC_DEV_INTERRUPT) /* hot: without the lock */
		return interrupt(d, arg[2], arg[3]);
	cold_lock();
	ret = call(d, function, arg);
	cold_unlock();
	return ret;
}

void vmmio_host_down(struct partition *p)
{
	struct vmmio *d;

	for (uint32_t i = 0; (d = vmmio_get(i)) != NULL; i++)
		if (d->host == p)
			vmmio_down(d);
}

const char *vmmio_device_missing(uint64_t mask)
{
	const struct vmmio *d;

	for (uint32_t i = 0; (d = vmmio_get(i)) != NULL; i++)
		if ((mask >> i & 1) && !d->up)
			return d->config->name;
	return NULL;
}
