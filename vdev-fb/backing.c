/* From a resource's pixels to the places in the bank where its driver keeps them. */
#include <stddef.h>
#include "vdev-fb/fb.h"

#define PIXEL_BYTES 4u

/* Walks a backing forwards: the entry that offset lies in, and where it starts and ends. */
struct cursor {
	const struct fb_resource *resource;
	uint32_t entry;
	uint64_t start; /* offset of that entry in the backing */
};

/* Offsets are asked for in rising order. False: beyond the backing's end. */
static bool seek(struct cursor *c, uint64_t offset)
{
	while (c->entry < c->resource->entry_count) {
		uint64_t bytes = c->resource->entry[c->entry].bytes;

		if (offset < c->start + bytes)
			return true;
		c->start += bytes;
		c->entry++;
	}
	return false;
}

static const void *pixels_at(
	const struct cursor *c, const struct vmem *memory, uint64_t offset, uint64_t bytes)
{
	return vmem_at(memory, c->resource->entry[c->entry].addr + (offset - c->start), bytes);
}

/* As many rows as follow each other in one entry, else the part of one row that does. */
static struct fb_run next_run(
	struct cursor *c, const struct fb_view *view, struct fb_rect left, uint64_t offset, uint32_t stride)
{
	struct fb_run run = {.rect = left, .stride_bytes = stride, .format = view->format};
	uint64_t row = (uint64_t)left.w * PIXEL_BYTES, room, rows;

	if (!seek(c, offset))
		return run; /* nothing behind all that is left, of this row at least */
	room = c->start + c->resource->entry[c->entry].bytes - offset;
	if (room < row) {
		run.rect.w = (int32_t)(room / PIXEL_BYTES);
		run.rect.h = 1;
		run.pixels = pixels_at(c, view->memory, offset, room);
		return run;
	}
	rows = 1 + (room - row) / stride;
	if (rows < (uint64_t)left.h)
		run.rect.h = (int32_t)rows;
	run.pixels = pixels_at(c, view->memory, offset, (uint64_t)(run.rect.h - 1) * stride + row);
	return run;
}

void fb_runs(const struct fb_view *view, struct fb_rect rect,
	void (*run)(void *data, const struct fb_run *run), void *data)
{
	struct fb_rect all = {0, 0, view->part.w, view->part.h};
	struct cursor c = {.resource = view->resource};
	uint32_t stride = view->resource->width * PIXEL_BYTES;
	int32_t x, y, right, bottom;

	rect = fb_rect_intersect(rect, all);
	if (fb_rect_empty(rect))
		return;
	x = rect.x;
	y = rect.y;
	right = rect.x + rect.w;
	bottom = rect.y + rect.h;
	while (y < bottom) {
		/* In the middle of a row, what is left of it has to be finished first. */
		struct fb_rect left = {x, y, right - x, x == rect.x ? bottom - y : 1};
		uint64_t offset = view->resource->base + (uint64_t)(view->part.y + y) * stride +
				  (uint64_t)(view->part.x + x) * PIXEL_BYTES;
		struct fb_run piece = next_run(&c, view, left, offset, stride);

		run(data, &piece);
		x += piece.rect.w;
		if (x == right) {
			x = rect.x;
			y += piece.rect.h;
		}
	}
}
