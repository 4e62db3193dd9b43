#include "hv/arch/fake/fake.h"

#include <stdlib.h>
#include <string.h>
#include "hv/core/partition.h"
#include "hv/core/sched.h"

#define LR_STATE      (3ull << 62)
#define LR_PENDING    (1ull << 62)
#define LR_ACTIVE     (1ull << 63)
#define LR_HW	      (1ull << 61)
#define LR_EOI	      (1ull << 41)
#define HCR_UIE	      (1ull << 1)
#define HCR_LRENPIE   (1ull << 2)
#define HCR_NPIE      (1ull << 3)
#define EOI_COUNT_ONE (1ull << 27)
#define EOI_COUNT     (31ull << 27)

struct fake_cpu fake_cpu;

void fake_cpu_reset(void)
{
	memset(&fake_cpu, 0, sizeof(fake_cpu));
	fake_cpu.deadline = UINT64_MAX;
	fake_cpu.gic[GIC_PPI_HYP_TIMER].enabled = true;
	fake_cpu.gic[GIC_PPI_MAINTENANCE].enabled = true;
	fake_cpu.gic[GIC_PPI_VTIMER].enabled = true;
}

/* seams.h and arch.h: the processor */

void arch_init(struct cpu *c)
{
	fake_cpu.cpu = c;
}

struct cpu *cpu_this(void)
{
	return fake_cpu.cpu;
}

uint64_t time_now(void)
{
	return fake_cpu.now;
}

uint64_t time_hz(void)
{
	return FAKE_HZ;
}

void arch_timer_set(uint64_t deadline)
{
	fake_cpu.deadline = deadline;
}

void arch_vcpu_reset(struct vcpu *v, uint64_t entry, uint64_t arg, uint64_t vttbr)
{
	v->arch = (struct arch_vcpu){.x[0] = arg, .pc = entry, .vttbr = vttbr};
}

void arch_vcpu_resume_at(struct vcpu *v, uint64_t entry)
{
	v->arch.pc = entry;
}

void arch_vcpu_discard(void)
{
	memset(fake_cpu.lr, 0, sizeof(fake_cpu.lr));
	fake_cpu.hcr = 1;
	fake_cpu.gic[GIC_PPI_VTIMER].active = false;
}

void arch_vcpu_timer_due(struct vcpu *v)
{
	v->arch.timer_active = true;
}

void arch_vcpu_where(const struct vcpu *v, struct pl_fault *f, bool trapped)
{
	(void)trapped;
	f->pc = v->arch.pc;
}

void fake_enter(struct vcpu *v)
{
	struct cpu *c = fake_cpu.cpu;

	if (c->loaded == v)
		return;
	if (c->loaded)
		vgic_unload(c->loaded);
	c->loaded = v;
	vgic_load(v);
}

/* Nothing pending: the next thing that can happen is the timer. */
void arch_idle(void)
{
	fake_cpu.idles++;
	if (arch_irq_pending())
		return;
	if (fake_cpu.deadline != UINT64_MAX)
		fake_cpu.now = fake_cpu.deadline;
	else if (fake_cpu.asleep)
		longjmp(*fake_cpu.asleep, 1);
	else
		abort();
}

void arch_tlb_flush_all(void)
{
}

void arch_icache_flush(void)
{
}

void arch_publish(const void *p, uint64_t bytes)
{
	(void)p;
	(void)bytes;
}

void arch_scrub(void *to, uint64_t bytes)
{
	memset(to, 0, bytes);
}

void arch_copy(void *to, const void *from, uint64_t bytes)
{
	memcpy(to, from, bytes);
}

/* The virtual CPU interface */

uint32_t arch_lr_count(void)
{
	return ARCH_LR_MAX;
}

uint64_t arch_lr_read(uint32_t n)
{
	return fake_cpu.lr[n];
}

void arch_lr_write(uint32_t n, uint64_t value)
{
	fake_cpu.lr[n] = value;
}

void arch_lr_control(uint64_t hcr)
{
	fake_cpu.hcr = hcr;
}

uint64_t arch_lr_status(void)
{
	return fake_cpu.hcr;
}

/* ICH_ELRSR_EL2: neither holds an interrupt nor has the end of one to tell. */
uint32_t arch_lr_empty(void)
{
	uint32_t empty = 0;

	for (uint32_t i = 0; i < ARCH_LR_MAX; i++) {
		uint64_t lr = fake_cpu.lr[i];

		if (!(lr & LR_STATE) && ((lr & LR_HW) || !(lr & LR_EOI)))
			empty |= 1u << i;
	}
	return empty;
}

static bool maintenance_pending(void)
{
	uint32_t valid = 0, pending = 0;
	bool ended = false;

	for (uint32_t i = 0; i < ARCH_LR_MAX; i++) {
		uint64_t lr = fake_cpu.lr[i];

		valid += (lr & LR_STATE) != 0;
		pending += (lr & LR_STATE) == LR_PENDING;
		ended |= !(lr & LR_STATE) && !(lr & LR_HW) && (lr & LR_EOI);
	}
	return (fake_cpu.hcr & 1) && (ended || ((fake_cpu.hcr & HCR_UIE) && valid <= 1) ||
					     ((fake_cpu.hcr & HCR_NPIE) && pending == 0) ||
					     ((fake_cpu.hcr & HCR_LRENPIE) && (fake_cpu.hcr & EOI_COUNT)));
}

static uint32_t lr_priority(uint64_t lr)
{
	return lr >> 48 & 0xff;
}

/* The most urgent pending one, if more urgent than all that are active. */
uint32_t fake_guest_ack(void)
{
	uint32_t running = 0x100, best = ARCH_LR_MAX;

	for (uint32_t i = 0; i < ARCH_LR_MAX; i++)
		if ((fake_cpu.lr[i] & LR_ACTIVE) && lr_priority(fake_cpu.lr[i]) < running)
			running = lr_priority(fake_cpu.lr[i]);
	for (uint32_t i = 0; i < ARCH_LR_MAX; i++) {
		uint64_t lr = fake_cpu.lr[i];

		if ((lr & LR_STATE) == LR_PENDING && lr_priority(lr) < running) {
			running = lr_priority(lr);
			best = i;
		}
	}
	if (best == ARCH_LR_MAX)
		return FAKE_NO_INTID;
	fake_cpu.lr[best] ^= LR_STATE; /* pending to active */
	return (uint32_t)fake_cpu.lr[best] & 0x3ff;
}

void fake_guest_end(uint32_t virq)
{
	for (uint32_t i = 0; i < ARCH_LR_MAX; i++) {
		uint64_t lr = fake_cpu.lr[i];

		if ((lr & 0x3ff) != virq || !(lr & LR_ACTIVE))
			continue;
		fake_cpu.lr[i] &= ~LR_ACTIVE;
		if (lr & LR_HW)
			fake_cpu.gic[lr >> 32 & 0x3ff].active = false;
		return;
	}
	fake_cpu.hcr += EOI_COUNT_ONE;
}

/* The physical interrupt controller */

static bool line_pending(uint32_t intid)
{
	const struct fake_gic_line *l = &fake_cpu.gic[intid];

	if (!l->enabled || l->active)
		return false;
	if (intid == GIC_PPI_HYP_TIMER)
		return fake_cpu.now >= fake_cpu.deadline;
	if (intid == GIC_PPI_MAINTENANCE)
		return fake_cpu.cpu->loaded && maintenance_pending();
	return l->pending;
}

bool arch_irq_pending(void)
{
	for (uint32_t i = 0; i < GIC_MAX; i++)
		if (line_pending(i))
			return true;
	return false;
}

uint32_t gic_ack(void)
{
	for (uint32_t i = 0; i < GIC_MAX; i++) {
		if (!line_pending(i))
			continue;
		if (++fake_cpu.acks > FAKE_ACK_LIMIT)
			abort();
		fake_cpu.gic[i].pending = false;
		fake_cpu.gic[i].active = true;
		return i;
	}
	fake_cpu.acks = 0;
	return GIC_SPURIOUS + 3;
}

void fake_raise(uint32_t pirq)
{
	fake_cpu.gic[pirq].pending = true;
}

void gic_end(uint32_t intid)
{
	(void)intid; /* EOImode 1: priority drop only */
}

void gic_deactivate(uint32_t intid)
{
	fake_cpu.gic[intid].active = false;
}

void gic_enable(uint32_t intid, bool on)
{
	fake_cpu.gic[intid].enabled = on;
}

int arch_cpu_on(struct cpu *c)
{
	(void)c;
	return 0;
}

void arch_mmio_reply(struct vcpu *v)
{
	vcpu_resume(v);
}

void gic_send(uint32_t cpu)
{
	fake_cpu.sent |= 1u << cpu;
}

void gic_route(uint32_t intid, uint32_t cpu)
{
	(void)intid;
	(void)cpu;
}

void gic_set_level(uint32_t intid, bool level)
{
	fake_cpu.gic[intid].level = level;
}

void gic_set_pending(uint32_t intid, bool on)
{
	fake_cpu.gic[intid].pending = on;
}

void gic_set_active(uint32_t intid, bool on)
{
	fake_cpu.gic[intid].active = on;
}
