/*
 * The console: whole lines out, characters in. Lines longer than LOG_LINE_BYTES are cut; lines that
 * find the console's ring full are dropped and counted, and the next one that fits says how many.
 */
#ifndef RTOS_LOG_H
#define RTOS_LOG_H

#include <stddef.h>

#define LOG_LINE_BYTES 256

void log_init(void);
/* One line; the newline is added. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Characters as they are (a prompt). */
void log_text(const char *text);
/* Polled and bounded: last words. */
void log_emergency(const char *text);
/* Typed characters: call on_receive (interrupt context) when some came, take them with log_read. */
void log_on_receive(void (*on_receive)(void *data), void *data);
size_t log_read(void *to, size_t bytes);

#endif
