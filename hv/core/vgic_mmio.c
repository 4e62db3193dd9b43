/* The memory-mapped registers of the virtual GICv3: GICD (IHI 0069 12.9) and GICR (12.10, 12.11). */
#include "hv/core/vgic.h"

#include "hv/core/partition.h"

/* clang-format off */
enum { GICD_CTLR = 0x000, GICD_TYPER = 0x004, GICX_IGROUPR = 0x080, GICX_ISENABLER = 0x100,
       GICX_ICENABLER = 0x180, GICX_ISPENDR = 0x200, GICX_ICPENDR = 0x280, GICX_ISACTIVER = 0x300,
       GICX_ICACTIVER = 0x380, GICX_IPRIORITYR = 0x400, GICX_ICFGR = 0xc00, GICD_IROUTER = 0x6000,
       GICX_PIDR2 = 0xffe8, GICR_TYPER = 0x008 };
/* clang-format on */
#define CTLR_ENABLE	3u
#define CTLR_ARE_DS	0x50u			      /* affinity routing on, one security state */
#define TYPER		(9u << 19 | (VGIC_WORDS - 1)) /* 10 bits of INTID, no LPIs */
#define PIDR2_GICV3	0x3bu
#define GICR_TYPER_LAST 0x10u
#define PRIORITY_BITS	0xf8u

static uint32_t bits_read(struct vcpu *v, uint32_t n, uint32_t group)
{
	struct vgic_word *w = vgic_word(v, n);

	switch (group) {
	case GICX_IGROUPR: return ~0u;
	case GICX_ISENABLER:
	case GICX_ICENABLER: return w->enabled;
	case GICX_ISPENDR:
	case GICX_ICPENDR: vgic_refill(v); return w->pending | (w->line & ~w->edge);
	default: vgic_refill(v); return w->active;
	}
}

/* What the guest enables, of physical interrupts assigned to it, is enabled at the physical controller. */
static void physical_enable(const struct vgic_word *w, uint32_t bits, bool on)
{
	for (bits &= w->hw; bits; bits &= bits - 1) {
		uint32_t pirq = w->pirq[__builtin_ctz(bits)];

		if (pirq >= 32)
			gic_enable(pirq, on);
	}
}

/*
 * The timer's interrupt is shared by all vCPUs: made pending by hand, it might be taken for the next one. It
 * follows its line only.
 */
static void pending_set(struct vgic_word *w, uint32_t bits)
{
	uint32_t physical = bits & w->hw;

	w->pending |= bits & ~w->hw;
	for (; physical; physical &= physical - 1)
		if (w->pirq[__builtin_ctz(physical)] >= 32)
			gic_set_pending(w->pirq[__builtin_ctz(physical)], true);
}

/* A physical interrupt that was taken for the guest, and is now withdrawn, must not stay active. */
static void pending_clear(struct vgic_word *w, uint32_t bits)
{
	uint32_t physical = bits & w->hw & ~w->active;

	for (; physical; physical &= physical - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(physical);

		gic_set_pending(w->pirq[i], false);
		if (w->pending >> i & 1)
			gic_set_active(w->pirq[i], false);
	}
	w->pending &= ~bits;
}

static void active_clear(struct vcpu *v, uint32_t n, uint32_t bits)
{
	for (bits &= vgic_word(v, n)->active; bits; bits &= bits - 1)
		vgic_deactivate(v, n * 32 + (uint32_t)__builtin_ctz(bits));
}

/* Another vCPU of the partition may be waiting for an SPI that has just become deliverable. */
static void wake_waiting(struct partition *p)
{
	for (uint32_t i = 0; i < p->config->vcpu_count; i++)
		if (p->vcpu[i].cpu == cpu_this() && p->vcpu[i].asleep & VCPU_WAITING &&
			vgic_deliverable(&p->vcpu[i]))
			vcpu_wake(&p->vcpu[i], VCPU_WAITING);
}

static void bits_write(struct vcpu *v, uint32_t n, uint32_t group, uint32_t bits)
{
	struct vgic_word *w = vgic_word(v, n);

	vgic_open(v);
	switch (group) {
	case GICX_ISENABLER:
		w->enabled |= bits;
		physical_enable(w, bits, true);
		break;
	case GICX_ICENABLER:
		w->enabled &= ~bits;
		physical_enable(w, bits, false);
		break;
	case GICX_ISPENDR: pending_set(w, bits); break;
	case GICX_ICPENDR: pending_clear(w, bits); break;
	case GICX_ISACTIVER: w->active |= bits & ~w->hw; break;
	case GICX_ICACTIVER: active_clear(v, n, bits); break;
	default: break;
	}
	vgic_close(v);
	wake_waiting(v->partition);
}

/* 2 bits an interrupt, the upper one: edge. */
static uint32_t config_access(struct vcpu *v, uint32_t offset, bool write, uint32_t value)
{
	uint32_t first = (offset - GICX_ICFGR) * 4, i, read = 0;
	struct vgic_word *w = vgic_word(v, first / 32);

	for (i = 0; i < 16; i++) {
		uint32_t bit = 1u << (first % 32 + i);

		if (write && first + i >= 16)
			w->edge = value >> (i * 2 + 1) & 1 ? w->edge | bit : w->edge & ~bit;
		read |= (uint32_t)!!(w->edge & bit) << (i * 2 + 1);
	}
	return read;
}

static void priority_set(struct vgic_word *w, uint32_t i, uint32_t priority)
{
	for (uint32_t k = 0; k < VGIC_PLANES; k++)
		w->plane[k] = (w->plane[k] & ~(1u << i)) | (priority >> (7 - k) & 1) << i;
	w->priority[i] = (uint8_t)priority;
}

static void priority_access(struct vcpu *v, uint32_t offset, struct mmio *m)
{
	uint32_t first = offset - GICX_IPRIORITYR, i;
	struct vgic_word *w = vgic_word(v, first / 32);

	if (m->write)
		vgic_open(v); /* what is listed has the old one */
	for (i = 0; i < m->bytes; i++)
		if (m->write)
			priority_set(w, first % 32 + i, (uint32_t)(m->value >> i * 8) & PRIORITY_BITS);
		else
			m->value |= (uint64_t)w->priority[first % 32 + i] << i * 8;
	if (m->write)
		vgic_close(v);
}

/* Registers that distributor and redistributor share; private: only interrupts 0 to 31, else only the rest. */
static SEPARATE int common_access(struct vcpu *v, uint32_t offset, struct mmio *m, bool private)
{
	uint32_t n = offset % 0x80 / 4;

	if (offset >= GICX_IPRIORITYR && offset < GICX_IPRIORITYR + PL_VIRQ_COUNT) {
		if (m->bytes <= 4 && (offset - GICX_IPRIORITYR < 32) == private)
			priority_access(v, offset, m);
		return 0;
	}
	if (m->bytes != 4)
		return -EINVAL;
	if (offset >= GICX_ICFGR && offset < GICX_ICFGR + PL_VIRQ_COUNT / 4) {
		if ((offset - GICX_ICFGR < 8) == private)
			m->value = config_access(v, offset, m->write, (uint32_t)m->value);
		return 0;
	}
	if (offset < GICX_IGROUPR || offset >= GICX_IPRIORITYR)
		return 0; /* reserved, or of a feature that is not there: RAZ/WI */
	if (n >= VGIC_WORDS || (n == 0) != private)
		return 0;
	if (m->write)
		bits_write(v, n, offset & ~0x7fu, (uint32_t)m->value);
	else
		m->value = bits_read(v, n, offset & ~0x7fu);
	return 0;
}

static void control_write(struct vcpu *v, bool on)
{
	vgic_open(v);
	v->partition->vgic.on = on ? ~0u : 0;
	vgic_close(v);
	for (uint32_t i = 0; i < v->partition->config->vcpu_count; i++)
		if (v->partition->vcpu[i].cpu != cpu_this())
			mail_vcpu(&v->partition->vcpu[i], MAIL_LOOK);
	wake_waiting(v->partition);
}

/* GICD_IROUTER<n>: affinity of the vCPU that takes SPI n. Any-of routing goes to the first. */
static SEPARATE int router_access(struct vcpu *v, uint32_t offset, struct mmio *m)
{
	uint32_t intid = (offset - GICD_IROUTER) / 8;
	uint8_t *target = &v->partition->vgic.target[intid];
	uint64_t to = m->value & 0xff;

	if (intid < 32 || (m->bytes == 4 && offset & 4))
		return 0;
	if (m->write && to < v->partition->config->vcpu_count && v->partition->vcpu[to].cpu == cpu_this())
		*target = (uint8_t)to;
	m->value = *target;
	return 0;
}

static SEPARATE int control_access(struct vcpu *v, struct mmio *m)
{
	if (m->write)
		control_write(v, m->value & CTLR_ENABLE);
	m->value = CTLR_ARE_DS | (v->partition->vgic.on ? CTLR_ENABLE : 0);
	return 0;
}

static INLINE int distributor_access(struct vcpu *v, uint32_t offset, struct mmio *m)
{
	switch (offset) {
	case GICD_CTLR: return control_access(v, m);
	case GICD_TYPER: m->value = TYPER; return 0;
	case GICX_PIDR2: m->value = PIDR2_GICV3; return 0;
	case GICD_IROUTER ... GICD_IROUTER + PL_VIRQ_COUNT * 8 - 1: return router_access(v, offset, m);
	default: return common_access(v, offset, m, false);
	}
}

static SEPARATE int redistributor_access(struct vcpu *v, uint32_t cpu, uint32_t offset, struct mmio *m)
{
	uint64_t typer = (uint64_t)cpu << 32 | cpu << 8;

	if (cpu >= v->partition->config->vcpu_count)
		return -ENODEV;
	if (cpu + 1u == v->partition->config->vcpu_count)
		typer |= GICR_TYPER_LAST;
	if (offset >= VGIC_FRAME_BYTES && v->partition->vcpu[cpu].cpu != cpu_this())
		return 0; /* its own CPU alone knows; no kernel asks for another one's */
	if (offset >= VGIC_FRAME_BYTES)
		return common_access(&v->partition->vcpu[cpu], offset - VGIC_FRAME_BYTES, m, true);
	switch (offset) {
	case GICR_TYPER: m->value = typer; break;
	case GICR_TYPER + 4: m->value = typer >> 32; break;
	case GICX_PIDR2: m->value = PIDR2_GICV3; break;
	default: break; /* CTLR, IIDR, STATUSR, WAKER (awake): zero; no LPIs */
	}
	return 0;
}

int vgic_mmio(struct vcpu *v, struct mmio *m)
{
	uint64_t offset = m->ipa.v - PL_GICR_IPA;

	if (m->ipa.v & (m->bytes - 1u))
		return -EINVAL;
	if (m->ipa.v < PL_GICD_IPA + VGIC_FRAME_BYTES)
		return distributor_access(v, (uint32_t)(m->ipa.v - PL_GICD_IPA), m);
	if (m->ipa.v < PL_GICR_IPA)
		return -ENODEV;
	return redistributor_access(
		v, (uint32_t)(offset / VGIC_GICR_BYTES), (uint32_t)(offset % VGIC_GICR_BYTES), m);
}

bool vgic_request(struct vcpu *v, const struct mmio *m, uint64_t esr)
{
	if (partition_is_here(v->partition) || m->ipa.v >= PL_GICR_IPA)
		return false;
	v->request = *m;
	v->request_esr = esr;
	vcpu_block(v);
	mail_partition(v->partition, MAIL_REQUEST << v->index);
	return true;
}

void vgic_serve(struct vcpu *v)
{
	struct vcpu *here = cpu_this()->loaded; /* its list registers are the ones to open */

	if (!here || here->partition != v->partition)
		here = &v->partition->vcpu[0];
	if (vgic_mmio(here, &v->request) < 0) {
		v->request.value = 0;
		partition_fault(v, PL_FAULT_DEVICE_ACCESS, v->request.ipa, false);
	}
	mail_vcpu(v, MAIL_REPLY);
}
