/* Start-up memory: tables, device pages, partitions. Never given back. */
#include "arch.h"
#include "hv/core/seams.h"

#define PAGE 4096ull

static uint64_t used;

void *pool_alloc(uint64_t bytes)
{
	const struct pl_config *c = hv_config();
	uint64_t rounded = (bytes + PAGE - 1) & ~(PAGE - 1);
	void *p = hv_ptr(paddr(c->hv_pool_pa + used));

	if (rounded < bytes || rounded > c->hv_pool_bytes - used)
		hv_stop("pool: %lu bytes wanted, %lu of %lu used", bytes, used, c->hv_pool_bytes);
	used += rounded;
	arch_scrub(p, rounded);
	return p;
}

paddr_t pool_pa(const void *p)
{
	uint64_t pa = hv_config()->hv_pool_pa;

	return paddr(pa + (uint64_t)((const char *)p - (const char *)hv_ptr(paddr(pa))));
}
