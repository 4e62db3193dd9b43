/* Case after case until one of them ends this life; the next life goes on with the next case. */
#include "tests/guest/test.h"
#include "tests/guest/inject/cases.h"
#include "tests/guest/inject/inject.h"

/* A watchdog of ticks: a loop of exceptions takes QEMU a microsecond each. Two time-outs, with interrupt between. */
#define WATCHDOG 0x09060000ull
#define BITE_US	 60

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52400000, 0x200000, BOARD_MEMORY},
	{PROGRESS_IPA, 0x200000, BOARD_MEMORY},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

/* What a case may have left differently and the next one needs. */
static void put_right(void)
{
	sysreg_write(vbar_el1, (uint64_t)recover_vectors);
	sysreg_write(sctlr_el1, 0x30d00800ull);
	__asm__ volatile("isb\n\ttlbi vmalle1\n\tic iallu\n\tdsb sy\n\tisb" : : : "memory");
}

static void watchdog_arm(void)
{
	mmio_write32(WATCHDOG + 8, (uint32_t)(time_hz() / 1000000 * BITE_US)); /* WOR */
	mmio_write32(WATCHDOG + 12, 0);
	mmio_write32(WATCHDOG, 1); /* WCS.EN */
}

/* Nothing to do yet, or any more. */
static void rest(void)
{
	uint64_t taken;

	mmio_write32(WATCHDOG, 0);
	sysreg_write(cntv_cval_el0, time_ticks() + time_hz() / 1000);
	sysreg_write(cntv_ctl_el0, 1);
	cpu_wait();
	sysreg_write(cntv_ctl_el0, 0);
	taken = sysreg_read(S3_0_C12_C12_0); /* ICC_IAR1_EL1, ICC_EOIR1_EL1 */
	sysreg_write(S3_0_C12_C12_1, taken);
}

static volatile struct progress *mine(void)
{
	/* x1 of the answer: the caller's index */
	return progress_of((uint32_t)hvc_call5(PL_HVC_VERSION, 0, 0, 0, 0, 0).x1);
}

/* Entered anew for each case, on an empty stack: the case before returned, or raised an exception. */
void case_loop(void)
{
	volatile struct progress *p = mine();
	uint64_t state, kind;

	put_right();
	if (p->kind != UINT64_MAX)
		p->survived++;
	p->kind = UINT64_MAX;
	while (p->begun >= p->total)
		rest();
	(void)hvc_watchdog(0);
	watchdog_arm();
	state = p->seed + p->begun * 0x632be59bd9b4e019ull;
	kind = random_next(&state) % case_count;
	p->begun++;
	p->kind = kind;
	case_run(kind, &state);
	recover();
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	(void)irq_save();
	mine()->kind = UINT64_MAX; /* the one under way ended the life before */
	while (mine()->magic != PROGRESS_MAGIC)
		rest();
	recover();
}
