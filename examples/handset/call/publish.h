/* The call state's page at the start of the bank (include/abi/callstate.h), this partition's side. */
#ifndef CALL_PUBLISH_H
#define CALL_PUBLISH_H

#include "abi/callstate.h"

/* Write info under the sequence lock. The caller rings the doorbell afterwards. */
void publish_call(struct pl_call_page *page, const struct pl_call_info *info);

#endif
