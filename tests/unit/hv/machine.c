#include "tests/unit/hv/machine.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define POOL_BYTES  (32ull << 20)
#define TRACE_BYTES (1ull << 20)

struct pl_config machine_config;

static uint8_t ram[MACHINE_RAM_BYTES] __attribute__((aligned(4096)));
static struct cpu cpu;

const struct pl_config *hv_config(void)
{
	return &machine_config;
}

void *hv_ptr(paddr_t pa)
{
	if (pa.v < MACHINE_RAM_PA || pa.v - MACHINE_RAM_PA >= MACHINE_RAM_BYTES)
		abort();
	return ram + (pa.v - MACHINE_RAM_PA);
}

/* The board: nobody reads what is printed. */

void plat_uart_putc(char c)
{
	(void)c;
}

bool plat_uart_tx_ready(void)
{
	return true;
}

int plat_uart_getc(void)
{
	return -1;
}

uint32_t plat_uart_irq(void)
{
	return 33;
}

static void timers_forget(void)
{
	for (struct hv_timer *t = cpu.timers; t; t = t->next)
		t->armed = false;
}

void machine_reset(uint32_t partitions)
{
	console_flush(); /* what the test before left, while its memory is there */
	timers_forget();
	fake_cpu_reset();
	memset(&cpu, 0, sizeof(cpu));
	memset(&machine_config, 0, sizeof(machine_config));
	machine_config.cpu_count = 1;
	machine_config.partition_count = partitions;
	machine_config.hv_pool_pa = MACHINE_RAM_PA;
	machine_config.hv_pool_bytes = POOL_BYTES;
	machine_config.trace_pa = MACHINE_RAM_PA + POOL_BYTES;
	machine_config.trace_bytes = TRACE_BYTES;
	for (uint32_t i = 0; i < partitions; i++) {
		struct pl_config_partition *p = &machine_config.partition[i];

		p->name[0] = 'p';
		p->name[1] = (char)('0' + i);
		p->priority = (uint8_t)i;
		p->vcpu_count = 1;
		p->device_event_virq = PL_NONE;
	}
}

static jmp_buf *halted;

void hv_halt(const char *why)
{
	(void)why;
	if (!halted)
		abort();
	longjmp(*halted, 1);
}

bool machine_stops(void (*start)(void))
{
	jmp_buf here;
	bool stops = setjmp(here);

	halted = stops ? NULL : &here;
	if (!stops)
		start();
	halted = NULL;
	return stops;
}

static void start_up(void)
{
	arch_init(&cpu);
	sched_init(&cpu);
	partitions_init();
	dma_init();
	devices_init(&machine_config);
	irq_init();
	partitions_start();
}

bool machine_start(void)
{
	return !machine_stops(start_up);
}

struct vcpu *machine_run(void)
{
	jmp_buf asleep;
	struct vcpu *v;

	if (setjmp(asleep)) {
		fake_cpu.asleep = NULL;
		return NULL;
	}
	fake_cpu.asleep = &asleep;
	while (arch_irq_pending())
		irq_handle(0);
	v = cpu.resched || !cpu.running ? sched_next(&cpu) : cpu.running;
	fake_enter(v);
	fake_cpu.asleep = NULL;
	return v;
}

struct vcpu *machine_advance_us(uint64_t us)
{
	uint64_t end = fake_cpu.now + FAKE_HZ * us / 1000000;
	struct vcpu *v = machine_run();

	while (v && fake_cpu.deadline <= end) {
		if (fake_cpu.deadline > fake_cpu.now)
			fake_cpu.now = fake_cpu.deadline;
		v = machine_run();
	}
	if (fake_cpu.now < end)
		fake_cpu.now = end;
	return v ? machine_run() : NULL;
}

struct vcpu *machine_wait(void)
{
	vcpu_wait(cpu.loaded);
	return machine_run();
}

struct partition *machine_partition(uint32_t index)
{
	return partition_get(index);
}

uint32_t machine_running(void)
{
	return cpu.running ? cpu.running->partition->index : PL_NONE;
}

static uint64_t gic_access(uint32_t p, uint64_t at, uint64_t value, uint8_t bytes, bool write)
{
	struct mmio m = {.ipa = ipa(at), .value = value, .bytes = bytes, .write = write};

	EXPECT_EQ(vgic_mmio(&machine_partition(p)->vcpu[0], &m), 0);
	return m.value;
}

void machine_gic_write(uint32_t p, uint64_t at, uint32_t value)
{
	gic_access(p, at, value, 4, true);
}

uint32_t machine_gic_read(uint32_t p, uint64_t at)
{
	return (uint32_t)gic_access(p, at, 0, 4, false);
}

void machine_gic_enable(uint32_t p, uint32_t virq, uint8_t priority, bool edge)
{
	uint64_t frame = virq < 32 ? PL_GICR_IPA + 0x10000 : PL_GICD_IPA;
	uint32_t shift = virq % 16 * 2 + 1;
	uint32_t config = machine_gic_read(p, frame + 0xc00 + virq / 16 * 4) & ~(1u << shift);

	machine_gic_write(p, PL_GICD_IPA, 2);
	machine_gic_write(p, frame + 0xc00 + virq / 16 * 4, config | (uint32_t)edge << shift);
	gic_access(p, frame + 0x400 + virq, priority, 1, true);
	machine_gic_write(p, frame + 0x100 + virq / 32 * 4, 1u << virq % 32);
}
