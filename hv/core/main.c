/* Start-up, in order; a configuration that cannot be served stops here, with its reason on the console. */
#include "hv/core/dma.h"
#include "hv/core/irq.h"
#include "hv/core/partition.h"
#include "hv/core/sched.h"
#include "hv/core/trace.h"
#include "plat.h"

void hv_main(void) __attribute__((noreturn));

static struct cpu cpus[1]; /* one so far; everything per CPU is reached through cpu_this() */

const struct pl_config *hv_config(void)
{
	return (const struct pl_config *)PLAT_CONFIG_PA;
}

void *hv_ptr(paddr_t pa)
{
	return (void *)pa.v;
}

static int config_init(void)
{
	const struct pl_config *c = hv_config();

	if (c->magic == PL_CONFIG_MAGIC && c->version == PL_CONFIG_VERSION && c->bytes == sizeof(*c) &&
		c->region_count <= PL_MAX_REGIONS && c->irq_count <= PL_MAX_IRQS &&
		c->master_count <= PL_MAX_MASTERS)
		return 0;
	hv_log("config: at 0x%lx: magic 0x%lx version %u bytes %u; wanted 0x%lx %u %u",
		(uint64_t)PLAT_CONFIG_PA, c->magic, c->version, c->bytes, (uint64_t)PL_CONFIG_MAGIC,
		PL_CONFIG_VERSION, (uint32_t)sizeof(*c));
	return -EINVAL;
}

static int start_up(struct cpu *c)
{
	int ret = config_init();

	if (ret == 0)
		ret = partitions_init(c);
	if (ret == 0)
		ret = dma_init();
	if (ret == 0)
		ret = devices_init(hv_config());
	if (ret == 0)
		ret = irq_init();
	return ret;
}

void hv_main(void)
{
	struct cpu *c = &cpus[0];

	arch_init(c);
	sched_init(c);
	plat_uart_init();
	hv_log("Partyline, ABI %u", PL_ABI_VERSION);
	if (start_up(c) < 0) {
		hv_log("start-up failed: halted");
		console_flush();
		for (;;)
			arch_idle();
	}
	arch_tlb_flush_all();
	partitions_start();
	arch_start(sched_next(c));
}
