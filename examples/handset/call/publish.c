#include "examples/handset/call/publish.h"
#include "frontends/rtos/mem.h"

void publish_call(struct pl_call_page *page, const struct pl_call_info *info)
{
	/*
	 * Readers may write the page too (it is in a bank), and a predecessor may have died in the middle:
	 * the number itself means nothing to us, only that it is odd meanwhile and even and new afterwards.
	 */
	uint32_t seq = __atomic_load_n(&page->seq, __ATOMIC_RELAXED) | 1;

	__atomic_store_n(&page->seq, seq, __ATOMIC_RELAXED);
	/* The odd number before the fields: pairs with the reader's second look at seq. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	page->magic = PL_CALL_STATE_MAGIC;
	memcpy(&page->info, info, sizeof(*info));
	/* The fields before the even number: pairs with the reader's acquire of seq. */
	__atomic_store_n(&page->seq, seq + 1, __ATOMIC_RELEASE);
}

uint32_t published_rights(const struct pl_rights_page *page, const char *client)
{
	/* Pairs with the release in partylined: the names are there before the magic. */
	if (__atomic_load_n(&page->magic, __ATOMIC_ACQUIRE) != PL_RIGHTS_MAGIC)
		return PL_RIGHT_ALL;
	for (unsigned i = 0; i < PL_RIGHTS_PARTITION_MAX; i++) {
		char name[sizeof(page->partition[i].name)];

		/* Once, and into our own memory: what was compared is what was there. */
		memcpy(name, page->partition[i].name, sizeof(name));
		name[sizeof(name) - 1] = 0;
		if (!strcmp(name, client))
			return __atomic_load_n(&page->partition[i].rights, __ATOMIC_RELAXED);
	}
	return PL_RIGHT_ALL;
}
