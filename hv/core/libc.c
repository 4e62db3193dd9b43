/* What the compiler calls by itself for struct copies and initialisers. */
#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int value, size_t bytes);
void *memcpy(void *restrict to, const void *restrict from, size_t bytes);

void *memset(void *to, int value, size_t bytes)
{
	uint64_t word = (uint8_t)value * 0x0101010101010101ull;
	uint8_t *d = to;

	for (; bytes && (uint64_t)d % 8; bytes--)
		*d++ = (uint8_t)value;
	for (; bytes >= 8; bytes -= 8, d += 8)
		*(uint64_t *)d = word;
	while (bytes--)
		*d++ = (uint8_t)value;
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t bytes)
{
	uint8_t *d = to;
	const uint8_t *s = from;

	if (((uint64_t)d | (uint64_t)s) % 8 == 0)
		for (; bytes >= 8; bytes -= 8, d += 8, s += 8)
			*(uint64_t *)d = *(const uint64_t *)s;
	while (bytes--)
		*d++ = *s++;
	return to;
}
