/*
 * Loopback transport: both sides of a device in one process, for unit tests and fuzzers.
 *
 *   driver (test)  loopback_write/_read ──▶ register file ──▶ struct vdev
 *                  loopback_take_interrupt ◀── InterruptStatus ◀──┘
 *
 * The register file behaves as the hypervisor's (include/abi/device.h): QueueNotify only notes that there
 * is work, which loopback_run then gives to the device; a configuration write or a reset has taken
 * effect when the write returns; with the backend down, a configuration write reads back as zeroes and
 * a reset completes. What the driver writes is never trusted. One thread, no allocation.
 */
#ifndef VDEV_LOOPBACK_H
#define VDEV_LOOPBACK_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/device.h"

struct loopback_queue {
	uint32_t ready;
	uint32_t size;
	uint64_t area[3]; /* descriptors, driver area, device area: as written */
	bool pending;	  /* enabled or notified since the device last looked */
};

struct loopback {
	struct vdev *dev; /* NULL: the backend is down */
	struct vmem memory;
	uint64_t offered;
	uint32_t device_id;
	uint32_t queue_count;
	uint32_t queue_size_max;
	uint32_t config_bytes;

	/* registers */
	uint32_t status;
	uint32_t device_features_sel;
	uint32_t driver_features_sel;
	uint32_t queue_sel;
	uint32_t interrupt_status;
	uint32_t config_generation;
	uint64_t driver_features;
	struct loopback_queue queue[VDEV_QUEUE_MAX];
	uint8_t config[VDEV_CONFIG_MAX];

	uint32_t epoch;
	uint32_t interrupt_count; /* signals to the driver since start */
	bool interrupt_pending;
};

/* Device side. `memory` is the bank as both sides see it; dev was set up with vdev_init by its class. */
void loopback_init(struct loopback *lb, struct vdev *dev, const struct vmem *memory);
/* The backend's process is gone: its registers stay. */
void loopback_backend_down(struct loopback *lb);
/* Another process's fresh device takes over: queues resume, driver_ok is called if the driver was live. */
void loopback_backend_up(struct loopback *lb, struct vdev *dev);
/* Lets the device work until nothing is pending, but at most `rounds` rounds; returns rounds used. */
unsigned loopback_run(struct loopback *lb, unsigned rounds);

/* Driver side: the page, by offset. Accesses other than the specification's are ignored or read as 0. */
void loopback_write(struct loopback *lb, uint32_t offset, uint64_t value, uint32_t bytes);
uint32_t loopback_read(const struct loopback *lb, uint32_t offset);
/* InterruptStatus, acknowledged; 0 when no signal came since. */
uint32_t loopback_take_interrupt(struct loopback *lb);

/* Driver side, whole steps. -ENODEV: no device; -EINVAL: the device does not take these features. */
int loopback_negotiate(struct loopback *lb, uint64_t features);
int loopback_queue_enable(struct loopback *lb, unsigned q, const struct vq *vq);
void loopback_driver_ok(struct loopback *lb);
void loopback_reset(struct loopback *lb);
void loopback_notify(struct loopback *lb, unsigned q);
void loopback_config_read(const struct loopback *lb, uint32_t offset, void *to, uint32_t bytes);

#endif
