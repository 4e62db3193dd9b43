/* The hypervisor's own lines. Formats: %s %u %x %lx %lu %%; others are shown as they stand. */
#include <stdarg.h>
#include <stddef.h>
#include "hv/core/console.h"
#include "hv/core/lock.h"

#define LOG_LINE_MAX 256

/* The line under way, in the console's text: under the cold lock. In registers, because all of it runs masked. */
struct log {
	char *text;
	uint64_t mask, at, end;
};

static INLINE void put(struct log *l, char ch)
{
	if (l->at < l->end)
		l->text[l->at++ & l->mask] = ch;
}

static INLINE void put_string(struct log *l, const char *s)
{
	while (*s != '\0')
		put(l, *s++);
}

/* The digits of value, the last one first. */
static uint32_t digits(char *digit, uint64_t value, bool hex)
{
	uint32_t n = 0;

	do {
		digit[n++] = "0123456789abcdef"[hex ? value & 15 : value % 10];
		value = hex ? value >> 4 : value / 10;
	} while (value > 0);
	return n;
}

static INLINE void put_number(struct log *l, uint64_t value, bool hex)
{
	char digit[20];
	uint32_t n = digits(digit, value, hex);

	while (n > 0)
		put(l, digit[--n]);
}

static uint64_t number(va_list *args, bool wide)
{
	return wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t);
}

/* One conversion at f, after its '%'; returns its last character. */
static INLINE const char *convert(struct log *l, const char *f, va_list *args)
{
	bool wide = *f == 'l';

	f += wide;
	switch (*f) {
	case 's': put_string(l, va_arg(*args, const char *)); break;
	case 'u':
	case 'x': put_number(l, number(args, wide), *f == 'x'); break;
	case '\0': return f - 1;
	case '%': put(l, '%'); break;
	default:
		put(l, '%');
		put(l, *f);
		break;
	}
	return f;
}

void hv_log(const char *format, ...)
{
	struct console *c = console_hv();
	struct log l;
	va_list args;

	cold_lock();
	console_line_begin(c);
	l = (struct log){c->text, c->text_bytes - 1, c->head, c->head + LOG_LINE_MAX};
	va_start(args, format);
	for (const char *f = format; *f != '\0'; f++) {
		if (*f == '%')
			f = convert(&l, f + 1, &args);
		else
			put(&l, *f);
	}
	va_end(args);
	c->head = l.at;
	console_end_line(c);
	cold_unlock();
}
