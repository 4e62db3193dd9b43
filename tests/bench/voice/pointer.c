#include "tests/bench/voice/pointer.h"
#include <errno.h>
#include <stdbool.h>
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

/* How many marks are not later than `value`: in time or, `by_frame`, in the pointer's way. Both only grow. */
static size_t marks_until(const struct pointer *pointer, bool by_frame, uint64_t value)
{
	size_t low = 0, high = pointer->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct pointer_mark *mark = &pointer->mark[middle];

		if ((by_frame ? mark->frame : mark->ns) <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct pointer_mark *pointer_at(const struct pointer *pointer, uint64_t ns)
{
	size_t count = marks_until(pointer, false, ns);

	return &pointer->mark[count ? count - 1 : 0];
}

size_t pointer_frame(const struct pointer *pointer, uint64_t ns)
{
	return pointer_at(pointer, ns)->frame;
}

uint64_t pointer_passed_ns(const struct pointer *pointer, size_t frame)
{
	size_t count = marks_until(pointer, true, frame);

	return count < pointer->count ? pointer->mark[count].ns : 0;
}

void pointer_free(struct pointer *pointer)
{
	free(pointer->mark);
	*pointer = (struct pointer){0};
}
