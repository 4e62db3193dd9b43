#include "vdev-audio/voice.h"
#include <errno.h>
#include "vdev/log.h"

#define TRIM_US	 200000u /* between two changes of a trim: each costs a new filter */
#define TRIM_PPM 5	 /* smallest change */

void voice_init(struct voice *v, const struct voice_dsp *dsp, uint32_t card_rate)
{
	__builtin_memset(v, 0, sizeof(*v));
	v->dsp = *dsp;
	v->card_rate = card_rate;
}

int voice_start(struct voice *v, uint32_t rate, const struct voice_options *options)
{
	const struct dsp_impl *impl = v->dsp.impl;

	if ((rate != 8000 && rate != 16000) || !impl || !v->dsp.down || !v->dsp.heard || !v->dsp.played) {
		vdev_log(VDEV_LOG_ERROR, "voice: no path at %u Hz", rate);
		return -EINVAL;
	}
	v->rate = rate;
	v->options = *options;
	jitter_init(&v->down, rate, options->slack_min_ms, options->slack_max_ms);
	jitter_init(&v->up, rate, options->slack_min_ms, options->slack_max_ms);
	v->down.leads = true;
	impl->resampler_set(v->dsp.down, rate, v->card_rate, 1);
	impl->resampler_set(v->dsp.heard, v->card_rate, rate, 1);
	impl->resampler_set(v->dsp.played, v->card_rate, rate, 1);
	/* So that the first real trim changes nothing but the rate. */
	impl->resampler_trim(v->dsp.down, 0);
	impl->resampler_trim(v->dsp.heard, 0);
	impl->resampler_trim(v->dsp.played, 0);
	if (v->dsp.canceller)
		impl->canceller_set(v->dsp.canceller, rate, options->echo, options->noise);
	v->down_ppm = v->up_ppm = 0;
	v->down_us = v->up_us = 0;
	v->left = 0;
	v->heard_count = v->played_count = 0;
	__builtin_memset(v->ring, 0, sizeof(v->ring));
	return 0;
}

/* True: set another trim now. */
static bool trim_due(struct jitter *j, uint32_t us, int32_t *set, uint32_t *since)
{
	int32_t ppm = jitter_control(j, us), change = ppm - *set;

	*since += us;
	if (*since < TRIM_US || (change < TRIM_PPM && change > -TRIM_PPM))
		return false;
	*set = ppm;
	*since = 0;
	return true;
}

static uint32_t period_us(const struct voice *v, uint32_t frames)
{
	return (uint32_t)((uint64_t)frames * 1000000 / v->card_rate);
}

void voice_push(struct voice *v, const int16_t *frame, uint32_t count)
{
	jitter_push(&v->down, frame, count);
}

static int16_t to_sample16(float value)
{
	float rounded = value < 0 ? value - 0.5f : value + 0.5f;

	return (int16_t)(rounded > 32767.0f ? 32767 : rounded < -32768.0f ? -32768 : (int32_t)rounded);
}

/* One more conversion; what the library did not take waits in v->down_in. Frames made. */
static uint32_t play_some(struct voice *v, int32_t *frame, uint32_t count)
{
	uint32_t need = (uint32_t)((uint64_t)count * v->rate / v->card_rate), in, out = count;
	int16_t raw[MIXER_FRAMES_MAX];

	need = need > v->left ? need - v->left : v->left ? 0 : 1;
	if (need > MIXER_FRAMES_MAX - v->left)
		need = MIXER_FRAMES_MAX - v->left;
	jitter_pull(&v->down, raw, need);
	for (uint32_t i = 0; i < need; i++)
		v->down_in[v->left + i] = raw[i];
	in = v->left + need;
	v->left = in;
	v->dsp.impl->resampler_run(v->dsp.down, v->down_in, &in, v->out, &out);
	v->left -= in;
	__builtin_memmove(v->down_in, v->down_in + in, v->left * sizeof(v->down_in[0]));
	for (uint32_t i = 0; i < out; i++)
		frame[i] = dsp_sample(v->out[i]);
	return out;
}

void voice_play(struct voice *v, int32_t *frame, uint32_t count)
{
	uint32_t done = 0;

	/* A bound, not a limit: each turn takes a frame in or gives one out. */
	for (uint32_t turns = 0; done < count && turns < 2 * MIXER_FRAMES_MAX; turns++)
		done += play_some(v, frame + done, count - done);
	for (; done < count; done++)
		frame[done] = 0;
	if (trim_due(&v->down, period_us(v, count), &v->down_ppm, &v->down_us))
		v->dsp.impl->resampler_trim(v->dsp.down, v->down_ppm);
}

static void frame_done(struct voice *v)
{
	int16_t left[VOICE_FRAME_MAX];
	uint32_t frames = v->rate / 100;

	if (v->dsp.canceller)
		v->dsp.impl->canceller_run(v->dsp.canceller, v->heard, v->played, left, v->loud);
	else
		__builtin_memcpy(left, v->heard, frames * sizeof(left[0]));
	jitter_push(&v->up, left, frames);
	v->heard_count -= frames;
	v->played_count -= frames;
	__builtin_memmove(v->heard, v->heard + frames, v->heard_count * sizeof(v->heard[0]));
	__builtin_memmove(v->played, v->played + frames, v->played_count * sizeof(v->played[0]));
}

/* v->in, `count` frames of it, to 16 bits at the modem's rate, behind what is there. */
static void convert(struct voice *v, struct dsp_resampler *r, uint32_t count, int16_t *to, uint32_t *at)
{
	uint32_t out = VOICE_HEARD_MAX - *at;

	v->dsp.impl->resampler_run(r, v->in, &count, v->out, &out);
	for (uint32_t i = 0; i < out; i++)
		to[*at + i] = to_sample16(v->out[i]);
	*at += out;
}

void voice_hear(struct voice *v, const int32_t *frame, uint32_t count, uint32_t latency)
{
	uint32_t step = v->card_rate / 400; /* 2.5 ms: what they make of it always fits */

	if (latency > VOICE_PLAYED_MAX - MIXER_FRAMES_MAX - count)
		latency = VOICE_PLAYED_MAX - MIXER_FRAMES_MAX - count;
	for (uint32_t done = 0; done < count; done += step) {
		uint32_t part = count - done < step ? count - done : step;
		uint32_t from = v->ring_at - latency - count + done;

		for (uint32_t i = 0; i < part; i++)
			v->in[i] = (float)frame[done + i] / DSP_SCALE;
		convert(v, v->dsp.heard, part, v->heard, &v->heard_count);
		for (uint32_t i = 0; i < part; i++)
			v->in[i] = (float)v->ring[(from + i) % VOICE_PLAYED_MAX] / DSP_SCALE;
		convert(v, v->dsp.played, part, v->played, &v->played_count);
		if (v->heard_count >= v->rate / 100 && v->played_count >= v->rate / 100)
			frame_done(v);
	}
	v->up.coming = v->heard_count;
	if (trim_due(&v->up, period_us(v, count), &v->up_ppm, &v->up_us)) {
		v->dsp.impl->resampler_trim(v->dsp.heard, v->up_ppm);
		v->dsp.impl->resampler_trim(v->dsp.played, v->up_ppm);
	}
}

void voice_played(struct voice *v, const int32_t *frame, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		v->ring[v->ring_at++ % VOICE_PLAYED_MAX] = frame[i];
}

void voice_take(struct voice *v, int16_t *frame, uint32_t count)
{
	jitter_pull(&v->up, frame, count);
}
