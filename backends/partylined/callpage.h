/* The call state that the telephony partition publishes in its bank (include/abi/callstate.h). */
#ifndef BACKENDS_PARTYLINED_CALLPAGE_H
#define BACKENDS_PARTYLINED_CALLPAGE_H

#include "abi/callstate.h"

/*
 * A whole copy of what is published now, strings ended. -ENOENT: nothing is (no magic: the partition has not
 * got that far, or its bank was scrubbed); -EAGAIN: the writer never held still, try at the next doorbell.
 */
int callpage_read(const struct pl_call_page *page, struct pl_call_info *info);

#endif
