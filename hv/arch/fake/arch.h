/* The fake processor offers what the AArch64 one offers, in its words: see there. */
#include "hv/arch/aarch64/arch.h"
