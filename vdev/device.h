/*
 * A virtual device, device side: what a device class implements and what it may call.
 *
 *   device class (vdev-fb, vdev-input, …)      implements  struct vdev_impl
 *          │ vq_*, vdev_*
 *   struct vdev  (virtqueues, configuration shadow, epoch, broken latch)
 *          │
 *   transport (loopback in one process; the hypervisor's register file)  implements  struct vdev_transport_impl
 *
 * Everything here runs on one thread, the one that serves the device. Freestanding, no allocation.
 */
#ifndef VDEV_DEVICE_H
#define VDEV_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "vdev/memory.h"
#include "vdev/virtqueue.h"

#define VDEV_QUEUE_MAX	8
#define VDEV_CONFIG_MAX 256

/* Feature bits of every device (VIRTIO 1.3 6). */
#define VIRTIO_F_INDIRECT_DESC	 28
#define VIRTIO_F_EVENT_IDX	 29
#define VIRTIO_F_VERSION_1	 32
#define VIRTIO_F_ACCESS_PLATFORM 33
#define VDEV_BIT(n)		 (1ull << (n))
/* What every transport offers beside the class's features, and what a driver must accept (DESIGN.md). */
#define VDEV_FEATURES_OFFERED                                                                                \
	(VDEV_BIT(VIRTIO_F_INDIRECT_DESC) | VDEV_BIT(VIRTIO_F_EVENT_IDX) | VDEV_FEATURES_REQUIRED)
#define VDEV_FEATURES_REQUIRED (VDEV_BIT(VIRTIO_F_VERSION_1) | VDEV_BIT(VIRTIO_F_ACCESS_PLATFORM))

struct vdev;

/* A device class. */
struct vdev_impl {
	const char *name;   /* "fb", "input": for log lines */
	uint32_t device_id; /* VIRTIO 1.3 5 */
	uint32_t queue_count;
	uint32_t queue_size; /* QueueSizeMax of all queues, a power of two */
	uint32_t config_bytes;
	uint64_t features; /* class features; the transport adds VDEV_FEATURES_OFFERED */

	/* Mandatory. Work may be waiting in queue q. Do a bounded amount; return true if more is left. */
	bool (*queue_work)(struct vdev *dev, unsigned q);
	/* Mandatory. Forget all driver state: queues are gone, no completion may follow. Cannot fail. */
	void (*reset)(struct vdev *dev);
	/* Optional. The driver wrote the configuration area; update dev->config with vdev_config_set. */
	void (*config_write)(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes);
	/* Optional. Status got DRIVER_OK: queues are live. With dev->resumed: a restarted backend found them so. */
	void (*driver_ok)(struct vdev *dev);
};

/* How a device reaches its frontend. All are mandatory, none may block. */
struct vdev_transport_impl {
	/* Set InterruptStatus bits (1 used buffer, 2 configuration) and signal. -ESTALE: a reset came since. */
	int (*interrupt)(struct vdev *dev, uint32_t bits);
	/* Publish `bytes` bytes of dev->config from `offset`. */
	int (*config_publish)(struct vdev *dev, uint32_t offset, uint32_t bytes);
	/* Latch DEVICE_NEEDS_RESET. */
	int (*needs_reset)(struct vdev *dev);
};

struct vdev {
	const struct vdev_impl *impl;
	const struct vdev_transport_impl *transport;
	void *transport_data; /* the transport's own */
	void *class_data;     /* the device class's own */
	const char *name;     /* "linux-fb": for log lines */
	struct vmem memory;   /* the bank, as the frontend addresses it */
	struct vq queue[VDEV_QUEUE_MAX];
	uint8_t config[VDEV_CONFIG_MAX];
	uint64_t driver_features;
	uint32_t epoch;
	bool resumed;	       /* until driver_ok returns: a queue was resumed, the driver knows the past */
	bool live;	       /* DRIVER_OK and not broken */
	bool broken;	       /* misbehaved; latched until reset */
	uint32_t broken_count; /* since start; for the log and the control socket */
};

void vdev_init(struct vdev *dev, const struct vdev_impl *impl, const char *name, void *class_data);
/* Write the class's configuration area and publish it. */
void vdev_config_set(struct vdev *dev, uint32_t offset, const void *data, uint32_t bytes);
/* Tell the driver that the configuration changed (InterruptStatus bit 2). */
void vdev_config_changed(struct vdev *dev);
/* The peer broke the protocol: log once with what and where, latch broken, DEVICE_NEEDS_RESET, stop serving. */
void vdev_break(struct vdev *dev, const char *what, uint64_t value, uint64_t limit);
/* Signal used buffers of queue q if the driver wants to know (vq_should_notify). */
void vdev_kick(struct vdev *dev, unsigned q);
/* vdev_break with what queue q's last call found; for -EPROTO of vq_pop. */
void vdev_break_queue(struct vdev *dev, unsigned q);

/*
 * Called by transports, in this order at start: vdev_do_queue_enable for each queue that the driver made
 * ready, vdev_do_driver_ok once Status has DRIVER_OK, then vdev_do_queue for each queue (a kick can
 * come before its ring is ready). A reset takes it all back.
 */
/*
 * The driver made queue q ready. Addresses and size as it wrote them, unchecked; `resume`: a backend
 * that restarted found the queue live, see vq_resume. -EINVAL, -EPROTO: the device is broken.
 */
int vdev_do_queue_enable(
	struct vdev *dev, unsigned q, uint64_t features, uint32_t size, const uint64_t area[3], bool resume);
/* The driver made it not ready (QueueReady 0). */
void vdev_do_queue_disable(struct vdev *dev, unsigned q);
void vdev_do_reset(struct vdev *dev, uint32_t new_epoch);
/* `features` as the driver accepted them (the transport made sure that they lie within those offered). */
void vdev_do_driver_ok(struct vdev *dev, uint64_t features);
void vdev_do_config_write(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes);
/* One bounded round over queue q; true: call again soon. False at once while the device is not live. */
bool vdev_do_queue(struct vdev *dev, unsigned q);

#endif
