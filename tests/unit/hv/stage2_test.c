/* Stage-2 tables, hv/core/stage2.c; descriptors as DDI 0487 D8.3 has them. */
#include "tests/unit/hv/machine.h"

#define VALID	(1ull << 0)
#define TABLE	(1ull << 1) /* table, or page at level 3 */
#define READ	(1ull << 6)
#define WRITE	(1ull << 7)
#define XN	(1ull << 54)
#define NORMAL	(0xfull << 2)
#define ADDRESS 0xfffffff000ull
#define MIB	0x100000ull
#define BLOCK	(2 * MIB)
#define PA	0x50000000ull

static struct partition *p;

static void start(void)
{
	machine_reset(2);
	EXPECT_EQ(machine_start(), true);
	p = machine_partition(0);
}

static struct {
	ipa_t at;
	paddr_t pa;
	uint64_t bytes;
	uint8_t perm;
} wanted;

static void map_wanted(void)
{
	stage2_map(p, wanted.at, wanted.pa, wanted.bytes, stage2_attributes(PL_REGION_RAM, wanted.perm));
}

/* False: refused, which stops start-up. */
static bool map(uint64_t at, uint64_t pa, uint64_t bytes, uint8_t perm)
{
	wanted.at = ipa(at);
	wanted.pa = paddr(pa);
	wanted.bytes = bytes;
	wanted.perm = perm;
	return !machine_stops(map_wanted);
}

/* The last descriptor of the walk to `at`, and its level. */
static uint64_t walk(uint64_t at, uint32_t *level)
{
	uint64_t *table = p->stage2;

	for (*level = 1;; ++*level) {
		uint64_t descriptor = table[at >> (39 - 9 * *level) & 511];

		if (*level == 3 || (descriptor & (VALID | TABLE)) != (VALID | TABLE))
			return descriptor;
		table = hv_ptr(paddr(descriptor & ADDRESS));
	}
}

/* Where `at` leads; UINT64_MAX: nowhere. */
static uint64_t translate(uint64_t at)
{
	uint32_t level;
	uint64_t descriptor = walk(at, &level), offset = (1ull << (39 - 9 * level)) - 1;

	if (!(descriptor & VALID))
		return UINT64_MAX;
	return (descriptor & ADDRESS & ~offset) | (at & offset);
}

static void test_aligned_memory_is_mapped_in_blocks(void)
{
	uint32_t level;
	uint64_t descriptor;

	start();
	EXPECT_EQ(map(0x80000000, PA, 8 * MIB, 7), true);
	for (uint64_t offset = 0; offset < 8 * MIB; offset += BLOCK) {
		descriptor = walk(0x80000000 + offset, &level);
		EXPECT_EQ(level, 2);
		EXPECT_EQ(descriptor & (VALID | TABLE), VALID);
		EXPECT_EQ(descriptor & ADDRESS, PA + offset);
	}
	EXPECT_EQ(translate(0x80000000 + 3 * MIB + 5), PA + 3 * MIB + 5);
	EXPECT_EQ(translate(0x80000000 + 8 * MIB), UINT64_MAX);
	EXPECT_EQ(translate(0x80000000 - 1), UINT64_MAX);
}

static void test_edges_are_mapped_in_pages(void)
{
	uint32_t level;

	start();
	EXPECT_EQ(map(0x80000000 - 0x2000, PA - 0x2000, BLOCK + 0x3000, 7), true);
	walk(0x80000000 - 0x2000, &level);
	EXPECT_EQ(level, 3);
	walk(0x80000000, &level);
	EXPECT_EQ(level, 2);
	walk(0x80000000 + BLOCK, &level);
	EXPECT_EQ(level, 3);
	EXPECT_EQ(translate(0x80000000 - 0x1fff), PA - 0x1fff);
	EXPECT_EQ(translate(0x80000000 + BLOCK + 0xfff), PA + BLOCK + 0xfff);
	EXPECT_EQ(translate(0x80000000 + BLOCK + 0x1000), UINT64_MAX);
}

static void test_differently_aligned_addresses_take_pages(void)
{
	uint32_t level;

	start();
	EXPECT_EQ(map(0x80000000, PA + 0x1000, BLOCK, 7), true);
	walk(0x80000000, &level);
	EXPECT_EQ(level, 3);
	EXPECT_EQ(translate(0x80000000 + BLOCK - 1), PA + BLOCK + 0xfff);
}

static void test_overlap_is_refused(void)
{
	start();
	EXPECT_EQ(map(0x80000000, PA, BLOCK, 7), true);
	EXPECT_EQ(map(0x80000000, PA, BLOCK, 7), false);
	EXPECT_EQ(map(0x80000000 + 0x1000, PA, 0x1000, 7), false); /* a page inside a block */
	EXPECT_EQ(map(0x90001000, PA, 0x1000, 7), true);
	EXPECT_EQ(map(0x90000000, PA, BLOCK, 7), false); /* a block over a page */
	EXPECT_EQ(translate(0x90001000), PA);
}

static void test_impossible_ranges_are_refused(void)
{
	start();
	EXPECT_EQ(map(0x80000001, PA, 0x1000, 7), false);
	EXPECT_EQ(map(0x80000000, PA + 1, 0x1000, 7), false);
	EXPECT_EQ(map(0x80000000, PA, 0x1001, 7), false);
	EXPECT_EQ(map(0x80000000, PA, 0, 7), false);
	EXPECT_EQ(map((1ull << STAGE2_IPA_BITS) - 0x1000, PA, 0x2000, 7), false);
	EXPECT_EQ(map(0xfffffffffffff000ull, PA, 0x2000, 7), false);
	EXPECT_EQ(map((1ull << STAGE2_IPA_BITS) - 0x1000, PA, 0x1000, 7), true);
}

static void test_permissions_are_as_configured(void)
{
	uint64_t rx = stage2_attributes(PL_REGION_RAM, PL_PERM_R | PL_PERM_X);
	uint64_t rw = stage2_attributes(PL_REGION_RAM, PL_PERM_R | PL_PERM_W);
	uint64_t bank = stage2_attributes(PL_REGION_BANK, 7);
	uint64_t device = stage2_attributes(PL_REGION_DEVICE, 7);

	EXPECT_EQ(rx & (READ | WRITE | XN), READ);
	EXPECT_EQ(rw & (READ | WRITE | XN), READ | WRITE | XN);
	EXPECT_EQ(bank & XN, XN); /* what others write is never executed */
	EXPECT_EQ(device & XN, XN);
	EXPECT_EQ(rw & NORMAL, NORMAL);
	EXPECT_EQ((device & NORMAL) >> 2, 1); /* Device-nGnRE */
}

static void test_register_page_is_read_only(void)
{
	uint32_t level;
	uint64_t descriptor;

	start();
	stage2_map_page(p, ipa(0x0a000000), paddr(PA), PL_PERM_R);
	descriptor = walk(0x0a000000, &level);
	EXPECT_EQ(level, 3);
	EXPECT_EQ(descriptor & (READ | WRITE | XN), READ | XN);
}

static void test_regions_reach_their_partition_only(void)
{
	machine_reset(2);
	machine_config.region_count = 1;
	machine_config.region[0] = (struct pl_config_region){
		.partition = 1, .kind = PL_REGION_RAM, .perm = 7, .ipa = PA, .pa = PA, .bytes = BLOCK};
	EXPECT_EQ(machine_start(), true);
	p = machine_partition(1);
	EXPECT_EQ(translate(PA), PA);
	p = machine_partition(0);
	EXPECT_EQ(translate(PA), UINT64_MAX);
}

static void test_exhausted_pool_is_reported(void)
{
	uint64_t used;

	start();
	used = pool_pa(pool_alloc(4096)).v + 4096 - machine_config.hv_pool_pa;
	machine_config.hv_pool_bytes = used + 4096; /* the level-2 table, and no level-3 table */
	EXPECT_EQ(map(0x4000000000ull, PA, 0x1000, 7), false);
}

static const struct unit_test tests[] = {
	{"aligned_memory_is_mapped_in_blocks", test_aligned_memory_is_mapped_in_blocks},
	{"edges_are_mapped_in_pages", test_edges_are_mapped_in_pages},
	{"differently_aligned_addresses_take_pages", test_differently_aligned_addresses_take_pages},
	{"overlap_is_refused", test_overlap_is_refused},
	{"impossible_ranges_are_refused", test_impossible_ranges_are_refused},
	{"permissions_are_as_configured", test_permissions_are_as_configured},
	{"register_page_is_read_only", test_register_page_is_read_only},
	{"regions_reach_their_partition_only", test_regions_reach_their_partition_only},
	{"exhausted_pool_is_reported", test_exhausted_pool_is_reported},
};

UNIT_MAIN("stage 2", tests)
