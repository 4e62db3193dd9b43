/* The node that the kernel module of a host binds to: docs/configuration.md, "The I/O domain's node". */
#include <inttypes.h>
#include <string.h>

#include "tree_node.h"

static void put_bank(struct tree *t, uint32_t index, const struct bank *b)
{
	const uint64_t reg[] = {b->host_address, b->memory.bytes, b->state.base, b->state.bytes};
	static const char names[] = "bank\0state";

	tree_begin(t, "bank@%" PRIx64, b->host_address);
	tree_string(t, "label", b->at.name);
	tree_cell(t, "partyline,index", index);
	tree_doubles(t, "reg", reg, b->state.bytes ? 4 : 2);
	tree_bytes(t, "reg-names", names, b->state.bytes ? sizeof(names) : sizeof("bank"));
	tree_double(t, "partyline,guest-base", b->guest_address);
	tree_cell(t, "partyline,guest", b->guest);
	tree_end(t);
}

static void put_device(struct tree *t, uint32_t index, const struct device *d)
{
	tree_begin(t, "device@%" PRIx64, d->host_address);
	tree_string(t, "label", d->at.name);
	tree_cell(t, "partyline,index", index);
	tree_reg(t, d->host_address, PAGE_BYTES);
	tree_cell(t, "partyline,frontend", d->frontend);
	tree_cell(t, "partyline,bank", d->bank);
	tree_cell(t, "partyline,device-id", d->virtio_id);
	tree_end(t);
}

static void put_interrupts(struct tree *t, const struct machine *m, uint32_t p)
{
	uint32_t cells[3 * (PL_MAX_DOORBELLS + 1)] = {0, spi_of(m->partition[p].event_interrupt), TREE_EDGE};
	uint32_t index[PL_MAX_DOORBELLS], count = 0;
	char names[(PL_MAX_DOORBELLS + 1) * (NAME_MAX_CHARS + 1)] = "device-event";
	size_t names_bytes = sizeof("device-event");

	for (uint32_t i = 0; i < m->doorbell_count; i++) {
		const struct doorbell *d = &m->doorbell[i];

		if (d->to != p)
			continue;
		index[count++] = i;
		cells[3 * count + 1] = spi_of(d->interrupt);
		cells[3 * count + 2] = TREE_EDGE;
		memcpy(names + names_bytes, d->at.name, strlen(d->at.name) + 1);
		names_bytes += strlen(d->at.name) + 1;
	}
	tree_cells(t, "interrupts", cells, 3 * (count + 1));
	tree_bytes(t, "interrupt-names", names, names_bytes);
	if (count)
		tree_cells(t, "partyline,doorbells", index, count);
}

void tree_put_host(struct tree *t, const struct machine *m, uint32_t p)
{
	if (!m->partition[p].hosts)
		return;
	tree_begin(t, "partyline");
	tree_string(t, "compatible", "partyline,host");
	tree_cell(t, "#address-cells", 2);
	tree_cell(t, "#size-cells", 2);
	tree_cell(t, "partyline,partition", p);
	put_interrupts(t, m, p);
	for (uint32_t i = 0; i < m->bank_count; i++)
		if (m->bank[i].host_mask >> p & 1)
			put_bank(t, i, &m->bank[i]);
	for (uint32_t i = 0; i < m->device_count; i++)
		if (m->device[i].host == p)
			put_device(t, i, &m->device[i]);
	tree_end(t);
}
