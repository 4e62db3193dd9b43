/* This partition's side of the bank's first two pages: the call state (abi/callstate.h), its rights (abi/rights.h). */
#ifndef CALL_PUBLISH_H
#define CALL_PUBLISH_H

#include "abi/callstate.h"
#include "abi/rights.h"

/* Write info under the sequence lock. The caller rings the doorbell afterwards. */
void publish_call(struct pl_call_page *page, const struct pl_call_info *info);

/* What the arbiter leaves this client: PL_RIGHT_*; PL_RIGHT_ALL if nobody has said anything of it. */
uint32_t published_rights(const struct pl_rights_page *page, const char *client);

#endif
