/*
 * Signal processing that a library does (backends/speex): rate conversion, echo cancellation, noise
 * suppression. The library's states are made at start-up, all of them; the calls here run on the audio
 * thread and may neither allocate, block nor fail.
 */
#ifndef VDEV_AUDIO_DSP_H
#define VDEV_AUDIO_DSP_H

#include <stdbool.h>
#include <stdint.h>

#define DSP_SCALE 65536.0f /* of 16 bits in 32: what the library likes to see */

/* From the library's range back to 32 bits. Its filters overshoot: saturated. */
static inline int32_t dsp_sample(float value)
{
	float scaled = value * DSP_SCALE;

	/* 2^31 as a float is just out of range, its neighbour below in. */
	if (scaled >= 2147483648.0f)
		return INT32_MAX;
	if (scaled <= -2147483648.0f)
		return INT32_MIN;
	return (int32_t)scaled;
}

/* A rate converter of up to two channels. */
struct dsp_resampler;
/* An echo canceller and noise suppressor for frames of 10 ms at one rate. */
struct dsp_canceller;

struct dsp_impl {
	/* Mandatory. Convert from one rate to another from now on; what was inside is forgotten. */
	void (*resampler_set)(
		struct dsp_resampler *r, uint32_t rate_in, uint32_t rate_out, unsigned channels);
	/* Mandatory. Take in `ppm` parts in a million more input for the same output; sound goes on. */
	void (*resampler_trim)(struct dsp_resampler *r, int32_t ppm);
	/* Mandatory. Up to *in_frames to up to *out_frames; says how many of each were done. */
	void (*resampler_run)(struct dsp_resampler *r, const float *in, uint32_t *in_frames, float *out,
		uint32_t *out_frames);
	/* Mandatory. Delay, in input frames. */
	uint32_t (*resampler_delay)(const struct dsp_resampler *r);

	/* Mandatory. Forget the room and the noise; frames of 10 ms at `rate`, 8000 or 16000, from now on. */
	void (*canceller_set)(struct dsp_canceller *c, uint32_t rate, bool echo, bool noise);
	/*
	 * Mandatory. One frame: what the microphone heard, what was played, what is left. `loud`: a loudspeaker was played to,
	 * whose echo is worth more delay; it may change, without a click.
	 */
	void (*canceller_run)(struct dsp_canceller *c, const int16_t *heard, const int16_t *played,
		int16_t *left, bool loud);
};

#endif
