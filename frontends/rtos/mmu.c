/*
 * Identity map in static tables: 39-bit addresses, 2 MiB blocks, and 4 KiB pages for the image's first
 * 2 MiB, so that text is read-only and nothing else is executable. Runs with the MMU off.
 */
#include "frontends/rtos/board.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/sysreg.h"

#define GIB_COUNT   4ull
#define BLOCK_BYTES 0x200000ull
#define PAGE_BYTES  0x1000ull

/* Arm ARM D8.3: descriptor bits. */
#define PTE_VALID  1ull
#define PTE_TABLE  3ull
#define PTE_PAGE   3ull
#define PTE_BLOCK  1ull
#define PTE_AF	   (1ull << 10)
#define PTE_INNER  (3ull << 8)
#define PTE_RO	   (1ull << 7)
#define PTE_PXN	   (1ull << 53)
#define PTE_UXN	   (1ull << 54)
#define PTE_DEVICE (0ull << 2) /* MAIR index 0 */
#define PTE_NORMAL (1ull << 2) /* MAIR index 1 */

#define DATA_BITS   (PTE_NORMAL | PTE_INNER | PTE_AF | PTE_PXN | PTE_UXN)
#define RODATA_BITS (DATA_BITS | PTE_RO)
#define TEXT_BITS   (PTE_NORMAL | PTE_INNER | PTE_AF | PTE_RO | PTE_UXN)
#define DEVICE_BITS (PTE_DEVICE | PTE_AF | PTE_PXN | PTE_UXN)

#define MAIR_VALUE 0xff04ull /* 0: Device-nGnRE, 1: Normal write-back */
/* T0SZ 25, walks write-back inner shareable, 4 KiB, TTBR1 off, 36-bit physical. */
#define TCR_VALUE   (25ull | 1ull << 8 | 1ull << 10 | 3ull << 12 | 1ull << 23 | 1ull << 32)
#define SCTLR_VALUE (0x30d00800ull | 1ull | 1ull << 2 | 1ull << 3 | 1ull << 12)

extern char __image_start[], __text_end[], __rodata_end[];

static uint64_t level1[512] __attribute__((aligned(4096)));
static uint64_t level2[GIB_COUNT][512] __attribute__((aligned(4096)));
static uint64_t image_pages[512] __attribute__((aligned(4096)));

static void map_window(const struct board_window *w)
{
	uint64_t bits = w->kind == BOARD_DEVICE ? DEVICE_BITS : DATA_BITS;
	uint64_t end = w->base + w->bytes;

	for (uint64_t at = w->base & ~(BLOCK_BYTES - 1); at < end && at < GIB_COUNT << 30; at += BLOCK_BYTES)
		level2[at >> 30][at >> 21 & 511] = at | bits | PTE_BLOCK;
}

static void map_image(void)
{
	uint64_t base = (uint64_t)__image_start;

	for (unsigned i = 0; i < 512; i++) {
		uint64_t at = base + i * PAGE_BYTES;
		uint64_t bits = at < (uint64_t)__text_end     ? TEXT_BITS
				: at < (uint64_t)__rodata_end ? RODATA_BITS
							      : DATA_BITS;
		image_pages[i] = at | bits | PTE_PAGE;
	}
	level2[base >> 30][base >> 21 & 511] = (uint64_t)image_pages | PTE_TABLE;
}

void mmu_start(void)
{
	for (unsigned i = 0; i < GIB_COUNT; i++)
		level1[i] = (uint64_t)level2[i] | PTE_TABLE;
	for (unsigned i = 0; i < board.window_count; i++)
		map_window(&board.window[i]);
	map_image();
	sysreg_write(mair_el1, MAIR_VALUE);
	sysreg_write(tcr_el1, TCR_VALUE);
	sysreg_write(ttbr0_el1, (uint64_t)level1);
	cpu_dsb();
	__asm__ volatile("tlbi vmalle1\n\tic iallu" ::: "memory");
	cpu_dsb();
	cpu_isb();
	sysreg_write(sctlr_el1, SCTLR_VALUE);
	cpu_isb();
}
