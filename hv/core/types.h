/* What all of the hypervisor is written in: the language's headers, and address types that cannot be mixed up. */
#ifndef HV_CORE_TYPES_H
#define HV_CORE_TYPES_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct vcpu;
struct partition;

/* Off a hot path: what it saves on its stack costs that path nothing. */
#define SEPARATE __attribute__((noinline))
/* On one. */
#define INLINE inline __attribute__((always_inline))

typedef struct {
	uint64_t v;
} paddr_t; /* physical */
typedef struct {
	uint64_t v;
} ipa_t; /* intermediate: guest-physical */

static inline paddr_t paddr(uint64_t v)
{
	return (paddr_t){v};
}

static inline ipa_t ipa(uint64_t v)
{
	return (ipa_t){v};
}

#endif
