/*
 * Log lines of a thread that must not wait for a console: kept in a ring with one writer, that thread, and one
 * reader, the main one, which prints them. What does not fit is counted and said.
 */
#ifndef BACKENDS_PARTYLINED_QUIETLOG_H
#define BACKENDS_PARTYLINED_QUIETLOG_H

#include <stdbool.h>
#include "vdev/log.h"

/* The calling thread's lines are kept from now on; at most one thread. `told` is called after each. */
void quietlog_begin(void (*told)(void *data), void *data);
/* True: it was kept (or counted); false: the calling thread may print it itself. */
bool quietlog_take(enum vdev_log_level level, const char *line);
/* Main thread: hand over what was kept. */
void quietlog_flush(void (*print)(enum vdev_log_level level, const char *line));

#endif
