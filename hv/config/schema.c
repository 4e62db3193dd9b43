#include "schema.h"

#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

static const void *bytes_of(const struct machine *m, int node, const char *name, size_t *bytes)
{
	int n = 0;
	const void *p = fdt_getprop(m->fdt, node, name, &n);

	*bytes = n > 0 ? (size_t)n : 0;
	return p;
}

static uint64_t cells_take(const uint8_t **p, uint32_t cells)
{
	uint64_t x = 0;

	for (uint32_t i = 0; i < cells; i++, *p += 4)
		x = x << 32 | fdt32_ld((const fdt32_t *)(const void *)*p);
	return x;
}

/* The number of whole items of item_bytes in the property, or 0 after reporting. */
static uint32_t item_count(
	struct machine *m, const struct place *at, const struct field *f, size_t bytes, size_t item_bytes)
{
	size_t n = bytes / item_bytes;
	uint32_t min = f->min ? f->min : 1, max = f->max ? f->max : 1;

	if (f->shape == FIELD_NUMBER || f->shape == FIELD_ADDRESS || f->shape == FIELD_SPAN)
		min = max = 1;
	if (bytes % item_bytes)
		machine_error(m, at, f->name, "%zu bytes, which is no multiple of %zu", bytes, item_bytes);
	else if (n < min || n > max)
		machine_error(m, at, f->name, "%zu value%s, where %s%u %s", n, n == 1 ? "" : "s",
			min == max ? "" : "at most ", max, max == 1 ? "is wanted" : "are wanted");
	else
		return (uint32_t)n;
	return 0;
}

static void read_numbers(struct machine *m, const struct place *at, const struct field *f, const uint8_t *p,
	size_t bytes, void *into)
{
	uint32_t n = item_count(m, at, f, bytes, 4);
	struct numbers *list = into;

	if (f->shape == FIELD_NUMBER && n) {
		uint64_t x = cells_take(&p, 1);

		if (x < f->min || x > f->max)
			machine_error(
				m, at, f->name, "%" PRIu64 " is not within %u to %u", x, f->min, f->max);
		else
			*(uint32_t *)into = (uint32_t)x;
	} else if (f->shape == FIELD_NUMBERS) {
		list->count = n;
		for (uint32_t i = 0; i < n; i++)
			list->v[i] = (uint32_t)cells_take(&p, 1);
	}
}

static uint64_t read_aligned(struct machine *m, const struct place *at, const struct field *f,
	const uint8_t **p, uint32_t cells, const char *what)
{
	uint64_t x = cells_take(p, cells);

	if (f->align && x & (f->align - 1))
		machine_error(m, at, f->name, "%s 0x%" PRIx64 " is no multiple of 0x%x", what, x, f->align);
	return x;
}

static void read_addresses(struct machine *m, const struct place *at, const struct field *f, const uint8_t *p,
	size_t bytes, void *into)
{
	uint32_t n = item_count(m, at, f, bytes, 4u * m->address_cells);
	struct addresses *list = into;

	if (f->shape == FIELD_ADDRESSES)
		list->count = n;
	for (uint32_t i = 0; i < n; i++) {
		uint64_t x = read_aligned(m, at, f, &p, m->address_cells, "address");

		if (x >> ADDRESS_BITS)
			machine_error(m, at, f->name, "address 0x%" PRIx64 " goes past %d address bits", x,
				ADDRESS_BITS);

		if (f->shape == FIELD_ADDRESSES)
			list->v[i] = x;
		else
			*(uint64_t *)into = x;
	}
}

static void check_span(struct machine *m, const struct place *at, const struct field *f, const struct span *s)
{
	if (s->bytes == 0)
		machine_error(m, at, f->name, "0x%" PRIx64 " has size zero", s->base);
	else if (s->bytes - 1 > UINT64_MAX - s->base || (s->base + (s->bytes - 1)) >> ADDRESS_BITS)
		machine_error(m, at, f->name,
			"0x%" PRIx64 " of 0x%" PRIx64 " bytes goes past %d address bits", s->base, s->bytes,
			ADDRESS_BITS);
}

static void read_spans(struct machine *m, const struct place *at, const struct field *f, const uint8_t *p,
	size_t bytes, void *into)
{
	uint32_t n = item_count(m, at, f, bytes, 4u * (m->address_cells + m->size_cells));
	struct spans *list = into;

	if (f->shape == FIELD_SPANS)
		list->count = n;
	for (uint32_t i = 0; i < n; i++) {
		struct span *s = f->shape == FIELD_SPANS ? &list->v[i] : into;

		s->base = read_aligned(m, at, f, &p, m->address_cells, "address");
		s->bytes = read_aligned(m, at, f, &p, m->size_cells, "size");
		check_span(m, at, f, s);
	}
}

static void read_choice(
	struct machine *m, const struct place *at, const struct field *f, const char *s, void *into)
{
	char all[128] = "";

	for (uint32_t i = 0; f->choices[i]; i++) {
		if (!strcmp(s, f->choices[i])) {
			*(uint32_t *)into = i;
			return;
		}
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "", f->choices[i]);
	}
	machine_error(m, at, f->name, "\"%s\" is none of: %s", s, all);
}

static bool strings_hold(const struct strings *list, const char *s)
{
	for (uint32_t i = 0; i < list->count; i++)
		if (!strcmp(list->v[i], s))
			return true;
	return false;
}

static void add_string(
	struct machine *m, const struct place *at, const struct field *f, const char *s, void *into)
{
	struct strings *list = into;

	if (strings_hold(list, s))
		machine_error(m, at, f->name, "\"%s\" is named twice", s);
	else
		list->v[list->count++] = s;
}

static void read_strings(struct machine *m, const struct place *at, const struct field *f, const char *p,
	size_t bytes, void *into)
{
	uint32_t max = f->shape == FIELD_STRINGS ? f->max : 1;
	uint32_t n = 0;

	if (bytes == 0 || p[bytes - 1] != '\0') {
		machine_error(m, at, f->name, "is no string");
		return;
	}
	for (const char *s = p; s < p + bytes; s += strlen(s) + 1) {
		if (*s == '\0')
			machine_error(m, at, f->name, "is an empty string");
		else if (++n > max)
			machine_error(m, at, f->name, "more than %u string%s", max, max == 1 ? "" : "s");
		else if (f->shape == FIELD_CHOICE)
			read_choice(m, at, f, s, into);
		else if (f->shape == FIELD_STRING)
			*(const char **)into = s;
		else
			add_string(m, at, f, s, into);
		if (n > max)
			return;
	}
	if (f->shape == FIELD_STRINGS && n < f->min)
		machine_error(m, at, f->name, "%u name%s, where %u are wanted", n, n == 1 ? "" : "s", f->min);
}

static void read_field(struct machine *m, const struct place *at, const struct field *f, void *into)
{
	size_t bytes;
	const void *p = bytes_of(m, at->node, f->name, &bytes);

	switch (f->shape) {
	case FIELD_FLAG:
		*(bool *)into = true;
		if (bytes)
			machine_error(m, at, f->name, "takes no value");
		break;
	case FIELD_NUMBER:
	case FIELD_NUMBERS: read_numbers(m, at, f, p, bytes, into); break;
	case FIELD_ADDRESS:
	case FIELD_ADDRESSES: read_addresses(m, at, f, p, bytes, into); break;
	case FIELD_SPAN:
	case FIELD_SPANS: read_spans(m, at, f, p, bytes, into); break;
	case FIELD_STRING:
	case FIELD_STRINGS:
	case FIELD_CHOICE: read_strings(m, at, f, p, bytes, into); break;
	}
}

static void set_initial(const struct field *f, void *into)
{
	if (f->shape == FIELD_NUMBER || f->shape == FIELD_CHOICE)
		*(uint32_t *)into = (uint32_t)f->initial;
	else if (f->shape == FIELD_ADDRESS)
		*(uint64_t *)into = f->initial;
}

static void find_unknown(struct machine *m, const struct place *at, const struct field *fields)
{
	int offset;

	fdt_for_each_property_offset(offset, m->fdt, at->node)
	{
		const char *name = NULL;
		const struct field *f = fields;

		if (!fdt_getprop_by_offset(m->fdt, offset, &name, NULL) || !name)
			continue;
		while (f->name && strcmp(f->name, name))
			f++;
		if (!f->name)
			machine_error(m, at, name, "unknown property");
	}
}

void schema_read(struct machine *m, int node, const struct field *fields, void *into)
{
	struct place *at = into;

	at->node = node;
	at->name = fdt_get_name(m->fdt, node, NULL);
	for (const struct field *f = fields; f->name; f++) {
		void *field = (uint8_t *)into + f->offset;

		set_initial(f, field);
		if (fdt_getprop(m->fdt, node, f->name, NULL))
			read_field(m, at, f, field);
		else if (f->required)
			machine_error(m, at, f->name, "missing");
	}
	find_unknown(m, at, fields);
}

void schema_children(struct machine *m, int node, const char *const *names)
{
	int child;

	fdt_for_each_subnode(child, m->fdt, node)
	{
		struct place at = {child, fdt_get_name(m->fdt, child, NULL)};
		uint32_t i = 0;

		while (names[i] && strcmp(names[i], at.name))
			i++;
		if (!names[i])
			machine_error(m, &at, NULL, "unknown node");
	}
}

bool schema_name(struct machine *m, const struct place *at)
{
	size_t n = strlen(at->name);

	if (n > NAME_MAX_CHARS) {
		machine_error(
			m, at, NULL, "a name of %zu characters, where %d are the limit", n, NAME_MAX_CHARS);
		return false;
	}
	if (strspn(at->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n) {
		machine_error(m, at, NULL, "a name may have small letters, digits and dashes only");
		return false;
	}
	return true;
}
