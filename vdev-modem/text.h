/* The few text functions that a freestanding AT line needs; every destination is bounded. */
#ifndef VDEV_MODEM_TEXT_H
#define VDEV_MODEM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t text_length(const char *text)
{
	return __builtin_strlen(text);
}

static inline bool text_equal(const char *a, const char *b)
{
	return __builtin_strcmp(a, b) == 0;
}

static inline bool text_begins(const char *text, const char *with)
{
	return __builtin_strncmp(text, with, text_length(with)) == 0;
}

static inline bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline char text_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* True if one of the characters of `set` is `c`. */
static inline bool text_in(char c, const char *set)
{
	while (*set && *set != c)
		set++;
	return *set != 0;
}

/* Copies with its NUL; false: cut, because it needs more than `bytes`. */
static inline bool text_copy(char *to, size_t bytes, const char *from)
{
	size_t i = 0;

	for (; from[i] && i + 1 < bytes; i++)
		to[i] = from[i];
	to[i] = 0;
	return from[i] == 0;
}

/* 0 to 15, or -1. */
static inline int text_hex(char c)
{
	if (text_is_digit(c))
		return c - '0';
	c = text_upper(c);
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

#endif
