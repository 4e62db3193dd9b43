#include "tests/unit/hv/fake.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_MAX 128

struct pl_config fake_config;
struct partition fake_partition[PL_MAX_PARTITIONS];
struct fake_seen fake_seen[PL_MAX_PARTITIONS];
static struct vcpu vcpus[PL_MAX_PARTITIONS][2];
uint32_t fake_ready_reports;
char fake_uart[65536];
uint32_t fake_uart_bytes;
uint32_t fake_uart_room;

static uint64_t now;
static struct hv_timer *timers; /* by deadline */
static const char *typed;
static struct {
	uint32_t partition;
	uint64_t ipa;
	void *page;
} pages[PAGES_MAX];
static uint32_t page_count;
static uint8_t trace_memory[65536] __attribute__((aligned(4096)));
static uint8_t pool[1u << 20] __attribute__((aligned(4096)));
static uint64_t pool_used;

/* cpu side */

static struct cpu cpus[2];

struct cpu *cpu_this(void)
{
	return &cpus[0];
}

struct cpu *cpu_get(uint32_t index)
{
	return index < 2 ? &cpus[index] : NULL;
}

const struct pl_config *hv_config(void)
{
	return &fake_config;
}

struct partition *partition_get(uint32_t index)
{
	return index < fake_config.partition_count ? &fake_partition[index] : NULL;
}

void vgic_pulse(struct partition *p, uint32_t virq)
{
	fake_seen[p->index].pulses[virq]++;
}

void vgic_set_level(struct partition *p, uint32_t virq, bool high)
{
	fake_seen[p->index].level[virq] = high;
}

void vcpu_block(struct vcpu *v)
{
	v->asleep = VCPU_BLOCKED;
}

void vcpu_resume(struct vcpu *v)
{
	v->asleep = 0;
	v->wake_count++;
}

void hv_timer_cancel(struct hv_timer *t)
{
	for (struct hv_timer **p = &timers; *p; p = &(*p)->next) {
		if (*p == t) {
			*p = t->next;
			break;
		}
	}
	t->armed = false;
}

void hv_timer_arm(struct hv_timer *t, uint64_t deadline)
{
	struct hv_timer **p = &timers;

	if (t->armed)
		hv_timer_cancel(t);
	t->deadline = deadline;
	t->armed = true;
	while (*p && (*p)->deadline <= deadline)
		p = &(*p)->next;
	t->next = *p;
	*p = t;
}

uint64_t time_now(void)
{
	return now;
}

uint64_t time_hz(void)
{
	return FAKE_HZ;
}

void *hv_ptr(paddr_t pa)
{
	return (void *)(uintptr_t)pa.v;
}

void *pool_alloc(uint64_t bytes)
{
	void *p = pool + pool_used;

	if (bytes > sizeof(pool) - pool_used)
		abort();
	pool_used += (bytes + 4095) & ~4095ull;
	memset(p, 0, bytes);
	return p;
}

paddr_t pool_pa(const void *p)
{
	return paddr((uintptr_t)p);
}

void arch_copy(void *to, const void *from, uint64_t bytes)
{
	memcpy(to, from, bytes);
}

void stage2_map_page(struct partition *p, ipa_t at, paddr_t pa, uint8_t perm)
{
	if (perm != PL_PERM_R || page_count == PAGES_MAX)
		abort();
	pages[page_count].partition = p->index;
	pages[page_count].ipa = at.v;
	pages[page_count++].page = hv_ptr(pa);
}

void partition_fault(struct vcpu *v, enum pl_fault_cause cause, ipa_t at, bool fatal)
{
	if (fatal)
		abort();
	v->partition->fault.number++;
	v->partition->fault.cause = cause;
	v->partition->fault.ipa = at.v;
}

void partition_devices_reset(struct partition *p)
{
	fake_seen[p->index].devices_reset++;
}

void partition_device_ready(void)
{
	fake_ready_reports++;
}

void arch_publish(const void *p, uint64_t bytes)
{
	(void)p;
	(void)bytes;
}

/* board */

void plat_uart_putc(char c)
{
	if (fake_uart_bytes + 1 == sizeof(fake_uart))
		abort();
	fake_uart[fake_uart_bytes++] = c;
	fake_uart[fake_uart_bytes] = '\0';
	fake_uart_room--;
}

bool plat_uart_tx_ready(void)
{
	return fake_uart_room > 0;
}

int plat_uart_getc(void)
{
	return typed && *typed ? (unsigned char)*typed++ : -1;
}

/* the tests' side */

static jmp_buf halted;

void hv_halt(const char *why)
{
	(void)why;
	longjmp(halted, 1);
}

bool fake_start(void)
{
	if (setjmp(halted))
		return false;
	devices_init(&fake_config);
	return true;
}

void fake_uart_clear(void)
{
	fake_uart_bytes = 0;
	fake_uart[0] = '\0';
}

void fake_reset(uint32_t partitions)
{
	trace_init_early(cpu_this(), 0);
	fake_uart_clear();
	console_flush(); /* what the test before left, while its memory is there */
	while (timers)
		hv_timer_cancel(timers);
	now = 0;
	typed = NULL;
	page_count = 0;
	pool_used = 0;
	fake_ready_reports = 0;
	fake_uart_clear();
	fake_uart_room = UINT32_MAX;
	memset(fake_partition, 0, sizeof(fake_partition));
	memset(fake_seen, 0, sizeof(fake_seen));
	memset(vcpus, 0, sizeof(vcpus));
	memset(trace_memory, 0, sizeof(trace_memory));
	memset(&fake_config, 0, sizeof(fake_config));
	fake_config.cpu_count = 1;
	fake_config.partition_count = partitions;
	fake_config.trace_pa = (uintptr_t)trace_memory;
	fake_config.trace_bytes = sizeof(trace_memory);
	for (uint32_t i = 0; i < partitions; i++) {
		struct partition *p = &fake_partition[i];

		p->index = (uint8_t)i;
		p->config = &fake_config.partition[i];
		p->state = PL_PARTITION_RUNNING;
		p->vcpu = vcpus[i];
		p->vcpu[0].partition = p->vcpu[1].partition = p;
		fake_config.partition[i].name[0] = 'p';
		fake_config.partition[i].name[1] = (char)('0' + i);
		fake_config.partition[i].device_event_virq = 80;
	}
}

void fake_advance_us(uint64_t us)
{
	uint64_t end = now + FAKE_HZ * us / 1000000;

	while (timers && timers->deadline <= end) {
		struct hv_timer *t = timers;

		timers = t->next;
		t->armed = false;
		if (t->deadline > now)
			now = t->deadline;
		t->fire(t);
	}
	now = end;
}

void fake_type(const char *text)
{
	typed = text;
	while (*typed)
		console_input_irq();
}

void *fake_page(uint32_t partition, uint64_t at)
{
	for (uint32_t i = 0; i < page_count; i++)
		if (pages[i].partition == partition && pages[i].ipa == at)
			return pages[i].page;
	return NULL;
}

int fake_write(uint32_t p, uint64_t at, uint32_t bytes, uint64_t value)
{
	struct mmio m = {.ipa = ipa(at), .value = value, .bytes = (uint8_t)bytes, .write = true};

	return mmio_handle(&fake_partition[p].vcpu[0], &m);
}

uint64_t fake_read(uint32_t p, uint64_t at, uint32_t bytes)
{
	struct mmio m = {.ipa = ipa(at), .bytes = (uint8_t)bytes};

	mmio_handle(&fake_partition[p].vcpu[0], &m);
	return m.value;
}

int64_t fake_hvc(
	uint32_t p, uint32_t function, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4, uint64_t x5)
{
	uint64_t arg[6] = {function, x1, x2, x3, x4, x5};

	switch (function) {
	case PL_HVC_DOORBELL: return doorbell_ring(&fake_partition[p], x1);
	case PL_HVC_TRACE_MARK: return trace_mark(&fake_partition[p], arg);
	default: return vmmio_host_call(&fake_partition[p], function, arg);
	}
}
