/*
 * What each partition may ask of the modem now, as the arbiter has decided: the second page of the call's bank, the
 * other way round than the first (callstate.h).
 *
 * Writer: partylined alone, with each decision: names, rights (one store each), then magic (release). Reader: the call partition, whenever a client of its virtual
 * modem wants something. It takes away from its own policy what is missing here and never adds anything, so that the
 * writer, which it does not trust, can only make it stricter. No magic, or no such name: its own policy alone holds.
 * The last decision holds while nobody writes.
 */
#ifndef ABI_RIGHTS_H
#define ABI_RIGHTS_H

#include <stdint.h>

#define PL_RIGHTS_MAGIC		0x54484752u /* "RGHT" */
#define PL_RIGHTS_OFFSET	4096	    /* in the bank */
#define PL_RIGHTS_PARTITION_MAX 8

#define PL_RIGHT_DIAL	1u
#define PL_RIGHT_ANSWER 2u
#define PL_RIGHT_HANGUP 4u
#define PL_RIGHT_SMS	8u
#define PL_RIGHT_DATA	16u
#define PL_RIGHT_QUERY	32u
#define PL_RIGHT_USSD	64u
#define PL_RIGHT_ALL	127u

struct pl_rights {
	char name[16];	 /* NUL-terminated */
	uint32_t rights; /* PL_RIGHT_* */
	uint32_t reserved[3];
};
_Static_assert(sizeof(struct pl_rights) == 32, "wire layout");

struct pl_rights_page {
	uint32_t magic;
	uint32_t reserved[7];
	struct pl_rights partition[PL_RIGHTS_PARTITION_MAX];
};
_Static_assert(sizeof(struct pl_rights_page) == 288, "wire layout");

#endif
