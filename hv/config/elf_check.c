#include "elf_check.h"

#include <elf.h>
#include <errno.h>
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

/* The n-th segment that is loaded, or false: it is none. */
static bool segment_at(const uint8_t *data, const Elf64_Ehdr *e, uint32_t n, Elf64_Phdr *s)
{
	memcpy(s, data + e->e_phoff + n * sizeof(*s), sizeof(*s));
	return s->p_type == PT_LOAD && s->p_memsz > 0;
}

static bool segment_ok(const Elf64_Phdr *s, size_t bytes)
{
	return s->p_filesz <= s->p_memsz && s->p_offset <= bytes && s->p_filesz <= bytes - s->p_offset &&
	       s->p_memsz <= UINT64_MAX - s->p_paddr;
}

/* Where the program lies in memory, and its entry there: segments may be linked for other addresses. */
static int find_extent(struct machine *m, const struct place *at, const char *property, const uint8_t *data,
	size_t bytes, const Elf64_Ehdr *e, struct file *f)
{
	uint64_t low = UINT64_MAX, file_end = 0, end = 0;
	bool entered = false;
	Elf64_Phdr s;

	for (uint32_t i = 0; i < e->e_phnum; i++) {
		if (!segment_at(data, e, i, &s))
			continue;
		if (!segment_ok(&s, bytes))
			return machine_error(
				m, at, property, "%s: its segment %u is not in the file", f->name, i);
		low = s.p_paddr < low ? s.p_paddr : low;
		file_end = s.p_paddr + s.p_filesz > file_end ? s.p_paddr + s.p_filesz : file_end;
		end = s.p_paddr + s.p_memsz > end ? s.p_paddr + s.p_memsz : end;
		if (e->e_entry - s.p_vaddr < s.p_filesz) {
			f->elf.entry = e->e_entry - s.p_vaddr + s.p_paddr;
			entered = true;
		}
	}
	if (!entered)
		return machine_error(m, at, property, "%s: its entry 0x%" PRIx64 " is not loaded", f->name,
			(uint64_t)e->e_entry);
	if (file_end - low > ELF_BYTES_MAX)
		return machine_error(m, at, property, "%s spreads over 0x%" PRIx64 " bytes, more than 0x%x",
			f->name, file_end - low, ELF_BYTES_MAX);
	f->elf.address = low;
	f->elf.room = end - low;
	f->bytes = file_end - low;
	return 0;
}

int elf_flatten(struct machine *m, const struct place *at, const char *property, const void *data,
	size_t bytes, struct file *f)
{
	uint8_t *flat;
	Elf64_Ehdr e = {0};
	Elf64_Phdr s;

	memcpy(&e, data, bytes < sizeof(e) ? bytes : sizeof(e));
	if (!head_ok(&e, bytes))
		return machine_error(m, at, property, "%s is no AArch64 ELF program", f->name);
	if (find_extent(m, at, property, data, bytes, &e, f))
		return -EINVAL;
	flat = calloc(1, f->bytes);
	if (!flat)
		return machine_error(
			m, at, property, "%s: no memory for 0x%" PRIx64 " bytes", f->name, f->bytes);
	for (uint32_t i = 0; i < e.e_phnum; i++)
		if (segment_at(data, &e, i, &s))
			memcpy(flat + (s.p_paddr - f->elf.address), (const uint8_t *)data + s.p_offset,
				s.p_filesz);
	f->data = flat;
	f->is_elf = true;
	return 0;
}
