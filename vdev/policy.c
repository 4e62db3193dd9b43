#include "vdev/policy.h"

static const char *const state_names[PHONE_STATE_COUNT] = {
	"idle", "ringing", "dialing", "active", "ended", "emergency", "dialler", "notice"};
static const char *const band_names[BAND_COUNT] = {"background", "bottom", "top", "overlay"};
static const char *const role_names[] = {
	"emergency", "voice", "alert", "ring", "navigation", "media", "background"};
_Static_assert(sizeof(role_names) / sizeof(role_names[0]) == ROLE_COUNT, "each role has a name");
static const char *const action_names[ACTION_COUNT] = {"mix", "duck", "cork", "reject"};

const char *phone_state_str(unsigned state)
{
	return state < PHONE_STATE_COUNT ? state_names[state] : "?";
}

const char *policy_band_str(unsigned band)
{
	return band < BAND_COUNT ? band_names[band] : "?";
}

const char *audio_role_str(unsigned role)
{
	return role < ROLE_COUNT ? role_names[role] : "?";
}

const char *role_action_str(unsigned action)
{
	return action < ACTION_COUNT ? action_names[action] : "?";
}

static bool names_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

unsigned policy_partition(const struct policy *policy, const char *name)
{
	for (unsigned i = 0; i < policy->partition_count; i++)
		if (names_equal(policy->partition[i], name))
			return i;
	return POLICY_NONE;
}

const char *policy_partition_name(const struct policy *policy, unsigned index)
{
	return index < policy->partition_count ? policy->partition[index] : "none";
}

const struct policy_state *policy_state_of(const struct policy *policy, unsigned state)
{
	if (state < PHONE_STATE_COUNT && policy->state[state].defined)
		return &policy->state[state];
	/* What the file leaves out is most like these. */
	if (state == PHONE_EMERGENCY && policy->state[PHONE_ACTIVE].defined)
		return &policy->state[PHONE_ACTIVE];
	if (state == PHONE_DIALLER && policy->state[PHONE_DIALING].defined)
		return &policy->state[PHONE_DIALING];
	if (state == PHONE_NOTICE && policy->state[PHONE_RINGING].defined)
		return &policy->state[PHONE_RINGING];
	return &policy->state[PHONE_IDLE];
}

uint16_t policy_map_key(const struct policy *policy, uint16_t code)
{
	for (uint32_t i = 0; i < policy->keymap_count; i++)
		if (policy->keymap[i].from == code)
			return policy->keymap[i].to;
	return code;
}
