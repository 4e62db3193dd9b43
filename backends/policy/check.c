/* What only the whole file can tell. */
#include <errno.h>
#include <linux/input-event-codes.h>
#include "abi/rights.h"
#include "backends/policy/parse.h"

static bool layer_above(const struct policy_layer *a, const struct policy_layer *b)
{
	return a->shown && (a->band != b->band ? a->band > b->band : a->z >= b->z);
}

static uint8_t key_owner(const struct policy_state *rules, uint16_t code)
{
	for (uint32_t i = 0; i < rules->key_count; i++)
		if (rules->key[i].code == code)
			return rules->key[i].owner;
	return rules->key_owner;
}

/* Calls win: the telephony partition is on top of the screen and has the call's two keys. */
static int check_call_wins(struct policy_parse *parse, unsigned state)
{
	static const uint16_t call_keys[] = {KEY_PICKUP_PHONE, KEY_HANGUP_PHONE};
	const struct policy_state *rules = &parse->policy.state[state];
	uint8_t call = parse->policy.telephony;
	const struct policy_layer *layer = &rules->layer[call];

	if (!layer->shown || layer->opacity == 0)
		return parse_refuse(parse, "[%s]: %s, which has the call, is not on the screen",
			phone_state_str(state), parse->policy.partition[call]);
	for (unsigned p = 0; p < parse->policy.partition_count; p++)
		if (p != call && layer_above(&rules->layer[p], layer))
			return parse_refuse(parse, "[%s]: %s would cover %s, which has the call",
				phone_state_str(state), parse->policy.partition[p],
				parse->policy.partition[call]);
	for (unsigned i = 0; i < 2; i++)
		if (key_owner(rules, call_keys[i]) != call)
			return parse_refuse(parse, "[%s]: the %s key is not %s's", phone_state_str(state),
				i ? "end" : "call", parse->policy.partition[call]);
	return 0;
}

/* It owns the modem: what it may do is nobody's to take. */
static int check_telephony_rights(struct policy_parse *parse, unsigned state)
{
	uint8_t call = parse->policy.telephony;

	if (!parse->have_modem[state][call] || parse->policy.state[state].modem[call] == PL_RIGHT_ALL)
		return 0;
	return parse_refuse(parse, "[%s]: modem.%s is not all: the modem is its own", phone_state_str(state),
		parse->policy.partition[call]);
}

static int check_states(struct policy_parse *parse)
{
	for (unsigned s = 0; s < PHONE_STATE_COUNT; s++) {
		bool call = s != PHONE_IDLE && s != PHONE_ENDED;

		if (!parse->policy.state[s].defined) {
			if (s < PHONE_ENDED)
				return parse_refuse(parse, "no section [%s]", phone_state_str(s));
			continue;
		}
		if (!parse->have_keys[s])
			return parse_refuse(parse, "[%s] does not say who has the keys", phone_state_str(s));
		if ((call && check_call_wins(parse, s)) || check_telephony_rights(parse, s))
			return -EINVAL;
	}
	return 0;
}

static int check_roles(struct policy_parse *parse)
{
	const struct policy_role *role = parse->policy.role;

	for (unsigned r = 0; r < ROLE_COUNT; r++)
		if (!parse->have_role[r])
			return parse_refuse(parse, "no role %s in [roles]", audio_role_str(r));
	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		unsigned above = r == ROLE_VOICE ? ROLE_EMERGENCY : ROLE_VOICE;

		if (r != ROLE_EMERGENCY && role[r].priority >= role[above].priority)
			return parse_refuse(parse, "role %s has priority %u, %s only %u", audio_role_str(r),
				role[r].priority, audio_role_str(above), role[above].priority);
	}
	return 0;
}

int parse_check(struct policy_parse *parse)
{
	if (!parse->policy.partition_count)
		return parse_refuse(parse, "no partitions in [phone]");
	if (!parse->have_telephony)
		return parse_refuse(parse, "no telephony in [phone]");
	if (check_states(parse) || check_roles(parse) || parse_check_audio(parse))
		return -EINVAL;
	return 0;
}
