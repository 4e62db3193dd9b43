/* Tries every page, hypercall, firmware call and system register: what is not its own must be refused. */
#include "tests/guest/test.h"
#include "tests/guest/isolation/probe.h"

#define SELF	    1
#define DONE_BELL   3 /* no edge among the arguments tried */
#define PAGE	    0x1000ull
#define BLOCK	    0x200000ull
#define OWN_BYTES   0x200000ull
#define IPA_END	    (1ull << 39)
#define RAM	    0x40000000ull
#define RAM_END	    0xc0000000ull
#define DEVICES_END 0x40000000ull

extern char __image_start[];

struct tally {
	uint64_t attempts, done, odd; /* odd: refused, but not by an external abort */
};

static uint64_t faults(void)
{
	return test_info(SELF, PL_INFO_FAULT_COUNT);
}

static bool is_own(uint64_t address)
{
	return address - (uint64_t)__image_start < OWN_BYTES || address - BOARD_GICD < 0x10000 ||
	       address - BOARD_GICR < 0x20000 || address - BOARD_CONSOLE < PAGE;
}

static void count(struct tally *t, uint64_t esr, uint32_t class)
{
	t->attempts++;
	if (!esr)
		t->done++;
	else if (ESR_CLASS(esr) != class || ESR_STATUS(esr) != STATUS_EXTERNAL)
		t->odd++;
}

static void sweep(struct tally *t, uint64_t from, uint64_t to, uint64_t step)
{
	for (uint64_t at = from; at < to; at += step) {
		if (is_own(at))
			continue;
		count(t, probe_read(at), EC_DATA);
		count(t, probe_write(at + 0xffc), EC_DATA);
	}
}

static void verdict(const char *what, const struct tally *t, uint64_t faults_before)
{
	log_line("%s: %lu attempts", what, t->attempts);
	if (t->done || t->odd || faults() - faults_before != t->attempts)
		log_line("fail %s: expected 0 done, 0 odd, %lu recorded got %lu, %lu, %lu", what, t->attempts,
			t->done, t->odd, faults() - faults_before);
	else
		log_line("pass %s", what);
}

static void memory(void)
{
	struct tally devices = {0}, ram = {0}, rest = {0}, fetch = {0};
	uint64_t before = faults();

	sweep(&devices, 0, DEVICES_END, 16 * PAGE);
	sweep(&devices, 0x08000000, 0x0c000000, PAGE);
	verdict("no page of a device is reached", &devices, before);
	before = faults();
	sweep(&ram, RAM, RAM_END, PAGE);
	verdict("no page of others' RAM is read or written", &ram, before);
	before = faults();
	sweep(&rest, RAM_END, IPA_END, BLOCK);
	verdict("nothing is found in the rest of the address space", &rest, before);
	before = faults();
	for (uint64_t at = 0; at < RAM_END; at += BLOCK)
		if (at != (uint64_t)__image_start)
			count(&fetch, probe_execute(at), EC_FETCH);
	verdict("nothing outside is executed", &fetch, before);
}

/* What a call may answer: 0 and up, or a negative number that is an error's. */
static bool is_answer(int64_t ret)
{
	return ret > -4096;
}

static const uint64_t edges[] = {0, 1, 2, 31, 255, 4096, 1ull << 31, 1ull << 40, INT64_MAX, UINT64_MAX};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

/* Ends this life by the book, or sleeps; the watchdog is disarmed after each call. */
static bool is_skipped(uint64_t function)
{
	return function == PSCI_SYSTEM_OFF || function == PSCI_SYSTEM_RESET || function == PSCI_CPU_OFF ||
	       function == PSCI_SYSTEM_SUSPEND_64 || function == PSCI_CPU_SUSPEND_64;
}

static uint64_t call_range(uint64_t from, uint64_t n)
{
	uint64_t odd = 0;

	for (uint64_t f = from; f < from + n; f++) {
		if (is_skipped(f))
			continue;
		odd += !is_answer(hvc_call5(f, edges[f % EDGES], edges[f / 3 % EDGES], f, ~f, 0).ret);
		(void)hvc_watchdog(0);
	}
	return odd;
}

static void hypercall_numbers(void)
{
	test_equal("every hypercall number is answered: 0 to 65535", 0, call_range(0, 0x10000));
	test_equal("every hypercall number is answered: PSCI, 32 bit", 0, call_range(0x84000000, 0x10000));
	test_equal("every hypercall number is answered: PSCI, 64 bit", 0, call_range(0xc4000000, 0x10000));
	test_equal("every hypercall number is answered: Partyline", 0, call_range(PL_HVC_BASE, 0x10000));
	test_equal("every hypercall number is answered: the last ones", 0, call_range(0xffff0000, 0x10000));
}

/* Calls that give nothing and change nothing for a partition that manages, hosts and rings nobody. */
static void hypercall_arguments(void)
{
	uint64_t odd = 0, granted = 0;

	for (uint64_t f = PL_HVC(0); f <= PL_HVC(32); f++)
		for (uint64_t i = 0; i < EDGES * EDGES * EDGES; i++) {
			uint64_t x1 = edges[i % EDGES], x2 = edges[i / EDGES % EDGES];
			uint64_t x3 = edges[i / EDGES / EDGES];
			struct hvc_result r = hvc_call5(f, x1, x2, x3, edges[(i + f) % EDGES], x3);

			if (f == PL_HVC_WATCHDOG)
				(void)hvc_watchdog(0);
			odd += !is_answer(r.ret);
			if (f == PL_HVC_DOORBELL || f == PL_HVC_PARTITION_CONTROL || f >= PL_HVC_DEV_OFFER)
				granted += r.ret == 0;
			if (f == PL_HVC_PARTITION_INFO || f == PL_HVC_FAULT_READ)
				granted += r.ret == 0 && x1 != SELF;
		}
	test_equal("every hypercall answers edges of its arguments", 0, odd);
	test_equal("and grants nothing that is others'", 0, granted);
}

static void firmware_calls(void)
{
	uint64_t before = faults(), wrong = 0, n = 0;

	for (uint64_t f = 0; f < 0x400; f++, n += 2) {
		register uint64_t x0 __asm__("x0") = 0x84000000u + f;
		register uint64_t y0 __asm__("x0");

		__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
		wrong += x0 != UINT64_MAX;
		y0 = 0xc3000000u + f;
		__asm__ volatile("smc #0x1234" : "+r"(y0) : : "x1", "x2", "x3", "memory");
		wrong += y0 != UINT64_MAX;
	}
	test_equal("no firmware call gets through", 0, wrong);
	test_equal("each is recorded", n, faults() - before);
}

static void patch(uint32_t instruction)
{
	*(volatile uint32_t *)probe_slot = instruction;
	__asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
		:
		: "r"(probe_slot)
		: "memory");
}

/* MSR, MRS, SYS, SYSL and their like: bits 31 to 22 are fixed, 21 is "read", 4 to 0 the register. */
static uint32_t encode(uint32_t read, uint32_t key, uint32_t reg)
{
	return 0xd5000000u | read << 21 | key << 5 | reg;
}

/* VBAR_EL1 and SCTLR_EL1: to write anything else there would end the test, not the isolation. */
static bool is_vital(uint32_t key)
{
	return key == 0xc600 || key == 0xc080;
}

static uint64_t scratch[8] __attribute__((aligned(64)));

/* Reads; if that gave something, writes the opposite and puts it back; else writes an address of its own. */
static uint64_t one_register(uint32_t key)
{
	uint64_t value = 0, ignored, undefined;

	patch(encode(1, key, 1));
	undefined = probe_instruction(0, &value) != 0;
	patch(encode(0, key, 1));
	if (undefined || key >> 14 < 2)
		return undefined + (probe_instruction((uint64_t)scratch, &ignored) != 0);
	if (!is_vital(key))
		undefined += probe_instruction(~value, &ignored) != 0;
	(void)probe_instruction(value, &ignored);
	return undefined;
}

static void ignore(void *data)
{
	(void)data;
}

/* op0 = 0 (hints, barriers, PSTATE) names no register; key = op0:op1:CRn:CRm:op2. */
static void system_registers(void)
{
	static struct timer soon = {.fire = ignore};
	uint64_t before = faults(), undefined = 0, ignored;
	uint32_t key;

	timer_arm_ns(&soon, 1000); /* masked, it stays pending: no WFI among the hints lasts */
	for (key = 0; key < 0x4000; key++) {
		patch(encode(0, key, 31));
		undefined += probe_instruction(0, &ignored) != 0;
	}
	for (; key < 0x10000; key++)
		undefined += one_register(key);
	log_line(
		"system registers: %lu refused, %lu of them by the hypervisor", undefined, faults() - before);
	test_within("system registers that are not its own are undefined, and recorded", 1, undefined,
		faults() - before);
}

static void attempts(void)
{
	memory();
	hypercall_numbers();
	hypercall_arguments();
	firmware_calls();
	system_registers();
}

/* With the MMU off addresses are what stage 2 sees. (QEMU has no caches to clean.) */
static uint64_t mmu_swap(uint64_t control)
{
	uint64_t old = sysreg_read(sctlr_el1);

	sysreg_write(sctlr_el1, control);
	__asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb sy\n\tisb" : : : "memory");
	return old;
}

void firmware_main(uint64_t arg)
{
	uint64_t vectors = sysreg_read(vbar_el1), control = sysreg_read(sctlr_el1);

	(void)arg;
	test_sleep_ms(5);
	(void)irq_save();
	sysreg_write(vbar_el1, (uint64_t)probe_vectors);
	(void)mmu_swap(control & ~1ull);
	attempts();
	(void)mmu_swap(control);
	sysreg_write(vbar_el1, vectors);
	log_emergency(""); /* polled: nobody knows what the interrupt controller is left with */
	hvc_doorbell(DONE_BELL);
	for (;;)
		cpu_wait();
}
