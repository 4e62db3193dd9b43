#include <stdbool.h>
#include <stdint.h>
#include "frontends/rtos/format.h"

struct out {
	char *at;
	char *end; /* where the terminator must fit */
};

struct spec {
	bool left, zero;
	unsigned width;
	int precision; /* -1: none */
	unsigned longs;
};

static void put(struct out *o, char c)
{
	if (o->at < o->end)
		*o->at++ = c;
}

static void pad(struct out *o, char c, unsigned count)
{
	/* More than the room is never needed. */
	while (count-- && o->at < o->end)
		put(o, c);
}

static void put_text(struct out *o, const struct spec *s, const char *text)
{
	unsigned length = 0;

	if (!text)
		text = "(null)";
	while ((s->precision < 0 || length < (unsigned)s->precision) && text[length])
		length++;
	if (!s->left && s->width > length)
		pad(o, ' ', s->width - length);
	for (unsigned i = 0; i < length; i++)
		put(o, text[i]);
	if (s->left && s->width > length)
		pad(o, ' ', s->width - length);
}

static void put_number(struct out *o, const struct spec *s, uint64_t value, unsigned base, bool negative)
{
	char digits[24];
	unsigned count = 0, length;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	length = count + negative;
	if (!s->left && !s->zero && s->width > length)
		pad(o, ' ', s->width - length);
	if (negative)
		put(o, '-');
	if (!s->left && s->zero && s->width > length)
		pad(o, '0', s->width - length);
	while (count)
		put(o, digits[--count]);
	if (s->left && s->width > length)
		pad(o, ' ', s->width - length);
}

/* va_list may be an array: it travels in a struct so that callees advance the same one. */
struct arguments {
	va_list list;
};

static const char *parse(const char *f, struct spec *s, struct arguments *a)
{
	*s = (struct spec){.precision = -1};
	for (; *f == '-' || *f == '0'; f++) {
		s->left |= *f == '-';
		s->zero |= *f == '0';
	}
	for (; *f >= '0' && *f <= '9'; f++)
		s->width = s->width * 10 + (unsigned)(*f - '0');
	if (f[0] == '.' && f[1] == '*') {
		s->precision = va_arg(a->list, int);
		f += 2;
	} else if (*f == '.') {
		for (s->precision = 0, f++; *f >= '0' && *f <= '9'; f++)
			s->precision = s->precision * 10 + (*f - '0');
	}
	for (; *f == 'l' || *f == 'z'; f++)
		s->longs++;
	return f;
}

static void put_argument(struct out *o, const struct spec *s, char type, struct arguments *a)
{
	int64_t value;

	switch (type) {
	case 'd':
		value = s->longs ? va_arg(a->list, long) : va_arg(a->list, int);
		put_number(o, s, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0);
		break;
	case 'u':
	case 'x':
		put_number(o, s, s->longs ? va_arg(a->list, unsigned long) : va_arg(a->list, unsigned),
			type == 'x' ? 16 : 10, false);
		break;
	case 'p': put_number(o, s, (uintptr_t)va_arg(a->list, void *), 16, false); break;
	case 'c': put(o, (char)va_arg(a->list, int)); break;
	case 's': put_text(o, s, va_arg(a->list, const char *)); break;
	default: put(o, type); break;
	}
}

size_t format_vprint(char *to, size_t bytes, const char *format, va_list args)
{
	struct out o = {to, to + bytes - 1};
	struct arguments a;
	struct spec s;

	if (!bytes)
		return 0;
	va_copy(a.list, args);
	for (const char *f = format; *f; f++) {
		if (*f != '%') {
			put(&o, *f);
			continue;
		}
		f = parse(f + 1, &s, &a);
		if (!*f)
			break;
		put_argument(&o, &s, *f, &a);
	}
	va_end(a.list);
	*o.at = 0;
	return (size_t)(o.at - to);
}

size_t format_print(char *to, size_t bytes, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = format_vprint(to, bytes, format, args);
	va_end(args);
	return length;
}
