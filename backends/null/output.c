#include "backends/null/output.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "backends/null/png.h"

#define POISON 0xdeadbeefu

static struct null_output *null_of(struct output *output)
{
	return (struct null_output *)(void *)((char *)output - offsetof(struct null_output, output));
}

static uint64_t buffer_bytes(const struct output *output)
{
	return (uint64_t)output->width * output->height * 4;
}

/* FNV-1a over whole pixels. */
static uint64_t sum_of(struct null_output *null, int buffer)
{
	const uint32_t *p;
	uint64_t sum = 0xcbf29ce484222325ull;

	if (buffer < 0 || !null->watched)
		return 0;
	p = null->output.target[buffer].pixels;
	for (uint64_t i = 0; i < buffer_bytes(&null->output) / 4; i++)
		sum = (sum ^ p[i]) * 0x100000001b3ull;
	return sum;
}

static void look_for_violations(struct null_output *null)
{
	null->violations += sum_of(null, null->shown) != null->shown_sum;
	null->violations += sum_of(null, null->queued) != null->queued_sum;
}

static int null_acquire(struct output *output)
{
	struct null_output *null = null_of(output);

	look_for_violations(null);
	if (null->queued >= 0)
		return -EBUSY;
	for (int i = 0; i < (int)output->buffer_count; i++)
		if (i != null->shown)
			return i;
	return -EBUSY;
}

static int null_commit(struct output *output, unsigned buffer, const struct fb_damage *damage, uint64_t frame)
{
	struct null_output *null = null_of(output);

	look_for_violations(null);
	if (null->queued >= 0)
		return -EBUSY;
	null->queued = (int)buffer;
	null->queued_sum = sum_of(null, null->queued);
	null->frame = frame;
	null->damage = *damage;
	null->commit_count++;
	return 0;
}

static const struct output_impl null_impl = {
	.acquire = null_acquire,
	.commit = null_commit,
};

int null_output_init(struct null_output *null, uint32_t width, uint32_t height, uint32_t buffer_count)
{
	memset(null, 0, sizeof(*null));
	null->shown = null->queued = -1;
	if (buffer_count < 2 || buffer_count > 3)
		return -EINVAL;
	null->output = (struct output){.impl = &null_impl,
		.width = width,
		.height = height,
		.refresh_mhz = 60000,
		.buffer_count = buffer_count};
	for (uint32_t i = 0; i < buffer_count; i++) {
		uint32_t *pixels = malloc(buffer_bytes(&null->output));

		if (!pixels) {
			null_output_finish(null);
			return -ENOMEM;
		}
		for (uint64_t p = 0; p < buffer_bytes(&null->output) / 4; p++)
			pixels[p] = POISON;
		null->output.target[i] = (struct fb_target){pixels, width * 4, width, height};
	}
	return 0;
}

void null_output_finish(struct null_output *null)
{
	for (unsigned i = 0; i < 3; i++)
		free(null->output.target[i].pixels);
	memset(null, 0, sizeof(*null));
	null->shown = null->queued = -1;
}

bool null_output_flip(struct null_output *null, uint64_t time_ns)
{
	look_for_violations(null);
	if (null->queued < 0)
		return false;
	null->shown = null->queued;
	null->shown_sum = null->queued_sum;
	null->queued = -1;
	null->queued_sum = 0;
	if (null->output.flip)
		null->output.flip(null->output.flip_data, null->frame, time_ns);
	return true;
}

const uint32_t *null_output_pixels(struct null_output *null)
{
	return null->shown < 0 ? NULL : null->output.target[null->shown].pixels;
}

int null_output_png(struct null_output *null, const char *path)
{
	if (null->shown < 0)
		return -ENOENT;
	return png_save(&null->output.target[null->shown], path);
}
