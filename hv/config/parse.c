/* The tree's nodes and their properties. docs/configuration.md describes each one: keep both alike. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <libfdt.h>

#include "schema.h"

#define ERRORS_SHOWN 40

static const char *const restart_choices[] = {"never", "on-failure", "always", NULL};
static const char *const on_fault_choices[] = {"restart", "abort", NULL};
static const char *const partition_types[] = {"bare-metal", "linux", NULL};
static const char *const assigned_types[] = {"mmio", "pl011", "pci-ecam", NULL};

#define AT(type, member)   offsetof(struct type, member)
#define INTO(type, member) .offset = AT(type, member)
#define NUMBER_MAX	   INT32_MAX

static const struct field root_fields[] = {
	{"compatible", FIELD_STRING, INTO(machine, compatible), .required = true},
	{"model", FIELD_STRING, INTO(machine, model)},
	{"#address-cells", FIELD_NUMBER, INTO(machine, address_cells), .required = true, .min = 1, .max = 2,
		.initial = 1},
	{"#size-cells", FIELD_NUMBER, INTO(machine, size_cells), .required = true, .min = 1, .max = 2,
		.initial = 1},
	{"ram", FIELD_SPAN, INTO(machine, ram), .required = true, .align = BLOCK_BYTES},
	{.name = NULL},
};
static const char *const root_nodes[] = {
	"hypervisor",
	"partitions",
	"banks",
	"devices",
	"lines",
	"doorbells",
	NULL,
};

static const struct field hypervisor_fields[] = {
	{"image", FIELD_STRING, INTO(hypervisor, image)},
	{"cpus", FIELD_NUMBER, INTO(hypervisor, cpus), .min = 1, .max = PL_MAX_CPUS, .initial = 1},
	{"memory", FIELD_SPAN, INTO(hypervisor, memory), .required = true, .align = PAGE_BYTES},
	{"pool", FIELD_SPAN, INTO(hypervisor, pool), .required = true, .align = PAGE_BYTES},
	{"trace", FIELD_SPAN, INTO(hypervisor, trace), .required = true, .align = PAGE_BYTES},
	{"config", FIELD_SPAN, INTO(hypervisor, config), .required = true, .align = PAGE_BYTES},
	{"store", FIELD_SPAN, INTO(hypervisor, store), .required = true, .align = BLOCK_BYTES},
	{"firmware", FIELD_SPANS, INTO(hypervisor, firmware), .max = MAX_SPANS, .align = PAGE_BYTES},
	{"devices", FIELD_SPANS, INTO(hypervisor, devices), .max = MAX_SPANS, .align = PAGE_BYTES},
	{"interrupts", FIELD_NUMBERS, INTO(hypervisor, interrupts), .max = MAX_NUMBERS},
	{"smmu", FIELD_SPAN, INTO(hypervisor, smmu), .align = PAGE_BYTES},
	{"smmu-interrupts", FIELD_NUMBERS, INTO(hypervisor, smmu_interrupts), .min = 2, .max = 2},
	{"trace-address", FIELD_ADDRESS, INTO(hypervisor, trace_address), .align = PAGE_BYTES},
	{.name = NULL},
};

static const struct field partition_fields[] = {
	{"type", FIELD_CHOICE, INTO(partition, type), .required = true, .choices = partition_types},
	{"priority", FIELD_NUMBER, INTO(partition, priority), .required = true, .min = 0, .max = 7},
	{"ram", FIELD_SPANS, INTO(partition, ram), .required = true, .max = 4, .align = BLOCK_BYTES},
	{"ram-physical", FIELD_ADDRESSES, INTO(partition, ram_pa), .max = 4, .align = BLOCK_BYTES},
	{"image", FIELD_STRING, INTO(partition, image), .required = true},
	{"image-address", FIELD_ADDRESS, INTO(partition, image_address), .align = 4, .initial = UNSET},
	{"entry", FIELD_ADDRESS, INTO(partition, entry), .align = 4, .initial = UNSET},
	{"initrd", FIELD_STRING, INTO(partition, initrd)},
	{"bootargs", FIELD_STRING, INTO(partition, bootargs)},
	{"tree-address", FIELD_ADDRESS, INTO(partition, tree_address), .align = 8, .initial = UNSET},
	{"restart", FIELD_CHOICE, INTO(partition, restart), .required = true, .choices = restart_choices},
	{"restart-limit", FIELD_NUMBERS, INTO(partition, restart_limit), .min = 2, .max = 2},
	{"restart-backoff-ms", FIELD_NUMBER, INTO(partition, backoff_ms), .min = 1, .max = 60000},
	{"on-fault", FIELD_CHOICE, INTO(partition, on_fault), .choices = on_fault_choices},
	{"watchdog", FIELD_FLAG, INTO(partition, watchdog)},
	{"watchdog-address", FIELD_ADDRESS, INTO(partition, watchdog_address), .align = PAGE_BYTES,
		.initial = 0x09060000},
	{"watchdog-interrupt", FIELD_NUMBER, INTO(partition, watchdog_interrupt), .max = NUMBER_MAX,
		.initial = 42},
	{"cpus", FIELD_NUMBERS, INTO(partition, cpus), .max = PL_MAX_VCPUS},
	{"slice-us", FIELD_NUMBER, INTO(partition, slice_us), .min = 0, .max = 1000000},
	{"budget", FIELD_NUMBERS, INTO(partition, budget), .min = 2, .max = 2},
	{"watchdog-ms", FIELD_NUMBER, INTO(partition, watchdog_ms), .min = 0, .max = NUMBER_MAX},
	{"managers", FIELD_STRINGS, INTO(partition, managers), .max = PL_MAX_PARTITIONS},
	{"wait-for", FIELD_STRINGS, INTO(partition, wait_for), .max = MAX_STRINGS},
	{"no-console", FIELD_FLAG, INTO(partition, no_console)},
	{"console-address", FIELD_ADDRESS, INTO(partition, console_address), .align = PAGE_BYTES,
		.initial = 0x09000000},
	{"console-interrupt", FIELD_NUMBER, INTO(partition, console_interrupt), .max = NUMBER_MAX,
		.initial = 33},
	{"device-event-interrupt", FIELD_NUMBER, INTO(partition, event_interrupt), .max = NUMBER_MAX,
		.initial = 80},
	{"observer", FIELD_FLAG, INTO(partition, observer)},
	{"unconfined-dma", FIELD_FLAG, INTO(partition, unconfined_dma)},
	{.name = NULL},
};

static const struct field assigned_fields[] = {
	{"type", FIELD_CHOICE, INTO(assigned, type), .required = true, .choices = assigned_types},
	{"compatible", FIELD_STRINGS, INTO(assigned, compatible), .max = 4},
	{"reg", FIELD_SPANS, INTO(assigned, reg), .required = true, .max = 4, .align = PAGE_BYTES},
	{"reg-physical", FIELD_ADDRESSES, INTO(assigned, pa), .max = 4, .align = PAGE_BYTES},
	{"interrupts", FIELD_NUMBERS, INTO(assigned, interrupts), .max = MAX_NUMBERS},
	{"guest-interrupts", FIELD_NUMBERS, INTO(assigned, guest_interrupts), .max = MAX_NUMBERS},
	{"edge", FIELD_FLAG, INTO(assigned, edge)},
	{"bus-master", FIELD_FLAG, INTO(assigned, bus_master)},
	{"streams", FIELD_NUMBERS, INTO(assigned, streams), .min = 2, .max = 2},
	{.name = NULL},
};

static const struct field bank_fields[] = {
	{"guest", FIELD_STRING, INTO(bank, guest_name), .required = true},
	{"hosts", FIELD_STRINGS, INTO(bank, host_names), .required = true, .max = PL_MAX_PARTITIONS},
	{"memory", FIELD_SPAN, INTO(bank, memory), .required = true, .align = BLOCK_BYTES},
	{"state", FIELD_SPAN, INTO(bank, state), .align = PAGE_BYTES},
	{"guest-address", FIELD_ADDRESS, INTO(bank, guest_address), .align = BLOCK_BYTES, .initial = UNSET},
	{"host-address", FIELD_ADDRESS, INTO(bank, host_address), .align = BLOCK_BYTES, .initial = UNSET},
	{.name = NULL},
};

static const struct field device_fields[] = {
	{"frontend", FIELD_STRING, INTO(device, frontend_name), .required = true},
	{"host", FIELD_STRING, INTO(device, host_name), .required = true},
	{"virtio-id", FIELD_NUMBER, INTO(device, virtio_id), .required = true, .min = 1, .max = 63},
	{"address", FIELD_ADDRESS, INTO(device, address), .align = PAGE_BYTES, .initial = UNSET},
	{"interrupt", FIELD_NUMBER, INTO(device, interrupt), .max = NUMBER_MAX, .initial = 0},
	{"host-address", FIELD_ADDRESS, INTO(device, host_address), .align = PAGE_BYTES, .initial = UNSET},
	{"reply-bound-us", FIELD_NUMBER, INTO(device, reply_bound_us), .min = 1, .max = 1000000},
	{.name = NULL},
};

static const struct field line_fields[] = {
	{"ends", FIELD_STRINGS, INTO(line, end_names), .required = true, .min = 2, .max = 2},
	{"addresses", FIELD_ADDRESSES, INTO(line, addresses), .required = true, .min = 2, .max = 2,
		.align = PAGE_BYTES},
	{"interrupts", FIELD_NUMBERS, INTO(line, interrupts), .required = true, .min = 2, .max = 2},
	{"untraced", FIELD_FLAG, INTO(line, untraced)},
	{.name = NULL},
};

static const struct field doorbell_fields[] = {
	{"from", FIELD_STRINGS, INTO(doorbell, from_names), .max = PL_MAX_PARTITIONS},
	{"state-of", FIELD_STRING, INTO(doorbell, state_of_name)},
	{"to", FIELD_STRING, INTO(doorbell, to_name), .required = true},
	{"interrupt", FIELD_NUMBER, INTO(doorbell, interrupt), .max = NUMBER_MAX, .initial = 0},
	{.name = NULL},
};

/* A node whose subnodes are all of one kind: their table and where they go. */
struct collection {
	const char *node;
	const struct field *fields;
	size_t array, item_bytes, count;
	uint32_t max;
};
#define COLLECTION(name, fields, array, limit)                                                               \
	{name, fields, AT(machine, array), sizeof(((struct machine *)0)->array[0]),                          \
		AT(machine, array##_count), limit}

static const struct collection collections[] = {
	COLLECTION("partitions", partition_fields, partition, PL_MAX_PARTITIONS),
	COLLECTION("banks", bank_fields, bank, PL_MAX_BANKS),
	COLLECTION("devices", device_fields, device, PL_MAX_DEVICES),
	COLLECTION("lines", line_fields, line, MAX_LINES),
	COLLECTION("doorbells", doorbell_fields, doorbell, PL_MAX_DOORBELLS),
};

void machine_path(const struct machine *m, const struct place *at, char path[PATH_ROOM])
{
	if (!at || !m->fdt)
		snprintf(path, PATH_ROOM, "/");
	else if (fdt_get_path(m->fdt, at->node, path, PATH_ROOM))
		snprintf(path, PATH_ROOM, "%s", at->name);
}

int machine_error(struct machine *m, const struct place *at, const char *property, const char *format, ...)
{
	char path[PATH_ROOM];
	va_list ap;

	if (m->error_count++ >= ERRORS_SHOWN)
		return -EINVAL;
	machine_path(m, at, path);
	fprintf(m->messages, "%s:%s:%s%s ", m->file_name, path, property ? property : "",
		property ? ":" : "");
	va_start(ap, format);
	vfprintf(m->messages, format, ap);
	va_end(ap);
	fputc('\n', m->messages);
	if (m->error_count == ERRORS_SHOWN)
		fprintf(m->messages, "%s: more errors are not shown\n", m->file_name);
	return -EINVAL;
}

static void refuse_subnodes(struct machine *m, int node)
{
	static const char *const none[] = {NULL};

	schema_children(m, node, none);
}

static void refuse_properties(struct machine *m, int node)
{
	static const struct field none[] = {{.name = NULL}};
	struct place at;

	schema_read(m, node, none, &at);
}

static void parse_assigned(struct machine *m, struct partition *p)
{
	int child;

	fdt_for_each_subnode(child, m->fdt, p->at.node)
	{
		struct place at = {child, fdt_get_name(m->fdt, child, NULL)};

		if (p->assigned_count == MAX_ASSIGNED) {
			machine_error(m, &at, NULL, "more than %d devices", MAX_ASSIGNED);
			return;
		}
		schema_name(m, &at);
		schema_read(m, child, assigned_fields, &p->assigned[p->assigned_count++]);
		refuse_subnodes(m, child);
	}
}

/* Names are compared with those before: what dtc would refuse may come in a tree made by other means. */
static bool name_is_new(struct machine *m, const struct place *at, int parent)
{
	int other;

	fdt_for_each_subnode(other, m->fdt, parent)
	{
		if (other == at->node)
			return true;
		if (!strcmp(fdt_get_name(m->fdt, other, NULL), at->name)) {
			machine_error(m, at, NULL, "a second node of this name");
			return false;
		}
	}
	return true;
}

static void parse_collection(struct machine *m, const struct collection *c)
{
	int parent = fdt_subnode_offset(m->fdt, 0, c->node), child;
	uint32_t *count = (uint32_t *)(void *)((uint8_t *)m + c->count);

	if (parent < 0)
		return;
	refuse_properties(m, parent);
	fdt_for_each_subnode(child, m->fdt, parent)
	{
		struct place at = {child, fdt_get_name(m->fdt, child, NULL)};

		if (*count == c->max) {
			machine_error(m, &at, NULL, "more than %u %s", c->max, c->node);
			return;
		}
		if (!schema_name(m, &at) || !name_is_new(m, &at, parent))
			continue;
		schema_read(m, child, c->fields, (uint8_t *)m + c->array + (*count)++ * c->item_bytes);
		if (c->fields != partition_fields)
			refuse_subnodes(m, child);
	}
}

static void parse_root(struct machine *m)
{
	int node;

	schema_read(m, 0, root_fields, m);
	schema_children(m, 0, root_nodes);
	if (m->compatible && strcmp(m->compatible, "partyline,machine"))
		machine_error(m, &m->at, "compatible", "\"%s\" is not \"partyline,machine\"", m->compatible);
	if (m->error_count)
		return;
	node = fdt_subnode_offset(m->fdt, 0, "hypervisor");
	if (node < 0) {
		machine_error(m, &m->at, NULL, "node hypervisor is missing");
		return;
	}
	schema_read(m, node, hypervisor_fields, &m->hypervisor);
	refuse_subnodes(m, node);
}

int machine_parse(struct machine *m, const void *fdt, size_t fdt_bytes)
{
	int e = fdt_check_full(fdt, fdt_bytes);

	if (e)
		return machine_error(m, NULL, NULL, "no device tree: %s", fdt_strerror(e));
	m->fdt = fdt;
	parse_root(m);
	if (m->error_count)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(collections) / sizeof(collections[0]); i++)
		parse_collection(m, &collections[i]);
	for (uint32_t i = 0; i < m->partition_count; i++)
		parse_assigned(m, &m->partition[i]);
	if (m->partition_count == 0)
		machine_error(m, &m->at, NULL, "no partitions");
	return m->error_count ? -EINVAL : 0;
}

uint32_t machine_partition(const struct machine *m, const char *name)
{
	for (uint32_t i = 0; i < m->partition_count; i++)
		if (!strcmp(m->partition[i].at.name, name))
			return i;
	return PL_NONE;
}
