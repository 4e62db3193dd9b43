/*
 * vdev-audio's signal processing by libspeexdsp. Everything is allocated by speex_create; what the audio
 * thread calls afterwards, through struct dsp_impl, does not allocate.
 */
#ifndef BACKENDS_SPEEX_H
#define BACKENDS_SPEEX_H

#include "vdev-audio/dsp.h"
#include "vdev-audio/voice.h"

#define SPEEX_RESAMPLER_MAX 40
#define SPEEX_VOICE_COUNT   3 /* of them, the last: what speex_voice takes */

struct speex {
	struct dsp_resampler *resampler[SPEEX_RESAMPLER_MAX];
	uint32_t resampler_count;
	struct dsp_canceller *canceller;
};

extern const struct dsp_impl speex_impl;

/*
 * `resamplers` rate converters of quality 0 to 10 between rates up to `rate_max` Hz, and, if `tail_ms` is not 0,
 * one echo canceller for a room whose echo dies away within it. -ENOMEM, -EINVAL; nothing is left then.
 */
int speex_create(struct speex *speex, uint32_t resamplers, int quality, uint32_t rate_max, uint32_t tail_ms);
void speex_destroy(struct speex *speex);
/* The last three converters and the canceller, for a voice path. */
void speex_voice(const struct speex *speex, struct voice_dsp *dsp);

#endif
