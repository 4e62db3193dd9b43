/* A generic PCIe host: Linux, Documentation/devicetree/bindings/pci/host-generic-pci.yaml. */
#include <inttypes.h>

#include "tree_node.h"

#define SLOT_MASK   0x1800 /* the low two bits of the device number: pins repeat every four slots */
#define SPACE_IO    0x01000000u
#define SPACE_MEM32 0x02000000u
#define SLOTS	    4u
#define PINS	    4u

static uint32_t high(uint64_t x)
{
	return (uint32_t)(x >> 32);
}

static uint32_t low(uint64_t x)
{
	return (uint32_t)x;
}

/* Pin n of slot s is wired to interrupt (s + n) mod 4, as PCI's bridge rule has it. */
static void put_interrupts(struct tree *t, const struct assigned *a, uint32_t gic)
{
	static const uint32_t mask[] = {SLOT_MASK, 0, 0, 7};
	uint32_t map[SLOTS * PINS * 8], n = 0;

	for (uint32_t slot = 0; slot < SLOTS; slot++)
		for (uint32_t pin = 0; pin < PINS; pin++) {
			const uint32_t intid = a->guest_interrupts.v[(slot + pin) % PINS];
			const uint32_t entry[] = {
				slot << 11, 0, 0, pin + 1, gic, 0, spi_of(intid), TREE_LEVEL};

			for (uint32_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++)
				map[n++] = entry[i];
		}
	tree_cell(t, "#interrupt-cells", 1);
	tree_cells(t, "interrupt-map-mask", mask, 4);
	tree_cells(t, "interrupt-map", map, n);
}

/* reg: 0 is the ECAM, 1 the memory window, at its physical address on the bus too, 2 the I/O window. */
static void put_ranges(struct tree *t, const struct assigned *a)
{
	const struct span *mem = &a->reg.v[1], *io = &a->reg.v[2];
	const uint32_t ranges[] = {
		SPACE_IO,
		0,
		0,
		high(io->base),
		low(io->base),
		high(io->bytes),
		low(io->bytes),
		SPACE_MEM32,
		high(a->pa.v[1]),
		low(a->pa.v[1]),
		high(mem->base),
		low(mem->base),
		high(mem->bytes),
		low(mem->bytes),
	};

	tree_cells(t, "ranges", ranges, 14);
}

void tree_put_pci(struct tree *t, const struct assigned *a, uint32_t gic_phandle)
{
	const uint32_t buses[] = {0, (uint32_t)(a->reg.v[0].bytes >> 20) - 1};

	tree_begin(t, "pcie@%" PRIx64, a->reg.v[1].base);
	tree_string(t, "compatible", "pci-host-ecam-generic");
	tree_string(t, "device_type", "pci");
	tree_cell(t, "#address-cells", 3);
	tree_cell(t, "#size-cells", 2);
	tree_cell(t, "linux,pci-domain", 0);
	tree_cells(t, "bus-range", buses, 2);
	tree_reg(t, a->reg.v[0].base, a->reg.v[0].bytes);
	put_ranges(t, a);
	put_interrupts(t, a, gic_phandle);
	tree_flag(t, "dma-coherent");
	tree_end(t);
}
