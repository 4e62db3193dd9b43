/* Starts what has stopped, restarts what hangs, and says whether anybody else noticed. */
#include "abi/device.h"
#include "tests/guest/test.h"
#include "tests/guest/inject/inject.h"
#include "inject_seed.h"

enum { WATCH = 0, BAD = 1, RUDE = 2, BYSTANDER = 3, PACE = 4, VERDICT_BELL = 3 };
#define STUCK_MS 20u
#define DEVICE	 0

static const struct board_window windows[] = {
	BOARD_DEVICE_WINDOWS,
	{0x52000000, 0x200000, BOARD_MEMORY},
	{PROGRESS_IPA, 0x200000, BOARD_MEMORY},
	{BOARD_HOST_PAGE(0), 0x1000, BOARD_DEVICE},
};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

struct charge {
	uint32_t partition;
	uint64_t begun, survived; /* seen */
	uint32_t stuck_ms, ordered;
	volatile uint32_t bells;
};
static struct charge charges[] = {{.partition = BAD}, {.partition = RUDE}};

static void on_bell(void *data)
{
	((struct charge *)data)->bells++;
}

/* Lets go of the device when asked to, and agrees to whatever is written. */
static void on_device_event(void *data)
{
	const volatile struct pl_dev_host *page = data;

	(void)hvc_call(PL_HVC_DEV_RESET_DONE, DEVICE, page->epoch, 0);
	(void)hvc_call(PL_HVC_DEV_CONFIG_DONE, DEVICE, page->config_seq, 0);
	(void)hvc_call(PL_HVC_DEV_INTERRUPT, DEVICE, page->epoch, 3);
}

/* A device, so that there is something to spoil. */
static void device_offer(void)
{
	(void)hvc_call5(PL_HVC_DEV_OFFER, DEVICE, 1ull << 32, 1ull << 32, 18 | 2ull << 32, 128);
	(void)hvc_call(PL_HVC_DEV_QUEUE_MAX, DEVICE, 0, 64);
	(void)hvc_call(PL_HVC_DEV_QUEUE_MAX, DEVICE, 1, 64);
	(void)hvc_call(PL_HVC_DEV_READY, DEVICE, 0, 0);
}

static void begin(const struct charge *c)
{
	volatile struct progress *p = progress_of(c->partition);

	p->seed = INJECT_SEED + c->partition;
	p->total = INJECT_CASES / 2;
	p->begun = c->begun;
	p->survived = c->survived;
	p->kind = UINT64_MAX;
	__asm__ volatile("dsb sy" : : : "memory");
	p->magic = PROGRESS_MAGIC;
}

/* A guest may have spoilt its page: what the manager has seen stands, and the cases since then are done again. */
static bool is_spoilt(const struct charge *c, const volatile struct progress *p)
{
	return p->magic != PROGRESS_MAGIC || p->seed != INJECT_SEED + c->partition ||
	       p->total != INJECT_CASES / 2 || p->begun < c->begun || p->begun > INJECT_CASES / 2 ||
	       p->survived < c->survived || p->survived > p->begun;
}

static bool look(struct charge *c)
{
	volatile struct progress *p = progress_of(c->partition);

	if (is_spoilt(c, p))
		begin(c);
	c->stuck_ms = p->begun == c->begun ? c->stuck_ms + 1 : 0;
	c->begun = p->begun;
	c->survived = p->survived;
	return c->begun >= INJECT_CASES / 2 && p->kind == UINT64_MAX;
}

static void help(struct charge *c)
{
	enum pl_control order = PL_CONTROL_RESTART;
	uint64_t state = test_info(c->partition, PL_INFO_STATE);

	if (state == PL_PARTITION_STOPPED)
		order = PL_CONTROL_START;
	else if (state != PL_PARTITION_RUNNING || c->stuck_ms < STUCK_MS)
		return;
	c->ordered++;
	c->stuck_ms = 0;
	(void)hvc_call(PL_HVC_PARTITION_CONTROL, c->partition, order, 0);
}

static void verdict(const char *name, const struct charge *c)
{
	uint64_t restarts = test_info(c->partition, PL_INFO_RESTART_COUNT);

	log_line("%s: %lu cases, %lu survived, %lu restarts, %u by order, %lu faults recorded", name,
		c->begun, c->survived, restarts, c->ordered, test_info(c->partition, PL_INFO_FAULT_COUNT));
	test_equal("every case began", INJECT_CASES / 2, c->begun);
	test_within("each was survived, or ended in a restart of its own partition", c->begun, UINT64_MAX,
		c->survived + restarts);
	test_within("its state's doorbell told of the restarts", restarts != 0, UINT64_MAX, c->bells);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	log_line("seed %lu, %u cases", (uint64_t)INJECT_SEED, INJECT_CASES);
	for (uint32_t i = 0; i < 2; i++)
		irq_register(BOARD_DOORBELL_INTID(i), 8, true, on_bell, &charges[i]);
	irq_register(BOARD_HOST_INTID, 4, true, on_device_event, (void *)BOARD_HOST_PAGE(DEVICE));
	device_offer();
	for (uint32_t i = 0; i < 2; i++) {
		begin(&charges[i]);
		while (!look(&charges[i])) {
			help(&charges[i]);
			test_sleep_ms(1);
		}
	}
	verdict("restarted at once", &charges[0]);
	verdict("answered with exceptions", &charges[1]);
	for (uint32_t p = BYSTANDER; p <= PACE; p++) {
		test_equal("others were never restarted", 0, test_info(p, PL_INFO_RESTART_COUNT));
		test_equal("and have no faults", 0, test_info(p, PL_INFO_FAULT_COUNT));
	}
	(void)hvc_doorbell(VERDICT_BELL);
	test_sleep_ms(100);
	test_done();
}
