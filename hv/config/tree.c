/* The device tree of one partition, in the words of the Devicetree Specification and Linux's bindings. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "plconf.h"

#include "tree_node.h"

#define PHANDLE_GIC	   1
#define PHANDLE_CLOCK	   2
#define SWIOTLB_SLOT_BYTES 2048
#define TREE_LINES	   "serial-lines"

static void put_root(struct tree *t, const struct machine *m)
{
	tree_string(t, "compatible", "linux,dummy-virt");
	tree_string(t, "model", m->model ? m->model : "Partyline");
	tree_cell(t, "#address-cells", 2);
	tree_cell(t, "#size-cells", 2);
	tree_cell(t, "interrupt-parent", PHANDLE_GIC);
	tree_flag(t, "dma-coherent");
}

static void put_psci(struct tree *t)
{
	static const char versions[] = "arm,psci-1.0\0arm,psci-0.2";

	tree_begin(t, "psci");
	tree_bytes(t, "compatible", versions, sizeof(versions));
	tree_string(t, "method", "hvc");
	tree_end(t);
}

static void put_cpus(struct tree *t, const struct partition *p)
{
	tree_begin(t, "cpus");
	tree_cell(t, "#address-cells", 1);
	tree_cell(t, "#size-cells", 0);
	for (uint32_t i = 0; i < p->cpus.count; i++) {
		tree_begin(t, "cpu@%x", i);
		tree_string(t, "device_type", "cpu");
		tree_string(t, "compatible", "arm,armv8");
		tree_cell(t, "reg", i);
		tree_string(t, "enable-method", "psci");
		tree_end(t);
	}
	tree_end(t);
}

/* The bank comes first: it is the guest's lowest RAM. */
static void put_memory(struct tree *t, const struct machine *m, const struct partition *p)
{
	const struct bank *b = p->bank == PL_NONE ? NULL : &m->bank[p->bank];
	uint64_t reg[2 * (MAX_SPANS + 1)];
	uint32_t n = 0;

	if (b) {
		reg[n++] = b->guest_address;
		reg[n++] = b->memory.bytes;
	}
	for (uint32_t i = 0; i < p->ram.count; i++) {
		reg[n++] = p->ram.v[i].base;
		reg[n++] = p->ram.v[i].bytes;
	}
	tree_begin(t, "memory@%" PRIx64, reg[0]);
	tree_string(t, "device_type", "memory");
	tree_doubles(t, "reg", reg, n);
	tree_end(t);
}

/* As QEMU virt has them: secure, non-secure, virtual, hypervisor timer. */
static void put_timer(struct tree *t)
{
	static const uint32_t ppis[] = {1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4};

	tree_begin(t, "timer");
	tree_string(t, "compatible", "arm,armv8-timer");
	tree_cells(t, "interrupts", ppis, 12);
	tree_flag(t, "always-on");
	tree_end(t);
}

static void put_gic(struct tree *t, const struct partition *p)
{
	const uint64_t reg[] = {PL_GICD_IPA, 0x10000, PL_GICR_IPA, 0x20000ull * p->cpus.count};

	tree_begin(t, "interrupt-controller@%" PRIx64, reg[0]);
	tree_string(t, "compatible", "arm,gic-v3");
	tree_cell(t, "#interrupt-cells", 3);
	tree_cell(t, "#address-cells", 0); /* of the parent in a PCI interrupt-map */
	tree_flag(t, "interrupt-controller");
	tree_doubles(t, "reg", reg, 4);
	tree_cell(t, "phandle", PHANDLE_GIC);
	tree_end(t);
}

static void put_clock(struct tree *t)
{
	tree_begin(t, "apb-pclk");
	tree_string(t, "compatible", "fixed-clock");
	tree_cell(t, "#clock-cells", 0);
	tree_cell(t, "clock-frequency", 24000000);
	tree_string(t, "clock-output-names", "clk24mhz");
	tree_cell(t, "phandle", PHANDLE_CLOCK);
	tree_end(t);
}

static void put_pl011(struct tree *t, uint64_t address, uint32_t intid)
{
	static const char compatible[] = "arm,pl011\0arm,primecell";
	static const char clock_names[] = "uartclk\0apb_pclk";
	static const uint32_t clocks[] = {PHANDLE_CLOCK, PHANDLE_CLOCK};

	tree_begin(t, "serial@%" PRIx64, address);
	tree_bytes(t, "compatible", compatible, sizeof(compatible));
	tree_reg(t, address, PAGE_BYTES);
	tree_interrupt(t, intid, TREE_LEVEL);
	tree_cells(t, "clocks", clocks, 2);
	tree_bytes(t, "clock-names", clock_names, sizeof(clock_names));
	tree_end(t);
}

static void put_serials(struct tree *t, const struct partition *p)
{
	if (!p->no_console)
		put_pl011(t, p->console_address, p->console_interrupt);
	for (uint32_t i = 0; i < p->assigned_count; i++)
		if (p->assigned[i].type == ASSIGNED_PL011)
			put_pl011(t, p->assigned[i].reg.v[0].base, p->assigned[i].guest_interrupts.v[0]);
}

/*
 * The ends of lines, on a bus of their own. A PL011 at the root has no platform device above it: ModemManager 1.24
 * (Debian 13) then knows of no driver, and leaves the port alone.
 */
static void put_lines(struct tree *t, const struct machine *m, uint32_t n)
{
	tree_begin(t, TREE_LINES);
	tree_simple_bus(t);
	for (uint32_t i = 0; i < m->line_count; i++)
		for (int e = 0; e < 2; e++)
			if (m->line[i].end[e] == n)
				put_pl011(t, m->line[i].addresses.v[e], m->line[i].interrupts.v[e]);
	tree_end(t);
}

static void put_watchdog(struct tree *t, const struct partition *p)
{
	const uint64_t reg[] = {
		p->watchdog_address, PAGE_BYTES, p->watchdog_address + PAGE_BYTES, PAGE_BYTES};

	if (!p->watchdog)
		return;
	tree_begin(t, "watchdog@%" PRIx64, reg[0]);
	tree_string(t, "compatible", "arm,sbsa-gwdt");
	tree_doubles(t, "reg", reg, 4);
	tree_interrupt(t, p->watchdog_interrupt, TREE_LEVEL);
	tree_end(t);
}

/* The strings stand one behind the other in the machine's tree, as they must in the guest's. */
static void put_compatible(struct tree *t, const struct strings *s)
{
	const char *last = s->v[s->count - 1];

	tree_bytes(t, "compatible", s->v[0], (size_t)(last - s->v[0]) + strlen(last) + 1);
	/* Linux's bus for Arm's own devices asks each for its clock. */
	for (uint32_t i = 0; i < s->count; i++)
		if (!strcmp(s->v[i], "arm,primecell")) {
			tree_cell(t, "clocks", PHANDLE_CLOCK);
			tree_string(t, "clock-names", "apb_pclk");
		}
}

static void put_mmio(struct tree *t, const struct assigned *a)
{
	uint64_t reg[2 * MAX_SPANS];
	uint32_t cells[3 * MAX_NUMBERS];

	for (uint32_t i = 0; i < a->reg.count; i++) {
		reg[2 * i] = a->reg.v[i].base;
		reg[2 * i + 1] = a->reg.v[i].bytes;
	}
	for (uint32_t i = 0; i < a->guest_interrupts.count; i++) {
		cells[3 * i] = 0;
		cells[3 * i + 1] = spi_of(a->guest_interrupts.v[i]);
		cells[3 * i + 2] = a->edge ? TREE_EDGE : TREE_LEVEL;
	}
	tree_begin(t, "%s@%" PRIx64, a->at.name, reg[0]);
	put_compatible(t, &a->compatible);
	tree_doubles(t, "reg", reg, 2 * a->reg.count);
	if (a->guest_interrupts.count)
		tree_cells(t, "interrupts", cells, 3 * a->guest_interrupts.count);
	tree_end(t);
}

static void put_assigned(struct tree *t, const struct partition *p)
{
	for (uint32_t i = 0; i < p->assigned_count; i++) {
		const struct assigned *a = &p->assigned[i];

		if (a->type == ASSIGNED_PCI)
			tree_put_pci(t, a, PHANDLE_GIC);
		else if (a->type == ASSIGNED_MMIO && a->compatible.count)
			put_mmio(t, a);
	}
}

static void put_virtio(struct tree *t, const struct device *d)
{
	tree_begin(t, "virtio@%" PRIx64, d->address);
	tree_string(t, "compatible", "virtio,mmio");
	tree_reg(t, d->address, PAGE_BYTES);
	tree_interrupt(t, d->interrupt, TREE_EDGE);
	tree_flag(t, "dma-coherent");
	tree_end(t);
}

/*
 * The virtual devices, on a bus whose dma-ranges names the bank and nothing else: a stock kernel
 * then makes its DMA zone and bounce buffers from the bank, and devices see nothing but it.
 */
static void put_virtio_bus(struct tree *t, const struct machine *m, uint32_t n)
{
	const struct bank *b;
	uint64_t dma[3];

	if (m->partition[n].bank == PL_NONE)
		return;
	b = &m->bank[m->partition[n].bank];
	dma[0] = dma[1] = b->guest_address;
	dma[2] = b->memory.bytes;
	tree_begin(t, "virtual-devices");
	tree_simple_bus(t);
	tree_doubles(t, "dma-ranges", dma, 3);
	tree_flag(t, "dma-coherent");
	for (uint32_t i = 0; i < m->device_count; i++)
		if (m->device[i].frontend == n)
			put_virtio(t, &m->device[i]);
	tree_end(t);
}

static void put_bootargs(struct tree *t, const struct machine *m, const struct partition *p)
{
	char confine[128] = "", *all = NULL;

	/* Half of the bank for bounce buffers; no CMA in it, no ordinary pages (docs/configuration.md). */
	if (p->bank != PL_NONE)
		snprintf(confine, sizeof(confine),
			" cma=0 swiotlb=%" PRIu64 " sysctl.vm.lowmem_reserve_ratio=1",
			m->bank[p->bank].memory.bytes / 2 / SWIOTLB_SLOT_BYTES);
	if (asprintf(&all, "%s%s%s%s%s", p->no_console ? "" : "console=ttyAMA0 ", "panic=1", confine,
		    p->bootargs ? " " : "", p->bootargs ? p->bootargs : "") < 0) {
		t->error = -ENOMEM;
		return;
	}
	tree_string(t, "bootargs", p->type == TYPE_LINUX ? all : p->bootargs ? p->bootargs : "");
	free(all);
}

static void put_chosen(struct tree *t, const struct machine *m, const struct partition *p)
{
	char console[32];

	tree_begin(t, "chosen");
	put_bootargs(t, m, p);
	if (!p->no_console) {
		snprintf(console, sizeof(console), "/serial@%" PRIx64, p->console_address);
		tree_string(t, "stdout-path", console);
	}
	if (p->initrd) {
		tree_double(t, "linux,initrd-start", p->initrd_at.base);
		tree_double(t, "linux,initrd-end", p->initrd_at.base + p->initrd_at.bytes);
	}
	tree_end(t);
}

/* The console is ttyAMA0, the lines count on from there. */
static void put_aliases(struct tree *t, const struct machine *m, uint32_t n)
{
	const struct partition *p = &m->partition[n];
	uint32_t serial = 0;

	tree_begin(t, "aliases");
	if (!p->no_console)
		tree_alias(t, serial++, "", p->console_address);
	for (uint32_t i = 0; i < m->line_count; i++)
		for (int e = 0; e < 2; e++)
			if (m->line[i].end[e] == n)
				tree_alias(t, serial++, "/" TREE_LINES, m->line[i].addresses.v[e]);
	for (uint32_t i = 0; i < p->assigned_count; i++)
		if (p->assigned[i].type == ASSIGNED_PL011)
			tree_alias(t, serial++, "", p->assigned[i].reg.v[0].base);
	tree_end(t);
}

int tree_make(const struct machine *m, uint32_t n, struct file *out)
{
	const struct partition *p = &m->partition[n];
	struct tree t;

	tree_open(&t);
	tree_begin(&t, "%s", "");
	put_root(&t, m);
	put_psci(&t);
	put_cpus(&t, p);
	put_memory(&t, m, p);
	put_timer(&t);
	put_gic(&t, p);
	put_clock(&t);
	put_serials(&t, p);
	put_lines(&t, m, n);
	put_watchdog(&t, p);
	put_assigned(&t, p);
	put_virtio_bus(&t, m, n);
	tree_put_host(&t, m, n);
	put_aliases(&t, m, n);
	put_chosen(&t, m, p);
	tree_end(&t);
	return tree_close(&t, out);
}
