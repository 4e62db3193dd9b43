/* Descriptors: DDI 0487 D8.3. */
#include "hv/core/stage2.h"

#include <stddef.h>
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

static uint32_t level_shift(uint32_t level)
{
	return 12 + 9 * (LEVEL_LAST - level);
}

static uint64_t *entry_of(uint64_t *table, ipa_t where, uint32_t level)
{
	return &table[where.v >> level_shift(level) & (ENTRY_COUNT - 1)];
}

/* The table one level down, made if need be. NULL: a block is there, or no memory. */
static uint64_t *table_below(uint64_t *entry, int *error)
{
	uint64_t *table;

	*error = -EEXIST;
	if ((*entry & DESC_TABLE) == DESC_TABLE)
		return hv_ptr(paddr(*entry & DESC_ADDRESS));
	if (*entry & DESC_VALID)
		return NULL;
	*error = -ENOMEM;
	table = pool_alloc(PAGE_BYTES);
	if (table)
		*entry = pool_pa(table).v | DESC_TABLE;
	return table;
}

static int map_one(uint64_t *table, ipa_t where, uint32_t last, uint64_t descriptor)
{
	uint32_t level;
	uint64_t *entry;
	int error = 0;

	for (level = 1; level < last; level++) {
		table = table_below(entry_of(table, where, level), &error);
		if (!table)
			return error;
	}
	entry = entry_of(table, where, last);
	if (*entry & DESC_VALID)
		return -EEXIST;
	*entry = descriptor;
	return 0;
}

int stage2_map(struct partition *p, ipa_t where, paddr_t pa, uint64_t bytes, uint64_t attributes)
{
	uint64_t end = where.v + bytes;

	if ((where.v | pa.v | bytes) % PAGE_BYTES || !bytes || end < where.v || end > 1ull << STAGE2_IPA_BITS)
		return -EINVAL;
	while (where.v < end) {
		bool block = !((where.v | pa.v) % BLOCK_BYTES) && end - where.v >= BLOCK_BYTES;
		uint64_t step = block ? BLOCK_BYTES : PAGE_BYTES;
		int ret = map_one(p->stage2, where, block ? LEVEL_LAST - 1 : LEVEL_LAST,
			pa.v | attributes | (block ? DESC_VALID : DESC_TABLE));

		if (ret < 0)
			return ret;
		where.v += step;
		pa.v += step;
	}
	return 0;
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

int stage2_map_page(struct partition *p, ipa_t where, paddr_t pa, uint8_t perm)
{
	int ret = stage2_map(p, where, pa, PAGE_BYTES, stage2_attributes(PL_REGION_BANK, perm));

	if (ret < 0)
		hv_log("stage2: partition %s: page at 0x%lx: error %u", p->config->name, where.v,
			(uint32_t)-ret);
	return ret;
}

int stage2_init(struct partition *p)
{
	const struct pl_config *c = hv_config();
	uint32_t i;
	int ret;

	p->stage2 = pool_alloc(PAGE_BYTES);
	if (!p->stage2)
		return -ENOMEM;
	for (i = 0; i < c->region_count; i++) {
		const struct pl_config_region *r = &c->region[i];

		if (r->partition != p->index)
			continue;
		ret = stage2_map(p, ipa(r->ipa), paddr(r->pa), r->bytes, stage2_attributes(r->kind, r->perm));
		if (ret < 0) {
			hv_log("config: partition %s: region 0x%lx of %lu bytes: error %u", p->config->name,
				r->ipa, r->bytes, (uint32_t)-ret);
			return ret;
		}
	}
	return 0;
}
