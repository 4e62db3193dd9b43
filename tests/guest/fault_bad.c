/* Misbehaves in the way that its number of restarts names; the MMU is off for what must reach stage 2. */
#include "tests/guest/test.h"
#include "tests/guest/fault.h"

#define SMC_NOT_SUPPORTED 0xffffffffffffffffull

/* All addresses in reach, untranslated, so that stage 2 alone decides. (QEMU has no caches to clean.) */
static void mmu_off(void)
{
	uint64_t control = sysreg_read(sctlr_el1);

	sysreg_write(sctlr_el1, control & ~1ull);
	cpu_isb();
}

static void memory_is_scrubbed(uint64_t life)
{
	const volatile uint64_t *word = (const volatile uint64_t *)SCRUB_FIRST;
	uint64_t i, left = 0;

	for (i = 0; i < SCRUB_BYTES / 8; i++)
		left += word[i] != 0;
	if (left)
		log_line("fail memory is scrubbed: expected 0 got %lu words (life %lu)", left, life);
	else if (life == 1)
		log_line("pass memory is scrubbed");
}

static void memory_fill(void)
{
	volatile uint64_t *word = (volatile uint64_t *)SCRUB_FIRST;
	uint64_t i;

	for (i = 0; i < SCRUB_BYTES / 8; i++)
		word[i] = SCRUB_WORD;
}

/* Recorded, answered, and life goes on. */
static void harmless(void)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_OFF;
	uint32_t i;

	test_equal("unknown hypercall is refused", (uint64_t)-38, (uint64_t)hvc_call(PL_HVC(999), 1, 2, 3));
	__asm__ volatile("smc #0" : "+r"(x0) : : "x1", "x2", "x3", "memory");
	test_equal("SMC is not supported", SMC_NOT_SUPPORTED, x0);
	for (i = 0; i < FLOOD; i++)
		(void)hvc_call(PL_HVC(998), 0, 0, 0);
	test_equal("fault records of others are not its own", (uint64_t)-1,
		(uint64_t)hvc_call(PL_HVC_FAULT_READ, 0, 0, 0));
	test_equal("control of others is not its own", (uint64_t)-1,
		(uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, 2, PL_CONTROL_STOP, 0));
	test_equal("nor of a partition that is not there", (uint64_t)-22,
		(uint64_t)hvc_call(PL_HVC_PARTITION_CONTROL, 99, PL_CONTROL_STOP, 0));
	test_equal("nothing is discovered that is not there", SMC_NOT_SUPPORTED,
		(uint64_t)hvc_call(0x84000050u, 0, 0, 0));
}

static void misbehave(uint64_t life)
{
	volatile uint64_t *where = (volatile uint64_t *)life_address[life];

	switch (life) {
	case LIFE_READ_NOTHING:
	case LIFE_READ_HYPERVISOR:
	case LIFE_REAL_GIC: (void)*where; break;
	case LIFE_WRITE_NEIGHBOUR:
	case LIFE_WRITE_CONFIG: *where = SCRUB_WORD; break;
	case LIFE_EXECUTE_OUTSIDE: ((void (*)(void))life_address[life])(); break;
	case LIFE_PAIR_ON_DEVICE: __asm__ volatile("ldp x1, x2, [%0]" : : "r"(where) : "x1", "x2"); break;
	case LIFE_SYSREG: sysreg_write(cntp_cval_el0, 0); break;
	case LIFE_SYSREG_HYP: sysreg_write(S3_1_C15_C2_0, 0); break;
	case LIFE_WATCHDOG: (void)hvc_watchdog(5); break;
	case LIFE_RESET: (void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0); break;
	case LIFE_OFF: (void)hvc_call(PSCI_SYSTEM_OFF, 0, 0, 0); break;
	default: break;
	}
}

void firmware_main(uint64_t arg)
{
	uint64_t life = test_info(1, PL_INFO_RESTART_COUNT);

	(void)arg;
	/* Let the console empty: the record holds its last words. */
	log_line("life %lu begins", life);
	test_sleep_ms(10);
	(void)irq_save();
	mmu_off();
	memory_is_scrubbed(life);
	memory_fill();
	if (life >= LIFE_GOOD)
		harmless();
	else
		misbehave(life);
	irq_restore(0);
	for (;;)
		cpu_wait();
}
