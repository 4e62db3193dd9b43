#include "tests/unit/audio/slow_line.h"
#include <string.h>

void slow_line_run(struct slow_line *line, uint64_t now_ns)
{
	size_t count = line->count;

	if (!count || now_ns < line->due_ns)
		return;
	line->count = 0;
	line->deliver(line->bytes, count);
}

void slow_line_put(struct slow_line *line, uint64_t due_ns, const void *bytes, size_t count)
{
	slow_line_run(line, UINT64_MAX);
	memcpy(line->bytes, bytes, count);
	line->count = count;
	line->due_ns = due_ns;
}
