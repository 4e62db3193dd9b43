/* Bytes in fixtures: \r, \n, \\ and \xNN. */
#ifndef TESTS_MODEM_VDEV_ESCAPE_H
#define TESTS_MODEM_VDEV_ESCAPE_H

#include <stddef.h>
#include <stdlib.h>

/* Up to the end of the line; `to` has room for all of it. Returns bytes, which may hold NULs. */
static inline size_t unescape(const char *from, char *to)
{
	size_t count = 0;

	for (; *from && *from != '\n'; from++) {
		if (*from != '\\') {
			to[count++] = *from;
			continue;
		}
		from++;
		if (*from == 'x' && from[1] && from[2]) {
			char hex[3] = {from[1], from[2], 0};

			to[count++] = (char)strtol(hex, NULL, 16);
			from += 2;
		} else {
			to[count++] = *from == 'r' ? '\r' : *from == 'n' ? '\n' : *from;
		}
	}
	to[count] = 0;
	return count;
}

#endif
