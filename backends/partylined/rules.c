#include "backends/partylined/rules.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "backends/policy/policy_file.h"
#include "vdev/log.h"

static bool copy(FILE *from, FILE *to)
{
	char block[4096];
	size_t bytes;

	while ((bytes = fread(block, 1, sizeof(block), from)) > 0)
		if (fwrite(block, 1, bytes, to) != bytes)
			return false;
	return !ferror(from);
}

/* Written beside it and renamed: there is never half a copy. */
static void keep(const char *path, const char *kept)
{
	char fresh[256];
	FILE *from = fopen(path, "re"), *to;
	bool good;

	snprintf(fresh, sizeof(fresh), "%s.new", kept);
	to = from ? fopen(fresh, "we") : NULL;
	good = to && copy(from, to);
	if (to && fclose(to))
		good = false;
	if (from)
		fclose(from);
	if (!good || rename(fresh, kept))
		vdev_log(VDEV_LOG_WARN, "%s: no copy of the policy kept: %s", kept, strerror(errno));
}

int rules_load(struct policy *policy, const char *path, const char *kept)
{
	char error[POLICY_ERROR_BYTES];
	int ret = policy_load(policy, path, error);

	if (ret)
		return ret;
	vdev_log(VDEV_LOG_INFO, "policy %s accepted", path);
	keep(path, kept);
	return 0;
}

int rules_start(struct policy *policy, const char *path, const char *kept)
{
	char error[POLICY_ERROR_BYTES];
	int ret = rules_load(policy, path, kept);

	if (!ret || policy_load(policy, kept, error))
		return ret;
	vdev_log(VDEV_LOG_WARN, "%s: the last policy accepted rules on", kept);
	return 0;
}
