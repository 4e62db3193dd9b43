/*
 * The arbiter: one state machine that decides the whole phone. From call state, partitions and requests it
 * makes a struct decision: screen, keys, audio roles and modem rights change together, in one callback.
 *
 *   call state, as the telephony partition publishes it, and its emergency flag:
 *
 *                 ┌────────────── any ◀──▶ any ───────────────┐
 *     idle ─▶ ringing ─▶ active ─▶ ended ─▶ idle              │   the usual paths; a reader may miss
 *       └───▶ dialing ──────┘        ▲                        │   states in between, so that every
 *                └───────────────────┘                        │   change between them is legal
 *     dialing or active with the emergency flag ─▶ emergency ─┘
 *     idle with the dialler or the notice flag ─▶ dialler, notice
 *     telephony partition absent: idle, whatever it was
 *
 * Freestanding; one thread; no allocation. docs/policy.md says how it is configured.
 */
#ifndef VDEV_ARBITER_H
#define VDEV_ARBITER_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/callstate.h"
#include "vdev/policy.h"

#define ARBITER_REASON_BYTES 128

/* What made the arbiter decide. */
enum arbiter_event {
	ARBITER_START,
	ARBITER_CALL_STATE,
	ARBITER_PARTITION,
	ARBITER_CLAIM,
	ARBITER_RELEASE,
	ARBITER_POLICY,
	ARBITER_EVENT_COUNT,
};

/* What a role may do now. */
struct decision_role {
	uint32_t holders;	/* bit per partition that claims it, or has it by the call */
	uint8_t action;		/* enum role_action: what the others do to it */
	uint16_t gain_permille; /* 0 while corked */
	uint32_t ramp_ms;
};

/*
 * One decision. Layers of absent partitions are not shown; keys of absent owners go to nobody.
 * Everything in it belongs together: apply it whole.
 */
struct decision {
	uint32_t number; /* from 1 */
	uint32_t state;	 /* enum phone_state */
	uint64_t time_ns;
	struct policy_layer layer[POLICY_PARTITION_MAX];
	uint8_t screen_owner; /* of the topmost layer shown, or POLICY_NONE */
	uint8_t key_owner;    /* of every key not in key[] */
	uint32_t key_count;
	struct policy_key key[POLICY_KEY_MAX];
	struct decision_role role[ROLE_COUNT];
	uint32_t modem[POLICY_PARTITION_MAX]; /* PL_RIGHT_* (abi/rights.h) */
	char reason[ARBITER_REASON_BYTES];    /* why, and who lost what to whom */
};

/* Applies a decision, whole, before it returns. `old` is what held until now (number 0: nothing did). */
typedef void arbiter_apply(void *data, const struct decision *old, const struct decision *now);

struct arbiter {
	const struct policy *policy;
	arbiter_apply *apply;
	void *data;
	struct pl_call_info call;
	uint32_t present;	     /* bit per partition */
	uint32_t claims[ROLE_COUNT]; /* bit per partition */
	struct decision now;
	struct decision next;
};

/*
 * Set up with nobody present, and make the first decision. The policy must outlive its use; see
 * arbiter_policy. Each decision is logged: `decision N: STATE: screen OWNER, keys OWNER: REASON`.
 */
void arbiter_init(
	struct arbiter *arb, const struct policy *policy, arbiter_apply *apply, void *data, uint64_t now_ns);
/*
 * The published call state, copied out of the shared page. -EINVAL: a state that does not exist; the last
 * decision holds.
 */
int arbiter_call_state(struct arbiter *arb, const struct pl_call_info *info, uint64_t now_ns);
/* A partition came or went; one that goes drops its claims. -EINVAL: no such partition in the policy. */
int arbiter_partition(struct arbiter *arb, unsigned partition, bool present, uint64_t now_ns);
/*
 * A partition wants to be heard in a role. -EINVAL: no such role or partition; -EPERM: the role follows the
 * call and is not the partition's to claim; -EBUSY: a holder rejects it (matrix). Idempotent.
 */
int arbiter_claim(struct arbiter *arb, unsigned partition, unsigned role, uint64_t now_ns);
int arbiter_release(struct arbiter *arb, unsigned partition, unsigned role, uint64_t now_ns);
/* Another policy (reload). -EINVAL, and the old one stays: its partitions are not the same in the same order. */
int arbiter_policy(struct arbiter *arb, const struct policy *policy, uint64_t now_ns);

/* Who gets this key under a decision: partition index or POLICY_NONE. */
unsigned decision_key_owner(const struct decision *decision, uint16_t code);

const char *arbiter_event_str(unsigned event);

#endif
