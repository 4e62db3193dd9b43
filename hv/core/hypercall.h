/* HVC from EL1: the hypervisor's own calls (include/abi/hypercall.h) and PSCI. */
#ifndef HV_CORE_HYPERCALL_H
#define HV_CORE_HYPERCALL_H

#include "hv/core/types.h"

/* Serve the call in v's registers; what goes to x0 is returned. */
int64_t hypercall(struct vcpu *v);
/* PSCI and SMCCC discovery (ARM DEN 0022, DEN 0028). False: not of their ranges. */
bool psci_call(struct vcpu *v, uint32_t function, int64_t *ret);

#endif
