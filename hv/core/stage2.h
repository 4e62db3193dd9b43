/* A partition's stage-2 translation: 39-bit IPA, 4 KiB granule, 2 MiB blocks where alignment allows. */
#ifndef HV_CORE_STAGE2_H
#define HV_CORE_STAGE2_H

#include "hv/core/types.h"

#define STAGE2_IPA_BITS 39

/* Build p's tables from the configuration's regions. */
void stage2_init(struct partition *p);
/* Whole pages, within range, where nothing is mapped yet: anything else stops start-up. */
void stage2_map(struct partition *p, ipa_t where, paddr_t pa, uint64_t bytes, uint64_t attributes);
/* Attributes of region kind `kind` (enum pl_region_kind) with PL_PERM_*. */
uint64_t stage2_attributes(uint8_t kind, uint8_t perm);

#endif
