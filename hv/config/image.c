#include "image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "elf_check.h"

#define IMAGE_BYTES_MAX (256u << 20)
#define CHUNK_BYTES	(1u << 20)

static bool starts_with(const struct file *f, const char *magic, size_t bytes)
{
	char head[4] = "";
	FILE *in = f->data ? NULL : fopen(f->path, "rb");

	if (f->data)
		memcpy(head, f->data, f->bytes < sizeof(head) ? f->bytes : sizeof(head));
	if (in) {
		if (fread(head, 1, sizeof(head), in) < bytes)
			head[0] = '\0';
		fclose(in);
	}
	return !memcmp(head, magic, bytes);
}

/* All that the stream gives; NULL: it is damaged, cut off, or larger than any image. */
static uint8_t *inflate_all(gzFile in, size_t *bytes)
{
	uint8_t *data = NULL;
	size_t room = 0;
	int got = 0;

	*bytes = 0;
	do {
		*bytes += (size_t)got;
		if (room - *bytes < CHUNK_BYTES) {
			uint8_t *more =
				room < IMAGE_BYTES_MAX ? realloc(data, room += 8 * CHUNK_BYTES) : NULL;

			if (!more)
				goto fail;
			data = more;
		}
		got = gzread(in, data + *bytes, CHUNK_BYTES);
	} while (got > 0);
	if (got == 0 && *bytes > 0)
		return data;
fail:
	free(data);
	return NULL;
}

static int decompress(struct machine *m, const struct place *at, const char *property, struct file *f)
{
	gzFile in = gzopen(f->path, "rb");
	size_t bytes = 0;
	uint8_t *data = in ? inflate_all(in, &bytes) : NULL;

	/* A file that was cut off shows only here. */
	if (in && gzclose(in) != Z_OK) {
		free(data);
		data = NULL;
	}
	if (!data)
		return machine_error(m, at, property, "%s cannot be decompressed: damaged, or over %u bytes",
			f->name, IMAGE_BYTES_MAX);
	f->data = data;
	f->bytes = bytes;
	return 0;
}

static int lay_out(struct machine *m, const struct place *at, const char *property, struct file *f)
{
	void *packed = f->data;
	size_t bytes = f->bytes;
	int e = 0;

	if (!packed && file_read(f->path, IMAGE_BYTES_MAX, &packed, &bytes))
		e = machine_error(m, at, property, "%s cannot be read", f->name);
	f->data = NULL;
	if (!e)
		e = elf_flatten(m, at, property, packed, bytes, f);
	free(packed);
	return e;
}

int image_unpack(struct machine *m, const struct place *at, const char *property, struct file *f)
{
	int e = 0;

	if (starts_with(f, "\037\213", 2))
		e = decompress(m, at, property, f);
	if (!e && starts_with(f, "\177ELF", 4))
		e = lay_out(m, at, property, f);
	return e;
}
