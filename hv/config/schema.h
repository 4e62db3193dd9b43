/* A node's properties as a table: name, shape and place in the struct that they fill. */
#ifndef PLCONF_SCHEMA_H
#define PLCONF_SCHEMA_H

#include "plconf.h"

enum field_shape {
	FIELD_FLAG,	 /* bool: present or not, no value */
	FIELD_NUMBER,	 /* uint32_t: one cell, from min to max */
	FIELD_NUMBERS,	 /* struct numbers: min to max cells */
	FIELD_ADDRESS,	 /* uint64_t: one address */
	FIELD_ADDRESSES, /* struct addresses: min to max of them */
	FIELD_SPAN,	 /* struct span: address and size */
	FIELD_SPANS,	 /* struct spans: min to max of them */
	FIELD_STRING,	 /* const char *: not empty */
	FIELD_STRINGS,	 /* struct strings: min to max of them, no two alike */
	FIELD_CHOICE,	 /* uint32_t: index of the string in choices */
};

struct field {
	const char *name;
	enum field_shape shape;
	size_t offset;
	bool required;
	uint32_t min, max;
	uint32_t align;	  /* of addresses and sizes, a power of two; 0: any */
	uint64_t initial; /* number or address that stands when the property is absent */
	const char *const *choices;
};

/* Fills *into from node by the table (ended by a NULL name); reports what is unknown, missing or misshapen. */
void schema_read(struct machine *m, int node, const struct field *fields, void *into);
/* Reports each subnode that is not in names (NULL-terminated). */
void schema_children(struct machine *m, int node, const char *const *names);
/* A name that goes into the configuration: letters, digits, dashes, at most 15. Reports. */
bool schema_name(struct machine *m, const struct place *at);

#endif
