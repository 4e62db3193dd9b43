
#include "hv/core/partition.h"

/* Index + 1 into the configuration's interrupts, by INTID; 0: nobody's. */
static uint8_t owner[GIC_MAX];

void irq_init(void)
{
	const struct pl_config *c = hv_config();

	for (uint32_t i = 0; i < c->irq_count; i++) {
		const struct pl_config_irq *q = &c->irq[i];

		if (q->pirq < 32 || q->pirq >= GIC_MAX || q->virq < 32 || q->virq >= PL_VIRQ_COUNT ||
			q->partition >= c->partition_count || owner[q->pirq])
			hv_stop("config: interrupt %u: pirq %u, virq %u of partition %u: not one, or twice",
				i, q->pirq, q->virq, q->partition);
		owner[q->pirq] = (uint8_t)(i + 1);
		gic_set_level(q->pirq, q->level);
		gic_route(q->pirq, c->partition[q->partition].cpu[0]);
		vgic_assign(partition_get(q->partition), q->virq, q->pirq);
	}
	gic_enable(plat_uart_irq(), true);
}

void irq_partition_reset(struct partition *p)
{
	const struct pl_config *c = hv_config();

	for (uint32_t i = 0; i < c->irq_count; i++) {
		if (c->irq[i].partition != p->index)
			continue;
		gic_enable(c->irq[i].pirq, false);
		gic_set_pending(c->irq[i].pirq, false);
		gic_set_active(c->irq[i].pirq, false);
		vgic_assign(p, c->irq[i].virq, c->irq[i].pirq);
	}
}

/* Those that are not a guest's to end. */
static void irq_own(struct cpu *c, uint32_t intid)
{
	switch (intid) {
	case 0 ... GIC_SGI_COUNT - 1: mail_handle(c); break;
	case GIC_PPI_HYP_TIMER: timer_expire(c); break;
	case GIC_PPI_MAINTENANCE:
		if (c->loaded)
			vgic_refill(c->loaded);
		break;
	case GIC_PPI_VTIMER: break; /* its vCPU is gone: left active, it would be dead for the next one */
	default:
		if (intid == plat_uart_irq())
			console_input_irq();
		else if (!dma_interrupt(intid))
			gic_enable(intid, false);
		break;
	}
	gic_deactivate(intid);
}

/*
 * One only, so that interrupts are masked for one at a time: the next is taken as soon as they are not. A guest's
 * own end of interrupt deactivates what is its own, through its list register.
 */
void irq_handle(uint64_t pc)
{
	struct cpu *c = cpu_this();
	uint32_t intid = gic_ack();

	if (intid >= GIC_SPURIOUS)
		return;
	trace_event(PL_TRACE_IRQ, PL_TRACE_NONE, intid, pc, 0);
	gic_end(intid);
	if (intid == GIC_PPI_VTIMER && c->loaded)
		vgic_timer(c->loaded);
	else if (intid >= GIC_MAX || !owner[intid])
		irq_own(c, intid);
	else {
		const struct pl_config_irq *q = &hv_config()->irq[owner[intid] - 1];

		vgic_pulse(partition_get(q->partition), q->virq);
	}
}
