/* The hypervisor's own lines: kept as they are asked for, and made text of while they are written out. */
#include <stdarg.h>
#include "hv/core/console.h"

/* More than can be queued, so that the next one is always free. */
#define RECORD_COUNT 16u
_Static_assert(CONSOLE_LINES < RECORD_COUNT, "one is free");

static struct record {
	const char *format;
	uint64_t arg[LOG_ARGS];
} records[RECORD_COUNT];

/* In p->digit, from its end. */
static const char *number(struct print *p, uint64_t value, uint32_t base, uint32_t width, char fill)
{
	char *end = p->digit + sizeof(p->digit) - 1, *at = end;

	do {
		*--at = "0123456789abcdef"[value % base];
		value /= base;
	} while (value > 0);
	while (end - at < width)
		*--at = fill;
	return at;
}

/* A conversion, behind its '%'. */
static void convert(struct print *p)
{
	char fill = *p->format == '0' ? '0' : ' ';
	uint32_t width = 0;
	uint64_t value;

	while (*p->format >= '0' && *p->format <= '9')
		width = width * 10 + (uint32_t)(*p->format++ - '0');
	if (*p->format == '%') {
		p->format++;
		p->piece = "%";
		return;
	}
	value = *p->arg++;
	if (*p->format == 'l')
		p->format++;
	else if (*p->format != 's')
		value = (uint32_t)value;
	switch (*p->format++) {
	case 's': p->piece = (const char *)value; break;
	case 'x': p->piece = number(p, value, 16, width, fill); break;
	default: p->piece = number(p, value, 10, width, fill); break;
	}
}

void print_begin(struct print *p, const char *format, const uint64_t *arg)
{
	p->format = format;
	p->arg = arg;
	p->piece = "";
}

char print_next(struct print *p)
{
	while (*p->piece == '\0') {
		char ch = *p->format;

		if (ch == '\0')
			return ch;
		p->format++;
		if (ch != '%')
			return ch;
		convert(p);
	}
	return *p->piece++;
}

void log_print(struct print *p, uint32_t number_)
{
	const struct record *r = &records[number_ % RECORD_COUNT];

	print_begin(p, r->format, r->arg);
}

void log_record(uint32_t count, const char *format, ...)
{
	struct console *c = &console_hv;
	struct record *r;
	va_list args;

	cold_lock();
	r = &records[c->line_start % RECORD_COUNT];
	r->format = format;
	va_start(args, format);
	/* A narrower argument takes a word too; the rest of it is cut off when it is shown. */
	for (uint32_t i = 0; i < count; i++)
		r->arg[i] = va_arg(args, uint64_t);
	va_end(args);
	c->line_start += console_queue(c, 0);
	console_wake();
	cold_unlock();
}
