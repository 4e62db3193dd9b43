#include "vdev/policy.h"
#include <errno.h>
#include "vdev/log.h"

static const char *const output_names[OUTPUT_COUNT] = {"earpiece", "speaker", "headset"};
static const char *const shape_names[GAIN_SHAPE_COUNT] = {"linear", "smooth"};
static const char *const situation_names[SITUATION_COUNT] = {"handset", "speaker", "headset"};

const char *audio_output_str(unsigned output)
{
	return output < OUTPUT_COUNT ? output_names[output] : "?";
}

const char *gain_shape_str(unsigned shape)
{
	return shape < GAIN_SHAPE_COUNT ? shape_names[shape] : "?";
}

const char *audio_situation_str(unsigned situation)
{
	return situation < SITUATION_COUNT ? situation_names[situation] : "?";
}

void audio_policy_default(struct audio_policy *policy)
{
	static const uint8_t output_of[SITUATION_COUNT] = {OUTPUT_EARPIECE, OUTPUT_SPEAKER, OUTPUT_HEADSET};

	*policy = (struct audio_policy){.ramp_shape = GAIN_SMOOTH,
		.ramp_ms = 50,
		.echo = true,
		.noise = true,
		.slack_min_ms = 5,
		.slack_max_ms = 60,
		.microphone = POLICY_NONE};
	for (unsigned s = 0; s < SITUATION_COUNT; s++) {
		for (unsigned r = 0; r < ROLE_COUNT; r++) {
			bool voice = r == ROLE_VOICE || r == ROLE_EMERGENCY;
			unsigned output = voice			   ? output_of[s]
					  : s == SITUATION_HEADSET ? OUTPUT_HEADSET
								   : OUTPUT_SPEAKER;

			policy->route[s][r][output] = 1000;
		}
		/* A headset may lie on the table: a ring is heard beside it too. */
		policy->route[s][ROLE_RING][OUTPUT_SPEAKER] = 1000;
	}
	policy->sidetone[OUTPUT_EARPIECE] = 60;
	policy->sidetone[OUTPUT_HEADSET] = 60;
}

static int refuse(char *reason, const char *situation, const char *role, const char *what)
{
	vdev_format(reason, AUDIO_REASON_BYTES, "%s, %s: %s", situation, role, what);
	return -EINVAL;
}

/* Nobody holds an alarm to his ear. */
static bool is_loud(unsigned role)
{
	return role == ROLE_RING || role == ROLE_ALERT;
}

static bool must_be_heard(unsigned role)
{
	return role == ROLE_EMERGENCY || role == ROLE_VOICE || role == ROLE_RING;
}

static int check_route(const struct audio_policy *policy, unsigned s, unsigned r, char *reason)
{
	const uint16_t *gain = policy->route[s][r];
	unsigned heard = 0;

	for (unsigned o = 0; o < OUTPUT_COUNT; o++) {
		heard += gain[o] > 0;
		if (gain[o] > AUDIO_GAIN_MAX)
			return refuse(reason, audio_situation_str(s), audio_role_str(r), "a gain over 200%");
	}
	if (is_loud(r) && gain[OUTPUT_EARPIECE])
		return refuse(reason, audio_situation_str(s), audio_role_str(r), "never on the earpiece");
	if (must_be_heard(r) && !heard)
		return refuse(reason, audio_situation_str(s), audio_role_str(r), "heard nowhere");
	return 0;
}

int audio_policy_check(const struct audio_policy *policy, char reason[AUDIO_REASON_BYTES])
{
	for (unsigned s = 0; s < SITUATION_COUNT; s++)
		for (unsigned r = 0; r < ROLE_COUNT; r++)
			if (check_route(policy, s, r, reason))
				return -EINVAL;
	for (unsigned o = 0; o < OUTPUT_COUNT; o++)
		if (policy->sidetone[o] > 1000)
			return refuse(reason, "sidetone", audio_output_str(o), "a gain over 100%");
	if (policy->ramp_shape >= GAIN_SHAPE_COUNT || policy->ramp_ms > AUDIO_RAMP_MS_MAX)
		return refuse(reason, "ramp", "all", "no such shape, or over 5000 ms");
	if (policy->slack_min_ms < 1 || policy->slack_min_ms > policy->slack_max_ms ||
		policy->slack_max_ms > AUDIO_SLACK_MS_MAX)
		return refuse(reason, "jitter", "voice", "slack is not 1 ms <= least <= most <= 200 ms");
	return 0;
}
