/* Physical interrupts: the hypervisor's own, and those assigned to partitions. */
#ifndef HV_CORE_IRQ_H
#define HV_CORE_IRQ_H

#include "hv/core/types.h"

/* Route the configuration's interrupts; each is enabled when its guest enables it. */
void irq_init(void);
/* Serve the most urgent that is pending. pc: of the guest that was interrupted; 0: none. */
void irq_handle(uint64_t pc);
/* p is down: none of its interrupts stays enabled, pending or active at the physical controller. */
void irq_partition_reset(struct partition *p);

#endif
