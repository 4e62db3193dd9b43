/*
 * Log lines of everything under vdev*: each error is logged once, where it is born (STYLE 13).
 * The program that hosts the devices sets the hook once at start-up; without one, nothing is said.
 */
#ifndef VDEV_LOG_H
#define VDEV_LOG_H

#include <stdarg.h>
#include <stddef.h>

enum vdev_log_level { VDEV_LOG_ERROR, VDEV_LOG_WARN, VDEV_LOG_INFO };

#define VDEV_LOG_LINE 256 /* longest line with its NUL; what is longer is cut */

/* Called on the thread that logs, with one line without newline. Must not call back into vdev. */
extern void (*vdev_log_hook)(enum vdev_log_level level, const char *line);

void vdev_log(enum vdev_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * snprintf for freestanding code: %s %c %d %i %u %x %% with l, ll and z, a width and a leading 0.
 * Returns the characters stored, without the NUL that always ends them.
 */
size_t vdev_format(char *to, size_t bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
size_t vdev_vformat(char *to, size_t bytes, const char *format, va_list args);

#endif
