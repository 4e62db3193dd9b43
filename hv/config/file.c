#include <errno.h>
#include <stdlib.h>

#include "plconf.h"

int file_read(const char *path, size_t limit, void **data, size_t *bytes)
{
	FILE *in = fopen(path, "rb");
	uint8_t *p = NULL;
	size_t n = 0, room = 0, got;
	int e = 0;

	if (!in)
		return -errno;
	do {
		if (n == room) {
			uint8_t *more = realloc(p, room = room ? 2 * room : 65536);

			if (!more) {
				e = -ENOMEM;
				break;
			}
			p = more;
		}
		got = fread(p + n, 1, room - n, in);
		n += got;
		if (n > limit)
			e = -EFBIG;
	} while (got && !e);
	if (!e && ferror(in))
		e = -EIO;
	fclose(in);
	if (e) {
		free(p);
		return e;
	}
	*data = p;
	*bytes = n;
	return 0;
}
