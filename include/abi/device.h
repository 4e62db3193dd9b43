/*
 * The hypervisor's register file of one virtual device: what its two sides see.
 *
 * Frontend: one 4 KiB page, mapped read-only at stage 2, laid out as VIRTIO 1.3 4.2.2 (MMIO, version 2).
 * Reads do not exit; writes do. The configuration area is at 0x100, PL_DEV_CONFIG_MAX bytes.
 *
 * Host: one 4 KiB page, struct pl_dev_host, mapped read-only. Only the hypervisor writes it. After a
 * change it increments event_count and raises the host's device-event interrupt (edge). The host
 * compares counters with those it has handled, so that no event is lost however many are folded
 * into one interrupt: handle, then look at the counters again before waiting.
 *
 * Read order for the host: event_count first (acquire), the rest after it.
 */
#ifndef ABI_DEVICE_H
#define ABI_DEVICE_H

#include <stddef.h>
#include <stdint.h>

#define PL_DEV_QUEUE_MAX  8
#define PL_DEV_CONFIG_MAX 256
#define PL_DEV_HOST_MAGIC 0x56444c50u /* "PLDV" */

struct pl_dev_queue {
	uint32_t ready; /* QueueReady */
	uint32_t num;	/* QueueSize, in descriptors */
	uint64_t desc;	/* guest-physical addresses, as the driver wrote them: not validated */
	uint64_t driver;
	uint64_t device;
	uint32_t notify_count; /* QueueNotify writes since the device was made; wraps */
	uint32_t enable_count; /* times QueueReady went 0 -> 1; a change means: scan the queue; wraps */
};

struct pl_dev_host {
	uint32_t magic;
	uint32_t index;		  /* device index, as hypercalls take it */
	uint32_t event_count;	  /* incremented last on every change below; wraps */
	uint32_t epoch;		  /* incremented by each reset request; completions carry it */
	uint32_t reset_done;	  /* newest epoch that the backend confirmed with DEV_RESET_DONE */
	uint32_t status;	  /* driver's Status, VIRTIO 1.3 2.1 */
	uint64_t driver_features; /* valid once FEATURES_OK is in status */
	uint32_t config_seq;	  /* number of the newest write to the configuration area */
	uint32_t config_done;	  /* newest number confirmed (or given up) */
	uint32_t config_offset;	  /* of write config_seq, bytes from the area's start */
	uint32_t config_bytes;	  /* 1, 2, 4 or 8 */
	uint64_t config_value;
	uint32_t frontend;	      /* partition index of the driver's side */
	uint32_t frontend_generation; /* incremented at each restart of that partition */
	uint32_t queue_count;
	uint32_t offered; /* 1 once DEV_OFFER was accepted (survives the backend) */
	struct pl_dev_queue queue[PL_DEV_QUEUE_MAX];
};

_Static_assert(offsetof(struct pl_dev_host, queue) == 72, "wire layout");
_Static_assert(sizeof(struct pl_dev_queue) == 40, "wire layout");
_Static_assert(sizeof(struct pl_dev_host) <= 4096, "one page");

#endif
