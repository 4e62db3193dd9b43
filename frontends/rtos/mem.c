#include <stdint.h>
#include "frontends/rtos/mem.h"

/* may_alias: these see every type as words. */
typedef uint64_t __attribute__((may_alias)) word;

static int word_aligned(const void *a, const void *b)
{
	return (((uintptr_t)a | (uintptr_t)b) & 7) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (word_aligned(t, f))
		for (; bytes >= 8; bytes -= 8, t += 8, f += 8)
			*(word *)t = *(const word *)f;
	while (bytes--)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t bytes)
{
	uint8_t *t = to;
	const uint8_t *f = from;

	if (t <= f || t >= f + bytes)
		return memcpy(to, from, bytes);
	while (bytes--)
		t[bytes] = f[bytes];
	return to;
}

void *memset(void *to, int value, size_t bytes)
{
	uint8_t *t = to;
	uint64_t fill = (uint8_t)value * 0x0101010101010101ull;

	if (word_aligned(t, t))
		for (; bytes >= 8; bytes -= 8, t += 8)
			*(word *)t = fill;
	while (bytes--)
		*t++ = (uint8_t)value;
	return to;
}

int memcmp(const void *a, const void *b, size_t bytes)
{
	const uint8_t *x = a, *y = b;

	for (; bytes; bytes--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return (uint8_t)*a - (uint8_t)*b;
}

int strncmp(const char *a, const char *b, size_t bytes)
{
	for (; bytes && *a && *a == *b; a++, b++, bytes--)
		;
	return bytes ? (uint8_t)*a - (uint8_t)*b : 0;
}

char *strchr(const char *text, int c)
{
	for (; *text != (char)c; text++)
		if (!*text)
			return NULL;
	return (char *)(uintptr_t)text;
}
