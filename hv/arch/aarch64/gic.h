/* What the rest of arch/aarch64 needs of the physical GIC besides arch.h. */
#ifndef HV_AARCH64_GIC_H
#define HV_AARCH64_GIC_H

#include "hv/core/types.h"

void gic_init(uint32_t cpu);
bool gic_is_active(uint32_t intid);

#endif
