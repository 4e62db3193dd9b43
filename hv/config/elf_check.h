#ifndef PLCONF_ELF_CHECK_H
#define PLCONF_ELF_CHECK_H

#include "plconf.h"

/* Reports unless the file at path (name in the machine file) is an AArch64 ELF program whose loaded segments lie in memory. */
void elf_check(struct machine *m, const struct place *at, const char *name, const char *path,
	const struct span *memory);

#endif
