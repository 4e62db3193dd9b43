#include "hv/core/mail.h"

#include "hv/core/partition.h"

bool partition_is_here(const struct partition *p)
{
	return p->vcpu[0].cpu == cpu_this();
}

/* This CPU interrupts those that it owes it, and none again before MAIL_PAUSE_US have passed. */
void mail_send(struct hv_timer *t)
{
	struct cpu *c = (struct cpu *)((char *)t - offsetof(struct cpu, send));

	for (; c->owed; c->owed &= c->owed - 1)
		gic_send((uint32_t)__builtin_ctz(c->owed));
	c->send_next = time_now() + time_hz() * MAIL_PAUSE_US / 1000000;
}

/*
 * After the bits themselves: pairs with the exchange in mail_handle. The first bit needs an interrupt, later ones
 * find it on its way.
 */
static void notify(struct cpu *to, const struct partition *p)
{
	struct cpu *c = cpu_this();

	if (__atomic_fetch_or(&to->mail, 1u << p->index, __ATOMIC_ACQ_REL))
		return;
	c->owed |= 1u << to->index;
	if (time_now() >= c->send_next)
		mail_send(&c->send);
	else if (!c->send.armed)
		hv_timer_arm(&c->send, c->send_next);
}

void mail_vcpu(struct vcpu *v, uint32_t flags)
{
	__atomic_fetch_or(&v->mail, flags, __ATOMIC_RELEASE);
	notify(v->cpu, v->partition);
}

void mail_interrupt(struct vcpu *v, uint32_t virq)
{
	__atomic_fetch_or(&v->mail_virq[virq / 32], 1u << virq % 32, __ATOMIC_RELEASE);
	notify(v->cpu, v->partition);
}

void mail_partition(struct partition *p, uint32_t flags)
{
	__atomic_fetch_or(&p->mail, flags, __ATOMIC_RELEASE);
	notify(p->vcpu[0].cpu, p);
}

static void vcpu_interrupts(struct vcpu *v, bool void_)
{
	uint32_t n, bits;

	for (n = 0; n < VGIC_WORDS; n++)
		for (bits = __atomic_exchange_n(&v->mail_virq[n], 0, __ATOMIC_ACQUIRE); bits;
			bits &= bits - 1)
			if (!void_)
				vgic_inject(v, n * 32 + (uint32_t)__builtin_ctz(bits));
}

static void vcpu_mail(struct vcpu *v)
{
	uint32_t flags = __atomic_exchange_n(&v->mail, 0, __ATOMIC_ACQUIRE);

	vcpu_interrupts(v, flags & MAIL_HALT);
	if (flags & MAIL_HALT) {
		vcpu_halt(v);
		return;
	}
	if (flags & MAIL_REPLY)
		arch_mmio_reply(v);
	if (flags & MAIL_LOOK && vgic_deliverable(v))
		vcpu_wake(v, VCPU_WAITING);
	if (flags & MAIL_ON && v->starting) /* not called off by a halt meanwhile */
		vcpu_wake(v, VCPU_OFF);
	vcpu_wake(v, flags & (VCPU_OFF | VCPU_WAITING | VCPU_BLOCKED));
}

static void partition_mail(struct partition *p)
{
	uint32_t flags = __atomic_exchange_n(&p->mail, 0, __ATOMIC_ACQUIRE), i;

	for (i = 0; i < p->config->vcpu_count; i++)
		if (flags & MAIL_REQUEST << i)
			vgic_serve(&p->vcpu[i]);
	if (flags & MAIL_LEVEL)
		vgic_levels(p);
	if (flags & MAIL_FAULT)
		fault_end(p);
	if (flags & MAIL_SILENT)
		partition_devices_reset(p);
	for (i = PL_CONTROL_STOP; i <= PL_CONTROL_RESTART; i++)
		if (flags & MAIL_STOP << i)
			(void)partition_control(p, i);
	if (flags & MAIL_READY)
		partition_look(p);
}

void mail_handle(struct cpu *c)
{
	uint32_t who = __atomic_exchange_n(&c->mail, 0, __ATOMIC_ACQ_REL), i;

	for (; who; who &= who - 1) {
		struct partition *p = partition_get((uint32_t)__builtin_ctz(who));

		for (i = 0; i < p->config->vcpu_count; i++)
			if (p->vcpu[i].cpu == c)
				vcpu_mail(&p->vcpu[i]);
		if (partition_is_here(p))
			partition_mail(p);
	}
}
