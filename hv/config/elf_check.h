#ifndef PLCONF_ELF_CHECK_H
#define PLCONF_ELF_CHECK_H

#include "plconf.h"

/* Reports unless the file at path (name in the machine file) is an AArch64 ELF program whose loaded segments lie in memory. */
void elf_check(struct machine *m, const struct place *at, const char *name, const char *path,
	const struct span *memory);

/*
 * The program in data as it stands in memory: f->data, bytes and elf. -EINVAL: it is none, or does not fit together
 * (reported).
 */
int elf_flatten(struct machine *m, const struct place *at, const char *property, const void *data,
	size_t bytes, struct file *f);

#endif
