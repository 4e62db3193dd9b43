#include "backends/partylined/callpage.h"
#include <errno.h>
#include <string.h>

#define TRIES 100

int callpage_read(const struct pl_call_page *page, struct pl_call_info *info)
{
	if (__atomic_load_n(&page->magic, __ATOMIC_ACQUIRE) != PL_CALL_STATE_MAGIC)
		return -ENOENT;
	for (unsigned i = 0; i < TRIES; i++) {
		/* Pairs with the writer's release of the even number, and of the odd one after it. */
		uint32_t before = __atomic_load_n(&page->seq, __ATOMIC_ACQUIRE);

		if (before & 1)
			continue;
		memcpy(info, &page->info, sizeof(*info));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&page->seq, __ATOMIC_RELAXED) == before) {
			info->number[sizeof(info->number) - 1] = '\0';
			info->name[sizeof(info->name) - 1] = '\0';
			return 0;
		}
	}
	return -EAGAIN;
}
