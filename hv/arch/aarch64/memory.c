/*
 * Guests' memory, written by EL2. A guest starts with its MMU off and would read past the cache, so
 * every line is cleaned and invalidated to the point of coherency.
 */
#include "arch.h"
#include "hv/arch/aarch64/sysreg.h"
#include "hv/core/seams.h"

/* Bytes that one DC ZVA clears (DCZID_EL0), 0: it is prohibited; and of a data cache line (CTR_EL0). */
static uint64_t zva_bytes(void)
{
	uint64_t id = sysreg_read(dczid_el0);

	return id & 16 ? 0 : 4ull << (id & 15);
}

static uint64_t line_bytes(void)
{
	return 4ull << (sysreg_read(ctr_el0) >> 16 & 15);
}

static void clean_invalidate(const void *p, uint64_t bytes)
{
	uint64_t step = line_bytes(), line = (uint64_t)p & ~(step - 1), end = (uint64_t)p + bytes;

	for (; line < end; line += step)
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	dsb_sy();
}

void arch_scrub(void *to, uint64_t bytes)
{
	uint64_t step = zva_bytes(), at = (uint64_t)to, end = at + bytes;

	if (!step || (at | bytes) & (step - 1))
		for (; at < end; at += 8)
			*(volatile uint64_t *)at = 0;
	for (; at < end; at += step)
		__asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
	clean_invalidate(to, bytes);
}

void arch_copy(void *to, const void *from, uint64_t bytes)
{
	uint64_t *d = to;
	const uint64_t *s = from;
	uint64_t i, words = bytes / 8;

	/* Four at a time: the compiler makes two pairs of them. */
	for (i = 0; i + 4 <= words; i += 4) {
		uint64_t w0 = s[i], w1 = s[i + 1], w2 = s[i + 2], w3 = s[i + 3];

		d[i] = w0;
		d[i + 1] = w1;
		d[i + 2] = w2;
		d[i + 3] = w3;
	}
	for (i *= 8; i < bytes; i++)
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
	uint64_t step = line_bytes(), line = (uint64_t)p & ~(step - 1), end = (uint64_t)p + bytes;

	for (; line < end; line += step)
		__asm__ volatile("dc cvac, %0" : : "r"(line) : "memory");
	dsb_sy();
}
