#include "hv/core/lock.h"

static struct lock cold;
static uint32_t owner; /* CPU + 1; only that CPU finds its own number here */
static uint32_t depth;

void cold_lock(void)
{
	uint32_t self = cpu_index() + 1;

	if (__atomic_load_n(&owner, __ATOMIC_RELAXED) != self) {
		lock_take(&cold);
		__atomic_store_n(&owner, self, __ATOMIC_RELAXED);
	}
	depth++;
}

void cold_unlock(void)
{
	if (--depth > 0)
		return;
	__atomic_store_n(&owner, 0, __ATOMIC_RELAXED);
	lock_give(&cold);
}
