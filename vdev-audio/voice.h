/*
 * The voice path of one call: the modem's clock on one side, the card's on the other.
 *
 *   modem ─▶ voice_push ─▶ jitter ─▶ rate conversion ─▶ voice_play ─▶ mixer ─▶ card
 *                                     ▲ trim
 *   modem ◀─ voice_take ◀─ jitter ◀─ noise ◀─ echo ◀─ rate conversion ◀─ voice_hear ◀─ microphone
 *                                             ▲         ▲ trim
 *                                             └─────────┴── what the card played (voice_hear)
 *
 * The microphone and what was played are converted alike, to the modem's clock, so that the canceller
 * sees both in step. Freestanding; everything on the audio thread.
 */
#ifndef VDEV_AUDIO_VOICE_H
#define VDEV_AUDIO_VOICE_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-audio/dsp.h"
#include "vdev-audio/jitter.h"
#include "vdev-audio/mixer.h"

#define VOICE_FRAME_MAX	 160 /* 10 ms at 16 kHz: what the canceller takes at a time */
#define VOICE_HEARD_MAX	 (2 * VOICE_FRAME_MAX)
#define VOICE_PLAYED_MAX 16384 /* frames of the card that are remembered as played; a power of two */

/* What the library has to do it with. All may be NULL: then there is no voice path. */
struct voice_dsp {
	const struct dsp_impl *impl;
	struct dsp_resampler *down, *heard, *played;
	struct dsp_canceller *canceller; /* may be NULL: neither echo nor noise is touched */
};

struct voice_options {
	bool echo, noise;
	uint16_t slack_min_ms, slack_max_ms; /* of both jitter buffers */
};

struct voice {
	struct voice_dsp dsp;
	struct voice_options options;
	bool loud; /* the call is on a loudspeaker: for who owns this to set */
	uint32_t rate, card_rate;
	struct jitter down, up;
	int32_t down_ppm, up_ppm;				 /* as set */
	uint32_t down_us, up_us;				 /* since then */
	int16_t heard[VOICE_HEARD_MAX], played[VOICE_HEARD_MAX]; /* until the canceller has a frame */
	uint32_t heard_count, played_count;
	int32_t ring[VOICE_PLAYED_MAX];	 /* what the card was given, mono */
	uint32_t ring_at;		 /* frames written; wraps */
	float down_in[MIXER_FRAMES_MAX]; /* taken from the jitter buffer, not yet converted */
	uint32_t left;			 /* frames in it */
	float in[MIXER_FRAMES_MAX], out[MIXER_FRAMES_MAX];
};

void voice_init(struct voice *v, const struct voice_dsp *dsp, uint32_t card_rate);
/* A call begins, at 8000 or 16000 Hz. -EINVAL: another rate, or no library. */
int voice_start(struct voice *v, uint32_t rate, const struct voice_options *options);
/* Frames from the modem. */
void voice_push(struct voice *v, const int16_t *frame, uint32_t count);
/* The card wants `count` mono frames. */
void voice_play(struct voice *v, int32_t *frame, uint32_t count);
/*
 * `count` mono frames from the microphone. `latency`: frames of the card between what was last given to
 * voice_played and what was heard last, so that the echo finds its cause.
 */
void voice_hear(struct voice *v, const int32_t *frame, uint32_t count, uint32_t latency);
/* What the card was given, mono, in every period, after voice_hear. */
void voice_played(struct voice *v, const int32_t *frame, uint32_t count);
/* The modem wants `count` frames; what is not there is silence. */
void voice_take(struct voice *v, int16_t *frame, uint32_t count);

#endif
