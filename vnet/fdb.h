/*
 * The switch's table of addresses: (VLAN, MAC) → port. Bounded: VNET_FDB_SETS sets of VNET_FDB_WAYS, by a
 * hash. A live entry is never given up for another port's new address; the port that wants one in a
 * full set gives up its own oldest, or learns nothing.
 *
 * An address that moves between ports is followed (a partition's bridge may do that), but one that moves
 * more than VNET_FDB_MOVES times within VNET_FDB_MOVE_NS is in a loop: it stays where it is for that time.
 */
#ifndef VNET_FDB_H
#define VNET_FDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "vnet/config.h"

#define VNET_FDB_SETS	 256u
#define VNET_FDB_WAYS	 4u
#define VNET_FDB_MOVES	 5u
#define VNET_FDB_MOVE_NS 1000000000ull

struct vnet_fdb_entry {
	uint64_t key; /* MAC << 16 | VLAN; 0: free */
	uint64_t seen_ns;
	uint64_t moves_since;
	uint8_t port;
	uint8_t moves;
};

struct vnet_fdb {
	uint64_t age_ns;
	uint64_t seed;	   /* of the hash: an attacker does not know which addresses share a set */
	unsigned sweep_at; /* the set that fdb_sweep looks at next */
	uint32_t learned
		[VNET_PORT_MAX]; /* entries of each port, those that have aged but were not swept included */
	struct vnet_fdb_entry entry[VNET_FDB_SETS][VNET_FDB_WAYS];
};

static inline uint64_t fdb_key(uint64_t mac, uint16_t vlan)
{
	return mac << 16 | vlan;
}

static inline struct vnet_fdb_entry *fdb_set(struct vnet_fdb *fdb, uint64_t key)
{
	uint64_t h = (key ^ fdb->seed) * 0x9e3779b97f4a7c15ull;

	return fdb->entry[(h ^ h >> 29) >> 32 & (VNET_FDB_SETS - 1)];
}

static inline bool fdb_is_live(
	const struct vnet_fdb *fdb, const struct vnet_fdb_entry *entry, uint64_t now_ns)
{
	return entry->key && now_ns - entry->seen_ns < fdb->age_ns;
}

/* The live entry of `key`, or NULL. */
static inline struct vnet_fdb_entry *fdb_find(struct vnet_fdb *fdb, uint64_t key, uint64_t now_ns)
{
	struct vnet_fdb_entry *set = fdb_set(fdb, key);

	for (unsigned i = 0; i < VNET_FDB_WAYS; i++)
		if (set[i].key == key)
			return fdb_is_live(fdb, &set[i], now_ns) ? &set[i] : NULL;
	return NULL;
}

enum fdb_result { FDB_KNOWN, FDB_NEW, FDB_MOVED, FDB_FULL, FDB_LOOP };
/* `key` was seen on `port`, which may have `limit` entries. */
enum fdb_result fdb_learn(struct vnet_fdb *fdb, uint64_t key, uint8_t port, uint32_t limit, uint64_t now_ns);
/* Free the aged entries of one set; in turn, all of them. */
void fdb_sweep(struct vnet_fdb *fdb, uint64_t now_ns);
/* Forget a port's entries. */
void fdb_forget(struct vnet_fdb *fdb, uint8_t port);

#endif
