#include "frontends/rtos/mmio.h"

/* Inline assembly, because a compiler may fold the address update into the access, and such an access has no syndrome. */
uint32_t mmio_read32(uint64_t addr)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(addr) : "memory");
	return value;
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" ::"r"(value), "r"(addr) : "memory");
}

void mmio_write64(uint64_t addr, uint64_t value)
{
	__asm__ volatile("str %0, [%1]" ::"r"(value), "r"(addr) : "memory");
}

void mmio_barrier(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}
