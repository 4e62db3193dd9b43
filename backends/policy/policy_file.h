/*
 * policy.conf → struct policy. The file's format is explained in docs/policy.md; inih splits it into
 * lines. A file that has anything wrong is refused as a whole, with `file:line: reason`, and whatever
 * policy held before goes on holding.
 */
#ifndef BACKENDS_POLICY_POLICY_FILE_H
#define BACKENDS_POLICY_POLICY_FILE_H

#include <stddef.h>
#include "vdev/policy.h"

#define POLICY_ERROR_BYTES 256

/*
 * Read `path` into *policy. 0, or -errno (cannot be read) or -EINVAL (refused): the reason is in `error`
 * (POLICY_ERROR_BYTES), logged once, and *policy is what it was.
 */
int policy_load(struct policy *policy, const char *path, char *error);
/* The same from a text in memory; `name` stands for the file in messages. */
int policy_load_text(struct policy *policy, const char *name, const char *text, char *error);

/* Code of a key by the name that Linux gives it (KEY_…), or -ENOENT. */
int policy_key_code(const char *name);

#endif
