/* The files that plconf leaves in its output directory. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "plconf.h"

#define PATH_BYTES 4096

static int fail(struct machine *m, const char *path)
{
	int e = errno ? -errno : -EIO;

	fprintf(m->messages, "plconf: %s: %s\n", path, strerror(-e));
	return e;
}

static int write_file(struct machine *m, const char *path, const void *data, size_t bytes)
{
	FILE *out = fopen(path, "wb");
	bool ok;

	if (!out)
		return fail(m, path);
	ok = fwrite(data, 1, bytes, out) == bytes;
	return fclose(out) || !ok ? fail(m, path) : 0;
}

/* Writes what f holds to DIRECTORY/name, where the loader finds it. */
static int write_data(
	struct machine *m, struct file *f, const char *directory, const char *name, const char *suffix)
{
	char path[PATH_BYTES];
	int e;

	snprintf(path, sizeof(path), "%s/%s%s", directory, name, suffix);
	e = write_file(m, path, f->data, f->bytes);
	if (e)
		return e;
	f->path = realpath(path, NULL);
	return f->path ? 0 : fail(m, path);
}

static int write_trees(struct machine *m, const char *directory)
{
	int e = 0;

	for (uint32_t i = 0; i < m->partition_count && !e; i++)
		if (m->partition[i].tree)
			e = write_data(m, m->partition[i].tree, directory, m->partition[i].at.name, ".dtb");
	return e;
}

/* Images that were unpacked: image-N.bin, N counting all files. */
static int write_images(struct machine *m, const char *directory)
{
	int e = 0;

	for (uint32_t i = 0; i < m->file_count && !e; i++) {
		char name[32];

		snprintf(name, sizeof(name), "image-%u", i);
		if (m->file[i].source && m->file[i].data)
			e = write_data(m, &m->file[i], directory, name, ".bin");
	}
	return e;
}

/* QEMU takes a comma for the end of a value unless it stands there twice. */
static void put_path(FILE *out, const char *path)
{
	for (; *path; path++) {
		if (*path == ',')
			fputc(',', out);
		fputc(*path, out);
	}
}

static void put_loader(FILE *out, const char *path, uint64_t pa)
{
	fputs("-device\nloader,file=", out);
	put_path(out, path);
	fprintf(out, ",addr=0x%" PRIx64 ",force-raw=on\n", pa);
}

/* One argument a line, so that paths may have spaces. */
static int write_load_args(struct machine *m, const char *directory)
{
	char path[PATH_BYTES], blob[PATH_BYTES];
	char *blob_path;
	FILE *out;

	snprintf(path, sizeof(path), "%s/load.args", directory);
	snprintf(blob, sizeof(blob), "%s/hv.blob", directory);
	blob_path = realpath(blob, NULL);
	out = blob_path ? fopen(path, "w") : NULL;
	if (!out) {
		free(blob_path);
		return fail(m, path);
	}
	if (m->hv_path) {
		fputs("-device\nloader,file=", out);
		put_path(out, m->hv_path);
		fputs(",cpu-num=0\n", out);
	}
	put_loader(out, blob_path, m->hypervisor.config.base);
	for (uint32_t i = 0; i < m->file_count; i++)
		put_loader(out, m->file[i].path, m->file[i].store_pa);
	free(blob_path);
	return ferror(out) | fclose(out) ? fail(m, path) : 0;
}

static void put_map(FILE *out, const struct machine *m)
{
	const struct hypervisor *h = &m->hypervisor;

	fprintf(out, "ram\t0x%" PRIx64 "\t0x%" PRIx64 "\n", m->ram.base, m->ram.bytes);
	fprintf(out, "trace\t0x%" PRIx64 "\t0x%" PRIx64 "\t%u\n", h->trace.base, h->trace.bytes, h->cpus);
	for (uint32_t i = 0; i < m->partition_count; i++)
		fprintf(out, "partition\t%u\t%s\t%u\n", i, m->partition[i].at.name, m->partition[i].priority);
	for (uint32_t i = 0; i < m->bank_count; i++) {
		const struct bank *b = &m->bank[i];

		fprintf(out, "bank\t%u\t%s\t%s\t0x%" PRIx64 "\t0x%" PRIx64 "\t0x%" PRIx64 "\t0x%" PRIx64 "\n",
			i, b->at.name, b->guest_name, b->memory.base, b->memory.bytes, b->state.base,
			b->state.bytes);
	}
	for (uint32_t i = 0; i < m->device_count; i++) {
		const struct device *d = &m->device[i];

		fprintf(out, "device\t%u\t%s\t%s\t%s\t%u\t0x%" PRIx64 "\t%u\t0x%" PRIx64 "\n", i, d->at.name,
			d->frontend_name, d->host_name, d->virtio_id, d->address, d->interrupt,
			d->host_address);
	}
	for (uint32_t i = 0; i < m->doorbell_count; i++)
		fprintf(out, "doorbell\t%u\t%s\t%s\t%u\n", i, m->doorbell[i].at.name, m->doorbell[i].to_name,
			m->doorbell[i].interrupt);
}

static int write_map(struct machine *m, const char *directory)
{
	char path[PATH_BYTES];
	FILE *out;

	snprintf(path, sizeof(path), "%s/partylined.map", directory);
	out = fopen(path, "w");
	if (!out)
		return fail(m, path);
	put_map(out, m);
	return ferror(out) | fclose(out) ? fail(m, path) : 0;
}

int output_write(struct machine *m, const struct pl_config *c, const char *directory)
{
	char path[PATH_BYTES];
	int e;

	snprintf(path, sizeof(path), "%s/hv.blob", directory);
	e = write_file(m, path, c, sizeof(*c));
	if (!e)
		e = write_trees(m, directory);
	if (!e)
		e = write_images(m, directory);
	if (!e)
		e = write_map(m, directory);
	return e ? e : write_load_args(m, directory);
}
