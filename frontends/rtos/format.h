/*
 * Bounded formatting: %d %u %x %c %s %p %%, with l, ll, z, a width, '-' or '0' padding, and a
 * precision (a number or '*') for %s. Always terminates; returns the length written (never more than bytes - 1).
 */
#ifndef RTOS_FORMAT_H
#define RTOS_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

size_t format_print(char *to, size_t bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
size_t format_vprint(char *to, size_t bytes, const char *format, va_list args);

#endif
