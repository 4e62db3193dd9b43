/*
 * Device registers. mmio.c implements them with plain loads and stores that carry a syndrome
 * (a hypervisor that emulates the device needs one); host tests link a register file of their own.
 */
#ifndef RTOS_MMIO_H
#define RTOS_MMIO_H

#include <stdint.h>

uint32_t mmio_read32(uint64_t addr);
void mmio_write32(uint64_t addr, uint32_t value);
void mmio_write64(uint64_t addr, uint64_t value);
/* Everything written to memory before is seen before any register written after, and the other way round. */
void mmio_barrier(void);

#endif
