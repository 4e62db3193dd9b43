/* Names of keys, from the kernel's header: keynames.inc is made from it by backends/policy/build.mk. */
#include <errno.h>
#include <linux/input-event-codes.h>
#include <string.h>
#include "backends/policy/policy_file.h"

static const struct {
	const char *name;
	int code;
} keys[] = {
#include "keynames.inc"
};

int policy_key_code(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].code;
	return -ENOENT;
}
