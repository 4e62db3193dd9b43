#include "tree_node.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#define TREE_BYTES_MAX (64u << 10)

static void note(struct tree *t, int fdt_error)
{
	if (!t->error && fdt_error)
		t->error = fdt_error == -FDT_ERR_NOSPACE ? -ENOSPC : -EINVAL;
}

void tree_open(struct tree *t)
{
	t->fdt = calloc(1, TREE_BYTES_MAX);
	t->error = t->fdt ? 0 : -ENOMEM;
	if (t->error)
		return;
	note(t, fdt_create(t->fdt, TREE_BYTES_MAX));
	note(t, fdt_finish_reservemap(t->fdt));
}

int tree_close(struct tree *t, struct file *out)
{
	if (!t->error)
		note(t, fdt_finish(t->fdt));
	if (t->error) {
		free(t->fdt);
		return t->error;
	}
	*out = (struct file){.data = t->fdt, .bytes = fdt_totalsize(t->fdt)};
	return 0;
}

void tree_begin(struct tree *t, const char *format, ...)
{
	char name[64];
	va_list ap;

	va_start(ap, format);
	vsnprintf(name, sizeof(name), format, ap);
	va_end(ap);
	if (!t->error)
		note(t, fdt_begin_node(t->fdt, name));
}

void tree_end(struct tree *t)
{
	if (!t->error)
		note(t, fdt_end_node(t->fdt));
}

void tree_bytes(struct tree *t, const char *name, const void *value, size_t bytes)
{
	if (!t->error)
		note(t, fdt_property(t->fdt, name, value, (int)bytes));
}

void tree_flag(struct tree *t, const char *name)
{
	tree_bytes(t, name, NULL, 0);
}

void tree_string(struct tree *t, const char *name, const char *value)
{
	tree_bytes(t, name, value, strlen(value) + 1);
}

void tree_cells(struct tree *t, const char *name, const uint32_t *values, uint32_t count)
{
	void *p = NULL;

	if (!t->error)
		note(t, fdt_property_placeholder(t->fdt, name, (int)(4 * count), &p));
	for (uint32_t i = 0; !t->error && i < count; i++)
		fdt32_st((uint8_t *)p + 4 * i, values[i]);
}

void tree_cell(struct tree *t, const char *name, uint32_t value)
{
	tree_cells(t, name, &value, 1);
}

void tree_doubles(struct tree *t, const char *name, const uint64_t *values, uint32_t count)
{
	void *p = NULL;

	if (!t->error)
		note(t, fdt_property_placeholder(t->fdt, name, (int)(8 * count), &p));
	for (uint32_t i = 0; !t->error && i < count; i++)
		fdt64_st((uint8_t *)p + 8 * i, values[i]);
}

void tree_double(struct tree *t, const char *name, uint64_t value)
{
	tree_doubles(t, name, &value, 1);
}

void tree_reg(struct tree *t, uint64_t base, uint64_t bytes)
{
	const uint64_t reg[] = {base, bytes};

	tree_doubles(t, "reg", reg, 2);
}

void tree_interrupt(struct tree *t, uint32_t intid, uint32_t flags)
{
	const uint32_t cells[] = {0, spi_of(intid), flags};

	tree_cells(t, "interrupts", cells, 3);
}

void tree_simple_bus(struct tree *t)
{
	tree_string(t, "compatible", "simple-bus");
	tree_cell(t, "#address-cells", 2);
	tree_cell(t, "#size-cells", 2);
	tree_flag(t, "ranges");
}

void tree_alias(struct tree *t, uint32_t n, const char *bus, uint64_t address)
{
	char name[16], path[48];

	snprintf(name, sizeof(name), "serial%u", n);
	snprintf(path, sizeof(path), "%s/serial@%llx", bus, (unsigned long long)address);
	tree_string(t, name, path);
}
