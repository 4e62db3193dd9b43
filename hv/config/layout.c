/* Where everything lies: files in the store, images and trees in the partitions. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "elf_check.h"
#include "image.h"
#include "plconf.h"

/* Head of an arm64 Linux image (Linux, Documentation/arch/arm64/booting.rst, 4). */
struct linux_head {
	uint32_t code[2];
	uint64_t text_offset, image_size, flags, reserved[3];
	char magic[4];
	uint32_t pe_offset;
};
_Static_assert(sizeof(struct linux_head) == 64, "file format");

/* Absolute path of the image in the first directory that has it (to be freed), or NULL after reporting. */
static char *find_image(struct machine *m, const struct place *at, const char *property, const char *name)
{
	char path[4096];

	for (const char *const *dir = m->directories; *dir; dir++) {
		char *found;

		snprintf(path, sizeof(path), "%s/%s", *dir, name);
		found = realpath(name[0] == '/' ? name : path, NULL);
		if (found)
			return found;
	}
	machine_error(m, at, property, "file \"%s\" is in none of the image directories (-I)", name);
	return NULL;
}

static struct file *new_file(struct machine *m, const char *name, char *path, void *data, uint64_t bytes)
{
	struct file *f = &m->file[m->file_count++]; /* MAX_FILES is what all partitions may load */

	*f = (struct file){.name = name, .source = path, .path = path, .data = data, .bytes = bytes};
	return f;
}

/* One file that several partitions load lies in the store once. */
static struct file *add_file(
	struct machine *m, const struct place *at, const char *property, const char *name)
{
	struct stat st;
	char *path = find_image(m, at, property, name);

	if (!path)
		return NULL;
	for (uint32_t i = 0; i < m->file_count; i++)
		if (m->file[i].source && !strcmp(m->file[i].source, path)) {
			free(path);
			return &m->file[i];
		}
	if (stat(path, &st) || !S_ISREG(st.st_mode) || st.st_size == 0) {
		machine_error(m, at, property, "%s is no file, or empty", name);
		free(path);
		return NULL;
	}
	return new_file(m, name, path, NULL, (uint64_t)st.st_size);
}

/* An image that is compressed, or ELF, is loaded as it is to stand in memory. */
static struct file *add_image(
	struct machine *m, const struct place *at, const char *property, const char *name)
{
	struct file *f = add_file(m, at, property, name);

	if (f && !f->data && image_unpack(m, at, property, f))
		return NULL;
	if (f && f->data)
		f->path = NULL; /* written with the output */
	return f;
}

/* How many bytes of p's ram lie in one piece from ipa on, and the physical address of the first. */
static uint64_t ram_from(const struct partition *p, uint64_t ipa, uint64_t *pa)
{
	for (uint32_t i = 0; i < p->ram.count; i++)
		if (ipa >= p->ram.v[i].base && ipa - p->ram.v[i].base < p->ram.v[i].bytes) {
			*pa = p->ram_pa.v[i] + (ipa - p->ram.v[i].base);
			return p->ram.v[i].bytes - (ipa - p->ram.v[i].base);
		}
	return 0;
}

/* Notes that f is copied to ipa; room is what it takes there at least (an image's unloaded data). */
static void add_load(struct machine *m, struct partition *p, const char *property, struct file *f,
	uint64_t ipa, uint64_t room)
{
	uint64_t bytes = room > f->bytes ? room : f->bytes, pa = 0, left = ram_from(p, ipa, &pa);

	if (bytes > left) {
		machine_error(m, &p->at, property,
			"0x%" PRIx64 " bytes at 0x%" PRIx64 " do not fit into ram, which has 0x%" PRIx64
			" there",
			bytes, ipa, left);
		return;
	}
	for (uint32_t i = 0; i < p->load_count; i++) {
		const struct pl_config_load *o = &p->load[i];

		if (ipa < o->ipa + o->bytes && o->ipa < ipa + bytes)
			machine_error(m, &p->at, property,
				"0x%" PRIx64 " to 0x%" PRIx64 " overlaps another file at 0x%" PRIx64
				" to 0x%" PRIx64,
				ipa, ipa + bytes - 1, o->ipa, o->ipa + o->bytes - 1);
	}
	p->load_file[p->load_count] = f;
	p->load[p->load_count++] = (struct pl_config_load){.bytes = bytes, .ipa = ipa, .pa = pa};
}

static bool read_head(const struct file *f, void *head, size_t bytes)
{
	FILE *in = f->data ? NULL : fopen(f->path, "rb");
	bool ok = in && fread(head, 1, bytes, in) == bytes;

	if (f->data && f->bytes >= bytes) {
		memcpy(head, f->data, bytes);
		return true;
	}
	if (in)
		fclose(in);
	return ok;
}

static void place_bare(struct machine *m, struct partition *p)
{
	struct file *image = add_image(m, &p->at, "image", p->image);

	if (!image)
		return;
	if (image->is_elf && (p->image_address != UNSET || p->entry != UNSET)) {
		machine_error(m, &p->at, p->entry != UNSET ? "entry" : "image-address",
			"%s is an ELF file, which says so itself", p->image);
		return;
	}
	if (p->image_address == UNSET)
		p->image_address = image->is_elf ? image->elf.address : p->ram.v[0].base;
	if (p->entry == UNSET)
		p->entry = image->is_elf ? image->elf.entry : p->image_address;
	add_load(m, p, "image", image, p->image_address, image->elf.room);
	if (p->entry < p->image_address || p->entry - p->image_address >= image->bytes)
		machine_error(m, &p->at, "entry", "0x%" PRIx64 " is not within the image", p->entry);
}

/* The tree at the start of ram, the kernel 2 MiB above it, the initrd behind the kernel's data. */
static void place_linux(struct machine *m, struct partition *p)
{
	struct file *image = add_image(m, &p->at, "image", p->image);
	struct file *initrd = p->initrd ? add_file(m, &p->at, "initrd", p->initrd) : NULL;
	struct linux_head head;

	if (!image || (p->initrd && !initrd))
		return;
	if (!read_head(image, &head, sizeof(head)) || memcmp(head.magic, "ARM\x64", 4)) {
		machine_error(m, &p->at, "image", "%s is no arm64 Linux image", p->image);
		return;
	}
	if (head.text_offset > p->ram.v[0].bytes || head.image_size > p->ram.v[0].bytes) {
		machine_error(m, &p->at, "image", "%s wants 0x%" PRIx64 " bytes, more than ram", p->image,
			head.image_size);
		return;
	}
	p->image_address = p->ram.v[0].base + BLOCK_BYTES + head.text_offset;
	p->entry = p->image_address;
	p->kernel = (struct span){p->image_address, image->bytes};
	add_load(m, p, "image", image, p->image_address, head.image_size);
	if (p->tree_address == UNSET)
		p->tree_address = p->ram.v[0].base;
	if (!initrd || p->load_count == 0)
		return;
	p->initrd_at.base = align_up(p->image_address + p->load[0].bytes, BLOCK_BYTES);
	p->initrd_at.bytes = initrd->bytes;
	add_load(m, p, "initrd", initrd, p->initrd_at.base, 0);
}

static void place_partition(struct machine *m, uint32_t n)
{
	struct partition *p = &m->partition[n];
	struct file tree;

	if (p->type == TYPE_LINUX)
		place_linux(m, p);
	else
		place_bare(m, p);
	if (m->error_count || p->tree_address == UNSET)
		return;
	if (tree_make(m, n, &tree)) {
		machine_error(m, &p->at, NULL, "its device tree cannot be made");
		return;
	}
	p->tree = new_file(m, "a device tree", NULL, tree.data, tree.bytes);
	add_load(m, p, "tree-address", p->tree, p->tree_address, 0);
}

/* Packed from the store's start, each file from a 2 MiB boundary. */
static void place_store(struct machine *m)
{
	const struct span *store = &m->hypervisor.store;
	uint64_t at = store->base;

	for (uint32_t i = 0; i < m->file_count; i++) {
		struct file *f = &m->file[i];

		if (at - store->base > store->bytes || f->bytes > store->bytes - (at - store->base)) {
			machine_error(m, &m->hypervisor.at, "store",
				"0x%" PRIx64 " bytes have no room for %s "
				"(0x%" PRIx64 " bytes)",
				store->bytes, f->name, f->bytes);
			return;
		}
		f->store_pa = at;
		at = align_up(at + f->bytes, BLOCK_BYTES);
	}
	for (uint32_t n = 0; n < m->partition_count; n++)
		for (uint32_t i = 0; i < m->partition[n].load_count; i++) {
			struct partition *p = &m->partition[n];

			p->load[i].store_pa = p->load_file[i]->store_pa;
			p->load[i].bytes = p->load_file[i]->bytes;
		}
}

static void place_hypervisor(struct machine *m)
{
	struct hypervisor *h = &m->hypervisor;

	if (!h->image)
		return;
	m->hv_path = find_image(m, &h->at, "image", h->image);
	if (m->hv_path)
		elf_check(m, &h->at, h->image, m->hv_path, &h->memory);
}

int machine_layout(struct machine *m)
{
	place_hypervisor(m);
	for (uint32_t n = 0; n < m->partition_count; n++)
		place_partition(m, n);
	if (m->error_count == 0)
		place_store(m);
	return m->error_count ? -EINVAL : 0;
}

void machine_finish(struct machine *m)
{
	for (uint32_t i = 0; i < m->file_count; i++) {
		if (m->file[i].path != m->file[i].source)
			free(m->file[i].path);
		free(m->file[i].source);
		free(m->file[i].data);
	}
	m->file_count = 0;
	free(m->hv_path);
	m->hv_path = NULL;
}
