#include "tests/unit/plconf/support.h"

#include <elf.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define KERNEL_BYTES	  6060u
#define KERNEL_ROOM_BYTES 0x400000u /* image_size in the head: with data that is not in the file */

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(2);
}

static void put(const char *directory, const char *name, const void *data, size_t bytes)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	out = fopen(path, "wb");
	must(out && fwrite(data, 1, bytes, out) == bytes && fclose(out) == 0, path);
}

static void put_kernel(const char *directory, const char *name)
{
	uint8_t image[KERNEL_BYTES] = {0};
	uint64_t room = KERNEL_ROOM_BYTES;

	memcpy(image + 16, &room, sizeof(room));
	memcpy(image + 56, "ARM\x64", 4);
	put(directory, name, image, sizeof(image));
}

static void put_elf(const char *directory, const char *name, uint64_t address)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment;
	} elf = {.head = {.e_machine = EM_AARCH64,
			 .e_phoff = sizeof(Elf64_Ehdr),
			 .e_phnum = 1,
			 .e_phentsize = sizeof(Elf64_Phdr)},
		.segment = {.p_type = PT_LOAD, .p_paddr = address, .p_memsz = 0x1000}};

	memcpy(elf.head.e_ident, ELFMAG, SELFMAG);
	elf.head.e_ident[EI_CLASS] = ELFCLASS64;
	elf.head.e_ident[EI_DATA] = ELFDATA2LSB;
	put(directory, name, &elf, sizeof(elf));
}

#define RT_BASE	 0x50001000ull
#define RT_LINK	 0xffff000000000000ull /* where a program may believe itself to be */
#define RT_BYTES 0x40u

/* Two segments apart, entered in the second; `far` moves that one. */
static void put_program(const char *directory, const char *name, uint64_t far, uint64_t cut)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment[2];
		uint8_t bytes[2 * RT_BYTES];
	} elf = {.head = {.e_machine = EM_AARCH64,
			 .e_phoff = sizeof(Elf64_Ehdr),
			 .e_phnum = 2,
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_entry = RT_LINK + 0x110}};

	memcpy(elf.head.e_ident, ELFMAG, SELFMAG);
	elf.head.e_ident[EI_CLASS] = ELFCLASS64;
	elf.head.e_ident[EI_DATA] = ELFDATA2LSB;
	for (unsigned i = 0; i < 2; i++) {
		elf.segment[i] = (Elf64_Phdr){.p_type = PT_LOAD,
			.p_offset = offsetof(typeof(elf), bytes) + i * RT_BYTES,
			.p_paddr = RT_BASE + i * (0x100 + far),
			.p_vaddr = RT_LINK + i * 0x100,
			.p_filesz = RT_BYTES,
			.p_memsz = i ? 0x1000 : RT_BYTES};
		memset(elf.bytes + i * RT_BYTES, 0xa0 + (int)i, RT_BYTES);
	}
	put(directory, name, &elf, sizeof(elf) - cut);
}

/* What is in `from`, compressed; the last `cut` bytes are missing. */
static void put_compressed(const char *directory, const char *from, const char *name, size_t cut)
{
	char path[512];
	size_t bytes;
	void *data;
	gzFile out;

	snprintf(path, sizeof(path), "%s/%s", directory, from);
	data = support_read(path, &bytes);
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	out = gzopen(path, "wb");
	must(out && gzwrite(out, data, (unsigned)bytes) == (int)bytes && gzclose(out) == Z_OK, path);
	free(data);
	data = support_read(path, &bytes);
	must(truncate(path, (off_t)(bytes - cut)) == 0, path);
	free(data);
}

static char made[4][32];
static unsigned directory_count;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void remove_directories(void)
{
	while (directory_count)
		nftw(made[--directory_count], remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *support_directory(void)
{
	char *directory = made[directory_count];

	strcpy(directory, "/tmp/plconf-test-XXXXXX");
	must(mkdtemp(directory), directory);
	if (directory_count++ == 0)
		atexit(remove_directories);
	return directory;
}

const char *support_images(void)
{
	static const char *directory;
	static const uint8_t zero[4096];
	char path[512];

	if (directory)
		return directory;
	directory = support_directory();
	put(directory, "bare.bin", zero, 4096);
	put(directory, "call.bin", zero, 4096);
	put(directory, "modem.bin", zero, 2048);
	put(directory, "initrd", zero, 1000);
	put(directory, "io.cpio", zero, 1000);
	put(directory, "linux.cpio", zero, 1000);
	put(directory, "empty", zero, 0);
	put(directory, "large.bin", zero, 1);
	snprintf(path, sizeof(path), "%s/large.bin", directory);
	must(truncate(path, 16 << 20) == 0, path);
	put_kernel(directory, "Image");
	put_elf(directory, "program.elf", 0x40200000);
	put_elf(directory, "hv.elf", 0x40200000);
	put_elf(directory, "outside.elf", 0x405ff800);
	put_program(directory, "rt.elf", 0, 0);
	put_program(directory, "far.elf", 0x800000 - 0x1100, 0);
	put_program(directory, "spread.elf", 0x10000000, 0);
	put_program(directory, "cut.elf", 0, 1);
	put_compressed(directory, "rt.elf", "rt.elf.gz", 0);
	put_compressed(directory, "bare.bin", "cut.gz", 6);
	put_compressed(directory, "Image", "Image.gz", 0);
	return directory;
}

void *support_read(const char *path, size_t *bytes)
{
	void *data;

	must(file_read(path, 1 << 20, &data, bytes) == 0, path);
	data = realloc(data, *bytes + 1);
	must(data, path);
	((char *)data)[*bytes] = '\0';
	return data;
}

static void run(struct attempt *a, const void *fdt, size_t bytes, const char *directory)
{
	struct machine *m = &a->machine;

	a->result = machine_parse(m, fdt, bytes);
	if (!a->result)
		a->result = machine_check(m);
	if (!a->result)
		a->result = machine_layout(m);
	if (!a->result)
		a->result = blob_make(m, &a->config);
	if (!a->result && directory)
		a->result = output_write(m, &a->config, directory);
}

struct attempt *attempt_create_tree(const void *fdt, size_t bytes, const char *name, const char *directory)
{
	struct attempt *a = calloc(1, sizeof(*a));
	const char *directories[] = {support_images(), NULL};

	must(a, "attempt");
	a->machine.file_name = name;
	a->machine.directories = directories;
	a->machine.messages = open_memstream(&a->messages, &a->messages_bytes);
	must(a->machine.messages, "messages");
	run(a, fdt, bytes, directory);
	fclose(a->machine.messages);
	a->machine.directories = NULL;
	return a;
}

struct attempt *attempt_create(const char *path, const char *name, const char *directory)
{
	size_t bytes;
	void *fdt = support_read(path, &bytes);
	struct attempt *a = attempt_create_tree(fdt, bytes, name, directory);

	a->fdt = fdt;
	a->fdt_bytes = bytes;
	return a;
}

void attempt_destroy(struct attempt *a)
{
	machine_finish(&a->machine);
	free(a->messages);
	free(a->fdt);
	free(a);
}
