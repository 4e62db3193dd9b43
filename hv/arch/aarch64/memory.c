/*
 * Guests' memory, written by EL2. A guest starts with its MMU off and would read past the cache, so
 * every line is cleaned and invalidated to the point of coherency.
 */
#include "arch.h"
#include "hv/arch/aarch64/sysreg.h"
#include "hv/core/seams.h"

#define LINE 64ull /* DC ZVA block and cache line of the A53 class; checked by memory_check() */

static void clean_invalidate(const void *p, uint64_t bytes)
{
	uint64_t line = (uint64_t)p & ~(LINE - 1), end = (uint64_t)p + bytes;

	for (; line < end; line += LINE)
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	dsb_sy();
}

void arch_scrub(void *to, uint64_t bytes)
{
	uint64_t line = (uint64_t)to, end = line + bytes;

	for (; line < end; line += LINE)
		__asm__ volatile("dc zva, %0\n\tdc civac, %0" : : "r"(line) : "memory");
	dsb_sy();
}

void arch_copy(void *to, const void *from, uint64_t bytes)
{
	uint64_t *d = to;
	const uint64_t *s = from;
	uint64_t i, words = bytes / 8;

	for (i = 0; i < words; i++)
		d[i] = s[i];
	for (i = words * 8; i < bytes; i++)
		((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
	clean_invalidate(to, bytes);
}

void arch_icache_flush(void)
{
	__asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" : : : "memory");
}

/* The guest maps these pages as Device: what EL2 wrote must have left the cache. */
void arch_publish(const void *p, uint64_t bytes)
{
	uint64_t line = (uint64_t)p & ~(LINE - 1), end = (uint64_t)p + bytes;

	for (; line < end; line += LINE)
		__asm__ volatile("dc cvac, %0" : : "r"(line) : "memory");
	dsb_sy();
}
