/* The frontend's side: register writes. */
#include "hv/core/vmmio.h"

#define PAGE_BYTES 4096
#define LINE_BYTES 64 /* what the counters of the host's view are published with */
#define STATUS_DRIVER_BITS                                                                                   \
	(VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_DRIVER_OK |                        \
		VIRTIO_STATUS_FEATURES_OK | VIRTIO_STATUS_FAILED)

static struct vmmio *devices; /* device_count of them, in the order of the configuration */
static uint32_t device_count;

struct vmmio *vmmio_get(uint32_t index)
{
	return index < device_count ? &devices[index] : NULL;
}

void vmmio_reg_set(struct vmmio *d, uint32_t offset, uint32_t value)
{
	d->page[offset / 4] = value;
	arch_publish((const void *)&d->page[offset / 4], 4);
}

void vmmio_host_event(struct vmmio *d)
{
	/* Last, pairing with the host's acquire of event_count. */
	__atomic_fetch_add(&d->view->event_count, 1, __ATOMIC_RELEASE);
	arch_publish(d->view, sizeof(*d->view));
	if (d->host_virq != PL_NONE)
		vgic_pulse(d->host, d->host_virq);
}

void vmmio_config_changed(struct vmmio *d)
{
	vmmio_reg_set(d, VIRTIO_MMIO_CONFIG_GENERATION, d->page[VIRTIO_MMIO_CONFIG_GENERATION / 4] + 1);
}

void vmmio_interrupt(struct vmmio *d, uint32_t bits)
{
	volatile uint32_t *status = &d->page[VIRTIO_MMIO_INTERRUPT_STATUS / 4];

	if (bits & VIRTIO_INTERRUPT_CONFIG)
		vmmio_config_changed(d);
	__atomic_fetch_or(status, bits, __ATOMIC_RELEASE);
	arch_publish((const void *)status, 4);
	trace_event(PL_TRACE_DEV_INTERRUPT, d->config->frontend, d->index, bits, 0);
	vgic_pulse(d->frontend, d->config->virq);
}

/* The queue that QueueSel selects, or NULL. */
static struct pl_dev_queue *selected(struct vmmio *d)
{
	return d->queue_sel < d->view->queue_count ? &d->view->queue[d->queue_sel] : NULL;
}

void vmmio_show_selected(struct vmmio *d)
{
	const struct pl_dev_queue *q = selected(d);
	uint32_t features = 0;

	if (d->device_sel < 2)
		features = (uint32_t)(d->features >> (32 * d->device_sel));
	vmmio_reg_set(d, VIRTIO_MMIO_DEVICE_FEATURES, features);
	vmmio_reg_set(d, VIRTIO_MMIO_QUEUE_SIZE_MAX, q ? d->queue_max[d->queue_sel] : 0);
	vmmio_reg_set(d, VIRTIO_MMIO_QUEUE_READY, q ? q->ready : 0);
}

/* The hot one, without the lock: count and tell the host. The rest of its view has not changed, hence no full publish. */
static int notify(struct vmmio *d, uint32_t value)
{
	uint32_t index = value & 0xffff; /* with NOTIFICATION_DATA, the rest says how far: so does the ring */
	struct pl_dev_host *view = d->view;

	if (index >= view->queue_count)
		return -EINVAL;
	__atomic_fetch_add(&view->queue[index].notify_count, 1, __ATOMIC_RELAXED);
	arch_publish(&view->queue[index], sizeof(view->queue[index]));
	__atomic_fetch_add(&view->event_count, 1, __ATOMIC_RELEASE);
	arch_publish(view, LINE_BYTES);
	trace_event(PL_TRACE_NOTIFY, d->config->frontend, d->index, index, 0);
	if (d->host_virq != PL_NONE)
		vgic_pulse(d->host, d->host_virq);
	return 0;
}

static void driver_features_write(struct vmmio *d, uint32_t value)
{
	uint32_t shift = 32 * d->driver_sel;

	if (d->driver_sel > 1 || (d->view->status & VIRTIO_STATUS_FEATURES_OK))
		return; /* settled, 2.2.2 */
	d->driver_features &= ~(0xffffffffull << shift);
	d->driver_features |= (uint64_t)value << shift;
}

static bool features_acceptable(const struct vmmio *d)
{
	return (d->driver_features & ~d->features) == 0 && (d->required & ~d->driver_features) == 0;
}

/* A driver sets bits and never clears one (2.1.1); FEATURES_OK sticks only if the features are right. */
static void status_write(struct vmmio *d, uint32_t value)
{
	uint32_t status = d->view->status | (value & STATUS_DRIVER_BITS);

	if ((status & VIRTIO_STATUS_FEATURES_OK) && !(d->view->status & VIRTIO_STATUS_FEATURES_OK)) {
		if (features_acceptable(d))
			d->view->driver_features = d->driver_features;
		else
			status &= ~VIRTIO_STATUS_FEATURES_OK;
	}
	if (!(status & VIRTIO_STATUS_FEATURES_OK))
		status &= ~VIRTIO_STATUS_DRIVER_OK;
	if (status == d->view->status)
		return;
	d->view->status = status;
	vmmio_reg_set(d, VIRTIO_MMIO_STATUS, status);
	vmmio_host_event(d);
}

static void queue_ready_write(struct vmmio *d, uint32_t value)
{
	struct pl_dev_queue *q = selected(d);
	uint32_t ready = value & 1;

	if (!q || ready == q->ready)
		return;
	if (ready && (q->num == 0 || !(d->view->status & VIRTIO_STATUS_FEATURES_OK)))
		return; /* reads back 0 */
	q->ready = ready;
	if (ready)
		q->enable_count++;
	vmmio_reg_set(d, VIRTIO_MMIO_QUEUE_READY, ready);
	vmmio_host_event(d);
}

static void queue_size_write(struct vmmio *d, uint32_t value)
{
	struct pl_dev_queue *q = selected(d);

	if (q && !q->ready && value <= d->queue_max[d->queue_sel])
		q->num = value;
}

/* Half of an address of the selected queue; not while the queue is live, 4.2.2.2. */
static void queue_address_write(struct vmmio *d, uint32_t offset, uint32_t value)
{
	struct pl_dev_queue *q = selected(d);
	uint32_t shift = (offset & 4) ? 32 : 0;
	uint64_t *address;

	if (!q || q->ready)
		return;
	switch (offset & ~4u) {
	case VIRTIO_MMIO_QUEUE_DESC_LOW: address = &q->desc; break;
	case VIRTIO_MMIO_QUEUE_DRIVER_LOW: address = &q->driver; break;
	default: address = &q->device; break;
	}
	*address = (*address & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

/* Also hot: another CPU may be adding bits. */
static int acknowledge(struct vmmio *d, uint32_t bits)
{
	volatile uint32_t *status = &d->page[VIRTIO_MMIO_INTERRUPT_STATUS / 4];

	__atomic_fetch_and(status, ~bits, __ATOMIC_RELEASE);
	arch_publish((const void *)status, 4);
	return 0;
}

static int register_write(struct vmmio *d, struct vcpu *v, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case VIRTIO_MMIO_STATUS:
		if (value == 0)
			vmmio_driver_reset(d, v);
		else
			status_write(d, value);
		return 0;
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL: d->device_sel = value; break;
	case VIRTIO_MMIO_QUEUE_SEL: d->queue_sel = value; break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL: d->driver_sel = value; return 0;
	case VIRTIO_MMIO_DRIVER_FEATURES: driver_features_write(d, value); return 0;
	case VIRTIO_MMIO_QUEUE_SIZE: queue_size_write(d, value); return 0;
	case VIRTIO_MMIO_QUEUE_READY: queue_ready_write(d, value); return 0;
	case VIRTIO_MMIO_QUEUE_DESC_LOW:
	case VIRTIO_MMIO_QUEUE_DESC_HIGH:
	case VIRTIO_MMIO_QUEUE_DRIVER_LOW:
	case VIRTIO_MMIO_QUEUE_DRIVER_HIGH:
	case VIRTIO_MMIO_QUEUE_DEVICE_LOW:
	case VIRTIO_MMIO_QUEUE_DEVICE_HIGH: queue_address_write(d, offset, value); return 0;
	case VIRTIO_MMIO_SHM_SEL: return 0; /* no region has a length, whichever is selected */
	default: return -EINVAL;
	}
	vmmio_show_selected(d);
	return 0;
}

static int write_locked(struct vmmio *d, struct vcpu *v, uint32_t offset, const struct mmio *m)
{
	if (offset >= VIRTIO_MMIO_CONFIG)
		return vmmio_config_write(d, v, offset - VIRTIO_MMIO_CONFIG, m);
	if (m->bytes != 4 || (offset & 3) != 0)
		return -EINVAL;
	return register_write(d, v, offset, (uint32_t)m->value);
}

/* Reads do not come here, the page is mapped. If one does, it answers 0 and is recorded. */
int vmmio_access(struct vmmio *d, struct vcpu *v, uint32_t offset, struct mmio *m)
{
	int ret;

	if (!m->write)
		return -EINVAL;
	if (m->bytes == 4 && offset == VIRTIO_MMIO_QUEUE_NOTIFY)
		return notify(d, (uint32_t)m->value);
	if (m->bytes == 4 && offset == VIRTIO_MMIO_INTERRUPT_ACK)
		return acknowledge(d, (uint32_t)m->value);
	cold_lock();
	ret = write_locked(d, v, offset, m);
	cold_unlock();
	return ret;
}

/* What the two pages show before a backend has come: a transport without a device (4.2.2.2: DeviceID 0). */
static void pages_init(struct vmmio *d)
{
	d->page[VIRTIO_MMIO_MAGIC_VALUE / 4] = VIRTIO_MMIO_MAGIC;
	d->page[VIRTIO_MMIO_VERSION / 4] = VIRTIO_MMIO_VERSION_MODERN;
	d->page[VIRTIO_MMIO_VENDOR_ID / 4] = VIRTIO_MMIO_VENDOR;
	for (uint32_t r = VIRTIO_MMIO_SHM_LEN_LOW; r <= VIRTIO_MMIO_SHM_BASE_HIGH; r += 4)
		d->page[r / 4] = 0xffffffffu;
	arch_publish((const void *)d->page, PAGE_BYTES);
	*d->view = (struct pl_dev_host){
		.magic = PL_DEV_HOST_MAGIC,
		.index = d->index,
		.frontend = d->config->frontend,
	};
	arch_publish(d->view, sizeof(*d->view));
}

static void init_one(struct vmmio *d, const struct pl_config *c, const struct pl_config_device *config)
{
	*d = (struct vmmio){
		.config = config,
		.frontend = partition_get(config->frontend),
		.host = partition_get(config->host),
		.index = (uint32_t)(d - devices),
		.host_virq = c->partition[config->host].device_event_virq,
		.page = pool_alloc(PAGE_BYTES),
		.view = pool_alloc(PAGE_BYTES),
		.bound.fire = vmmio_bound_fire,
	};
	pages_init(d);
	stage2_map_page(d->frontend, ipa(config->ipa), pool_pa((const void *)d->page), PL_PERM_R);
	stage2_map_page(d->host, ipa(config->host_ipa), pool_pa(d->view), PL_PERM_R);
}

void vmmio_init(const struct pl_config *c)
{
	devices = pool_alloc(c->device_count * sizeof(*devices));
	device_count = c->device_count;
	for (uint32_t i = 0; i < device_count; i++)
		init_one(&devices[i], c, &c->device[i]);
}
