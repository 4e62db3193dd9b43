#include "vdev/log.h"
#include <stdbool.h>
#include <stdint.h>

void (*vdev_log_hook)(enum vdev_log_level level, const char *line);

struct out {
	char *to;
	size_t used;
	size_t bytes;
};

struct spec {
	unsigned width;
	char pad;
	unsigned longs; /* number of l; z counts as one */
};

static void out_char(struct out *out, char c)
{
	if (out->used + 1 < out->bytes)
		out->to[out->used++] = c;
}

static void out_string(struct out *out, const char *text)
{
	for (text = text ? text : "(null)"; *text; text++)
		out_char(out, *text);
}

static void out_number(struct out *out, const struct spec *spec, uint64_t value, unsigned base, bool negative)
{
	char digits[20];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	if (negative && spec->pad == '0')
		out_char(out, '-');
	for (unsigned i = count + negative; i < spec->width; i++)
		out_char(out, spec->pad);
	if (negative && spec->pad != '0')
		out_char(out, '-');
	while (count)
		out_char(out, digits[--count]);
}

static const char *spec_parse(struct spec *spec, const char *at)
{
	*spec = (struct spec){.pad = ' '};
	if (*at == '0')
		spec->pad = *at++;
	for (; *at >= '0' && *at <= '9'; at++)
		spec->width = spec->width * 10 + (unsigned)(*at - '0');
	for (; *at == 'l' || *at == 'z'; at++)
		spec->longs++;
	return at;
}

/* A va_list handed down by pointer, so that what one conversion takes is gone for the next. */
struct arguments {
	va_list list;
};

static void out_signed(struct out *out, const struct spec *spec, struct arguments *args)
{
	int64_t value = spec->longs > 1 ? va_arg(args->list, long long)
			: spec->longs	? va_arg(args->list, long)
					: va_arg(args->list, int);

	out_number(out, spec, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0);
}

static void out_unsigned(struct out *out, const struct spec *spec, struct arguments *args, unsigned base)
{
	uint64_t value = spec->longs > 1 ? va_arg(args->list, unsigned long long)
			 : spec->longs	 ? va_arg(args->list, unsigned long)
					 : va_arg(args->list, unsigned);

	out_number(out, spec, value, base, false);
}

static void out_conversion(struct out *out, const struct spec *spec, char kind, struct arguments *args)
{
	switch (kind) {
	case 'd':
	case 'i': out_signed(out, spec, args); break;
	case 'u': out_unsigned(out, spec, args, 10); break;
	case 'x': out_unsigned(out, spec, args, 16); break;
	case 'c': out_char(out, (char)va_arg(args->list, int)); break;
	case 's': out_string(out, va_arg(args->list, const char *)); break;
	default: out_char(out, kind); break;
	}
}

size_t vdev_vformat(char *to, size_t bytes, const char *format, va_list list)
{
	struct out out = {.to = to, .bytes = bytes};
	struct arguments args;
	struct spec spec;

	va_copy(args.list, list);
	for (const char *at = format; *at; at++) {
		if (*at != '%') {
			out_char(&out, *at);
			continue;
		}
		at = spec_parse(&spec, at + 1);
		if (!*at)
			break;
		out_conversion(&out, &spec, *at, &args);
	}
	va_end(args.list);
	if (bytes)
		to[out.used] = '\0';
	return out.used;
}

size_t vdev_format(char *to, size_t bytes, const char *format, ...)
{
	va_list list;
	size_t used;

	va_start(list, format);
	used = vdev_vformat(to, bytes, format, list);
	va_end(list);
	return used;
}

void vdev_log(enum vdev_log_level level, const char *format, ...)
{
	char line[VDEV_LOG_LINE];
	va_list list;

	if (!vdev_log_hook)
		return;
	va_start(list, format);
	vdev_vformat(line, sizeof(line), format, list);
	va_end(list);
	vdev_log_hook(level, line);
}
