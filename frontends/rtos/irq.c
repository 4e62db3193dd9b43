#include <errno.h>
#include "frontends/rtos/board.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/sysreg.h"

/* GICv3 (IHI 0069) 12.9 and 12.11. */
#define GICD_CTLR	   (BOARD_GICD + 0x0)
#define GICD_IGROUPR(n)	   (BOARD_GICD + 0x80 + (n) * 4ull)
#define GICD_ISENABLER(n)  (BOARD_GICD + 0x100 + (n) * 4ull)
#define GICD_ICENABLER(n)  (BOARD_GICD + 0x180 + (n) * 4ull)
#define GICD_IPRIORITYR(n) (BOARD_GICD + 0x400 + (n) * 4ull)
#define GICD_ICFGR(n)	   (BOARD_GICD + 0xc00 + (n) * 4ull)
#define GICD_IROUTER(n)	   (BOARD_GICD + 0x6000 + (n) * 8ull)
#define GICR_WAKER	   (BOARD_GICR + 0x14)
#define GICR_SGI	   (BOARD_GICR + 0x10000)
#define CTLR_ARE_GROUP1	   0x12u
#define WAKER_SLEEP	   2u
#define WAKER_ASLEEP	   4u
#define WAKER_TRIES	   1000000

/* Through a second macro, so that the names are expanded before they are pasted. */
#define ICC_PMR		       S3_0_C4_C6_0
#define ICC_IAR1	       S3_0_C12_C12_0
#define ICC_EOIR1	       S3_0_C12_C12_1
#define ICC_BPR1	       S3_0_C12_C12_3
#define ICC_SRE		       S3_0_C12_C12_5
#define ICC_IGRPEN1	       S3_0_C12_C12_7
#define read_icc(name)	       sysreg_read(name)
#define write_icc(name, value) sysreg_write(name, value)

static struct {
	irq_handler handler;
	void *data;
} handlers[IRQ_COUNT];

/* Private interrupts (0 to 31) have their registers in the redistributor, at the same offsets. */
static uint64_t bank(unsigned intid, uint64_t reg)
{
	return intid < 32 ? reg - BOARD_GICD + GICR_SGI : reg;
}

static void wake_redistributor(void)
{
	mmio_write32(GICR_WAKER, mmio_read32(GICR_WAKER) & ~WAKER_SLEEP);
	/* Bounded: an interrupt controller that never wakes leaves a console that still works polled. */
	for (unsigned i = 0; i < WAKER_TRIES && (mmio_read32(GICR_WAKER) & WAKER_ASLEEP); i++)
		;
}

void irq_init(void)
{
	wake_redistributor();
	mmio_write32(GICD_CTLR, CTLR_ARE_GROUP1);
	write_icc(ICC_SRE, 1);
	cpu_isb();
	write_icc(ICC_PMR, 0xff);
	write_icc(ICC_BPR1, 0);
	write_icc(ICC_IGRPEN1, 1);
	cpu_isb();
}

static void update32(uint64_t reg, uint32_t clear, uint32_t set)
{
	mmio_write32(reg, (mmio_read32(reg) & ~clear) | set);
}

static void configure(unsigned intid, unsigned priority, bool edge)
{
	uint32_t bit = 1u << (intid % 32);
	unsigned byte = intid % 4 * 8, pair = intid % 16 * 2;

	mmio_write32(bank(intid, GICD_ICENABLER(intid / 32)), bit);
	update32(bank(intid, GICD_IGROUPR(intid / 32)), 0, bit);
	/* The top 4 bits: also there on a controller with 16 priorities in the non-secure half. */
	update32(bank(intid, GICD_IPRIORITYR(intid / 4)), 0xffu << byte, (priority << 4) << byte);
	if (intid >= 16)
		update32(bank(intid, GICD_ICFGR(intid / 16)), 3u << pair, edge ? 2u << pair : 0);
	if (intid >= 32)
		mmio_write64(GICD_IROUTER(intid), 0);
}

int irq_register(unsigned intid, unsigned priority, bool edge, irq_handler handler, void *data)
{
	if (intid >= IRQ_COUNT || priority >= IRQ_PRIORITY_COUNT) {
		log_line("irq: INTID %u (limit %u) or priority %u (limit %u) out of range", intid, IRQ_COUNT,
			priority, IRQ_PRIORITY_COUNT);
		return -EINVAL;
	}
	configure(intid, priority, edge);
	handlers[intid].data = data;
	handlers[intid].handler = handler;
	irq_enable(intid);
	return 0;
}

void irq_enable(unsigned intid)
{
	mmio_write32(bank(intid, GICD_ISENABLER(intid / 32)), 1u << (intid % 32));
}

void irq_disable(unsigned intid)
{
	mmio_write32(bank(intid, GICD_ICENABLER(intid / 32)), 1u << (intid % 32));
}

uint64_t irq_save(void)
{
	uint64_t flags = sysreg_read(daif);

	__asm__ volatile("msr daifset, #2" ::: "memory");
	return flags;
}

void irq_restore(uint64_t flags)
{
	sysreg_write(daif, flags);
}

void irq_dispatch(void)
{
	for (;;) {
		unsigned intid = (unsigned)read_icc(ICC_IAR1) & 0xffffff;

		if (intid >= 1020) /* spurious: nothing (more) of a priority above the running one */
			return;
		/* The acknowledged priority masks its own and lower ones; higher ones may come in now. */
		__asm__ volatile("dsb sy\n\tmsr daifclr, #2" ::: "memory");
		if (intid < IRQ_COUNT && handlers[intid].handler)
			handlers[intid].handler(handlers[intid].data);
		else if (intid < IRQ_COUNT)
			irq_disable(intid);
		__asm__ volatile("msr daifset, #2" ::: "memory");
		write_icc(ICC_EOIR1, intid);
		cpu_isb();
	}
}
