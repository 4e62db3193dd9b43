/*
 * Arm SMMUv3 (IHI 0070), stage 2 only. Two-level stream table: every first-level entry of a partition's
 * streams names the same block of 64 equal entries, so that one page states a partition's translation.
 */
#include "arch.h"
#include "hv/core/dma.h"
#include "hv/core/seams.h"

/* clang-format off */
enum { IDR0 = 0x00, IDR1 = 0x04, CR0 = 0x20, CR0ACK = 0x24, CR1 = 0x28, CR2 = 0x2c, GBPA = 0x44, IRQ_CTRL = 0x50,
       IRQ_CTRLACK = 0x54, GERROR = 0x60, GERRORN = 0x64, STRTAB_BASE = 0x80, STRTAB_BASE_CFG = 0x88,
       CMDQ_BASE = 0x90, CMDQ_PROD = 0x98, CMDQ_CONS = 0x9c, EVENTQ_BASE = 0xa0, EVENTQ_PROD = 0x100a8,
       EVENTQ_CONS = 0x100ac };
enum { CMD_CFGI_ALL = 0x04, CMD_TLBI_S12_VMALL = 0x28, CMD_TLBI_NSNH_ALL = 0x30, CMD_SYNC = 0x46 };
/* clang-format on */
#define IDR0_NEEDED	(1u << 0 | 2u << 2 | 1u << 4) /* stage 2, AArch64 tables, coherent walks */
#define IDR0_2LVL	(1u << 27)
#define IDR1_PRESET	(3u << 29) /* tables or queues at fixed addresses */
#define IDR1_SIDSIZE	63u
#define SID_BITS	16u
#define CR0_SMMUEN	1u
#define CR0_EVENTQEN	4u
#define CR0_CMDQEN	8u
#define CR1_CACHED	0xd75u /* tables and queues: write-back, inner shareable */
#define CR2_PTM		4u     /* broadcast TLB maintenance is not for this SMMU: it is told */
#define CR2_RECINVSID	2u
#define GBPA_UPDATE	(1u << 31)
#define GBPA_ABORT	(1u << 20)
#define IRQ_ON		5u /* event queue, global errors */
#define READ_ALLOCATE	(1ull << 62)
#define STRTAB_2LVL	(1u << 16)
#define STRTAB_SPLIT_6	(6u << 6)
#define L1_SPAN_64	7ull
#define CMDQ_LOG2	4u
#define EVENTQ_LOG2	3u
#define CMD_RANGE_ALL	31ull
#define EVENTQ_OVERFLOW (1u << 31)
#define STE_VALID	1ull
#define STE_S2		(6ull << 1)
#define STE_SHCFG_IN	(1ull << 44)
#define STE_S2AA64	(1ull << 51)
#define STE_S2AFFD	(1ull << 53)
#define STE_S2R		(1ull << 58) /* S2S clear: faults terminate, nothing stalls */
#define VTCR_FIELDS	0x7ffffull   /* S2T0SZ to S2PS: as VTCR_EL2 has them */
#define POLL_LIMIT	20000u	     /* a millisecond, on real hardware */

_Static_assert(SMMU_EVENT_COUNT == 1u << EVENTQ_LOG2, "event queue");
_Static_assert(SMMU_STREAM_COUNT == 1u << SID_BITS, "stream table");

struct ste {
	uint64_t w[8];
};
struct command {
	uint64_t w[2];
};
struct record {
	uint64_t w[4];
};

static uint64_t base;
static uint64_t *level1;
static struct ste *block_of[PL_MAX_PARTITIONS];
static struct command *commands;
static const struct record *records;
static uint32_t event_cons;
static bool broken; /* it did not answer once: it is not waited for again */

static uint32_t reg_read(uint32_t reg)
{
	return *(volatile uint32_t *)hv_ptr(paddr(base + reg));
}

static void reg_write(uint32_t reg, uint32_t value)
{
	*(volatile uint32_t *)hv_ptr(paddr(base + reg)) = value;
}

static void reg_write64(uint32_t reg, uint64_t value)
{
	*(volatile uint64_t *)hv_ptr(paddr(base + reg)) = value;
}

static void reg_await(uint32_t reg, uint32_t mask, uint32_t value)
{
	for (uint32_t i = 0; i < POLL_LIMIT && !broken; i++)
		if ((reg_read(reg) & mask) == value)
			return;
	if (!broken)
		hv_log("smmu: register 0x%x stays 0x%x", reg, reg_read(reg));
	broken = true;
}

static void reg_set(uint32_t reg, uint32_t value, uint32_t ack)
{
	reg_write(reg, value);
	reg_await(ack, ~0u, value);
}

/* The queue is empty between calls: each ends with a CMD_SYNC that was waited for. */
static void command_run(uint64_t w0, uint64_t w1)
{
	uint32_t mask = (2u << CMDQ_LOG2) - 1, prod = reg_read(CMDQ_PROD);

	commands[prod & (mask >> 1)] = (struct command){{w0, w1}};
	prod++;
	commands[prod & (mask >> 1)] = (struct command){{CMD_SYNC, 0}};
	prod++;
	dsb_sy(); /* with the SMMU's fetch of what PROD covers */
	reg_write(CMDQ_PROD, prod & mask);
	reg_await(CMDQ_CONS, mask, prod & mask);
}

static void bypass_close(void)
{
	reg_await(GBPA, GBPA_UPDATE, 0);
	reg_write(GBPA, GBPA_UPDATE | GBPA_ABORT);
	reg_await(GBPA, GBPA_UPDATE, 0);
}

static void memory_init(void)
{
	level1 = pool_alloc(SMMU_STREAM_COUNT / SMMU_STREAM_BLOCK * sizeof(*level1) * 2);
	commands = pool_alloc(4096);
	records = pool_alloc(4096);
	/* The table is aligned to its size: 8 KiB (6.3.24). */
	if (pool_pa(level1).v & 4096)
		level1 += 512;
	reg_write(CR1, CR1_CACHED);
	reg_write(CR2, CR2_PTM | CR2_RECINVSID);
	reg_write64(STRTAB_BASE, READ_ALLOCATE | pool_pa(level1).v);
	reg_write(STRTAB_BASE_CFG, STRTAB_2LVL | STRTAB_SPLIT_6 | SID_BITS);
	reg_write64(CMDQ_BASE, READ_ALLOCATE | pool_pa(commands).v | CMDQ_LOG2);
	reg_write(CMDQ_PROD, 0);
	reg_write(CMDQ_CONS, 0);
	reg_write64(EVENTQ_BASE, READ_ALLOCATE | pool_pa(records).v | EVENTQ_LOG2);
	reg_write(EVENTQ_PROD, 0);
	reg_write(EVENTQ_CONS, 0);
}

static void turn_on(void)
{
	reg_set(CR0, CR0_CMDQEN, CR0ACK);
	command_run(CMD_CFGI_ALL, CMD_RANGE_ALL);
	command_run(CMD_TLBI_NSNH_ALL, 0);
	reg_set(IRQ_CTRL, IRQ_ON, IRQ_CTRLACK);
	reg_set(CR0, CR0_CMDQEN | CR0_EVENTQEN | CR0_SMMUEN, CR0ACK);
}

int smmu_init(uint64_t pa)
{
	uint32_t id0, id1;

	base = pa;
	if (!arch_answers((uint64_t)hv_ptr(paddr(base + IDR0)))) {
		hv_log("smmu: there is none at 0x%lx", pa);
		return -ENODEV;
	}
	bypass_close();
	reg_set(CR0, 0, CR0ACK);
	id0 = reg_read(IDR0);
	id1 = reg_read(IDR1);
	if ((id0 & IDR0_NEEDED) != IDR0_NEEDED || !(id0 & IDR0_2LVL) || id1 & IDR1_PRESET ||
		(id1 & IDR1_SIDSIZE) < SID_BITS) {
		hv_log("smmu: identification 0x%x 0x%x: no coherent two-level stage 2 for %u streams", id0,
			id1, SMMU_STREAM_COUNT);
		return -ENODEV;
	}
	memory_init();
	turn_on();
	return broken ? -ETIMEDOUT : 0;
}

int smmu_assign(uint32_t partition, uint32_t first, uint32_t count)
{
	if (!count || (first | count) % SMMU_STREAM_BLOCK || first >= SMMU_STREAM_COUNT ||
		count > SMMU_STREAM_COUNT - first)
		return -EINVAL;
	if (!block_of[partition])
		block_of[partition] = pool_alloc(SMMU_STREAM_BLOCK * sizeof(struct ste));
	for (uint32_t i = first / SMMU_STREAM_BLOCK; i < (first + count) / SMMU_STREAM_BLOCK; i++)
		level1[i] = pool_pa(block_of[partition]).v | L1_SPAN_64;
	return smmu_set(partition, SMMU_ABORT, 0);
}

/* An entry that aborts is changed freely behind its first word, which goes last (3.21.3). */
static INLINE void ste_write(struct ste *s, enum smmu_state state, uint64_t vttbr)
{
	if (state != SMMU_ABORT) {
		s->w[1] = STE_SHCFG_IN;
		s->w[3] = vttbr & 0xffffffffffffull;
		s->w[2] = vttbr >> 48 | (VTCR & VTCR_FIELDS) << 32 | STE_S2AA64 | STE_S2AFFD |
			  (state == SMMU_TRANSLATE ? STE_S2R : 0);
		__asm__ volatile("dmb st" : : : "memory"); /* with the SMMU's fetch of the entry */
	}
	*(volatile uint64_t *)&s->w[0] = STE_VALID | (state == SMMU_ABORT ? 0 : STE_S2);
}

int smmu_set(uint32_t partition, enum smmu_state state, uint64_t vttbr)
{
	struct ste *s = block_of[partition];

	if (!s)
		return 0;
#pragma GCC unroll 8 /* interrupts are masked */
	for (uint32_t i = 0; i < SMMU_STREAM_BLOCK; i++)
		ste_write(&s[i], state, vttbr);
	dsb_sy();
	command_run(CMD_CFGI_ALL, CMD_RANGE_ALL);
	command_run(CMD_TLBI_S12_VMALL | (vttbr >> 48) << 32, 0);
	return broken ? -ETIMEDOUT : 0;
}

bool smmu_event(struct smmu_event *e, bool *lost)
{
	uint32_t mask = (2u << EVENTQ_LOG2) - 1, prod = reg_read(EVENTQ_PROD);
	const volatile uint64_t *w;

	*lost = (prod ^ event_cons) & EVENTQ_OVERFLOW;
	event_cons = (event_cons & mask) | (prod & EVENTQ_OVERFLOW);
	if ((prod & mask) == (event_cons & mask)) {
		reg_write(EVENTQ_CONS, event_cons);
		return false;
	}
	__asm__ volatile("dmb ld" : : : "memory"); /* with the SMMU's write of the record before PROD */
	w = records[event_cons & (mask >> 1)].w;
	*e = (struct smmu_event){.stream = (uint32_t)(w[0] >> 32), .type = w[0] & 0xff, .address = w[2]};
	event_cons = ((event_cons + 1) & mask) | (event_cons & EVENTQ_OVERFLOW);
	reg_write(EVENTQ_CONS, event_cons);
	return true;
}

uint32_t smmu_error(void)
{
	uint32_t error = reg_read(GERROR), active = error ^ reg_read(GERRORN);

	if (active)
		reg_write(GERRORN, error);
	return active;
}
