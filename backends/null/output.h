/*
 * A display of memory, for tests and for machines without one. Its clock is the caller: a committed frame
 * is shown when null_output_flip says so. For a test (`watched`) it watches that nobody paints what is shown or
 * queued, which costs a look at each pixel at each call.
 */
#ifndef BACKENDS_NULL_OUTPUT_H
#define BACKENDS_NULL_OUTPUT_H

#include <stdbool.h>
#include "vdev-fb/output.h"

struct null_output {
	struct output output;
	bool watched;			/* set by a test, after null_output_init */
	int shown;			/* buffer number, -1: none yet */
	int queued;			/* -1: none */
	uint64_t frame;			/* queued, or shown if none is */
	uint64_t shown_sum, queued_sum; /* of their pixels, when they were handed over */
	uint32_t violations;		/* times a shown or queued buffer was found changed, if watched */
	struct fb_damage damage;	/* of the newest commit */
	uint32_t commit_count;
};

/* -EINVAL: more than 3 buffers, or fewer than 2; -ENOMEM. Pixels start as poison, 0xdeadbeef. */
int null_output_init(struct null_output *null, uint32_t width, uint32_t height, uint32_t buffer_count);
void null_output_finish(struct null_output *null);
/* Shows what was committed; false if nothing was. */
bool null_output_flip(struct null_output *null, uint64_t time_ns);
/* What is shown, x8r8g8b8; NULL before the first flip. */
const uint32_t *null_output_pixels(struct null_output *null);
/* Writes what is shown as a PNG. -ENOENT: nothing is shown yet; otherwise the file's error. */
int null_output_png(struct null_output *null, const char *path);

#endif
