/* Descriptors: DDI 0487 D8.3. */

#include "hv/core/partition.h"

#define PAGE_BYTES	4096ull
#define BLOCK_BYTES	0x200000ull
#define ENTRY_COUNT	512
#define LEVEL_LAST	3
#define DESC_VALID	1ull
#define DESC_TABLE	3ull
#define DESC_ADDRESS	0xfffffff000ull
#define S2_NORMAL_WB	(0xfull << 2)
#define S2_DEVICE_NGNRE (1ull << 2)
#define S2_READ		(1ull << 6)
#define S2_WRITE	(1ull << 7)
#define S2_INNER	(3ull << 8)
#define S2_AF		(1ull << 10)
#define S2_XN		(1ull << 54)

static uint64_t *entry_of(uint64_t *table, ipa_t where, uint32_t level)
{
	uint32_t shift = 12 + 9 * (LEVEL_LAST - level);

	return &table[where.v >> shift & (ENTRY_COUNT - 1)];
}

/* The table one level down, made if need be. */
static uint64_t *table_below(uint64_t *entry)
{
	if (!(*entry & DESC_VALID))
		*entry = pool_pa(pool_alloc(PAGE_BYTES)).v | DESC_TABLE;
	return hv_ptr(paddr(*entry & DESC_ADDRESS));
}

/* NULL: a block is there already. */
static uint64_t *entry_at(uint64_t *table, ipa_t where, uint32_t last)
{
	uint32_t level;

	for (level = 1; level < last; level++) {
		uint64_t *entry = entry_of(table, where, level);

		if ((*entry & DESC_TABLE) == DESC_VALID)
			return NULL;
		table = table_below(entry);
	}
	return entry_of(table, where, last);
}

void stage2_map(struct partition *p, ipa_t where, paddr_t pa, uint64_t bytes, uint64_t attributes)
{
	uint64_t end = where.v + bytes, step;

	if ((where.v | pa.v | bytes) % PAGE_BYTES || !bytes || end < where.v || end > 1ull << STAGE2_IPA_BITS)
		hv_stop("config: partition %s: %lu bytes at 0x%lx, for 0x%lx: no whole pages, or outside",
			p->config->name, bytes, where.v, pa.v);
	for (; where.v < end; where.v += step, pa.v += step) {
		bool block = !((where.v | pa.v) % BLOCK_BYTES) && end - where.v >= BLOCK_BYTES;
		uint64_t *entry = entry_at(p->stage2, where, block ? LEVEL_LAST - 1 : LEVEL_LAST);

		if (!entry || *entry & DESC_VALID)
			hv_stop("config: partition %s: at 0x%lx something is mapped already", p->config->name,
				where.v);
		*entry = pa.v | attributes | (block ? DESC_VALID : DESC_TABLE);
		step = block ? BLOCK_BYTES : PAGE_BYTES;
	}
}

uint64_t stage2_attributes(uint8_t kind, uint8_t perm)
{
	uint64_t attributes = S2_AF;

	attributes |= kind == PL_REGION_DEVICE ? S2_DEVICE_NGNRE : S2_NORMAL_WB | S2_INNER;
	if (perm & PL_PERM_R)
		attributes |= S2_READ;
	if (perm & PL_PERM_W)
		attributes |= S2_WRITE;
	/* Code comes from a partition's own memory only: what others can write is never executed. */
	if (!(perm & PL_PERM_X) || kind != PL_REGION_RAM)
		attributes |= S2_XN;
	return attributes;
}

void stage2_map_page(struct partition *p, ipa_t where, paddr_t pa, uint8_t perm)
{
	stage2_map(p, where, pa, PAGE_BYTES, stage2_attributes(PL_REGION_BANK, perm));
}

void stage2_init(struct partition *p)
{
	const struct pl_config *c = hv_config();
	const struct pl_config_region *r;

	p->stage2 = pool_alloc(PAGE_BYTES);
	for (r = c->region; r < c->region + c->region_count; r++)
		if (r->partition == p->index)
			stage2_map(
				p, ipa(r->ipa), paddr(r->pa), r->bytes, stage2_attributes(r->kind, r->perm));
}
