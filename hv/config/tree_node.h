/* Writing a device tree: each call adds to it; the first failure is kept and ends all that follow. */
#ifndef PLCONF_TREE_NODE_H
#define PLCONF_TREE_NODE_H

#include "plconf.h"

#define TREE_EDGE  1 /* third cell of a GIC interrupt: edge, rising */
#define TREE_LEVEL 4 /* level, high */

struct tree {
	void *fdt;
	int error; /* 0 or a negative errno */
};

void tree_open(struct tree *t);
/* Ends the tree and hands it over in *out. Negative errno: nothing is handed over. */
int tree_close(struct tree *t, struct file *out);
void tree_begin(struct tree *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tree_end(struct tree *t);
void tree_flag(struct tree *t, const char *name);
void tree_string(struct tree *t, const char *name, const char *value);
void tree_bytes(struct tree *t, const char *name, const void *value, size_t bytes);
void tree_cell(struct tree *t, const char *name, uint32_t value);
void tree_cells(struct tree *t, const char *name, const uint32_t *values, uint32_t count);
/* Values of two cells each. */
void tree_double(struct tree *t, const char *name, uint64_t value);
void tree_doubles(struct tree *t, const char *name, const uint64_t *values, uint32_t count);
void tree_reg(struct tree *t, uint64_t base, uint64_t bytes);
void tree_interrupt(struct tree *t, uint32_t intid, uint32_t flags);
/* What makes the node a bus whose devices are found, with its parent's addresses. */
void tree_simple_bus(struct tree *t);
/* aliases: serialN is the UART at address on bus ("" for the root). */
void tree_alias(struct tree *t, uint32_t n, const char *bus, uint64_t address);

/* tree_pci.c: the PCIe host of QEMU virt, or one like it. */
void tree_put_pci(struct tree *t, const struct assigned *a, uint32_t gic_phandle);
/* tree_host.c: what the kernel module of a host reads (docs/configuration.md). */
void tree_put_host(struct tree *t, const struct machine *m, uint32_t p);

#endif
