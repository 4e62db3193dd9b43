#include "backends/partylined/hvmmio.h"
#include <errno.h>
#include <string.h>
#include "abi/hypercall.h"
#include "abi/virtio_mmio.h"
#include "vdev/log.h"

#define SNAPSHOT_TRIES 8

static int transport_interrupt(struct vdev *dev, uint32_t bits)
{
	struct hvmmio *h = dev->transport_data;

	return (int)hv_call(h->hv, PL_HVC_DEV_INTERRUPT, h->index, dev->epoch, bits);
}

/* A hypercall carries 8 bytes. */
static int transport_config_publish(struct vdev *dev, uint32_t offset, uint32_t bytes)
{
	struct hvmmio *h = dev->transport_data;
	int64_t ret = 0;

	while (bytes && !ret) {
		uint32_t n = bytes < 8 ? bytes : 8;
		uint64_t value = 0;

		memcpy(&value, dev->config + offset, n);
		ret = hv_call(h->hv, PL_HVC_DEV_CONFIG_SET, h->index, offset, value, n);
		offset += n;
		bytes -= n;
	}
	return (int)ret;
}

static int transport_needs_reset(struct vdev *dev)
{
	struct hvmmio *h = dev->transport_data;

	return (int)hv_call(h->hv, PL_HVC_DEV_NEEDS_RESET, h->index, dev->epoch);
}

static const struct vdev_transport_impl hvmmio_transport = {
	.interrupt = transport_interrupt,
	.config_publish = transport_config_publish,
	.needs_reset = transport_needs_reset,
};

/*
 * The page may change while it is copied. The counter is taken first (acquire, pairing with the
 * hypervisor's release) and once more after the copy; what changes after that is another event.
 */
static void snapshot(struct hvmmio *h, struct pl_dev_host *copy)
{
	uint32_t before, after, tries = 0;

	do {
		before = __atomic_load_n(&h->host->event_count, __ATOMIC_ACQUIRE);
		memcpy(copy, h->host, sizeof(*copy));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		after = __atomic_load_n(&h->host->event_count, __ATOMIC_RELAXED);
	} while (before != after && ++tries < SNAPSHOT_TRIES);
	/* If it never held still, `before` is behind the page's counter, and there will be another look. */
	h->event_seen = before;
}

static void queue_enable(struct hvmmio *h, const struct pl_dev_host *page, unsigned q, bool resume)
{
	const struct pl_dev_queue *queue = &page->queue[q];
	const uint64_t area[3] = {queue->desc, queue->driver, queue->device};

	h->enable_seen[q] = queue->enable_count;
	h->notify_seen[q] = queue->notify_count;
	h->pending[q] = true; /* a notification may have come before the queue was looked at */
	vdev_do_queue_enable(h->dev, q, page->driver_features, queue->num, area, resume);
}

static void look_at_queue(struct hvmmio *h, const struct pl_dev_host *page, unsigned q)
{
	const struct pl_dev_queue *queue = &page->queue[q];

	if (!queue->ready) {
		vdev_do_queue_disable(h->dev, q);
		h->pending[q] = false;
		return;
	}
	if (h->enable_seen[q] != queue->enable_count || !h->dev->queue[q].ready) {
		queue_enable(h, page, q, false);
		return;
	}
	if (h->notify_seen[q] != queue->notify_count) {
		h->notify_seen[q] = queue->notify_count;
		h->pending[q] = true;
	}
}

static void look_at_reset(struct hvmmio *h, const struct pl_dev_host *page)
{
	int64_t ret;

	if (page->epoch == h->dev->epoch)
		return;
	vdev_do_reset(h->dev, page->epoch);
	h->driver_ok = false;
	ret = hv_call(h->hv, PL_HVC_DEV_RESET_DONE, h->index, page->epoch);
	if (ret && ret != -ESTALE) /* stale: yet another reset came, and with it another event */
		vdev_log(VDEV_LOG_ERROR, "%s: reset to epoch %u not taken: %d", h->dev->name, page->epoch,
			(int)ret);
}

static void look_at_config(struct hvmmio *h, const struct pl_dev_host *page)
{
	if (page->config_seq == h->config_seen)
		return;
	h->config_seen = page->config_seq;
	if (page->config_seq == page->config_done)
		return; /* given up: nobody waits for it */
	vdev_do_config_write(h->dev, page->config_offset, page->config_value, page->config_bytes);
	hv_call(h->hv, PL_HVC_DEV_CONFIG_DONE, h->index,
		page->config_seq); /* -ESTALE: the hypervisor answered */
}

static void look_at_status(struct hvmmio *h, const struct pl_dev_host *page)
{
	if (h->driver_ok || !(page->status & VIRTIO_STATUS_DRIVER_OK))
		return;
	h->driver_ok = true;
	vdev_do_driver_ok(h->dev, page->driver_features);
}

static bool any_pending(const struct hvmmio *h)
{
	for (unsigned q = 0; q < h->dev->impl->queue_count; q++)
		if (h->pending[q])
			return h->dev->live;
	return false;
}

static void pend_all(struct hvmmio *h)
{
	for (unsigned q = 0; q < h->dev->impl->queue_count; q++)
		h->pending[q] = h->dev->queue[q].ready;
}

bool hvmmio_look(struct hvmmio *h)
{
	struct pl_dev_host page;

	if (h->polled)
		pend_all(h);
	if (__atomic_load_n(&h->host->event_count, __ATOMIC_ACQUIRE) == h->event_seen)
		return any_pending(h);
	snapshot(h, &page);
	look_at_reset(h, &page);
	for (unsigned q = 0; q < h->dev->impl->queue_count; q++)
		look_at_queue(h, &page, q);
	look_at_status(h, &page);
	look_at_config(h, &page);
	return any_pending(h);
}

bool hvmmio_work(struct hvmmio *h)
{
	for (unsigned q = 0; q < h->dev->impl->queue_count; q++)
		if (h->pending[q])
			h->pending[q] = vdev_do_queue(h->dev, q);
	return any_pending(h);
}

/* The same values every time, so that a restarted backend finds everything as it was. */
static int64_t describe(struct hvmmio *h)
{
	const struct vdev_impl *impl = h->dev->impl;
	uint64_t features = impl->features | VDEV_FEATURES_OFFERED;
	uint64_t id = impl->device_id | (uint64_t)impl->queue_count << 32;
	int64_t ret = hv_call(
		h->hv, PL_HVC_DEV_OFFER, h->index, features, VDEV_FEATURES_REQUIRED, id, impl->config_bytes);

	for (unsigned q = 0; !ret && q < impl->queue_count; q++)
		ret = hv_call(h->hv, PL_HVC_DEV_QUEUE_MAX, h->index, q, impl->queue_size);
	return ret ? ret : transport_config_publish(h->dev, 0, impl->config_bytes);
}

/* A live driver goes on as if nothing had been; one that broke its device stays latched. */
static void take_up(struct hvmmio *h, const struct pl_dev_host *page, bool was_live)
{
	struct vdev *dev = h->dev;

	dev->epoch = page->epoch;
	if (!was_live || !(page->status & VIRTIO_STATUS_DRIVER_OK) || page->epoch != page->reset_done) {
		vdev_do_reset(dev, page->epoch); /* what the state page may hold is nobody's any more */
		return;
	}
	dev->broken = (page->status & VIRTIO_STATUS_NEEDS_RESET) != 0;
	for (unsigned q = 0; q < dev->impl->queue_count && !dev->broken; q++)
		if (page->queue[q].ready)
			queue_enable(h, page, q, true);
	h->driver_ok = true;
	vdev_do_driver_ok(dev, page->driver_features);
}

int hvmmio_start(
	struct hvmmio *h, struct hv *hv, struct vdev *dev, uint32_t index, const struct pl_dev_host *host)
{
	struct pl_dev_host page;
	bool was_live;
	int64_t ret;

	*h = (struct hvmmio){.hv = hv, .dev = dev, .index = index, .host = host};
	dev->transport = &hvmmio_transport;
	dev->transport_data = h;
	ret = describe(h);
	/* A driver that comes alive from here on is new to everybody: nothing of it is to be taken up. */
	snapshot(h, &page);
	was_live = (page.status & VIRTIO_STATUS_DRIVER_OK) != 0;
	/*
	 * Ready before the look at the page: a reset that comes from here on waits for us, and what take_up signals
	 * is taken. The other way round (tests/model: who_holds_is_asked, no_lost_wakeup) both are lost.
	 */
	ret = ret ? ret : hv_call(hv, PL_HVC_DEV_READY, index);
	if (!ret) {
		snapshot(h, &page);
		h->config_seen = page.config_done;
		take_up(h, &page, was_live);
	}
	if (!ret && page.epoch != page.reset_done) /* -ESTALE: the next is seen */
		hv_call(hv, PL_HVC_DEV_RESET_DONE, index, page.epoch);
	h->event_seen = h->host->event_count - 1; /* whatever stands in the page is looked at once more */
	if (ret)
		vdev_log(VDEV_LOG_ERROR, "%s: device %u not taken by the hypervisor: %d", dev->name, index,
			(int)ret);
	return (int)ret;
}
