/*
 * Hypercalls (include/abi/hypercall.h). On a machine without a hypervisor HVC is undefined at EL1;
 * the run-time's exception handler then answers -ENOSYS, so that an image runs there too.
 */
#ifndef RTOS_HVC_H
#define RTOS_HVC_H

#include <stdint.h>
#include "abi/hypercall.h"

struct hvc_result {
	int64_t ret;
	uint64_t x1, x2, x3;
};

static inline struct hvc_result hvc_call5(
	uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a1;
	register uint64_t x2 __asm__("x2") = a2;
	register uint64_t x3 __asm__("x3") = a3;
	register uint64_t x4 __asm__("x4") = a4;
	register uint64_t x5 __asm__("x5") = a5;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)::"memory");
	return (struct hvc_result){(int64_t)x0, x1, x2, x3};
}

static inline int64_t hvc_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	return hvc_call5(function, a1, a2, a3, 0, 0).ret;
}

/* Everything written to memory before is seen by the partition that the doorbell wakes. */
static inline int64_t hvc_doorbell(uint32_t doorbell)
{
	__asm__ volatile("dsb ish" ::: "memory");
	return hvc_call(PL_HVC_DOORBELL, doorbell, 0, 0);
}

static inline void hvc_trace_mark(uint32_t mark, uint64_t b, uint64_t c)
{
	(void)hvc_call(PL_HVC_TRACE_MARK, mark, b, c);
}

/* Restart unless called again within `ms`; 0 disarms. */
static inline int64_t hvc_watchdog(uint32_t ms)
{
	return hvc_call(PL_HVC_WATCHDOG, ms, 0, 0);
}

#endif
