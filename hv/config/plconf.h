/*
 * plconf: a machine's device tree -> the hypervisor's configuration, the guests' trees, the loader's list.
 *
 * One struct machine is made by machine_parse (types and ranges of each property, schema.c), completed
 * and checked by machine_check (what properties mean together) and machine_layout (files, addresses),
 * and only then written. Strings point into the tree, which outlives it. Nothing here is ever freed
 * before the program ends except what a test makes repeatedly: machine_finish.
 */
#ifndef PLCONF_H
#define PLCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "abi/config.h"

#define PAGE_BYTES     0x1000ull
#define BLOCK_BYTES    0x200000ull /* a stage-2 block: RAM and banks are made of these */
#define UNSET	       UINT64_MAX  /* an optional address that was not given */
#define PCI_BUS_BYTES  0x100000u   /* of configuration space */
#define SPI_FIRST      32u
#define NAME_MAX_CHARS 15
#define ADDRESS_BITS   40 /* what stage 2 translates on every core that is supported */

#define PATH_ROOM 256

#define MAX_SPANS    8
#define MAX_NUMBERS  16
#define MAX_STRINGS  16
#define MAX_ASSIGNED 16 /* real devices of one partition */
#define MAX_LINES    (PL_MAX_UARTS / 2)
#define MAX_FILES    (PL_MAX_PARTITIONS * PL_MAX_LOADS)

struct span {
	uint64_t base, bytes;
};
struct spans {
	uint32_t count;
	struct span v[MAX_SPANS];
};
struct addresses {
	uint32_t count;
	uint64_t v[MAX_SPANS];
};
struct numbers {
	uint32_t count;
	uint32_t v[MAX_NUMBERS];
};
struct strings {
	uint32_t count;
	const char *v[MAX_STRINGS];
};

/* Where a thing stands in the tree: first member of all that follow. */
struct place {
	int node;
	const char *name;
};

/* Something that is read from the store into a partition, or by the emulator. */
struct file {
	const char *name; /* as the machine file gives it */
	char *source;	  /* where it was found; NULL: made here */
	char *path;	  /* where its bytes are for the loader; NULL: only in data yet */
	void *data;
	uint64_t bytes;
	uint64_t store_pa;
	bool is_elf;
	struct {
		uint64_t address, entry;
		uint64_t room; /* bytes that it takes in memory */
	} elf;
};

struct hypervisor {
	struct place at;
	const char *image;
	uint32_t cpus;
	struct span memory, pool, trace, config, store;
	struct spans devices;  /* real devices that it keeps */
	struct spans firmware; /* memory that it must leave alone */
	struct numbers interrupts;
	struct span smmu;
	struct numbers smmu_interrupts; /* event queue, global errors */
	uint64_t trace_address;
};

enum assigned_type { ASSIGNED_MMIO, ASSIGNED_PL011, ASSIGNED_PCI };

struct assigned {
	struct place at;
	uint32_t type; /* enum assigned_type */
	struct strings compatible;
	struct spans reg; /* as the partition sees it */
	struct addresses pa;
	struct numbers interrupts, guest_interrupts;
	struct numbers streams; /* first and count, at the SMMU */
	bool edge, bus_master;
};

enum on_fault { ON_FAULT_RESTART, ON_FAULT_ABORT };
enum partition_type { TYPE_BARE_METAL, TYPE_LINUX };

struct partition {
	struct place at;
	uint32_t type; /* enum partition_type */
	uint32_t priority, restart, slice_us, watchdog_ms;
	struct numbers cpus, budget, restart_limit;
	struct spans ram;
	struct addresses ram_pa;
	const char *image, *initrd, *bootargs;
	uint64_t image_address, entry, tree_address;
	bool no_console, observer, unconfined_dma, watchdog;
	uint32_t on_fault, backoff_ms, watchdog_interrupt;
	uint64_t watchdog_address;
	uint64_t console_address;
	uint32_t console_interrupt, event_interrupt;
	struct strings managers, wait_for;
	struct assigned assigned[MAX_ASSIGNED];
	uint32_t assigned_count;
	/* Found by machine_check */
	uint32_t manager_mask;
	uint64_t wait_mask;
	uint32_t bank; /* the one that it is the guest of, or PL_NONE */
	bool hosts;    /* at least one bank */
	/* Found by machine_layout */
	struct span kernel, initrd_at;
	struct file *tree;
	struct pl_config_load load[PL_MAX_LOADS];
	struct file *load_file[PL_MAX_LOADS];
	uint32_t load_count;
};

struct bank {
	struct place at;
	const char *guest_name;
	struct strings host_names;
	struct span memory, state;
	uint64_t guest_address, host_address;
	uint32_t guest, host_mask;
};

struct device {
	struct place at;
	const char *frontend_name, *host_name;
	uint32_t virtio_id, interrupt, reply_bound_us;
	uint64_t address, host_address;
	uint32_t frontend, host, bank;
};

struct line {
	struct place at;
	struct strings end_names;
	struct addresses addresses;
	struct numbers interrupts;
	bool untraced;
	uint32_t end[2];
};

struct doorbell {
	struct place at;
	struct strings from_names;
	const char *to_name, *state_of_name;
	uint32_t interrupt;
	uint32_t from_mask, to, state_of;
};

struct machine {
	struct place at;
	const void *fdt;
	const char *file_name; /* as messages show it */
	FILE *messages;
	uint32_t error_count;
	/* the tree */
	uint32_t address_cells, size_cells;
	const char *compatible, *model;
	struct span ram;
	struct hypervisor hypervisor;
	struct partition partition[PL_MAX_PARTITIONS];
	struct bank bank[PL_MAX_BANKS];
	struct device device[PL_MAX_DEVICES];
	struct line line[MAX_LINES];
	struct doorbell doorbell[PL_MAX_DOORBELLS];
	uint32_t partition_count, bank_count, device_count, line_count, doorbell_count;
	/* files */
	const char *const *directories; /* NULL-terminated: where images are looked for */
	char *hv_path;
	struct file file[MAX_FILES];
	uint32_t file_count;
};

/*
 * Prints `file:node:property: reason` and counts it. property may be NULL.
 * Always returns -EINVAL, so that it can end a function.
 */
int machine_error(struct machine *m, const struct place *at, const char *property, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Path of the node, for messages; "/" without one. */
void machine_path(const struct machine *m, const struct place *at, char path[PATH_ROOM]);

/* Reads the tree of fdt_bytes at fdt into a zeroed *m (file_name, messages and directories set). -EINVAL: reported. */
int machine_parse(struct machine *m, const void *fdt, size_t fdt_bytes);
/* Resolves names, gives defaults, and refuses what does not go together. -EINVAL: reported. */
int machine_check(struct machine *m);
/* check_space.c: no two owners of an address, physical or a partition's. Called by machine_check. */
void machine_check_space(struct machine *m);
/* check_dma.c: every bus master is confined, or said not to be. Called by machine_check. */
void machine_check_dma(struct machine *m);
/* Does it, or what is behind it, master the bus? */
bool assigned_masters(const struct assigned *a);
/* check_irq.c: no interrupt given twice. Called by machine_check. */
void machine_check_interrupts(struct machine *m);
/* Finds the files, places them in the store and in the partitions, makes the guests' trees. -EINVAL: reported. */
int machine_layout(struct machine *m);
/* The device tree of partition p, in *out (data allocated). -ENOMEM. */
int tree_make(const struct machine *m, uint32_t p, struct file *out);
/* Fills the hypervisor's blob. -EINVAL: more regions than it has room for (reported). */
int blob_make(struct machine *m, struct pl_config *c);
/* Writes all files into directory. Negative errno: reported. */
int output_write(struct machine *m, const struct pl_config *c, const char *directory);
void machine_finish(struct machine *m);

/* Index of the named partition, or PL_NONE. */
uint32_t machine_partition(const struct machine *m, const char *name);
/* One of the interrupts of the n-th, counted from SPI 0. */
static inline uint32_t spi_of(uint32_t intid)
{
	return intid - SPI_FIRST;
}

static inline uint64_t align_up(uint64_t x, uint64_t to)
{
	return (x + to - 1) & ~(to - 1);
}

/* The whole file at path (at most limit bytes) in memory of its own. Negative errno, silently. */
int file_read(const char *path, size_t limit, void **data, size_t *bytes);

#endif
