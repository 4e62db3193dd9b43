/* What the compiler calls by itself, for initialisers of structs. */
#include "hv/core/types.h"

void *memset(void *to, int value, size_t bytes);

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
