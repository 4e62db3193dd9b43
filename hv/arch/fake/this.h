/* The fake machine's tests have one CPU. */
#ifndef HV_FAKE_THIS_H
#define HV_FAKE_THIS_H

#include "hv/core/types.h"

static inline uint32_t cpu_index(void)
{
	return 0;
}

static inline void cpu_relax(void)
{
}

struct cpu *cpu_this(void);
uint64_t time_now(void);
bool arch_irq_pending(void);
uint32_t gic_ack(void);
void gic_end(uint32_t intid);
void gic_deactivate(uint32_t intid);
#define ARCH_LR_MAX 4
uint32_t arch_lr_count(void);
uint32_t arch_lr_empty(void);
uint64_t arch_lr_read(uint32_t n);
void arch_lr_write(uint32_t n, uint64_t value);
void arch_lr_control(uint64_t hcr);
uint64_t arch_lr_status(void);

#endif
