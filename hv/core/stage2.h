/* A partition's stage-2 translation: 39-bit IPA, 4 KiB granule, 2 MiB blocks where alignment allows. */
#ifndef HV_CORE_STAGE2_H
#define HV_CORE_STAGE2_H

#include <stdint.h>
#include "hv/core/types.h"

struct partition;

#define STAGE2_IPA_BITS 39

/* Build p's tables from the configuration's regions. */
int stage2_init(struct partition *p);
/* -EINVAL: not whole pages, or out of range; -EEXIST: something is mapped there; -ENOMEM: pool exhausted. */
int stage2_map(struct partition *p, ipa_t where, paddr_t pa, uint64_t bytes, uint64_t attributes);
/* Attributes of region kind `kind` (enum pl_region_kind) with PL_PERM_*. */
uint64_t stage2_attributes(uint8_t kind, uint8_t perm);

#endif
