#include "vdev-input/router.h"

#define CONTACT_LIFTED 0xffffffffu /* tracking id -1 */

void router_init(struct router *router, const struct router_events *events, void *data)
{
	*router = (struct router){.events = events, .events_data = data};
	router->decision.key_owner = POLICY_NONE;
	__builtin_memset(router->held_by, POLICY_NONE, sizeof(router->held_by));
}

void router_sink(struct router *router, unsigned partition, struct vinput *in)
{
	if (partition < POLICY_PARTITION_MAX)
		router->sink[partition] = in;
}

static struct vinput *sink_of(struct router *router, unsigned partition)
{
	return partition < POLICY_PARTITION_MAX ? router->sink[partition] : NULL;
}

static void release_at(struct router *router, unsigned partition, uint16_t code)
{
	struct vinput *in = sink_of(router, partition);

	if (in)
		vinput_release_key(in, code);
}

/* Contacts on the panel belong to nobody from now on, until they are lifted. */
static void lose_touch(struct router *router, unsigned partition)
{
	struct vinput *in = sink_of(router, partition);

	router->slots_lost |= router->slots_in;
	if (in)
		vinput_release_touch(in);
}

void router_decide(struct router *router, const struct decision *decision)
{
	unsigned old = router->decision.key_owner;

	for (uint16_t code = 0; code < VINPUT_KEY_COUNT; code++) {
		unsigned holder = router->held_by[code];

		if (holder == POLICY_NONE || holder == decision_key_owner(decision, code))
			continue;
		router->held_by[code] = POLICY_NONE;
		release_at(router, holder, code);
	}
	if (old != decision->key_owner)
		lose_touch(router, old);
	router->decision = *decision;
}

/*
 * A frame is cut into one frame for each partition, in the order of its events.
 */
struct cut {
	struct virtio_input_event event[POLICY_PARTITION_MAX][VINPUT_FRAME_MAX];
	unsigned count[POLICY_PARTITION_MAX];
};

static void cut_add(struct cut *cut, unsigned owner, const struct virtio_input_event *event)
{
	if (owner < POLICY_PARTITION_MAX && cut->count[owner] < VINPUT_FRAME_MAX - 1)
		cut->event[owner][cut->count[owner]++] = *event;
}

/* A name without what it is the name of is not worth a frame. */
static bool cut_worth(const struct cut *cut, unsigned p)
{
	return cut->count[p] > 1 ||
	       (cut->count[p] == 1 && (cut->event[p][0].type != VINPUT_EV_ABS ||
					      cut->event[p][0].code != VINPUT_ABS_MT_SLOT));
}

static void route_key(struct router *router, struct cut *cut, const struct virtio_input_event *event)
{
	unsigned owner;

	if (event->code >= VINPUT_KEY_COUNT || event->value > 1)
		return;
	if (router->events && router->events->key_in)
		router->events->key_in(router->events_data, event->code, event->value);
	if (event->value) {
		owner = decision_key_owner(&router->decision, event->code);
		router->held_by[event->code] = (uint8_t)owner;
	} else {
		owner = router->held_by[event->code];
		router->held_by[event->code] = POLICY_NONE;
	}
	cut_add(cut, owner, event);
}

/* Is this touch event about a contact that began under another owner? */
static bool contact_lost(struct router *router, const struct virtio_input_event *event)
{
	uint32_t bit;
	bool lost;

	if (event->type != VINPUT_EV_ABS)
		return false;
	if (event->code == VINPUT_ABS_MT_SLOT)
		router->slot = event->value < VINPUT_SLOT_MAX ? event->value : VINPUT_SLOT_MAX;
	bit = router->slot < VINPUT_SLOT_MAX ? 1u << router->slot : 0;
	lost = (router->slots_lost & bit) != 0;
	if (event->code == VINPUT_ABS_MT_TRACKING) {
		router->slots_in &= ~bit;
		router->slots_in |= event->value == CONTACT_LIFTED ? 0 : bit;
		lost = lost && event->value == CONTACT_LIFTED;
		router->slots_lost &= ~bit;
	}
	return lost || (!bit && event->code >= VINPUT_ABS_MT_SLOT);
}

static bool has_touch(const struct virtio_input_event *event, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (event[i].type == VINPUT_EV_ABS && event[i].code > VINPUT_ABS_MT_SLOT)
			return true;
	return false;
}

/*
 * The panel names a contact only when it is another one than before; the owner of the focus may not
 * have seen that, or may have been told of others when its contacts were lifted.
 */
static void name_contact(
	struct router *router, struct cut *cut, const struct virtio_input_event *event, unsigned count)
{
	struct virtio_input_event select = {VINPUT_EV_ABS, VINPUT_ABS_MT_SLOT, router->slot};

	if (count < VINPUT_FRAME_MAX && router->slot < VINPUT_SLOT_MAX && has_touch(event, count))
		cut_add(cut, router->decision.key_owner, &select);
}

void router_frame(struct router *router, const struct virtio_input_event *event, unsigned count)
{
	struct cut cut;

	if (count == 0 || count > VINPUT_FRAME_MAX)
		return;
	__builtin_memset(cut.count, 0, sizeof(cut.count));
	name_contact(router, &cut, event, count);
	for (unsigned i = 0; i + 1 < count; i++) {
		if (event[i].type == VINPUT_EV_KEY)
			route_key(router, &cut, &event[i]);
		else if (!contact_lost(router, &event[i]))
			cut_add(&cut, router->decision.key_owner, &event[i]);
	}
	for (unsigned p = 0; p < POLICY_PARTITION_MAX; p++) {
		if (!cut_worth(&cut, p))
			continue;
		cut.event[p][cut.count[p]++] = event[count - 1];
		if (router->sink[p])
			vinput_frame(router->sink[p], cut.event[p], cut.count[p]);
	}
}
