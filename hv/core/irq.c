#include "hv/core/irq.h"

#include <errno.h>
#include "arch.h"
#include "hv/core/dma.h"
#include "hv/core/mail.h"
#include "hv/core/partition.h"
#include "hv/core/sched.h"
#include "hv/core/trace.h"
#include "hv/core/vgic.h"

/* Index + 1 into the configuration's interrupts, by INTID; 0: nobody's. */
static uint8_t owner[GIC_MAX];

int irq_init(void)
{
	const struct pl_config *c = hv_config();
	uint32_t i;

	for (i = 0; i < c->irq_count; i++) {
		const struct pl_config_irq *q = &c->irq[i];

		if (q->pirq < 32 || q->pirq >= GIC_MAX || q->virq < 32 || q->virq >= PL_VIRQ_COUNT ||
			q->partition >= c->partition_count || owner[q->pirq]) {
			hv_log("config: interrupt %u: pirq %u, virq %u of partition %u: out of range or "
			       "given twice",
				i, q->pirq, q->virq, q->partition);
			return -EINVAL;
		}
		owner[q->pirq] = (uint8_t)(i + 1);
		gic_set_level(q->pirq, q->level);
		gic_route(q->pirq, c->partition[q->partition].cpu[0]);
		vgic_assign(partition_get(q->partition), q->virq, q->pirq);
	}
	gic_enable(plat_uart_irq(), true);
	return 0;
}

void irq_partition_reset(struct partition *p)
{
	const struct pl_config *c = hv_config();
	uint32_t i;

	for (i = 0; i < c->irq_count; i++) {
		if (c->irq[i].partition != p->index)
			continue;
		gic_enable(c->irq[i].pirq, false);
		gic_set_pending(c->irq[i].pirq, false);
		gic_set_active(c->irq[i].pirq, false);
	}
}

/* The guest's own end-of-interrupt deactivates it, through its list register. */
static void irq_assigned(uint32_t intid)
{
	const struct pl_config_irq *q;

	gic_end(intid);
	if (intid >= GIC_MAX || !owner[intid]) {
		if (!dma_interrupt(intid))
			gic_enable(intid, false);
		gic_deactivate(intid);
		return;
	}
	q = &hv_config()->irq[owner[intid] - 1];
	vgic_pulse(partition_get(q->partition), q->virq);
}

static void irq_own(struct cpu *c, uint32_t intid)
{
	if (intid == GIC_PPI_HYP_TIMER)
		timer_expire(c);
	else if (intid == GIC_PPI_MAINTENANCE && c->loaded)
		vgic_refill(c->loaded);
	else if (intid == plat_uart_irq())
		console_input_irq();
	gic_end(intid);
	gic_deactivate(intid);
}

void irq_handle(void)
{
	struct cpu *c = cpu_this();
	uint32_t intid;

	while ((intid = gic_ack()) < GIC_SPURIOUS) {
		trace_event(PL_TRACE_IRQ, PL_TRACE_NONE, intid, 0, 0);
		if (intid < GIC_SGI_COUNT) {
			gic_end(intid);
			gic_deactivate(intid);
			mail_handle(c);
		} else if (intid == GIC_PPI_VTIMER) {
			gic_end(intid);
			if (c->loaded)
				vgic_inject(c->loaded, GIC_PPI_VTIMER);
			else /* its vCPU is gone: left active, it would be dead for the next one */
				gic_deactivate(intid);
		} else if (intid == GIC_PPI_HYP_TIMER || intid == GIC_PPI_MAINTENANCE ||
			   intid == plat_uart_irq()) {
			irq_own(c, intid);
		} else {
			irq_assigned(intid);
		}
	}
}
