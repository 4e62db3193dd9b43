/* Between the harness's own files. */
#ifndef HARNESS_INTERNAL_H
#define HARNESS_INTERNAL_H

#include "tools/harness/harness.h"

#define TRACE_PAUSE_MS 50 /* between looks at the trace, whose ring holds far more than that */

/* Milliseconds on the real clock, for the guard alone. */
uint64_t harness_real_ms(void);

/* Takes bytes that came in. */
void console_take(struct harness *harness, const char *bytes, size_t count);
int qmp_take(struct harness *harness, const char *bytes, size_t count);

/* Takes the trace events that are new. */
int trace_take(struct harness *harness);
void trace_finish(struct harness *harness);

/* Leaves QMP's negotiation mode. */
int qmp_start(struct harness *harness);

/* Writes all bytes; -EPIPE: the machine ended. */
int harness_write(int fd, const char *bytes, size_t count);

#endif
