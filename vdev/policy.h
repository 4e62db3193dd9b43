/*
 * What the arbiter decides by: data, made from policy.conf by backends/policy or by a test. docs/policy.md
 * explains the file. Read-only once the arbiter has it.
 */
#ifndef VDEV_POLICY_H
#define VDEV_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define POLICY_PARTITION_MAX 8
#define POLICY_NAME_BYTES    16
#define POLICY_NONE	     0xffu /* no partition */
#define POLICY_KEY_MAX	     48	   /* per-key owners of one state, and entries of the keymap */
#define POLICY_KEY_CODES     0x300 /* key codes lie below (KEY_CNT) */
#define POLICY_GAIN_FULL     1000  /* per mille */

/* What the phone is doing. Sections of policy.conf. */
enum phone_state {
	PHONE_IDLE,
	PHONE_RINGING,
	PHONE_DIALING,
	PHONE_ACTIVE,
	PHONE_ENDED,
	PHONE_EMERGENCY, /* an emergency call, whether dialing or active */
	PHONE_DIALLER,	 /* the user types a number */
	PHONE_NOTICE,	 /* the telephony partition asks or says something in its band */
	PHONE_STATE_COUNT,
};

/* Drawing order, lowest first; same values as vdev-fb's enum compose_band. */
enum policy_band { BAND_BACKGROUND, BAND_BOTTOM, BAND_TOP, BAND_OVERLAY, BAND_COUNT };

/* Highest first. */
enum audio_role {
	ROLE_EMERGENCY,
	ROLE_VOICE,
	ROLE_ALERT,
	ROLE_RING,
	ROLE_NAVIGATION,
	ROLE_MEDIA,
	ROLE_BACKGROUND,
	ROLE_COUNT,
};

/* What a role that is heard does to another; WirePlumber's words, and Android's reject. Strongest last. */
enum role_action { ACTION_MIX, ACTION_DUCK, ACTION_CORK, ACTION_REJECT, ACTION_COUNT };

/* A partition's picture in one state. */
struct policy_layer {
	bool shown;
	uint8_t band; /* enum policy_band */
	uint8_t opacity;
	int32_t z;
	int32_t x, y; /* region on the panel, pixels */
	uint32_t width, height;
	uint32_t backdrop; /* a8r8g8b8, premultiplied: where the partition has no picture */
	uint32_t fade_ms;
};

struct policy_key {
	uint16_t code;
	uint8_t owner; /* partition index or POLICY_NONE: nobody gets it */
};

struct policy_state {
	bool defined;
	struct policy_layer layer[POLICY_PARTITION_MAX];
	uint8_t key_owner; /* of every key that is not in key[] */
	uint32_t key_count;
	struct policy_key key[POLICY_KEY_MAX];
	uint32_t modem[POLICY_PARTITION_MAX]; /* PL_RIGHT_* (abi/rights.h) */
};

struct policy_role {
	uint8_t priority;	/* higher wins */
	uint16_t duck_permille; /* level of a stream of this role while ducked */
	uint32_t ramp_ms;
};

/* Named outputs of the phone. */
enum audio_output { OUTPUT_EARPIECE, OUTPUT_SPEAKER, OUTPUT_HEADSET, OUTPUT_COUNT };

/* Which table of routes counts. */
enum audio_situation {
	SITUATION_HANDSET, /* nothing plugged in, phone at the ear */
	SITUATION_SPEAKER, /* speakerphone */
	SITUATION_HEADSET, /* a headset is plugged in */
	SITUATION_COUNT,
};

/* Shapes of a ramp; what they are is in vdev-audio/gain.h. */
enum gain_shape { GAIN_LINEAR, GAIN_SMOOTH, GAIN_SHAPE_COUNT };

#define AUDIO_GAIN_MAX	   2000 /* per mille */
#define AUDIO_RAMP_MS_MAX  5000
#define AUDIO_SLACK_MS_MAX 200
#define AUDIO_REASON_BYTES 96

/* Where a role is heard, and the rest of what policy says about sound; docs/audio.md explains it. */
struct audio_policy {
	uint16_t route[SITUATION_COUNT][ROLE_COUNT][OUTPUT_COUNT]; /* per mille; 0: not heard there */
	uint16_t sidetone[OUTPUT_COUNT];     /* per mille of the microphone, during a call */
	uint8_t ramp_shape;		     /* enum gain_shape */
	uint16_t ramp_ms;		     /* of what has no ramp of its own: routes, volume, mute */
	bool echo, noise;		     /* cancel and suppress on the voice path */
	uint16_t slack_min_ms, slack_max_ms; /* of the jitter buffers */
	uint8_t microphone;		     /* partition that has it while no call does, or POLICY_NONE */
};

struct policy_keymap {
	uint16_t from, to;
};

struct policy {
	uint32_t partition_count;
	char partition[POLICY_PARTITION_MAX][POLICY_NAME_BYTES];
	uint8_t telephony; /* the partition whose call state counts */
	uint32_t panel_width, panel_height;
	struct policy_state state[PHONE_STATE_COUNT];
	struct policy_role role[ROLE_COUNT];
	uint8_t matrix[ROLE_COUNT][ROLE_COUNT]; /* [holder][other]: enum role_action */
	struct audio_policy audio;
	uint32_t keymap_count;
	struct policy_keymap keymap[POLICY_KEY_MAX];
};

/* Names as in policy.conf and in the log; "?" for a value out of range. */
const char *phone_state_str(unsigned state);
const char *policy_band_str(unsigned band);
const char *audio_role_str(unsigned role);
const char *role_action_str(unsigned action);
const char *audio_output_str(unsigned output);
const char *audio_situation_str(unsigned situation);
const char *gain_shape_str(unsigned shape);

/* Sensible for a phone: voice at the ear, ring and media on the speaker, all in a headset. */
void audio_policy_default(struct audio_policy *policy);
/*
 * 0, or -EINVAL with what is wrong in `reason`: a gain over AUDIO_GAIN_MAX, a call or ring that is heard nowhere,
 * a ring or an alert on the earpiece, a ramp or slack out of bounds, an unknown shape.
 */
int audio_policy_check(const struct audio_policy *policy, char reason[AUDIO_REASON_BYTES]);

/* Index of the partition of that name, or POLICY_NONE. */
unsigned policy_partition(const struct policy *policy, const char *name);
/* Name of a partition index; "none" for POLICY_NONE and what is out of range. */
const char *policy_partition_name(const struct policy *policy, unsigned index);
/* Section that rules `state`: the state's own, or what stands in for one that the file leaves out. */
const struct policy_state *policy_state_of(const struct policy *policy, unsigned state);
/* What a key code of the keypad means on this handset. */
uint16_t policy_map_key(const struct policy *policy, uint16_t code);

#endif
