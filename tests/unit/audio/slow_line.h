/* A serial line on which something takes its time; it comes in one piece when that is over. */
#ifndef TESTS_UNIT_AUDIO_SLOW_LINE_H
#define TESTS_UNIT_AUDIO_SLOW_LINE_H

#include <stddef.h>
#include <stdint.h>

#define SLOW_LINE_MAX 640 /* bytes: a frame of 20 ms at 16 kHz */

struct slow_line {
	/* Mandatory. */
	void (*deliver)(const void *bytes, size_t count);
	uint8_t bytes[SLOW_LINE_MAX];
	size_t count;
	uint64_t due_ns;
};

/* What is still on it comes first. */
void slow_line_put(struct slow_line *line, uint64_t due_ns, const void *bytes, size_t count);
void slow_line_run(struct slow_line *line, uint64_t now_ns);

#endif
