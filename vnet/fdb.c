#include "vnet/fdb.h"

static void entry_free(struct vnet_fdb *fdb, struct vnet_fdb_entry *e)
{
	if (e->key)
		fdb->learned[e->port]--;
	*e = (struct vnet_fdb_entry){0};
}

static enum fdb_result entry_add(
	struct vnet_fdb *fdb, struct vnet_fdb_entry *e, uint64_t key, uint8_t port, uint64_t now_ns)
{
	entry_free(fdb, e);
	fdb->learned[port]++;
	*e = (struct vnet_fdb_entry){.key = key, .seen_ns = now_ns, .moves_since = now_ns, .port = port};
	return FDB_NEW;
}

static enum fdb_result entry_move(
	struct vnet_fdb *fdb, struct vnet_fdb_entry *e, uint8_t port, uint64_t now_ns)
{
	if (now_ns - e->moves_since >= VNET_FDB_MOVE_NS) {
		e->moves_since = now_ns;
		e->moves = 0;
	}
	if (e->moves >= VNET_FDB_MOVES)
		return FDB_LOOP;
	e->moves++;
	fdb->learned[e->port]--;
	fdb->learned[port]++;
	e->port = port;
	e->seen_ns = now_ns;
	return FDB_MOVED;
}

/* A place for a new entry: free or aged, else the port's own oldest. */
static struct vnet_fdb_entry *place_for(
	struct vnet_fdb *fdb, struct vnet_fdb_entry *set, uint8_t port, bool may_add, uint64_t now_ns)
{
	struct vnet_fdb_entry *own = NULL;

	for (unsigned i = 0; i < VNET_FDB_WAYS; i++) {
		if (may_add && !fdb_is_live(fdb, &set[i], now_ns))
			return &set[i];
		if (set[i].key && set[i].port == port && (!own || set[i].seen_ns < own->seen_ns))
			own = &set[i];
	}
	return own;
}

enum fdb_result fdb_learn(struct vnet_fdb *fdb, uint64_t key, uint8_t port, uint32_t limit, uint64_t now_ns)
{
	struct vnet_fdb_entry *set = fdb_set(fdb, key);
	bool may_add = fdb->learned[port] < limit;
	struct vnet_fdb_entry *place = NULL;

	for (unsigned i = 0; i < VNET_FDB_WAYS && !place; i++)
		if (set[i].key == key)
			place = &set[i];
	if (place && place->port == port) {
		place->seen_ns = now_ns;
		return FDB_KNOWN;
	}
	if (place && !may_add)
		return FDB_FULL;
	if (place && fdb_is_live(fdb, place, now_ns))
		return entry_move(fdb, place, port, now_ns);
	if (!place)
		place = place_for(fdb, set, port, may_add, now_ns);
	return place ? entry_add(fdb, place, key, port, now_ns) : FDB_FULL;
}

void fdb_sweep(struct vnet_fdb *fdb, uint64_t now_ns)
{
	struct vnet_fdb_entry *set = fdb->entry[fdb->sweep_at];

	fdb->sweep_at = (fdb->sweep_at + 1) % VNET_FDB_SETS;
	for (unsigned i = 0; i < VNET_FDB_WAYS; i++)
		if (set[i].key && !fdb_is_live(fdb, &set[i], now_ns))
			entry_free(fdb, &set[i]);
}

void fdb_forget(struct vnet_fdb *fdb, uint8_t port)
{
	for (unsigned s = 0; s < VNET_FDB_SETS; s++)
		for (unsigned i = 0; i < VNET_FDB_WAYS; i++)
			if (fdb->entry[s][i].key && fdb->entry[s][i].port == port)
				entry_free(fdb, &fdb->entry[s][i]);
}
