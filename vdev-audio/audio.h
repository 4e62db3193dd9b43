/*
 * The phone's sound: every virtual sound card's streams on one real card, period by period.
 *
 *   struct sound (call)  ─ voice ─▶ struct voice ─┐
 *                        ─ ring, alert … ─────────┤ gain: role × route × volume, ramped
 *   struct sound (linux) ─ media … ─ convert ─────┴─▶ struct mixer ─▶ frames for the card
 *   microphone ─▶ its one owner's capture stream; everybody else records silence
 *
 * audio_decide applies an arbiter's decision whole, before the next period; what changes, ramps. A stream
 * whose role follows the call (emergency, voice, ring) is heard only while its partition holds that role.
 *
 * Freestanding, no allocation; everything on the audio thread, which also serves the devices.
 */
#ifndef VDEV_AUDIO_AUDIO_H
#define VDEV_AUDIO_AUDIO_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/arbiter.h"
#include "vdev-audio/dsp.h"
#include "vdev-audio/mixer.h"
#include "vdev/policy.h"
#include "vdev-audio/sound.h"
#include "vdev-audio/voice.h"

#define AUDIO_DEVICE_MAX 4
#define AUDIO_STREAM_MAX MIXER_SOURCE_MAX

struct audio_config {
	uint32_t rate;		/* of the card, Hz */
	uint8_t channels, bits; /* of what it plays */
	uint8_t channels_in;	/* of what it records; the microphone is channel 0. 0: it records nothing */
	struct mixer_output output[OUTPUT_COUNT];
	const struct dsp_impl *dsp;		/* NULL: streams at the card's rate only, and no voice path */
	struct dsp_resampler *const *resampler; /* one for each stream, as audio_add takes them */
	uint32_t resampler_count;
	struct voice_dsp voice;
};

/* A stream of some device. */
struct audio_stream {
	struct sound *snd; /* NULL: none */
	const char *partition_name;
	uint8_t stream, partition, role;
	bool input, voice;
	bool running;
	bool can_cork; /* its frontend may be paused instead of being played to nobody */

	struct mixer_source source;
	struct gain_ramp record; /* input: how much of the microphone */
	struct dsp_resampler *resampler;
	uint32_t rate; /* that the resampler is set to; 0: none needed */
	uint32_t left; /* frames in `in` that the resampler did not take */
	float in[2 * MIXER_FRAMES_MAX];
};

struct audio {
	struct audio_config config;
	struct audio_policy policy;
	struct mixer mixer;
	struct voice voice;
	struct audio_stream stream[AUDIO_STREAM_MAX];
	uint32_t stream_count;
	uint32_t resamplers_used;
	struct mixer_source sidetone;
	struct decision decision;	  /* that is applied */
	bool headset, speaker, muted;	  /* plugged in; speakerphone on; the call's microphone off */
	uint8_t mic_owner;		  /* partition, or POLICY_NONE */
	uint16_t role_volume[ROLE_COUNT]; /* per mille */
	struct audio_stream *voice_down, *voice_up; /* streams of the running voice path */
	bool voice_came;			    /* the modem has sent something since its stream began */
	uint32_t voice_owed;			    /* frames that the modem's side is to get */
	uint32_t voice_idle;			    /* frames of the card since the modem sent something */
	uint32_t queued, heard;			    /* of the card, in the last period */
	uint64_t frame_count;			    /* of the card, since start */
	uint32_t voice_part;			    /* of a frame owed, in parts of the card's rate */
	struct gain_ramp mic_gain;		    /* fades around what the microphone did not give */
	uint32_t mic_last_count;		    /* frames in mic_last; 0: the last period was such */
	/* one period */
	int32_t frame[2 * MIXER_FRAMES_MAX];
	int32_t mic[MIXER_FRAMES_MAX];
	int32_t mic_last[MIXER_FRAMES_MAX]; /* of the period before */
	int32_t mono[MIXER_FRAMES_MAX];
	int32_t gain[MIXER_FRAMES_MAX];
	float out[2 * MIXER_FRAMES_MAX];
};

/* -EINVAL: a card that the mixer does not take. The policy is audio_policy_default's. */
int audio_init(struct audio *audio, const struct audio_config *config);
/*
 * Take a partition's device in, before its driver starts; `can_cork`: its frontend may be paused. -ENOSPC:
 * too many streams. The device was made with audio_sound_events and `audio`.
 */
int audio_add(struct audio *audio, struct sound *snd, unsigned partition, const char *partition_name,
	bool can_cork);
extern const struct sound_events audio_sound_events;

/* From the next period on. */
void audio_decide(struct audio *audio, const struct decision *decision);
/* A checked policy; -EINVAL: audio_policy_check refuses it, and the old one stays. */
int audio_set_policy(struct audio *audio, const struct audio_policy *policy);
void audio_set_headset(struct audio *audio, bool in); /* tells the devices' jacks 0 too */
void audio_set_speaker(struct audio *audio, bool on);
void audio_set_muted(struct audio *audio, bool muted);
void audio_set_volume(struct audio *audio, unsigned role, unsigned permille);

/*
 * One period of at most MIXER_FRAMES_MAX frames: what was recorded (NULL: nothing came in time) in, what to play out, both
 * interleaved. `queued`: frames that the card still has to play before these; `heard`: how long ago, in
 * frames, the last one of `in` was recorded.
 */
void audio_period(struct audio *audio, const int32_t *in, int32_t *out, uint32_t frames, uint32_t queued,
	uint32_t heard);

/* Lines for the control socket: levels, routes, who is ducked and why, xruns, latencies. Bytes stored. */
size_t audio_report(struct audio *audio, char *text, size_t bytes);

#endif
