/*
 * Which policy rules. The last file that was accepted is kept aside, so that a phone whose file was spoilt,
 * and whose partylined is then restarted, goes on by the rules that it had.
 */
#ifndef BACKENDS_PARTYLINED_RULES_H
#define BACKENDS_PARTYLINED_RULES_H

#include "vdev/policy.h"

/* Where the copy is kept, by default: gone with the machine's power, as it should be. */
#define RULES_KEPT "/run/partylined.policy"

/* Read `path`; accepted, it is copied to `kept`. Negative errno, logged. */
int rules_load(struct policy *policy, const char *path, const char *kept);
/* At start-up: as rules_load, or what was kept if `path` is refused. */
int rules_start(struct policy *policy, const char *path, const char *kept);

#endif
