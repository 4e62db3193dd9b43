/* Start-up, in order; a configuration that cannot be served stops here, with its reason on the console. */
#include "hv/core/partition.h"
#include "hv/core/sched.h"
#include "plat.h"

void hv_main(void) __attribute__((noreturn));
void hv_secondary(struct cpu *c) __attribute__((noreturn));

#define STACK_BYTES 4096u

extern char hv_stack_end[];
static struct cpu boot_cpu = {.stack = hv_stack_end};

const struct pl_config *hv_config(void)
{
	return (const struct pl_config *)PLAT_CONFIG_PA;
}

void *hv_ptr(paddr_t pa)
{
	return (void *)pa.v;
}

void hv_halt(const char *why)
{
	hv_log("%s: halted", why);
	console_flush();
	for (;;)
		arch_idle();
}

static void config_check(void)
{
	const struct pl_config *c = hv_config();

	if (c->magic != PL_CONFIG_MAGIC || c->version != PL_CONFIG_VERSION || c->bytes != sizeof(*c))
		hv_stop("config: at 0x%lx: magic 0x%lx version %u bytes %u; wanted 0x%lx %u %u",
			(uint64_t)PLAT_CONFIG_PA, c->magic, c->version, c->bytes, (uint64_t)PL_CONFIG_MAGIC,
			PL_CONFIG_VERSION, (uint32_t)sizeof(*c));
	if (c->sum != pl_config_sum(c))
		hv_stop("config: at 0x%lx: sum 0x%lx, wanted 0x%lx: damaged, or not plconf's",
			(uint64_t)PLAT_CONFIG_PA, c->sum, pl_config_sum(c));
}

/* The others know themselves before a partition is pinned to one; they start when all is ready. */
static void cpus_init(void)
{
	for (uint32_t i = 1; i < hv_config()->cpu_count; i++) {
		struct cpu *c = pool_alloc(sizeof(*c));

		c->index = i;
		c->stack = (char *)pool_alloc(STACK_BYTES) + STACK_BYTES;
		sched_init(c);
	}
}

static void cpus_start(void)
{
	for (uint32_t i = 1; i < hv_config()->cpu_count; i++) {
		int error = arch_cpu_on(cpu_get(i));

		if (error)
			hv_stop("CPU %u: firmware does not start it: PSCI error -%u", i, (uint32_t)-error);
	}
}

void hv_main(void)
{
	struct cpu *c = &boot_cpu;

	plat_uart_init(); /* first: a panic of what follows is to be read */
	arch_init(c);
	sched_init(c);
	hv_log("Partyline, ABI %u", PL_ABI_VERSION);
	config_check();
	cpus_init();
	partitions_init();
	dma_init();
	devices_init(hv_config());
	irq_init();
	cpus_start();
	arch_tlb_flush_all();
	partitions_start();
	c->masked_since = time_now(); /* start-up does not count */
	arch_start(sched_next(c));
}

/* From start.S, on its own stack; what CPU 0 asked of it meanwhile is waiting. */
void hv_secondary(struct cpu *c)
{
	arch_init(c);
	arch_tlb_flush_all();
	mail_handle(c);
	c->masked_since = time_now(); /* start-up does not count */
	arch_start(sched_next(c));
}
