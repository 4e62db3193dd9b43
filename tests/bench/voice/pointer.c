#include "tests/bench/voice/pointer.h"
#include <errno.h>
#include <stdlib.h>
#include "abi/mark.h"

int pointer_read(struct pointer *pointer, const struct harness *harness)
{
	*pointer = (struct pointer){.mark = calloc(harness->traced_count + 1, sizeof(*pointer->mark))};
	if (!pointer->mark)
		return -ENOMEM;
	for (size_t i = 0; i < harness->traced_count; i++) {
		const struct pl_trace_event *e = &harness->traced[i];

		if (e->type == PL_TRACE_MARK && e->a == PL_MARK_CARD)
			pointer->mark[pointer->count++] =
				(struct pointer_mark){harness_traced_ns(harness, i), e->b, e->c};
	}
	return pointer->count ? 0 : -ENODATA;
}

const struct pointer_mark *pointer_at(const struct pointer *pointer, uint64_t ns)
{
	size_t low = 0, high = pointer->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pointer->mark[middle].ns <= ns)
			low = middle + 1;
		else
			high = middle;
	}
	return &pointer->mark[low ? low - 1 : 0];
}

size_t pointer_frame(const struct pointer *pointer, uint64_t ns)
{
	return pointer_at(pointer, ns)->frame;
}

uint64_t pointer_passed_ns(const struct pointer *pointer, size_t frame)
{
	size_t low = 0, high = pointer->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pointer->mark[middle].frame <= frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low < pointer->count ? pointer->mark[low].ns : 0;
}

void pointer_free(struct pointer *pointer)
{
	free(pointer->mark);
	*pointer = (struct pointer){0};
}
