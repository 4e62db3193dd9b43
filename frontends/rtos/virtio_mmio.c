#include <errno.h>
#include "abi/virtio_mmio.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/virtio_mmio.h"

#define F_EVENT_IDX	  (1ull << 29)
#define F_VERSION_1	  (1ull << 32)
#define F_ACCESS_PLATFORM (1ull << 33)

#define PAUSE_FIRST_NS 1000000000ull
#define PAUSE_MAX_NS   60000000000ull

static uint32_t get(const struct virtio_mmio *d, uint64_t reg)
{
	return mmio_read32(d->base + reg);
}

static void set(const struct virtio_mmio *d, uint64_t reg, uint32_t value)
{
	mmio_write32(d->base + reg, value);
}

static void set_address(const struct virtio_mmio *d, uint64_t low_reg, uint64_t address)
{
	set(d, low_reg, (uint32_t)address);
	set(d, low_reg + 4, (uint32_t)(address >> 32));
}

static void add_status(const struct virtio_mmio *d, uint32_t bits)
{
	set(d, VIRTIO_MMIO_STATUS, get(d, VIRTIO_MMIO_STATUS) | bits);
}

void virtio_mmio_break(struct virtio_mmio *d, uint64_t now_ns, const char *what, uint64_t value)
{
	bool lasted = now_ns - d->live_ns > PAUSE_MAX_NS;

	if (d->state == VIRTIO_BROKEN)
		return;
	d->state = VIRTIO_BROKEN;
	d->broken_count++;
	/* A device that worked for long gets a quick second chance. */
	d->pause_ns = lasted || !d->pause_ns ? PAUSE_FIRST_NS : d->pause_ns * 2;
	if (d->pause_ns > PAUSE_MAX_NS)
		d->pause_ns = PAUSE_MAX_NS;
	d->retry_ns = now_ns + d->pause_ns;
	log_line("%s: device broken: %s: %llu; set up anew in %llu ms", d->name, what,
		(unsigned long long)value, (unsigned long long)(d->pause_ns / 1000000));
}

static uint64_t offered_features(const struct virtio_mmio *d)
{
	uint64_t low;

	set(d, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 0);
	low = get(d, VIRTIO_MMIO_DEVICE_FEATURES);
	set(d, VIRTIO_MMIO_DEVICE_FEATURES_SEL, 1);
	return low | (uint64_t)get(d, VIRTIO_MMIO_DEVICE_FEATURES) << 32;
}

/* VIRTIO 1.3 3.1.1, steps 1 to 6. */
static int negotiate(struct virtio_mmio *d)
{
	uint64_t offered;

	add_status(d, VIRTIO_STATUS_ACKNOWLEDGE);
	add_status(d, VIRTIO_STATUS_DRIVER);
	offered = offered_features(d);
	d->negotiated = offered & (d->features | F_EVENT_IDX | F_VERSION_1 | F_ACCESS_PLATFORM);
	set(d, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 0);
	set(d, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)d->negotiated);
	set(d, VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	set(d, VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)(d->negotiated >> 32));
	add_status(d, VIRTIO_STATUS_FEATURES_OK);
	if (!(d->negotiated & F_VERSION_1) || !(get(d, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK))
		return -ENOTSUP;
	return 0;
}

/* 4.2.3.2 */
static int make_queue(struct virtio_mmio *d, unsigned q)
{
	uint16_t size = d->queue_size[q];
	void *ring = vmem_at(d->memory, d->ring_addr[q], vq_ring_bytes(size));
	int ret;

	set(d, VIRTIO_MMIO_QUEUE_SEL, q);
	if (!ring || get(d, VIRTIO_MMIO_QUEUE_SIZE_MAX) < size)
		return -ENOSPC;
	memset(ring, 0, vq_ring_bytes(size));
	ret = vq_driver_init(&d->queue[q], d->memory, size, d->ring_addr[q], d->negotiated);
	if (ret)
		return ret;
	set(d, VIRTIO_MMIO_QUEUE_SIZE, size);
	set_address(d, VIRTIO_MMIO_QUEUE_DESC_LOW, vq_desc_addr(&d->queue[q]));
	set_address(d, VIRTIO_MMIO_QUEUE_DRIVER_LOW, vq_avail_addr(&d->queue[q]));
	set_address(d, VIRTIO_MMIO_QUEUE_DEVICE_LOW, vq_used_addr(&d->queue[q]));
	mmio_barrier();
	set(d, VIRTIO_MMIO_QUEUE_READY, 1);
	return 0;
}

static bool present(const struct virtio_mmio *d)
{
	return get(d, VIRTIO_MMIO_MAGIC_VALUE) == VIRTIO_MMIO_MAGIC &&
	       get(d, VIRTIO_MMIO_VERSION) == VIRTIO_MMIO_VERSION_MODERN &&
	       get(d, VIRTIO_MMIO_DEVICE_ID) == d->device_id;
}

/* True if it became live. */
static bool set_up(struct virtio_mmio *d, uint64_t now_ns)
{
	int ret;

	if (!present(d)) {
		d->state = VIRTIO_ABSENT;
		return false;
	}
	if (get(d, VIRTIO_MMIO_STATUS))
		set(d, VIRTIO_MMIO_STATUS, 0);
	ret = negotiate(d);
	for (unsigned q = 0; !ret && q < VIRTIO_MMIO_QUEUE_COUNT; q++)
		if (d->queue_size[q])
			ret = make_queue(d, q);
	if (ret) {
		virtio_mmio_break(d, now_ns, "set-up refused, errno", (uint64_t)-ret);
		return false;
	}
	add_status(d, VIRTIO_STATUS_DRIVER_OK);
	d->state = VIRTIO_LIVE;
	d->live_ns = now_ns;
	return true;
}

bool virtio_mmio_poll(struct virtio_mmio *d, uint64_t now_ns)
{
	uint32_t cause = get(d, VIRTIO_MMIO_INTERRUPT_STATUS);

	if (cause)
		set(d, VIRTIO_MMIO_INTERRUPT_ACK, cause);
	switch (d->state) {
	case VIRTIO_ABSENT: return set_up(d, now_ns);
	case VIRTIO_BROKEN: return now_ns >= d->retry_ns && set_up(d, now_ns);
	case VIRTIO_LIVE: break;
	}
	if (get(d, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET)
		virtio_mmio_break(d, now_ns, "it asks for a reset, Status", get(d, VIRTIO_MMIO_STATUS));
	return false;
}

uint64_t virtio_mmio_deadline(const struct virtio_mmio *d)
{
	return d->state == VIRTIO_BROKEN ? d->retry_ns : VIRTIO_NO_DEADLINE;
}

void virtio_mmio_kick(struct virtio_mmio *d, unsigned q)
{
	if (d->state == VIRTIO_LIVE && vq_publish(&d->queue[q])) {
		mmio_barrier();
		set(d, VIRTIO_MMIO_QUEUE_NOTIFY, q);
	}
}

int virtio_mmio_get(struct virtio_mmio *d, uint64_t now_ns, unsigned q, uint32_t *bytes)
{
	int ret = -EAGAIN;

	if (d->state == VIRTIO_LIVE) {
		ret = vq_get(&d->queue[q], bytes);
		/* None: ask for a signal and look again, so that none is missed. */
		if (ret == -EAGAIN && vq_driver_wait_prepare(&d->queue[q]))
			ret = vq_get(&d->queue[q], bytes);
	}
	if (ret < 0 && ret != -EAGAIN)
		virtio_mmio_break(d, now_ns, d->queue[q].error, d->queue[q].error_value);
	return ret;
}
