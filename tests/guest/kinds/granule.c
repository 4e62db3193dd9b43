/*
 * Leaves the run-time's 4 KiB pages for larger ones: 16 KiB in one partition, 64 KiB in the other. Its memory is
 * mapped twice, one to one in blocks and page by page, and stage 2 holds whatever stage 1 says.
 */
#include "tests/guest/kinds/kinds.h"
#include "tests/guest/test.h"

#define ALIAS	  0x100000000ull
#define RAM_BYTES 0x200000ull
#define RAM_END	  0x60000000ull
#define TG0_64K	  (1ull << 14)
#define TG0_16K	  (2ull << 14)
/* T0SZ 25, walks write-back inner shareable, TTBR1 off, 36-bit physical. */
#define TCR   (25ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 | 1ull << 32)
#define AF    (1ull << 10)
#define SHARE (3ull << 8)
#define PLAIN (1ull << 2) /* the run-time's MAIR: 0 device, 1 normal */
#define TABLE 3ull
#define PAGE  3ull
#define BLOCK 1ull
#define MIX   0x9e3779b97f4a7c15ull

extern char __image_start[];

static uint64_t level1[8] __attribute__((aligned(64)));
static uint64_t level2[2048] __attribute__((aligned(0x4000)));
static uint64_t level3[8192] __attribute__((aligned(0x10000)));

static void map(uint32_t shift)
{
	uint32_t block_shift = 2 * shift - 3;
	uint64_t base = (uint64_t)__image_start, at;

	for (at = 0; at < RAM_END; at += 1ull << block_shift)
		level2[at >> block_shift] = at | AF | BLOCK | (at < 0x40000000 ? 0 : PLAIN | SHARE);
	for (at = 0; at < RAM_BYTES; at += 1ull << shift)
		level3[at >> shift] = (base + at) | AF | PAGE | PLAIN | SHARE;
	level2[ALIAS >> block_shift] = (uint64_t)level3 | TABLE;
	level1[0] = (uint64_t)level2 | TABLE;
}

static void switch_tables(uint64_t tcr, uint64_t root)
{
	uint64_t on = sysreg_read(sctlr_el1), flags = irq_save();

	__asm__ volatile("dsb sy\n\tmsr sctlr_el1, %0\n\tisb\n\t"
			 "msr tcr_el1, %2\n\tmsr ttbr0_el1, %3\n\tisb\n\ttlbi vmalle1\n\tdsb sy\n\tisb\n\t"
			 "msr sctlr_el1, %1\n\tisb"
		:
		: "r"(on & ~1ull), "r"(on), "r"(tcr), "r"(root)
		: "memory");
	irq_restore(flags);
}

/* Through one mapping in, through the other out, in each page. */
static uint64_t differences(uint32_t shift)
{
	uint64_t last = RAM_BYTES - 8, wrong = 0;

	for (uint64_t at = RAM_BYTES / 2; at < RAM_BYTES; at += 1ull << shift) {
		*(volatile uint64_t *)(ALIAS + at) = at * MIX;
		*(volatile uint64_t *)((uint64_t)__image_start + at + 8) = at + MIX;
		wrong += *(volatile uint64_t *)((uint64_t)__image_start + at) != at * MIX;
		wrong += *(volatile uint64_t *)(ALIAS + at + 8) != at + MIX;
	}
	*(volatile uint64_t *)(ALIAS + last) = MIX;
	return wrong + (*(volatile uint64_t *)((uint64_t)__image_start + last) != MIX);
}

static void look_outside(uint32_t shift)
{
	level3[RAM_BYTES >> shift] = KINDS_OUTSIDE | AF | PAGE | PLAIN | SHARE;
	__asm__ volatile("dsb sy" : : : "memory");
	(void)*(volatile uint64_t *)(ALIAS + RAM_BYTES);
	log_line("fail a page outside: expected no life after it was read got one");
}

void firmware_main(uint64_t arg)
{
	bool small = hvc_call5(PL_HVC_VERSION, 0, 0, 0, 0, 0).x1 == KINDS_16K;
	uint64_t features = sysreg_read(id_aa64mmfr0_el1);

	(void)arg;
	test_equal(small ? "the processor has pages of 16 KiB" : "the processor has pages of 64 KiB", true,
		small ? (features >> 20 & 15) != 0 : (features >> 24 & 15) == 0);
	map(small ? 14 : 16);
	switch_tables(TCR | (small ? TG0_16K : TG0_64K), small ? (uint64_t)level1 : (uint64_t)level2);
	test_equal(small ? "a guest has its memory in pages of 16 KiB"
			 : "a guest has its memory in pages of 64 KiB",
		0, differences(small ? 14 : 16));
	test_sleep_ms(1);
	look_outside(small ? 14 : 16);
}
