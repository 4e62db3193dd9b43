/*
 * The transport of a real device: the hypervisor's register file (include/abi/device.h), seen through the
 * host page and moved by hypercalls.
 *
 *   hvmmio_start   describes the device, takes up what a predecessor left, makes it visible
 *   hvmmio_look    after a wake-up: resets, queues, DRIVER_OK, configuration writes, notifications
 *   hvmmio_work    one bounded round over the queues that have work
 *
 * The page's counters are compared with those already handled, so that no event is lost however many
 * are folded into one wake-up: handle, look again, then wait.
 */
#ifndef BACKENDS_PARTYLINED_HVMMIO_H
#define BACKENDS_PARTYLINED_HVMMIO_H

#include <stdbool.h>
#include "abi/device.h"
#include "backends/partylined/hv.h"
#include "vdev/device.h"

struct hvmmio {
	struct hv *hv;
	struct vdev *dev;
	uint32_t index;			/* of the device, as hypercalls take it */
	const struct pl_dev_host *host; /* the hypervisor's page, read-only */
	uint32_t event_seen;
	uint32_t config_seen;
	uint32_t notify_seen[PL_DEV_QUEUE_MAX];
	uint32_t enable_seen[PL_DEV_QUEUE_MAX];
	bool pending[PL_DEV_QUEUE_MAX]; /* the queue may have work */
	bool driver_ok;
	bool polled; /* queues may have work whenever they are looked at; set after hvmmio_start */
};

/*
 * Bind `dev` (set up by its class, dev->memory set) to device `index` and serve it from now on. A driver that
 * is live keeps its queues where they are. Negative errno, logged.
 */
int hvmmio_start(
	struct hvmmio *h, struct hv *hv, struct vdev *dev, uint32_t index, const struct pl_dev_host *host);
/* Handle what the driver did since the last look. True: some queue has work. */
bool hvmmio_look(struct hvmmio *h);
/* One bounded round over each queue with work. True: some has more. */
bool hvmmio_work(struct hvmmio *h);

#endif
