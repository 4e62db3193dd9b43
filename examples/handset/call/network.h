/* The call partition on the virtual Ethernet: its card, lwIP over it, and what it serves (status.h). */
#ifndef CALL_NETWORK_H
#define CALL_NETWORK_H

#include <stdint.h>
#include "examples/handset/call/ui.h"
#include "frontends/rtos/net.h"

struct network_card {
	uint64_t base; /* the device's register page */
	uint64_t area; /* VIRTIO_NET_AREA_BYTES of the bank, page-aligned */
	const struct vmem *bank;
};

/* Logged if it fails; the phone is a phone without a network, too. */
void network_init(const struct network_card *card, const struct ui_model *model);
/* The device's interrupt came, or the deadline. True: a full round was done, call again after others. */
bool network_run(void);
uint64_t network_deadline(void);

#endif
