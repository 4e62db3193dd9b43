/*
 * One partition's GICv3 (IHI 0069): distributor and redistributors in software, CPU interfaces by the
 * processor's list registers.
 *
 * SPIs are delivered on the home CPU of the partition alone (GICD_IROUTER takes no vCPU of another), so that each
 * word has one CPU that writes it; accesses to the distributor from another one are served at home.
 *
 * Interrupts are kept 32 to a word, a bit each. The truth about one interrupt lies in its word's bits,
 * except while its vCPU is loaded and `listed` is set: then `pending` and `active` are in a list
 * register, and vgic_open() takes them back. A vCPU that is off the CPU has none listed.
 *
 *   deliverable = (pending | line & ~edge) & enabled        goes to a list register by priority;
 *   active ones stay listed whatever `enabled` says, so that the guest's EOI still reaches the physical
 *   interrupt behind them; pending ones that are disabled wait here and lose nothing.
 */
#ifndef HV_CORE_VGIC_H
#define HV_CORE_VGIC_H

#include "abi/config.h"
#include "arch.h"
#include "hv/core/seams.h"

#define VGIC_WORDS	 (PL_VIRQ_COUNT / 32)
#define VGIC_FRAME_BYTES 0x10000u
#define VGIC_GICR_BYTES	 0x20000u /* per vCPU: RD and SGI frames */
#define VGIC_PLANES	 5	  /* bits of a priority that are implemented: the upper ones */
#define VGIC_NONE	 PL_VIRQ_COUNT

struct vgic_word {
	uint32_t enabled, pending, active, line, edge, listed;
	uint32_t hw;		     /* backed by physical interrupt pirq[] */
	uint32_t plane[VGIC_PLANES]; /* of priority[], its upper bit first */
	uint8_t priority[32];
	uint16_t pirq[32];
};

struct vgic_cpu {
	struct vgic_word word;	    /* SGIs and PPIs */
	uint32_t used;		    /* list registers in use, a bit each */
	uint16_t virq[ARCH_LR_MAX]; /* in them */
	uint64_t timer_lr; /* what the timer's last one had, while it is free for it again; 0: taken back */
	uint32_t timer_slot;
	bool backlog;	/* more is waiting than the list registers hold */
	uint32_t least; /* with a backlog: key of the least urgent that is listed, vgic.c */
};

struct vgic {
	uint32_t on; /* GICD_CTLR: all bits, or none */
	/* Lines of devices as they are; a CPU that is not home cannot follow them. */
	uint32_t wanted[VGIC_WORDS - 1];
	struct vgic_word spi[VGIC_WORDS - 1];
	uint8_t target[PL_VIRQ_COUNT]; /* vCPU of each SPI */
};

/* All as after reset, nothing pending; physical interrupts are assigned anew after it. */
void vgic_reset(struct partition *p);
/* virq (>= 32) of p is physical interrupt pirq. */
void vgic_assign(struct partition *p, uint32_t virq, uint32_t pirq);

/* Latch virq pending at v, and wake v if it can be delivered. */
void vgic_inject(struct vcpu *v, uint32_t virq);
/* The virtual timer of v, which is loaded, is due. */
void vgic_timer(struct vcpu *v);
/* Would a WFI of v end at once? */
bool vgic_deliverable(struct vcpu *v);
/* v leaves the CPU: list registers back to memory. */
void vgic_unload(struct vcpu *v);
/* v has the CPU: its most urgent interrupts into the list registers. */
void vgic_load(struct vcpu *v);

/* For vgic_mmio.c and the trap of ICC_SGI1R_EL1. */
/* Change the words of v between these two: its list registers come back to them, and are filled again. */
void vgic_open(struct vcpu *v);
void vgic_close(struct vcpu *v);
/* Both: also when the virtual CPU interface asks for more work, or met an EOI without a list register. */
void vgic_refill(struct vcpu *v);
void vgic_deactivate(struct vcpu *v, uint32_t virq);
/* v, of another CPU, waits for its access to the distributor: false if it is to be served here. */
bool vgic_request(struct vcpu *v, const struct mmio *m, uint64_t esr);
/* At home: serve it; follow the lines that have changed. */
void vgic_serve(struct vcpu *v);
void vgic_levels(struct partition *p);
void vgic_sgi(struct vcpu *from, uint64_t sgi1r);

/* vgic_mmio.c. What lies between the two frames' places is nobody's, but theirs to refuse. */
static inline bool vgic_owns(ipa_t where)
{
	return where.v - PL_GICD_IPA < PL_GICR_IPA + PL_MAX_VCPUS * VGIC_GICR_BYTES - PL_GICD_IPA;
}
int vgic_mmio(struct vcpu *v, struct mmio *m);

#endif
