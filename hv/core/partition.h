/*
 * A partition and its vCPUs. Made once at start-up from the configuration; what is here is written at EL2
 * with interrupts masked, a vCPU by the CPU that it is pinned to, the rest by the home of the partition
 * (mail.h), the fault record under the cold lock. This header brings the
 * headers of all that partitions and vCPUs consist of.
 */
#ifndef HV_CORE_PARTITION_H
#define HV_CORE_PARTITION_H

#include "arch.h"
#include "hv/core/budget.h"
#include "hv/core/dma.h"
#include "hv/core/mail.h"
#include "hv/core/restart.h"
#include "hv/core/sched.h"
#include "hv/core/seams.h"
#include "hv/core/vgic.h"
#include "hv/core/wdt.h"

struct vcpu {
	struct arch_vcpu arch; /* first: vectors.S */
	struct partition *partition;
	struct cpu *cpu;
	uint32_t index; /* within its partition */
	uint8_t priority;
	uint32_t asleep; /* enum vcpu_sleep; 0: in its CPU's ready list */
	bool starting;	 /* CPU_ON is on its way */
	struct vcpu *next;
	uint64_t slice; /* ticks; 0: FIFO */
	int64_t slice_left;
	struct budget budget;
	struct hv_timer wake; /* its virtual timer, while it is off the CPU */
	uint64_t cpu_ticks, wake_count, exit_count, mmio_exit_count;
	/* From other CPUs, mail.h. */
	uint32_t mail, mail_virq[VGIC_WORDS];
	struct mmio request; /* to the distributor, while it waits for the reply */
	uint64_t request_esr;
	struct vgic_cpu vgic;
};

struct partition {
	const struct pl_config_partition *config;
	uint8_t index;
	enum pl_partition_state state;
	uint32_t generation; /* restarts since power-on */
	uint64_t vttbr;
	uint64_t *stage2;  /* root table */
	struct vcpu *vcpu; /* config->vcpu_count of them */
	struct vgic vgic;
	struct restart restart;

	struct pl_fault fault;	  /* the newest; number 0: none yet */
	uint32_t quiet_count;	  /* non-fatal faults since the last start */
	uint32_t dma_fault_count; /* since the last start */
	struct hv_timer watchdog;
	struct hv_timer backoff; /* loaded, and waiting to boot again */
	struct wdt wdt;

	uint32_t mail; /* from other CPUs, mail.h */

	uint64_t virtio_read_exit_count;
};

/* Word n of v's interrupts: its own below 32, else the partition's. */
static inline struct vgic_word *vgic_word(struct vcpu *v, uint32_t n)
{
	return n == 0 ? &v->vgic.word : &v->partition->vgic.spi[n - 1];
}

/* Make all partitions of the configuration, stopped. */
void partitions_init(void);
/* Begin loading all of them; each starts when its turn and its devices have come. */
void partitions_start(void);

/* Take p off the CPU for good: its context is dropped, not saved. */
void partition_halt(struct partition *p);
/* Memory is loaded: boot vCPU 0 now, or when its devices are ready. */
void partition_boot(struct partition *p);
void partition_set_state(struct partition *p, enum pl_partition_state state);
/* For PL_HVC_PARTITION_CONTROL. -EINVAL: no such order. */
int64_t partition_control(struct partition *p, uint64_t order);
/* Did its devices come meanwhile? */
void partition_look(struct partition *p);
/* v, of this CPU, is off, and its context dropped. */
void vcpu_halt(struct vcpu *v);
/* Are all vCPUs off? Those of other CPUs are told again. */
bool partition_is_halted(struct partition *p);
void partition_watchdog(struct partition *p, uint64_t ms);

/* fault.c: keep the record, and log it; partition_fault (seams.h) also acts on it. */
void fault_record(struct vcpu *v, enum pl_fault_cause cause, ipa_t where, bool fatal);
/* The same for what a device of p tried; under the cold lock. */
void fault_record_dma(struct partition *p, const struct smmu_event *e);
/* What follows a fatal one, at home: the end of this life. */
void fault_end(struct partition *p);
/* Cause of an access without syndrome: an emulated device is there, or nothing is. */
enum pl_fault_cause fault_cause_at(const struct vcpu *v, ipa_t where);

#endif
