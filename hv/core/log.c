/* The hypervisor's own lines. Formats: %s %u %x %lx %lu %%; others are shown as they stand. */
#include <stdarg.h>
#include <stddef.h>
#include "hv/core/console.h"
#include "hv/core/lock.h"

#define LOG_LINE_MAX 256

/* Into the console's text at once, under the cold lock. */
static struct console *console;

static void put(char ch)
{
	if (console->head - console->line_start < LOG_LINE_MAX)
		console_line_put(console, ch);
}

static void put_string(const char *s)
{
	while (*s != '\0')
		put(*s++);
}

static void put_number(uint64_t value, uint32_t base)
{
	char digit[20];
	uint32_t n = 0;

	do {
		digit[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value > 0);
	while (n > 0)
		put(digit[--n]);
}

/* One conversion at f, after its '%'; returns its last character. */
static const char *convert(const char *f, va_list *args)
{
	bool wide = *f == 'l';

	if (wide)
		f++;
	switch (*f) {
	case 's': put_string(va_arg(*args, const char *)); break;
	case 'u': put_number(wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), 10); break;
	case 'x': put_number(wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t), 16); break;
	case '%': put('%'); break;
	case '\0': return f - 1;
	default:
		put('%');
		put(*f);
		break;
	}
	return f;
}

void hv_log(const char *format, ...)
{
	va_list args;

	cold_lock();
	console = console_hv();
	console_line_begin(console);
	va_start(args, format);
	for (const char *f = format; *f != '\0'; f++) {
		if (*f == '%')
			f = convert(f + 1, &args);
		else
			put(*f);
	}
	va_end(args);
	console_end_line(console);
	cold_unlock();
}
