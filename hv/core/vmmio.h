/*
 * The virtio-mmio register file of one virtual device (VIRTIO 1.3 4.2.2): what the hypervisor keeps
 * between a frontend and the backend in its host. See abi/device.h for what each side sees.
 *
 * Waiting writes. Two writes of a driver wait for the backend: to the configuration area, and Status = 0.
 *
 *             write, backend up              CONFIG_DONE / RESET_DONE
 *   WAIT_NONE ─────────────────> CONFIG/RESET ──────────────────────> WAIT_NONE
 *        │                            │ bound passed, backend down, frontend restarts
 *        │                            └───────────────> WAIT_NONE (given up)
 *        │ frontend restarts                 RESET_DONE, bound passed, backend down
 *        └───────────────────────> RESTART ──────────────────────────────────────> WAIT_NONE
 *
 * Given up, a configuration area reads as zeroes, and a reset is complete under its new epoch:
 * what the backend still does in an older one is refused.
 */
#ifndef HV_CORE_VMMIO_H
#define HV_CORE_VMMIO_H

#include "abi/device.h"
#include "abi/virtio_mmio.h"
#include "hv/core/seams.h"

#define VMMIO_REPLY_BOUND_US   10000  /* unless the configuration says otherwise */
#define VMMIO_RESTART_BOUND_US 100000 /* of a partition's restart for one of its devices */
#define VMMIO_QUEUE_SIZE_MAX   1024

enum vmmio_wait { WAIT_NONE, WAIT_CONFIG, WAIT_RESET, WAIT_RESTART };

struct vmmio {
	/* fixed at start-up */
	const struct pl_config_device *config;
	struct partition *frontend, *host;
	uint32_t index;
	uint32_t host_virq;
	volatile uint32_t *page;  /* the frontend's register page */
	struct pl_dev_host *view; /* the host's page; queues and status live there and nowhere else */
	/* as DEV_OFFER and DEV_QUEUE_MAX described it */
	uint64_t features, required;
	uint32_t config_bytes;
	uint32_t queue_max[PL_DEV_QUEUE_MAX];
	bool up;      /* a backend serves it: between DEV_READY and DEV_DOWN */
	bool visible; /* DeviceID is shown: from the first DEV_READY on */
	/* what the driver has selected and accepted */
	uint64_t driver_features;
	uint32_t device_sel, driver_sel, queue_sel;
	/* a waiting write */
	enum vmmio_wait wait;
	struct vcpu *waiter; /* NULL: WAIT_RESTART, or it is off by now */
	struct hv_timer bound;
};

void vmmio_init(const struct pl_config *c);
struct vmmio *vmmio_get(uint32_t index); /* NULL out of range */
/* A trapped access at `offset` of d's register page. 0, or -EINVAL: no such register, size or queue. */
int vmmio_access(struct vmmio *d, struct vcpu *v, uint32_t offset, struct mmio *m);

/* Among vmmio*.c. */
void vmmio_reg_set(struct vmmio *d, uint32_t offset, uint32_t value);
/* Show what the selectors select. */
void vmmio_show_selected(struct vmmio *d);
/* Tell the host that something in its view changed. */
void vmmio_host_event(struct vmmio *d);
/* Set bits of InterruptStatus and signal the frontend; a configuration change counts ConfigGeneration up. */
void vmmio_interrupt(struct vmmio *d, uint32_t bits);
/* The configuration area changes under the driver's eyes (4.2.2: ConfigGeneration). */
void vmmio_config_changed(struct vmmio *d);
void vmmio_bound_fire(struct hv_timer *t);
int vmmio_config_write(struct vmmio *d, struct vcpu *v, uint32_t offset, const struct mmio *m);
void vmmio_driver_reset(struct vmmio *d, struct vcpu *v);
/* The backend has answered: write `seq` of the configuration area, the reset of `epoch`. -ESTALE: too late. */
int vmmio_config_done(struct vmmio *d, uint64_t seq);
int vmmio_reset_done(struct vmmio *d, uint64_t epoch);
/* The backend is gone: nobody waits for it any more. */
void vmmio_down(struct vmmio *d);

#endif
