/*
 * EL2's own translation: identity, 32 bits, nothing writable and executable. The image's first 2 MiB are
 * code and constants, its second 2 MiB data; all other RAM is read-write (guests' memory is scrubbed and
 * loaded through it), devices are Device-nGnRE.
 */
#include "plat.h"
#include "hv/arch/aarch64/sysreg.h"

#define BLOCK_2M  0x200000ull
#define BLOCK_1G  0x40000000ull
#define PTE_BLOCK 1ull
#define PTE_TABLE 3ull
#define PTE_RO	  (1ull << 7)
#define PTE_RES1  (1ull << 6) /* AP[1] is RES1 in EL2's regime */
#define PTE_ISH	  (3ull << 8)
#define PTE_AF	  (1ull << 10)
#define PTE_XN	  (1ull << 54)
#define MAIR	  0x04ffull /* 0: Normal write-back; 1: Device-nGnRE */
#define PTE_DEV	  (1ull << 2)
#define PTE_RAM	  (PTE_RES1 | PTE_ISH | PTE_AF)

#define TCR_RES1   ((1ull << 31) | (1ull << 23))
#define TCR_32BIT  32ull
#define TCR_WB	   ((1ull << 8) | (1ull << 10) | (3ull << 12)) /* walks: write-back, inner shareable */
#define TCR_PS_40  (2ull << 16)
#define SCTLR_RES1 0x30c50830ull
#define SCTLR_M	   (1ull << 0)
#define SCTLR_C	   (1ull << 2)
#define SCTLR_SA   (1ull << 3)
#define SCTLR_I	   (1ull << 12)
#define SCTLR_WXN  (1ull << 19)

extern char hv_text_start[];
void mmu_init(void);
void mmu_on(void);

static uint64_t level1[4] __attribute__((aligned(64)));
static uint64_t level2_ram[512] __attribute__((aligned(4096)));

_Static_assert(PLAT_DEVICES_PA % BLOCK_1G == 0 && PLAT_RAM_PA % BLOCK_1G == 0 &&
		       PLAT_RAM_END % BLOCK_1G == 0 && PLAT_RAM_END <= 4 * BLOCK_1G,
	"whole blocks of 1 GiB, below 4 GiB");

static void tables_fill(void)
{
	uint64_t pa;

	level1[PLAT_DEVICES_PA / BLOCK_1G] =
		PLAT_DEVICES_PA | PTE_RES1 | PTE_AF | PTE_XN | PTE_DEV | PTE_BLOCK;
	level1[PLAT_RAM_PA / BLOCK_1G] = (uint64_t)level2_ram | PTE_TABLE;
	for (pa = PLAT_RAM_PA + BLOCK_2M; pa < PLAT_RAM_PA + BLOCK_1G; pa += BLOCK_2M)
		level2_ram[pa / BLOCK_2M % 512] = pa | PTE_RAM | PTE_XN | PTE_BLOCK;
	for (pa = PLAT_RAM_PA + BLOCK_1G; pa < PLAT_RAM_END; pa += BLOCK_1G)
		level1[pa / BLOCK_1G] = pa | PTE_RAM | PTE_XN | PTE_BLOCK;
	level2_ram[(uint64_t)hv_text_start / BLOCK_2M % 512] =
		(uint64_t)hv_text_start | PTE_RAM | PTE_RO | PTE_BLOCK;
}

/* Called with the MMU off, from start.S, on each CPU. The boot loader has cleaned the image to memory. */
void mmu_on(void)
{
	sysreg_write(mair_el2, MAIR);
	sysreg_write(tcr_el2, TCR_RES1 | TCR_32BIT | TCR_WB | TCR_PS_40);
	sysreg_write(ttbr0_el2, (uint64_t)level1);
	__asm__ volatile("dsb ish\n\ttlbi alle2\n\tic iallu\n\tdsb ish\n\tisb" : : : "memory");
	sysreg_write(sctlr_el2, SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_SA | SCTLR_I | SCTLR_WXN);
	isb();
}

void mmu_init(void)
{
	tables_fill();
	mmu_on();
}
