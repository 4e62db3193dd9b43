/*
 * Interrupts: GICv3, one CPU. A handler runs in interrupt context, with interrupts of a higher
 * priority enabled; priority 0 is the highest, IRQ_PRIORITY_COUNT - 1 the lowest.
 */
#ifndef RTOS_IRQ_H
#define RTOS_IRQ_H

#include <stdbool.h>
#include <stdint.h>

#define IRQ_COUNT	   128
#define IRQ_PRIORITY_COUNT 16

typedef void (*irq_handler)(void *data);

void irq_init(void);
/* Handle INTID `intid` and enable it. -EINVAL: no such interrupt or priority. edge: as the machine's tree says. */
int irq_register(unsigned intid, unsigned priority, bool edge, irq_handler handler, void *data);
void irq_enable(unsigned intid);
void irq_disable(unsigned intid);

/* Mask all interrupts / bring back what irq_save returned; irq_restore(0) unmasks. */
uint64_t irq_save(void);
void irq_restore(uint64_t flags);

/* Called by vectors.S. */
void irq_dispatch(void);

#endif
