/* Everything here runs with the MMU off and interrupts masked, unless the case is about that. */
#include "tests/guest/test.h"
#include "tests/guest/inject/cases.h"
#include "tests/guest/inject/inject.h"

#define WATCHDOG 0x09060000ull
#define ADDRESS	 ((1ull << 41) - 0x30d00801ull)
#define REACHED	 ((1ull << 40) - 1) /* by the processor: beyond, stage 1 refuses with the MMU off */
#define NOTHING	 31u
#define FILL	 64u /* accesses or commands in one case */

typedef void (*harm)(uint64_t *s);

static uint64_t pick(uint64_t *s, const uint64_t *from, uint64_t n)
{
	return from[random_next(s) % n];
}
#define PICK(s, list) pick(s, list, sizeof(list) / sizeof((list)[0]))

static const uint64_t frames[] = {BOARD_GICD, BOARD_GICD + 0x6000, BOARD_GICR, BOARD_GICR + 0x10000,
	BOARD_CONSOLE, BOARD_LINE, BOARD_VIRTIO(0), WATCHDOG, WATCHDOG + 0x1000};
static const uint64_t places[] = {0, BOARD_GICD, 0x08010000, 0x09000000, BOARD_VIRTIO(0), BOARD_HOST_PAGE(0),
	0x3f000000, 0x40000000, 0x40200000, 0x40400000, 0x40600000, 0x41000000, 0x42000000, 0x52000000,
	0x52600000, 0x56200000, 0x80000000, 0x4000000000, 0x8000000000, ADDRESS};

static uint64_t wild(uint64_t *s)
{
	uint64_t r = random_next(s);

	if (r & 1)
		return random_next(s) & ADDRESS;
	return PICK(s, places) + (random_next(s) & (r & 2 ? 0xfffff : 0xfff));
}

static uint64_t register_address(uint64_t *s)
{
	return PICK(s, frames) + (random_next(s) & (random_next(s) & 1 ? 0xffc : 0xfff));
}

static uint64_t value_of(uint64_t *s)
{
	static const uint64_t edges[] = {0, 1, 0xff, 0x80000000, 0xffffffff, 1ull << 63, UINT64_MAX};

	return random_next(s) & 1 ? PICK(s, edges) : random_next(s);
}

static void run_words(uint64_t value, const uint32_t *words, uint32_t n)
{
	for (uint32_t i = 0; i < sizeof(slot) / sizeof(slot[0]); i++)
		((volatile uint32_t *)slot)[i] = i < n ? words[i] : 0xd503201fu;
	__asm__ volatile("dsb ish\n\tic iallu\n\tdsb ish\n\tisb" : : : "memory");
	slot_run(value);
}

static void run_word(uint64_t value, uint32_t word)
{
	run_words(value, &word, 1);
}

static void wild_read(uint64_t *s)
{
	(void)*(volatile uint64_t *)(wild(s) & ~7ull);
}

static void wild_write(uint64_t *s)
{
	uint64_t at = wild(s);

	*(volatile uint32_t *)(at & ~3ull) = (uint32_t)value_of(s);
}

static void wild_jump(uint64_t *s)
{
	((void (*)(void))(wild(s) & ~3ull))();
}

/* Accesses that no device register can serve: pairs, write-back, exclusive, SIMD, cache operations. */
static void odd_access(uint64_t *s)
{
	static const uint64_t words[] = {
		0xa9400400, /* ldp x0, x1, [x0] */
		0xa9000400, /* stp x0, x1, [x0] */
		0x28c00400, /* ldp w0, w1, [x0], #0 */
		0xb8404401, /* ldr w1, [x0], #4 */
		0xb8004c01, /* str w1, [x0, #4]! */
		0x885f7c01, /* ldxr w1, [x0] */
		0x88027c01, /* stxr w2, w1, [x0] */
		0x3dc00000, /* ldr q0, [x0] */
		0x3d800000, /* str q0, [x0] */
		0x0c407000, /* ld1 {v0.8b}, [x0] */
		0xd50b7420, /* dc zva, x0 */
		0xd5087620, /* dc ivac, x0 */
		0xd50b7520, /* ic ivau, x0 */
		0xd5087800, /* at s1e1r, x0 */
		0xf8000000, /* stur x0, [x0] */
		0x38400001, /* ldurb w1, [x0] */
		0xf9800000, /* prfm */
		0x88dffc01, /* ldar w1, [x0] */
	};
	uint64_t at = random_next(s) & 3 ? register_address(s) & ~7ull : wild(s);

	run_word(at, (uint32_t)PICK(s, words));
}

/*
 * A vector that stage 1 cannot fetch is a loop of exceptions without an instruction. A processor takes
 * interrupts in it; QEMU counts no time (-icount) and stands still. So these are left out: SCTLR_EL1, VBAR_EL1.
 */
static bool stops_the_clock(uint32_t key)
{
	return key == 0xc080 || key == 0xc600;
}

static void any_sysreg(uint64_t *s)
{
	uint32_t key = (uint32_t)random_next(s) & 0xffff, read = (uint32_t)random_next(s) & 1;

	if (stops_the_clock(key | 0x8000))
		return;
	run_word(value_of(s), 0xd5000000u | read << 21 | (key | 0x8000) << 5);
}

static void any_system_instruction(uint64_t *s)
{
	uint32_t key = (uint32_t)random_next(s) & 0x7fff, read = (uint32_t)random_next(s) & 1;

	run_word(random_next(s) & 1 ? wild(s) : value_of(s), 0xd5000000u | read << 21 | key << 5);
}

static uint32_t exception_word(uint64_t *s)
{
	static const uint64_t kinds[] = {0xd4000001, 0xd4000002, 0xd4000003, 0xd4200000, 0xd4400000,
		0xd4a00001, 0xd4a00002, 0xd4a00003};

	return (uint32_t)PICK(s, kinds) | ((uint32_t)random_next(s) & 0xffff) << 5;
}

/* SVC, HVC, SMC, BRK, HLT, DCPS with any immediate */
static void any_exception(uint64_t *s)
{
	run_word(value_of(s), exception_word(s));
}

static void any_words(uint64_t *s)
{
	uint32_t words[8];

	for (uint32_t i = 0; i < 8; i++)
		words[i] = (uint32_t)random_next(s);
	run_words(random_next(s) & 1 ? wild(s) : value_of(s), words, 8);
}

static void any_hypercall(uint64_t *s)
{
	static const uint64_t bases[] = {PL_HVC_BASE, PL_HVC_BASE, PL_HVC(16), 0x84000000, 0xc4000000,
		0x80000000, 0x8600ff00, 0xbf00ff00, 0};
	uint64_t f = PICK(s, bases) + random_next(s) % 34;

	(void)hvc_call5(f, value_of(s), value_of(s), value_of(s), value_of(s), value_of(s));
}

static void psci_abuse(uint64_t *s)
{
	static const uint64_t bases[] = {0x84000000, 0xc4000000};

	for (uint32_t i = 0; i < 4; i++)
		(void)hvc_call5(
			PICK(s, bases) + random_next(s) % 32, random_next(s) & 3, wild(s), value_of(s), 0, 0);
}

static void nested_exceptions(uint64_t *s)
{
	sysreg_write(vbar_el1, wild(s) & REACHED);
	cpu_isb();
	run_word(value_of(s), random_next(s) & 1 ? 0 : exception_word(s));
}

static void bad_stack(uint64_t *s)
{
	static const uint64_t words[] = {0xa9bf07e0 /* stp x0, x1, [sp, #-16]! */, 0xf81f0fe0, 0xf94003e0};
	const uint32_t both[] = {0x9100001f /* mov sp, x0 */, (uint32_t)PICK(s, words)};

	run_words(random_next(s) & 1 ? wild(s) : random_next(s), both, 2);
}

static void sgi_storm(uint64_t *s)
{
	(void)irq_save();
	for (uint32_t i = 0; i < FILL; i++) {
		sysreg_write(S3_0_C12_C11_5, value_of(s) ^ (random_next(s) & 15) << 24 ^ 1);
		if (i == FILL / 2)
			irq_restore(0);
	}
	(void)irq_save();
}

static void everything_enabled(uint64_t *s)
{
	mmio_write32(BOARD_GICD, 0x12);
	for (uint32_t i = 0; i < IRQ_COUNT / 32; i++) {
		uint64_t base = i ? BOARD_GICD : BOARD_GICR + 0x10000;

		mmio_write32(base + 0x80 + i * 4, ~0u);
		mmio_write32(base + 0x100 + i * 4, (uint32_t)value_of(s) | 1u << 27);
	}
	for (uint32_t i = 32; i < IRQ_COUNT; i += 4)
		mmio_write32(BOARD_GICD + 0x400 + i, (uint32_t)random_next(s));
}

static void pending_storm(uint64_t *s)
{
	everything_enabled(s);
	for (uint32_t i = 0; i < IRQ_COUNT / 32; i++)
		mmio_write32((i ? BOARD_GICD : BOARD_GICR + 0x10000) + 0x200 + i * 4, ~0u);
	if (random_next(s) & 1)
		irq_restore(0);
	(void)irq_save();
}

/* More active at once than there are list registers, ended in any order, by either way, or not at all. */
static void list_registers(uint64_t *s)
{
	uint32_t taken[16], n = 0;

	everything_enabled(s);
	sysreg_write(S3_0_C12_C12_4, random_next(s) & 1 ? 2ull : 0ull); /* EOImode */
	mmio_write32(BOARD_GICD + 0x204, (uint32_t)random_next(s));
	mmio_write32(BOARD_GICD + 0x208, ~0u);
	for (; n < 16; n++) {
		taken[n] = (uint32_t)sysreg_read(S3_0_C12_C12_0);
		sysreg_write(S3_0_C4_C6_0, 0xff);
		mmio_write32(BOARD_GICD + 0x400 + 64, (uint32_t)random_next(s) & 0x0f0f0f0f);
	}
	while (n--) {
		uint32_t i = (uint32_t)random_next(s) % 16;

		if (random_next(s) & 7)
			sysreg_write(S3_0_C12_C12_1, taken[i]);
		if (random_next(s) & 1)
			sysreg_write(S3_0_C12_C11_1, taken[i]);
	}
}

static void doorbells(uint64_t *s)
{
	for (uint32_t i = 0; i < FILL; i++)
		(void)hvc_call(PL_HVC_DOORBELL, random_next(s) % 6, 0, 0);
}

static void device_garbage(uint64_t *s)
{
	for (uint32_t i = 0; i < FILL; i++) {
		uint64_t at = register_address(s), v = value_of(s);

		switch (random_next(s) % 6) {
		case 0: *(volatile uint8_t *)at = (uint8_t)v; break;
		case 1: *(volatile uint16_t *)(at & ~1ull) = (uint16_t)v; break;
		case 2: *(volatile uint64_t *)(at & ~7ull) = v; break;
		case 3: (void)*(volatile uint32_t *)(at & ~3ull); break;
		default: *(volatile uint32_t *)(at & ~3ull) = (uint32_t)v; break;
		}
	}
}

static void unaligned_register(uint64_t *s)
{
	run_word(register_address(s) | 1, random_next(s) & 1 ? 0xb9400001u : 0xb9000001u);
}

static void virtio_garbage(uint64_t *s)
{
	for (uint32_t i = 0; i < FILL; i++)
		mmio_write32(BOARD_VIRTIO(0) + (random_next(s) & (random_next(s) & 1 ? 0xfc : 0x1fc)),
			random_next(s) & 1 ? (uint32_t)random_next(s) & 15 : (uint32_t)value_of(s));
}

static void watchdog_garbage(uint64_t *s)
{
	static const uint64_t offsets[] = {0, 8, 12, 16, 20, 0xfcc, 0x1000, 0x1fcc};

	for (uint32_t i = 0; i < FILL; i++)
		mmio_write32(WATCHDOG + PICK(s, offsets), (uint32_t)value_of(s));
}

/* Tables, attributes and sizes by chance; from the next instruction on anything may be anywhere. */
static void garbage_tables(uint64_t *s)
{
	static uint64_t table[512] __attribute__((aligned(4096)));

	for (uint32_t i = 0; i < 512; i++) {
		table[i] = random_next(s);
		if (random_next(s) & 3)
			table[i] = (wild(s) & ~0xfffull) | (table[i] & 0xfff);
	}
	table[1] = 1ull << 30 | 1ull << 10 | 1; /* the vectors stay where they are: stops_the_clock */
	sysreg_write(tcr_el1, 25ull | 2ull << 32 | (random_next(s) & 0x3f00));
	sysreg_write(mair_el1, random_next(s) | 0xff);
	sysreg_write(ttbr0_el1, (uint64_t)table);
	sysreg_write(ttbr1_el1, wild(s));
	__asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb sy\n\tisb" : : : "memory");
	sysreg_write(sctlr_el1, 0x30d00801ull);
	cpu_isb();
	(void)*(volatile uint64_t *)(wild(s) & ((1ull << 39) - 1));
}

static void timers(uint64_t *s)
{
	everything_enabled(s);
	for (uint32_t i = 0; i < FILL / 4; i++) {
		sysreg_write(cntv_cval_el0,
			random_next(s) & 1 ? time_ticks() + random_next(s) % 2000 : value_of(s));
		sysreg_write(cntv_ctl_el0, random_next(s) & 7);
		if (random_next(s) & 1)
			irq_restore(0);
		(void)irq_save();
	}
	sysreg_write(cntv_ctl_el0, 0);
}

static void sleeps(uint64_t *s)
{
	static const uint64_t words[] = {0xd503207f /* wfi */, 0xd503205f /* wfe */, 0xd503209f, 0xd50320bf};
	const uint32_t both[] = {
		0xd50342df | ((uint32_t)random_next(s) & 0xf) << 8, (uint32_t)PICK(s, words)};

	sysreg_write(cntv_cval_el0, time_ticks() + random_next(s) % 5000);
	sysreg_write(cntv_ctl_el0, random_next(s) & 3);
	run_words(value_of(s), both, 2);
}

/* To EL0, AArch32, a level that is not there, with any flags, anywhere. */
static void any_return(uint64_t *s)
{
	sysreg_write(spsr_el1, random_next(s) & 1 ? random_next(s) & 0x1f : random_next(s));
	sysreg_write(elr_el1, random_next(s) & 1 ? (uint64_t)slot : wild(s));
	sysreg_write(sp_el0, wild(s));
	run_word(value_of(s), 0xd69f03e0u);
}

static void debug(uint64_t *s)
{
	sysreg_write(mdscr_el1, value_of(s));
	sysreg_write(S2_0_C0_C0_4, wild(s)); /* DBGBVR0_EL1 */
	sysreg_write(S2_0_C0_C0_5, value_of(s));
	sysreg_write(S2_0_C1_C0_4, value_of(s)); /* OSLAR_EL1 */
	sysreg_write(spsr_el1, 0x2003c5);	 /* SS */
	sysreg_write(elr_el1, (uint64_t)slot);
	run_word(value_of(s), 0xd69f03e0u);
}

static void fpu_off(uint64_t *s)
{
	sysreg_write(cpacr_el1, value_of(s) & ~(3ull << 20));
	cpu_isb();
	run_word(wild(s), 0x4e080c00u); /* dup v0.2d, x0 */
}

static const harm harms[] = {wild_read, wild_write, wild_jump, odd_access, any_sysreg, any_sysreg,
	any_system_instruction, any_exception, any_words, any_words, any_hypercall, any_hypercall, psci_abuse,
	nested_exceptions, bad_stack, sgi_storm, pending_storm, list_registers, doorbells, device_garbage,
	device_garbage, unaligned_register, virtio_garbage, watchdog_garbage, garbage_tables, timers, sleeps,
	any_return, debug, fpu_off};
const uint32_t case_count = sizeof(harms) / sizeof(harms[0]);

void case_run(uint64_t kind, uint64_t *state)
{
	harms[kind % case_count](state);
}
