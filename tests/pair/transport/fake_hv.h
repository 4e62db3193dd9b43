/*
 * A hypervisor's register file of one device, as include/abi/device.h and hypercall.h describe it: the host
 * page, and the hypercalls that a backend makes, in their order. The test plays the driver's side on it.
 */
#ifndef TESTS_PAIR_TRANSPORT_FAKE_HV_H
#define TESTS_PAIR_TRANSPORT_FAKE_HV_H

#include <stdbool.h>
#include "abi/device.h"
#include "backends/partylined/hv.h"

#define FAKE_CALL_MAX 256

struct fake_hv {
	struct hv hv;
	struct pl_dev_host page;
	bool up;
	uint8_t config[PL_DEV_CONFIG_MAX];
	uint64_t offer[5];
	uint32_t queue_max[PL_DEV_QUEUE_MAX];
	uint32_t interrupts; /* accepted */
	/* hypercalls made, oldest first: numbers relative to PL_HVC_BASE */
	unsigned call[FAKE_CALL_MAX];
	unsigned call_count;
	void (*on_call)(struct fake_hv *fake, uint64_t function); /* optional: what happens meanwhile */
};

void fake_init(struct fake_hv *fake);
/* The process ended, as the module tells the hypervisor: state stays. */
void fake_down(struct fake_hv *fake);
unsigned fake_called(const struct fake_hv *fake, uint64_t function);
/* The page changed. */
void fake_event(struct fake_hv *fake);

/* The driver's side. */
void fake_reset(struct fake_hv *fake);
void fake_status(struct fake_hv *fake, uint32_t status, uint64_t features);
void fake_queue(
	struct fake_hv *fake, unsigned q, uint32_t num, uint64_t desc, uint64_t driver, uint64_t device);
void fake_notify(struct fake_hv *fake, unsigned q);
void fake_config_write(struct fake_hv *fake, uint32_t offset, uint64_t value, uint32_t bytes);

#endif
