/* What is typed on the partition's console, a line at a time. */
#ifndef RTOS_PROMPT_H
#define RTOS_PROMPT_H

#include <stddef.h>

#define PROMPT_LINE_BYTES 160

struct prompt {
	/* A line without its end, never NULL. Called from prompt_run. */
	void (*take)(const char *line);
	char line[PROMPT_LINE_BYTES];
	size_t count;
};

/* Takes what has been typed up to now (log_read). A line that is too long comes cut to PROMPT_LINE_BYTES - 1. */
void prompt_run(struct prompt *prompt);

#endif
