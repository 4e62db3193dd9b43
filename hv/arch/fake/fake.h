/*
 * A processor that stands still until told, for the core's unit tests on the host: its clock, its
 * physical interrupts, and the guest's side of the list registers (IHI 0069 12.4).
 */
#ifndef HV_ARCH_FAKE_H
#define HV_ARCH_FAKE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include "abi/config.h"
#include "arch.h"
#include "hv/core/dma.h"
#include "this.h"

#define FAKE_HZ	       62500000ull
#define FAKE_ACK_LIMIT 1000 /* interrupts in one go: more is a storm, which aborts */
#define FAKE_NO_INTID  1023u

struct fake_gic_line {
	bool enabled, pending, active, level;
};

struct fake_cpu {
	uint64_t now;
	uint64_t deadline; /* EL2's timer */
	struct cpu *cpu;
	uint32_t acks; /* since the last fake_interrupts */
	uint32_t idles;
	uint32_t sent;	 /* CPUs that have mail, a bit each */
	jmp_buf *asleep; /* where to go when nothing is left that could happen */
	uint64_t lr[ARCH_LR_MAX];
	uint64_t hcr; /* ICH_HCR_EL2 */
	struct fake_gic_line gic[GIC_MAX];
	struct {
		bool absent, lost;
		enum smmu_state state[PL_MAX_PARTITIONS];
		uint64_t vttbr[PL_MAX_PARTITIONS];
		struct smmu_event event; /* what the next `events` tell */
		uint32_t events;
	} smmu;
};
extern struct fake_cpu fake_cpu;

void fake_cpu_reset(void);
/* vCPU v gets the CPU, as vectors.S and switch.c would have it. */
void fake_enter(struct vcpu *v);
/* A device raises its interrupt. */
void fake_raise(uint32_t pirq);

/* What the guest on the CPU does at its interface: IAR (FAKE_NO_INTID: nothing), and EOI with deactivation. */
uint32_t fake_guest_ack(void);
void fake_guest_end(uint32_t virq);

#endif
