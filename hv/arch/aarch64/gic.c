/*
 * The physical GICv3 (IHI 0069): its CPU interface, the distributor's bits for assigned interrupts,
 * and the virtual CPU interface's list registers.
 */
#include "arch.h"
#include "plat.h"
#include "this.h"

/* clang-format off */
enum { GICD_CTLR = 0x0, GICR_WAKER = 0x14, GICR_SGI = 0x10000, GICX_IGROUPR = 0x80, GICX_ISENABLER = 0x100,
       GICX_ICENABLER = 0x180, GICX_ISPENDR = 0x200, GICX_ICPENDR = 0x280, GICX_ISACTIVER = 0x300,
       GICX_ICACTIVER = 0x380, GICX_IPRIORITYR = 0x400, GICX_ICFGR = 0xc00, GICD_IROUTER = 0x6000 };
/* clang-format on */
#define CTLR_ARE_NS	 (1u << 4)
#define CTLR_ENABLE	 3u
#define WAKER_SLEEP	 (1u << 1)
#define WAKER_ASLEEP	 (1u << 2)
#define PRIORITY	 0x80808080u
#define ICC_CTLR_EOIMODE 2u
#define SGI_MAIL	 0u

/* Registers of one interrupt: in the redistributor's SGI frame below 32, else in the distributor. */
static INLINE uint64_t gic_base(uint32_t intid)
{
	return intid < 32 ? PLAT_GICR + cpu_index() * 0x20000ull + GICR_SGI : PLAT_GICD;
}

static volatile uint32_t *gic_reg(uint64_t address)
{
	return (volatile uint32_t *)address;
}

static void gic_write_bit(uint32_t intid, uint64_t offset)
{
	*gic_reg(gic_base(intid) + offset + intid / 32 * 4) = 1u << intid % 32;
}

void gic_enable(uint32_t intid, bool on)
{
	gic_write_bit(intid, on ? GICX_ISENABLER : GICX_ICENABLER);
}

void gic_set_pending(uint32_t intid, bool on)
{
	gic_write_bit(intid, on ? GICX_ISPENDR : GICX_ICPENDR);
}

void gic_set_active(uint32_t intid, bool on)
{
	gic_write_bit(intid, on ? GICX_ISACTIVER : GICX_ICACTIVER);
}

bool gic_is_active(uint32_t intid)
{
	return *gic_reg(gic_base(intid) + GICX_ISACTIVER + intid / 32 * 4) >> intid % 32 & 1;
}

void gic_set_level(uint32_t intid, bool level)
{
	volatile uint32_t *reg = gic_reg(gic_base(intid) + GICX_ICFGR + intid / 16 * 4);
	uint32_t bit = 2u << intid % 16 * 2;

	*reg = level ? *reg & ~bit : *reg | bit;
}

void gic_route(uint32_t intid, uint32_t cpu)
{
	*(volatile uint64_t *)(PLAT_GICD + GICD_IROUTER + intid * 8ull) = cpu;
}

/* What it is about must be in memory first (IHI 0069 4.4). */
void gic_send(uint32_t cpu)
{
	dsb_sy();
	sysreg_write(icc_sgi1r_el1, (uint64_t)SGI_MAIL << 24 | 1u << cpu);
	isb();
}

static void distributor_init(void)
{
	*gic_reg(PLAT_GICD + GICD_CTLR) = CTLR_ARE_NS;
	for (uint32_t i = 32; i < GIC_MAX; i += 32) {
		*gic_reg(PLAT_GICD + GICX_IGROUPR + i / 8) = ~0u;
		*gic_reg(PLAT_GICD + GICX_ICENABLER + i / 8) = ~0u;
		*gic_reg(PLAT_GICD + GICX_ICPENDR + i / 8) = ~0u;
		*gic_reg(PLAT_GICD + GICX_ICACTIVER + i / 8) = ~0u;
	}
	for (uint32_t i = 32; i < GIC_MAX; i += 4)
		*gic_reg(PLAT_GICD + GICX_IPRIORITYR + i) = PRIORITY;
	*gic_reg(PLAT_GICD + GICD_CTLR) = CTLR_ARE_NS | CTLR_ENABLE;
}

static void redistributor_init(uint32_t cpu)
{
	uint64_t rd = PLAT_GICR + cpu * 0x20000ull, sgi = rd + GICR_SGI;

	*gic_reg(rd + GICR_WAKER) &= ~WAKER_SLEEP;
	while (*gic_reg(rd + GICR_WAKER) & WAKER_ASLEEP)
		;
	*gic_reg(sgi + GICX_IGROUPR) = ~0u;
	*gic_reg(sgi + GICX_ICACTIVER) = ~0u;
	for (uint32_t i = 0; i < 32; i += 4)
		*gic_reg(sgi + GICX_IPRIORITYR + i) = PRIORITY;
	*gic_reg(sgi + GICX_ISENABLER) =
		1u << SGI_MAIL | 1u << GIC_PPI_MAINTENANCE | 1u << GIC_PPI_HYP_TIMER | 1u << GIC_PPI_VTIMER;
}

void gic_init(uint32_t cpu)
{
	sysreg_write(icc_sre_el2, 0xf); /* system registers, and EL1 may use its own */
	isb();
	sysreg_write(icc_sre_el1, 7);
	if (cpu == 0)
		distributor_init();
	redistributor_init(cpu);
	sysreg_write(icc_pmr_el1, 0xff);
	sysreg_write(icc_ctlr_el1, ICC_CTLR_EOIMODE);
	sysreg_write(icc_igrpen1_el1, 1);
	arch_lr_control(1);
	isb();
}
