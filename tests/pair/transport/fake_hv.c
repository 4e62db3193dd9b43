#include "tests/pair/transport/fake_hv.h"
#include <errno.h>
#include <string.h>
#include "abi/hypercall.h"
#include "abi/virtio_mmio.h"

static int64_t offer(struct fake_hv *fake, const uint64_t arg[5])
{
	if (fake->page.offered)
		return memcmp(fake->offer, arg, sizeof(fake->offer)) ? -EBUSY : 0;
	memcpy(fake->offer, arg, sizeof(fake->offer));
	fake->page.queue_count = (uint32_t)(arg[3] >> 32);
	fake->page.offered = 1;
	return 0;
}

static int64_t config_set(struct fake_hv *fake, uint64_t offset, uint64_t value, uint64_t bytes)
{
	if (!bytes || bytes > 8 || offset + bytes > fake->offer[4])
		return -EINVAL;
	memcpy(fake->config + offset, &value, bytes);
	return 0;
}

static int64_t with_epoch(struct fake_hv *fake, uint64_t function, uint64_t epoch)
{
	if (!fake->up || epoch != fake->page.epoch)
		return -ESTALE;
	if (function == PL_HVC_DEV_INTERRUPT)
		fake->interrupts++;
	else if (function == PL_HVC_DEV_RESET_DONE)
		fake->page.reset_done = fake->page.epoch;
	else
		fake->page.status |= VIRTIO_STATUS_NEEDS_RESET;
	return 0;
}

static int64_t fake_call(struct hv *hv, uint64_t function, const uint64_t arg[5])
{
	struct fake_hv *fake = (struct fake_hv *)(void *)hv;

	if (fake->call_count < FAKE_CALL_MAX)
		fake->call[fake->call_count++] = (unsigned)(function - PL_HVC_BASE);
	if (fake->on_call)
		fake->on_call(fake, function);
	if (arg[0] != fake->page.index)
		return -EINVAL;
	switch (function) {
	case PL_HVC_DEV_OFFER: return offer(fake, arg);
	case PL_HVC_DEV_QUEUE_MAX: fake->queue_max[arg[1]] = (uint32_t)arg[2]; return 0;
	case PL_HVC_DEV_CONFIG_SET: return config_set(fake, arg[1], arg[2], arg[3]);
	case PL_HVC_DEV_READY: fake->up = true; return 0;
	case PL_HVC_DEV_INTERRUPT:
	case PL_HVC_DEV_RESET_DONE:
	case PL_HVC_DEV_NEEDS_RESET: return with_epoch(fake, function, arg[1]);
	case PL_HVC_DEV_CONFIG_DONE:
		if (arg[1] != fake->page.config_seq || fake->page.config_done == fake->page.config_seq)
			return -ESTALE;
		fake->page.config_done = fake->page.config_seq;
		return 0;
	default: return -ENOSYS;
	}
}

void fake_init(struct fake_hv *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake->hv.call = fake_call;
	fake->hv.fd = -1;
	fake->page.magic = PL_DEV_HOST_MAGIC;
	fake->page.index = 3;
}

void fake_down(struct fake_hv *fake)
{
	fake->up = false;
	fake->page.config_done = fake->page.config_seq;
}

unsigned fake_called(const struct fake_hv *fake, uint64_t function)
{
	unsigned count = 0;

	for (unsigned i = 0; i < fake->call_count; i++)
		count += fake->call[i] == function - PL_HVC_BASE;
	return count;
}

void fake_event(struct fake_hv *fake)
{
	fake->page.event_count++;
}

void fake_reset(struct fake_hv *fake)
{
	fake->page.epoch++;
	fake->page.status = 0;
	fake->page.driver_features = 0;
	for (unsigned q = 0; q < PL_DEV_QUEUE_MAX; q++)
		fake->page.queue[q].ready = 0;
	fake_event(fake);
}

void fake_status(struct fake_hv *fake, uint32_t status, uint64_t features)
{
	fake->page.status = status;
	fake->page.driver_features = features;
	fake_event(fake);
}

void fake_queue(
	struct fake_hv *fake, unsigned q, uint32_t num, uint64_t desc, uint64_t driver, uint64_t device)
{
	struct pl_dev_queue *queue = &fake->page.queue[q];

	queue->num = num;
	queue->desc = desc;
	queue->driver = driver;
	queue->device = device;
	queue->ready = 1;
	queue->enable_count++;
	fake_event(fake);
}

void fake_notify(struct fake_hv *fake, unsigned q)
{
	fake->page.queue[q].notify_count++;
	fake_event(fake);
}

void fake_config_write(struct fake_hv *fake, uint32_t offset, uint64_t value, uint32_t bytes)
{
	fake->page.config_seq++;
	fake->page.config_offset = offset;
	fake->page.config_value = value;
	fake->page.config_bytes = bytes;
	fake_event(fake);
}
