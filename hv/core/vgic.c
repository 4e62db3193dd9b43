#include "hv/core/vgic.h"

#include "hv/core/partition.h"

/* List register, IHI 0069 12.4.8. */
#define LR_PENDING (1ull << 62)
#define LR_ACTIVE  (1ull << 63)
#define LR_HW	   (1ull << 61)
#define LR_GROUP1  (1ull << 60)
#define LR_EOI	   (1ull << 41) /* tell when it is over: without a physical interrupt behind it only */
/* ICH_HCR_EL2, 12.4.5. */
#define HCR_EN		   (1ull << 0)
#define HCR_UIE		   (1ull << 1) /* at most one list register in use */
#define HCR_LRENPIE	   (1ull << 2) /* an EOI met no list register */
#define HCR_EOI_COUNT(hcr) ((hcr) >> 27 & 31)

static bool is_loaded(const struct vcpu *v)
{
	return cpu_this()->loaded == v;
}

static uint32_t word_deliverable(const struct vcpu *v, const struct vgic_word *w)
{
	return (w->pending | (w->line & ~w->edge)) & w->enabled & v->partition->vgic.on;
}

/* SPIs of word n that are routed to v, which has siblings. */
static SEPARATE uint32_t word_routed(const struct vcpu *v, uint32_t n)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < 32; i++)
		mask |= (uint32_t)(v->partition->vgic.target[n * 32 + i] == v->index) << i;
	return mask;
}

static struct vcpu *route(struct partition *p, uint32_t virq)
{
	uint8_t target = p->vgic.target[virq];

	return &p->vcpu[target < p->config->vcpu_count ? target : 0];
}

/* lr is what register n has become. */
static void fold_one(struct vcpu *v, uint32_t n, uint64_t lr)
{
	uint32_t virq = v->vgic.virq[n], bit = 1u << virq % 32;
	struct vgic_word *w = vgic_word(v, virq / 32);

	w->listed &= ~bit;
	w->active = lr & LR_ACTIVE ? w->active | bit : w->active & ~bit;
	if (!(lr & LR_PENDING))
		w->pending &= ~bit;
	else if ((w->edge | w->hw) & bit) /* else a level, which is asked for */
		w->pending |= bit;
}

static void fold(struct vcpu *v)
{
	for (uint32_t used = v->vgic.used; used; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		fold_one(v, n, arch_lr_read(n));
		arch_lr_write(n, 0);
	}
	v->vgic.used = 0;
	v->vgic.timer_lr = 0;
}

static INLINE uint32_t word_candidates(struct vcpu *v, uint32_t n)
{
	const struct vgic_word *w = vgic_word(v, n);
	uint32_t candidates = (w->active | word_deliverable(v, w)) & ~w->listed;

	if (candidates && n && v->partition->config->vcpu_count > 1)
		candidates &= word_routed(v, n);
	return candidates;
}

/* Is one of those in the list registers pending only? Where the guest has ended one whose line may still be high, it is taken back. */
static bool listed_deliverable(struct vcpu *v)
{
	for (uint32_t used = v->vgic.used; used; used &= used - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint64_t lr = arch_lr_read(n);

		if ((lr & (LR_PENDING | LR_ACTIVE)) == LR_PENDING)
			return true;
		if (lr & (LR_PENDING | LR_ACTIVE) || !(lr & LR_EOI))
			continue;
		fold_one(v, n, 0);
		arch_lr_write(n, 0);
		v->vgic.used &= ~(1u << n);
	}
	return false;
}

bool vgic_deliverable(struct vcpu *v)
{
	uint32_t any = 0;

	if (v->vgic.backlog)
		vgic_refill(v);
	if (is_loaded(v) && listed_deliverable(v))
		return true;
#pragma GCC unroll 4
	for (uint32_t n = 0; n < VGIC_WORDS; n++)
		any |= word_candidates(v, n) & ~vgic_word(v, n)->active;
	return any;
}

static void list(struct vcpu *v, uint32_t slot, uint32_t virq)
{
	struct vgic_word *w = vgic_word(v, virq / 32);
	uint32_t i = virq % 32, bit = 1u << i;
	uint64_t lr = virq | LR_GROUP1 | (uint64_t)w->priority[i] << 48;

	if (w->active & bit)
		lr |= LR_ACTIVE;
	if (w->hw & bit)
		lr |= LR_HW | (uint64_t)w->pirq[i] << 32;
	else if (!(w->edge & bit))
		lr |= LR_EOI;
	/* Pending and active at once does not exist for a physical interrupt (IHI 0069 12.4.8). */
	if (word_deliverable(v, w) & bit && !(w->hw & w->active & bit)) {
		lr |= LR_PENDING;
		trace_event(PL_TRACE_INJECT, v->partition->index, virq, 0, 0);
	}
	w->listed |= bit;
	v->vgic.used |= 1u << slot;
	v->vgic.virq[slot] = (uint16_t)virq;
	arch_lr_write(slot, lr);
	if (virq == GIC_PPI_VTIMER) {
		v->vgic.timer_slot = slot;
		v->vgic.timer_lr = (lr & ~LR_ACTIVE) | LR_PENDING;
	}
}

/* Active ones go first within a priority: they cannot be preempted by it. */
static INLINE uint32_t urgent_key(const struct vgic_word *w, uint32_t i)
{
	return w->priority[i] * 2u + !(w->active >> i & 1);
}

/*
 * The one of these with the least key; VGIC_NONE: there are none. Bit after bit of all keys at once: those that have a
 * zero there are more urgent than the others. Unrolled, because interrupts are masked for up to four of these.
 */
static SEPARATE uint32_t most_urgent(struct vcpu *v, const uint32_t among[VGIC_WORDS])
{
	uint32_t best[VGIC_WORDS], less[VGIC_WORDS], any, n;

	for (n = 0; n < VGIC_WORDS; n++)
		best[n] = among[n];
#pragma GCC unroll 6
	for (uint32_t k = 0; k <= VGIC_PLANES; k++) {
#pragma GCC unroll 4
		for (n = 0, any = 0; n < VGIC_WORDS; n++) {
			const struct vgic_word *w = vgic_word(v, n);

			less[n] = best[n] & (k < VGIC_PLANES ? ~w->plane[k] : w->active);
			any |= less[n];
		}
#pragma GCC unroll 4
		for (n = 0; n < VGIC_WORDS; n++)
			best[n] = any ? less[n] : best[n];
	}
	for (n = 0; n < VGIC_WORDS && !best[n]; n++)
		;
	return n < VGIC_WORDS ? n * 32 + (uint32_t)__builtin_ctz(best[n]) : VGIC_NONE;
}

/*
 * With a backlog, ask to be called when all but one register are free. One less is filled than there are: interrupts are
 * masked for each, and the call comes a little sooner. What waits is less urgent than all that is listed, so that it
 * could not be delivered any earlier.
 */
static SEPARATE void list_urgent(struct vcpu *v)
{
	uint32_t found[VGIC_WORDS], slots = arch_lr_count() - (arch_lr_count() > 2);

#pragma GCC unroll 4
	for (uint32_t n = 0; n < VGIC_WORDS; n++)
		found[n] = word_candidates(v, n);
	v->vgic.backlog = true;
	for (uint32_t slot = 0; slot < slots; slot++) {
		uint32_t virq = most_urgent(v, found);

		found[virq / 32] &= ~(1u << virq % 32);
		list(v, slot, virq);
		v->vgic.least = urgent_key(vgic_word(v, virq / 32), virq % 32);
	}
	arch_lr_control(HCR_EN | HCR_UIE | HCR_LRENPIE);
}

void vgic_load(struct vcpu *v)
{
	uint32_t virq[ARCH_LR_MAX], slots = arch_lr_count(), count = 0, n, bits;

#pragma GCC unroll 4
	for (n = 0; n < VGIC_WORDS; n++)
		for (bits = word_candidates(v, n); bits; bits &= bits - 1) {
			if (count == slots) {
				list_urgent(v);
				return;
			}
			virq[count++] = n * 32 + (uint32_t)__builtin_ctz(bits);
		}
	for (n = 0; n < count; n++)
		list(v, n, virq[n]);
	arch_lr_control(HCR_EN);
}

/* The guest ended an interrupt that had no list register: the most urgent active one of those. False: there is none. */
static bool end_unlisted(struct vcpu *v)
{
	uint32_t among[VGIC_WORDS], virq;

	for (uint32_t n = 0; n < VGIC_WORDS; n++)
		among[n] = vgic_word(v, n)->active & word_candidates(v, n);
	virq = most_urgent(v, among);
	if (virq != VGIC_NONE)
		vgic_deactivate(v, virq);
	return virq != VGIC_NONE;
}

static void ends_collect(struct vcpu *v)
{
	uint64_t count;

	if (!v->vgic.backlog)
		return;
	for (count = HCR_EOI_COUNT(arch_lr_status()); count && end_unlisted(v); count--)
		;
	arch_lr_control(HCR_EN); /* what it asked for is not asked for an empty CPU */
}

void vgic_unload(struct vcpu *v)
{
	ends_collect(v);
	fold(v);
	v->vgic.backlog = false;
}

void vgic_open(struct vcpu *v)
{
	if (is_loaded(v))
		vgic_unload(v);
}

void vgic_close(struct vcpu *v)
{
	if (is_loaded(v))
		vgic_load(v);
}

void vgic_refill(struct vcpu *v)
{
	vgic_open(v);
	vgic_close(v);
}

void vgic_deactivate(struct vcpu *v, uint32_t virq)
{
	struct vgic_word *w = vgic_word(v, virq / 32);
	uint32_t bit = 1u << virq % 32;

	if (w->active & w->hw & bit)
		gic_set_active(w->pirq[virq % 32], false);
	w->active &= ~bit;
}

/* Nothing waits and a register is free: no need to look at the others. */
static bool list_quickly(struct vcpu *v, uint32_t virq)
{
	uint32_t bit = 1u << virq % 32, slot = (uint32_t)__builtin_ctz(~v->vgic.used);
	struct vgic_word *w = vgic_word(v, virq / 32);

	if (v->vgic.backlog || slot >= arch_lr_count() || (w->listed | w->active) & bit)
		return false;
	list(v, slot, virq);
	return true;
}

/* virq may have become deliverable at v. */
static void deliver(struct vcpu *v, struct vgic_word *w, uint32_t virq)
{
	if (!(w->enabled >> virq % 32 & 1) || !v->partition->vgic.on)
		return;
	/* Less urgent than all that is listed: it waits like the others of the backlog. */
	if (is_loaded(v) && !(v->vgic.backlog && urgent_key(w, virq % 32) >= v->vgic.least) &&
		!list_quickly(v, virq))
		vgic_refill(v);
	vcpu_wake(v, VCPU_WAITING);
}

/* Take back list registers whose interrupt is over. */
static void reclaim(struct vcpu *v)
{
	uint32_t empty = v->vgic.used & arch_lr_empty();

	v->vgic.used &= ~empty;
	if (empty >> v->vgic.timer_slot & 1)
		v->vgic.timer_lr = 0;
	for (; empty; empty &= empty - 1)
		fold_one(v, (uint32_t)__builtin_ctz(empty), 0);
}

void vgic_inject(struct vcpu *v, uint32_t virq)
{
	struct vgic_word *w = vgic_word(v, virq / 32);
	uint32_t bit = 1u << virq % 32;

	if (v->cpu != cpu_this()) {
		mail_interrupt(v, virq);
		return;
	}
	if (is_loaded(v))
		reclaim(v);
	if (!(w->listed & bit)) {
		w->pending |= bit;
		deliver(v, w, virq);
		return;
	}
	/* Its state is in a list register: it comes back first, to have this one added. */
	vgic_open(v);
	w->pending |= bit;
	vgic_close(v);
	vcpu_wake(v, VCPU_WAITING);
}

void vgic_timer(struct vcpu *v)
{
	struct vgic_cpu *g = &v->vgic;

	if (!g->timer_lr || !(arch_lr_empty() >> g->timer_slot & 1)) {
		vgic_inject(v, GIC_PPI_VTIMER);
		return;
	}
	arch_lr_write(g->timer_slot, g->timer_lr);
	trace_event(PL_TRACE_INJECT, v->partition->index, GIC_PPI_VTIMER, 0, 0);
	if (v->asleep)
		vcpu_wake(v, VCPU_WAITING);
}

void vgic_pulse(struct partition *p, uint32_t virq)
{
	if (p && virq < PL_VIRQ_COUNT)
		vgic_inject(route(p, virq), virq);
}

static void follow(struct partition *p, uint32_t virq)
{
	uint32_t bit = 1u << virq % 32;
	struct vcpu *v = route(p, virq);
	struct vgic_word *w = vgic_word(v, virq / 32);

	w->line ^= bit;
	if (w->line & w->edge & bit)
		w->pending |= bit;
	if (w->line & bit)
		deliver(v, w, virq);
	else if (w->listed & bit)
		vgic_refill(v);
}

void vgic_levels(struct partition *p)
{
	uint32_t n, changed;

	for (n = 1; n < VGIC_WORDS; n++) {
		changed = __atomic_load_n(&p->vgic.wanted[n - 1], __ATOMIC_ACQUIRE) ^ p->vgic.spi[n - 1].line;
		for (; changed; changed &= changed - 1)
			follow(p, n * 32 + (uint32_t)__builtin_ctz(changed));
	}
}

void vgic_set_level(struct partition *p, uint32_t virq, bool high)
{
	uint32_t bit = 1u << virq % 32, *wanted;

	if (virq < 32 || virq >= PL_VIRQ_COUNT)
		return;
	wanted = &p->vgic.wanted[virq / 32 - 1];
	if (high)
		__atomic_fetch_or(wanted, bit, __ATOMIC_RELEASE);
	else
		__atomic_fetch_and(wanted, ~bit, __ATOMIC_RELEASE);
	if (!partition_is_here(p))
		mail_partition(p, MAIL_LEVEL);
	else if (!!(p->vgic.spi[virq / 32 - 1].line & bit) != high)
		follow(p, virq);
}

/* ICC_SGI1R_EL1, IHI 0069 12.2.21: affinity 0.0.0.x only, which is all that there is. */
void vgic_sgi(struct vcpu *from, uint64_t sgi1r)
{
	uint32_t intid = sgi1r >> 24 & 15, i;
	bool others = sgi1r >> 40 & 1;

	for (i = 0; i < from->partition->config->vcpu_count; i++)
		if (others ? i != from->index : i < 16 && (sgi1r >> i & 1))
			vgic_inject(&from->partition->vcpu[i], intid);
}

void vgic_reset(struct partition *p)
{
	p->vgic = (struct vgic){0};
	for (uint32_t i = 0; i < p->config->vcpu_count; i++)
		p->vcpu[i].vgic = (struct vgic_cpu){
			.word = {.edge = 0xffff /* SGIs */,
				.hw = 1u << GIC_PPI_VTIMER,
				.pirq[GIC_PPI_VTIMER] = GIC_PPI_VTIMER},
		};
}

void vgic_assign(struct partition *p, uint32_t virq, uint32_t pirq)
{
	struct vgic_word *w = &p->vgic.spi[virq / 32 - 1];

	w->hw |= 1u << virq % 32;
	w->pirq[virq % 32] = (uint16_t)pirq;
}
