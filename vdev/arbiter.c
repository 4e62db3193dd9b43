#include "vdev/arbiter.h"
#include <errno.h>
#include "vdev/log.h"

static const char *const event_names[ARBITER_EVENT_COUNT] = {
	"start", "call state", "partition", "claim", "release", "policy"};

const char *arbiter_event_str(unsigned event)
{
	return event < ARBITER_EVENT_COUNT ? event_names[event] : "?";
}

unsigned decision_key_owner(const struct decision *decision, uint16_t code)
{
	for (uint32_t i = 0; i < decision->key_count; i++)
		if (decision->key[i].code == code)
			return decision->key[i].owner;
	return decision->key_owner;
}

static bool is_present(const struct arbiter *arb, unsigned partition)
{
	return partition < arb->policy->partition_count && (arb->present & 1u << partition);
}

/* The phone's state, from all that it depends on. Every change is legal: see the header. */
static enum phone_state state_now(const struct arbiter *arb)
{
	bool emergency = (arb->call.flags & PL_CALL_FLAG_EMERGENCY) != 0;

	if (!is_present(arb, arb->policy->telephony))
		return PHONE_IDLE;
	switch (arb->call.state) {
	case PL_CALL_RINGING: return PHONE_RINGING;
	case PL_CALL_DIALING: return emergency ? PHONE_EMERGENCY : PHONE_DIALING;
	case PL_CALL_ACTIVE: return emergency ? PHONE_EMERGENCY : PHONE_ACTIVE;
	case PL_CALL_ENDED: return PHONE_ENDED;
	default: break;
	}
	if (arb->call.flags & PL_CALL_FLAG_DIALLER)
		return PHONE_DIALLER;
	return arb->call.flags & PL_CALL_FLAG_NOTICE ? PHONE_NOTICE : PHONE_IDLE;
}

/*
 * Screen and keys.
 */

static bool is_above(const struct policy_layer *a, const struct policy_layer *b)
{
	return a->band != b->band ? a->band > b->band : a->z >= b->z;
}

/* A layer that goes keeps its place, so that there is something to fade. */
static struct policy_layer layer_hidden(
	const struct arbiter *arb, const struct policy_state *rules, unsigned p)
{
	struct policy_layer layer = arb->now.layer[p];

	layer.shown = false;
	layer.fade_ms = rules->layer[p].fade_ms;
	return layer;
}

static void decide_screen(const struct arbiter *arb, const struct policy_state *rules, struct decision *d)
{
	d->screen_owner = POLICY_NONE;
	for (unsigned p = 0; p < arb->policy->partition_count; p++) {
		if (rules->layer[p].shown && is_present(arb, p))
			d->layer[p] = rules->layer[p];
		else
			d->layer[p] = layer_hidden(arb, rules, p);
		if (d->layer[p].shown && (d->screen_owner == POLICY_NONE ||
						 is_above(&d->layer[p], &d->layer[d->screen_owner])))
			d->screen_owner = (uint8_t)p;
	}
}

static uint8_t owner_if_present(const struct arbiter *arb, uint8_t owner)
{
	return is_present(arb, owner) ? owner : POLICY_NONE;
}

static void decide_keys(const struct arbiter *arb, const struct policy_state *rules, struct decision *d)
{
	d->key_owner = owner_if_present(arb, rules->key_owner);
	d->key_count = rules->key_count;
	for (uint32_t i = 0; i < rules->key_count; i++) {
		d->key[i].code = rules->key[i].code;
		d->key[i].owner = owner_if_present(arb, rules->key[i].owner);
	}
}

/*
 * Audio roles and modem.
 */

/* The role that the call itself holds in a state, or ROLE_COUNT. */
static unsigned call_role(unsigned state)
{
	switch (state) {
	case PHONE_RINGING: return ROLE_RING;
	case PHONE_DIALING:
	case PHONE_ACTIVE: return ROLE_VOICE;
	case PHONE_EMERGENCY: return ROLE_EMERGENCY;
	default: return ROLE_COUNT;
	}
}

static uint32_t holders_of(const struct arbiter *arb, unsigned role, unsigned state)
{
	return arb->claims[role] | (call_role(state) == role ? 1u << arb->policy->telephony : 0);
}

/* The strongest that any held role of a higher priority does to this one. */
static unsigned action_on(const struct arbiter *arb, unsigned role, unsigned state)
{
	const struct policy *policy = arb->policy;
	unsigned strongest = ACTION_MIX;

	for (unsigned holder = 0; holder < ROLE_COUNT; holder++) {
		unsigned action = policy->matrix[holder][role];

		if (holder != role && holders_of(arb, holder, state) && action > strongest &&
			policy->role[holder].priority > policy->role[role].priority)
			strongest = action;
	}
	return strongest;
}

static void decide_roles(const struct arbiter *arb, struct decision *d)
{
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		const struct policy_role *rules = &arb->policy->role[r];
		struct decision_role *role = &d->role[r];

		role->holders = holders_of(arb, r, d->state);
		role->action = (uint8_t)action_on(arb, r, d->state);
		role->ramp_ms = rules->ramp_ms;
		role->gain_permille = role->action == ACTION_MIX    ? POLICY_GAIN_FULL
				      : role->action == ACTION_DUCK ? rules->duck_permille
								    : 0;
	}
}

/* Presence does not matter: a partition may have a modem before it has a screen. */
static void decide_modem(const struct arbiter *arb, const struct policy_state *rules, struct decision *d)
{
	for (unsigned p = 0; p < arb->policy->partition_count; p++)
		d->modem[p] = rules->modem[p];
}

/*
 * Words.
 */

static const char *state_reason(unsigned state)
{
	static const char *const reasons[PHONE_STATE_COUNT] = {"no call", "incoming call", "outgoing call",
		"call answered", "call ended", "emergency call", "the user dials", "notice"};

	return reasons[state];
}

/* "; linux loses screen, keys to call" */
static void add_losses(const struct arbiter *arb, struct decision *d, size_t used)
{
	const struct decision *old = &arb->now;
	bool screen = old->screen_owner != POLICY_NONE && old->screen_owner != d->screen_owner;
	bool keys = old->key_owner != POLICY_NONE && old->key_owner != d->key_owner;
	bool both = screen && keys && old->screen_owner == old->key_owner && d->screen_owner == d->key_owner;

	if (!old->number)
		return;
	if (screen)
		used += vdev_format(d->reason + used, sizeof(d->reason) - used, "; %s loses screen%s to %s",
			policy_partition_name(arb->policy, old->screen_owner), both ? ", keys" : "",
			policy_partition_name(arb->policy, d->screen_owner));
	if (keys && !both)
		vdev_format(d->reason + used, sizeof(d->reason) - used, "; %s loses keys to %s",
			policy_partition_name(arb->policy, old->key_owner),
			policy_partition_name(arb->policy, d->key_owner));
}

/* What happened: the event and whom or what it was about. */
struct cause {
	enum arbiter_event event;
	unsigned partition;
	unsigned role;
};

static size_t cause_format(const struct arbiter *arb, const struct cause *cause, struct decision *d)
{
	const char *who = policy_partition_name(arb->policy, cause->partition);
	size_t bytes = sizeof(d->reason);

	switch (cause->event) {
	case ARBITER_CALL_STATE: return vdev_format(d->reason, bytes, "%s", state_reason(d->state));
	case ARBITER_PARTITION:
		return vdev_format(
			d->reason, bytes, "%s %s", who, is_present(arb, cause->partition) ? "came" : "went");
	case ARBITER_CLAIM:
		return vdev_format(d->reason, bytes, "%s claims %s", who, audio_role_str(cause->role));
	case ARBITER_RELEASE:
		return vdev_format(d->reason, bytes, "%s releases %s", who, audio_role_str(cause->role));
	case ARBITER_POLICY: return vdev_format(d->reason, bytes, "policy reloaded");
	default: return vdev_format(d->reason, bytes, "%s", arbiter_event_str(cause->event));
	}
}

/*
 * One transaction.
 */

/* The parts that a decision consists of; number, time and reason aside. */
static bool same_content(const struct decision *a, const struct decision *b)
{
	return a->state == b->state && a->screen_owner == b->screen_owner && a->key_owner == b->key_owner &&
	       a->key_count == b->key_count && __builtin_memcmp(a->layer, b->layer, sizeof(a->layer)) == 0 &&
	       __builtin_memcmp(a->key, b->key, sizeof(a->key)) == 0 &&
	       __builtin_memcmp(a->role, b->role, sizeof(a->role)) == 0 &&
	       __builtin_memcmp(a->modem, b->modem, sizeof(a->modem)) == 0;
}

static void decide(struct arbiter *arb, const struct cause *cause, uint64_t now_ns)
{
	struct decision *d = &arb->next;
	const struct policy_state *rules;

	__builtin_memset(d, 0, sizeof(*d));
	d->number = arb->now.number + 1;
	d->time_ns = now_ns;
	d->state = state_now(arb);
	rules = policy_state_of(arb->policy, d->state);
	decide_screen(arb, rules, d);
	decide_keys(arb, rules, d);
	decide_roles(arb, d);
	decide_modem(arb, rules, d);
	if (arb->now.number && same_content(&arb->now, d))
		return;
	add_losses(arb, d, cause_format(arb, cause, d));
	arb->apply(arb->data, &arb->now, d);
	arb->now = *d;
	vdev_log(VDEV_LOG_INFO, "decision %u: %s: screen %s, keys %s: %s", d->number,
		phone_state_str(d->state), policy_partition_name(arb->policy, d->screen_owner),
		policy_partition_name(arb->policy, d->key_owner), d->reason);
}

void arbiter_init(
	struct arbiter *arb, const struct policy *policy, arbiter_apply *apply, void *data, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_START};

	*arb = (struct arbiter){.policy = policy, .apply = apply, .data = data};
	decide(arb, &cause, now_ns);
}

int arbiter_call_state(struct arbiter *arb, const struct pl_call_info *info, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_CALL_STATE};

	if (info->state >= PL_CALL_STATE_COUNT) {
		vdev_log(VDEV_LOG_WARN, "arbiter: call state %u, limit %u: the last one holds", info->state,
			PL_CALL_STATE_COUNT - 1);
		return -EINVAL;
	}
	arb->call = *info;
	decide(arb, &cause, now_ns);
	return 0;
}

static int bad_partition(const struct arbiter *arb, unsigned partition)
{
	vdev_log(VDEV_LOG_ERROR, "arbiter: partition %u, the policy names %u", partition,
		arb->policy->partition_count);
	return -EINVAL;
}

int arbiter_partition(struct arbiter *arb, unsigned partition, bool present, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_PARTITION, .partition = partition};
	uint32_t bit;

	if (partition >= arb->policy->partition_count)
		return bad_partition(arb, partition);
	bit = 1u << partition;
	arb->present = present ? arb->present | bit : arb->present & ~bit;
	for (unsigned r = 0; r < ROLE_COUNT && !present; r++)
		arb->claims[r] &= ~bit;
	decide(arb, &cause, now_ns);
	return 0;
}

static int claim_check(const struct arbiter *arb, unsigned partition, unsigned role)
{
	if (partition >= arb->policy->partition_count)
		return bad_partition(arb, partition);
	if (role >= ROLE_COUNT) {
		vdev_log(VDEV_LOG_WARN, "arbiter: %s claims role %u, limit %u",
			policy_partition_name(arb->policy, partition), role, ROLE_COUNT - 1);
		return -EINVAL;
	}
	if (role == ROLE_EMERGENCY || role == ROLE_VOICE || role == ROLE_RING) {
		vdev_log(VDEV_LOG_WARN, "arbiter: %s claims %s, which follows the call",
			policy_partition_name(arb->policy, partition), audio_role_str(role));
		return -EPERM;
	}
	return 0;
}

int arbiter_claim(struct arbiter *arb, unsigned partition, unsigned role, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_CLAIM, .partition = partition, .role = role};
	int rc = claim_check(arb, partition, role);

	if (rc)
		return rc;
	if (!is_present(arb, partition) || action_on(arb, role, arb->now.state) == ACTION_REJECT) {
		vdev_log(VDEV_LOG_INFO, "arbiter: %s is refused %s in state %s",
			policy_partition_name(arb->policy, partition), audio_role_str(role),
			phone_state_str(arb->now.state));
		return -EBUSY;
	}
	arb->claims[role] |= 1u << partition;
	decide(arb, &cause, now_ns);
	return 0;
}

int arbiter_release(struct arbiter *arb, unsigned partition, unsigned role, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_RELEASE, .partition = partition, .role = role};
	int rc = claim_check(arb, partition, role);

	if (rc)
		return rc;
	arb->claims[role] &= ~(1u << partition);
	decide(arb, &cause, now_ns);
	return 0;
}

int arbiter_policy(struct arbiter *arb, const struct policy *policy, uint64_t now_ns)
{
	const struct cause cause = {.event = ARBITER_POLICY};
	bool same = policy->partition_count == arb->policy->partition_count;

	for (unsigned p = 0; same && p < policy->partition_count; p++)
		same = policy_partition(policy, arb->policy->partition[p]) == p;
	if (!same) {
		vdev_log(VDEV_LOG_ERROR, "arbiter: the new policy names other partitions: the old one stays");
		return -EINVAL;
	}
	arb->policy = policy;
	decide(arb, &cause, now_ns);
	return 0;
}
