/*
 * Where a role is heard: for each situation a gain from every role to every named output, and the rest
 * of what policy says about sound. Data; docs/audio.md explains it.
 */
#ifndef VDEV_AUDIO_ROUTE_H
#define VDEV_AUDIO_ROUTE_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/policy.h"
#include "vdev-audio/mixer.h"

/* Which table counts. */
enum audio_situation {
	SITUATION_HANDSET, /* nothing plugged in, phone at the ear */
	SITUATION_SPEAKER, /* speakerphone */
	SITUATION_HEADSET, /* a headset is plugged in */
	SITUATION_COUNT,
};

struct audio_policy {
	uint16_t route[SITUATION_COUNT][ROLE_COUNT][OUTPUT_COUNT]; /* per mille; 0: not heard there */
	uint16_t sidetone[OUTPUT_COUNT];     /* per mille of the microphone, during a call */
	uint8_t ramp_shape;		     /* enum gain_shape */
	uint16_t ramp_ms;		     /* of what has no ramp of its own: routes, volume, mute */
	bool echo, noise;		     /* cancel and suppress on the voice path */
	uint16_t slack_min_ms, slack_max_ms; /* of the jitter buffers */
	uint8_t microphone;		     /* partition that has it while no call does, or POLICY_NONE */
};

#define AUDIO_RAMP_MS_MAX  5000
#define AUDIO_SLACK_MS_MAX 200
#define AUDIO_REASON_BYTES 96

/* Sensible for a phone: voice at the ear, ring and media on the speaker, all in a headset. */
void audio_policy_default(struct audio_policy *policy);
/*
 * 0, or -EINVAL with what is wrong in `reason`: a gain over 2000, a call or ring that is heard nowhere, a ring
 * or an alert on the earpiece, a ramp or slack out of bounds, an unknown shape.
 */
int audio_policy_check(const struct audio_policy *policy, char reason[AUDIO_REASON_BYTES]);

const char *audio_situation_str(unsigned situation);

#endif
