#include "elf_check.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ELF_BYTES_MAX (64u << 20)

static bool head_ok(const Elf64_Ehdr *e, size_t bytes)
{
	return bytes >= sizeof(*e) && !memcmp(e->e_ident, ELFMAG, SELFMAG) &&
	       e->e_ident[EI_CLASS] == ELFCLASS64 && e->e_ident[EI_DATA] == ELFDATA2LSB &&
	       e->e_machine == EM_AARCH64 && e->e_phentsize == sizeof(Elf64_Phdr) && e->e_phoff <= bytes &&
	       e->e_phnum <= (bytes - e->e_phoff) / sizeof(Elf64_Phdr);
}

static void check_segment(
	struct machine *m, const struct place *at, const Elf64_Phdr *s, const struct span *memory)
{
	if (s->p_type != PT_LOAD || s->p_memsz == 0)
		return;
	if (s->p_paddr < memory->base || s->p_paddr - memory->base > memory->bytes ||
		s->p_memsz > memory->bytes - (s->p_paddr - memory->base))
		machine_error(m, at, "image",
			"its segment of 0x%" PRIx64 " bytes at 0x%" PRIx64 " is not within memory",
			(uint64_t)s->p_memsz, (uint64_t)s->p_paddr);
}

void elf_check(struct machine *m, const struct place *at, const char *name, const char *path,
	const struct span *memory)
{
	void *data;
	size_t bytes;
	Elf64_Ehdr e;

	if (file_read(path, ELF_BYTES_MAX, &data, &bytes)) {
		machine_error(m, at, "image", "%s cannot be read", name);
		return;
	}
	memset(&e, 0, sizeof(e));
	memcpy(&e, data, bytes < sizeof(e) ? bytes : sizeof(e));
	if (!head_ok(&e, bytes))
		machine_error(m, at, "image", "%s is no AArch64 ELF program", name);
	else
		for (uint32_t i = 0; i < e.e_phnum; i++) {
			Elf64_Phdr s;

			memcpy(&s, (const uint8_t *)data + e.e_phoff + i * sizeof(s), sizeof(s));
			check_segment(m, at, &s, memory);
		}
	free(data);
}
