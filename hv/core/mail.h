/*
 * What one CPU asks of another. A vCPU, its interrupts and its timers belong to the CPU that it is pinned
 * to; a partition's state, distributor and restart to its home, the CPU of its vCPU 0. Others leave bits
 * here and send an interrupt. Bits add up, so that nothing is queued and nothing can overflow; no sender waits.
 *
 * What runs on one CPU, however often it rings, interrupts the others once in MAIL_PAUSE_US: the first time at once,
 * then when the pause is over, with all that has come together meanwhile. The pause is slept on its own CPU.
 */
#ifndef HV_CORE_MAIL_H
#define HV_CORE_MAIL_H

#include "hv/core/seams.h"

#define MAIL_PAUSE_US 20u

/* To a vCPU, besides the reasons of enum vcpu_sleep, which end. */
enum {
	MAIL_HALT = 1u << 3,  /* off; what else there is for it is void */
	MAIL_LOOK = 1u << 4,  /* the distributor was switched on or off */
	MAIL_REPLY = 1u << 5, /* its request is served */
	MAIL_ON = 1u << 6,    /* PSCI CPU_ON */
};
/* To a partition. */
enum {
	MAIL_STOP = 1u << 0, /* 1 << enum pl_control */
	MAIL_START = 1u << 1,
	MAIL_RESTART = 1u << 2,
	MAIL_FAULT = 1u << 3,	/* p->fault is fatal */
	MAIL_SILENT = 1u << 4,	/* partition_devices_reset */
	MAIL_READY = 1u << 5,	/* a device is */
	MAIL_LEVEL = 1u << 6,	/* p->vgic.wanted has changed */
	MAIL_REQUEST = 1u << 7, /* vCPU 0's, vCPU 1's, …: its access to the distributor */
};

/* Fires when the pause is over. */
void mail_send(struct hv_timer *t);
void mail_vcpu(struct vcpu *v, uint32_t flags);
void mail_interrupt(struct vcpu *v, uint32_t virq);
void mail_partition(struct partition *p, uint32_t flags);
/* The interrupt's other half. */
void mail_handle(struct cpu *c);

/* Do p's own matters belong to this CPU? */
bool partition_is_here(const struct partition *p);

#endif
