#include "backends/speex/speex.h"
#include <errno.h>
#include <stdlib.h>
#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>
#include <speex/speex_resampler.h>
#include "backends/speex/gcd.h"
#include "backends/speex/polyphase.h"
#include "vdev/log.h"

#define DEN_MAX	  65535u /* a larger one overflows when the library scales its position to another */
#define DEN_TRIES 4096u
#define RATES	  2 /* of the canceller: 8 and 16 kHz */
#define FRAME_MAX 160

/* Of the voice path: 32 taps, and half of them are latency, 2 ms at 8 kHz. */
#define VOICE_QUALITY 2

/* Rates that streams have beside the card's: converted by a table, unless their clock is another (trim). */
static const uint32_t table_rates[] = {8000, 16000, 44100};
#define TABLE_COUNT (sizeof(table_rates) / sizeof(table_rates[0]))
static struct polyphase_table tables[TABLE_COUNT]; /* to the rate of the last speex_create; read-only then */

struct dsp_resampler {
	SpeexResamplerState *state; /* of two channels; mono uses the first */
	struct polyphase fast;	    /* with a table: it does the work */
	uint32_t rate_in, rate_out;
	unsigned channels;
};

struct dsp_canceller {
	SpeexEchoState *echo[RATES];
	/*
	 * Their windows overlap by half, which is their delay. The long ones have the canceller's frames, and suppress what it
	 * leaves of the echo, too; the short ones have half of them, and cannot.
	 */
	SpeexPreprocessState *noise[RATES], *brief[RATES];
	unsigned at; /* which rate */
	uint32_t frames;
	bool cancel, suppress;
	bool loud; /* the long ones are heard */
};

/*
 * Rate conversion.
 */

static void fast_set(struct dsp_resampler *r)
{
	r->fast.table = NULL;
	for (unsigned i = 0; i < TABLE_COUNT; i++)
		if (tables[i].rate_in == r->rate_in && tables[i].rate_out == r->rate_out)
			polyphase_set(&r->fast, &tables[i], r->channels);
}

static void resampler_set(struct dsp_resampler *r, uint32_t rate_in, uint32_t rate_out, unsigned channels)
{
	r->rate_in = rate_in;
	r->rate_out = rate_out;
	r->channels = channels;
	/* Old history first: the library scales its position in it to the new rate. */
	speex_resampler_reset_mem(r->state);
	speex_resampler_set_rate(r->state, rate_in, rate_out);
	speex_resampler_reset_mem(r->state);
	fast_set(r);
}

/*
 * num/den as a fraction whose denominator is large, so that the library keeps its position between two
 * samples when it changes, and small enough for its arithmetic. Of some thousand the nearest is taken.
 */
static void approximate(uint64_t num, uint64_t den, uint32_t *n, uint32_t *d)
{
	uint64_t best = UINT64_MAX;

	for (uint32_t try = DEN_MAX; try > DEN_MAX - DEN_TRIES; try--) {
		uint64_t product = num * try, near = (product + den / 2) / den;
		uint64_t error = product > near * den ? product - near * den : near * den - product;

		if (error >= best || near == 0 || near > UINT32_MAX || gcd((uint32_t)near, try) != 1)
			continue;
		best = error;
		*n = (uint32_t)near;
		*d = try;
	}
}

static void resampler_trim(struct dsp_resampler *r, int32_t ppm)
{
	uint64_t in = (uint64_t)((int64_t)r->rate_in * (1000000 + ppm)),
		 out = (uint64_t)r->rate_out * 1000000;
	uint32_t n = 0, d = 0;

	r->fast.table = NULL; /* a table has one ratio */
	approximate(in, out, &n, &d);
	if (n && d)
		speex_resampler_set_rate_frac(r->state, n, d, r->rate_in, r->rate_out);
}

static void resampler_run(
	struct dsp_resampler *r, const float *in, uint32_t *in_frames, float *out, uint32_t *out_frames)
{
	if (r->fast.table) {
		polyphase_run(&r->fast, in, in_frames, out, out_frames);
		return;
	}
	if (r->channels == 1)
		speex_resampler_process_float(r->state, 0, in, in_frames, out, out_frames);
	else
		speex_resampler_process_interleaved_float(r->state, in, in_frames, out, out_frames);
}

static uint32_t resampler_delay(const struct dsp_resampler *r)
{
	if (r->fast.table)
		return POLYPHASE_TAPS / 2;
	return (uint32_t)speex_resampler_get_input_latency(r->state);
}

/*
 * Echo and noise.
 */

static void canceller_set(struct dsp_canceller *c, uint32_t rate, bool echo, bool noise)
{
	int denoise = noise;

	c->at = rate == 16000;
	c->frames = rate / 100;
	c->cancel = echo;
	c->suppress = noise;
	speex_echo_state_reset(c->echo[c->at]);
	speex_preprocess_ctl(c->noise[c->at], SPEEX_PREPROCESS_SET_DENOISE, &denoise);
	speex_preprocess_ctl(c->brief[c->at], SPEEX_PREPROCESS_SET_DENOISE, &denoise);
	speex_preprocess_ctl(c->noise[c->at], SPEEX_PREPROCESS_SET_ECHO_STATE, echo ? c->echo[c->at] : NULL);
}

/* Both run all the time, so that one can take over from the other within a frame. */
static void suppress(struct dsp_canceller *c, int16_t *left, bool loud)
{
	int16_t kept[FRAME_MAX];
	int32_t n = (int32_t)c->frames;

	__builtin_memcpy(kept, left, c->frames * sizeof(left[0]));
	speex_preprocess_run(c->noise[c->at], kept);
	for (uint32_t i = 0; i < c->frames; i += c->frames / 2)
		speex_preprocess_run(c->brief[c->at], left + i);
	for (int32_t i = 0; i < n; i++) {
		int32_t share = (c->loud ? n - i : 0) + (loud ? i : 0); /* of n */

		left[i] = (int16_t)((kept[i] * share + left[i] * (n - share)) / n);
	}
	c->loud = loud;
}

static void canceller_run(
	struct dsp_canceller *c, const int16_t *heard, const int16_t *played, int16_t *left, bool loud)
{
	if (c->cancel)
		speex_echo_cancellation(c->echo[c->at], heard, played, left);
	else
		__builtin_memcpy(left, heard, c->frames * sizeof(left[0]));
	if (c->suppress)
		suppress(c, left, loud && c->cancel);
}

const struct dsp_impl speex_impl = {
	.resampler_set = resampler_set,
	.resampler_trim = resampler_trim,
	.resampler_run = resampler_run,
	.resampler_delay = resampler_delay,
	.canceller_set = canceller_set,
	.canceller_run = canceller_run,
};

/*
 * Life.
 */

/* The largest filters that it can need, once: the library keeps its memory and grows it no more. */
static void warm_up(struct dsp_resampler *r, uint32_t rate_max)
{
	resampler_set(r, rate_max, 8000, 2);
	resampler_trim(r, JITTER_PPM_MAX); /* longest: it takes in the most */
	/* Below a ratio of two its table of the filter is the largest; above, it halves the resolution. */
	resampler_set(r, rate_max, rate_max / 2, 2);
	resampler_trim(r, -JITTER_PPM_MAX);
	resampler_set(r, 8000, rate_max, 2);
	resampler_trim(r, JITTER_PPM_MAX);
}

static struct dsp_resampler *resampler_create(int quality, uint32_t rate_max)
{
	struct dsp_resampler *r = calloc(1, sizeof(*r));
	int rc = 0;

	if (!r)
		return NULL;
	r->state = speex_resampler_init(2, rate_max, 8000, quality, &rc);
	if (!r->state) {
		free(r);
		return NULL;
	}
	warm_up(r, rate_max);
	return r;
}

static void resampler_destroy(struct dsp_resampler *r)
{
	if (!r)
		return;
	speex_resampler_destroy(r->state);
	free(r);
}

static void canceller_destroy(struct dsp_canceller *c)
{
	if (!c)
		return;
	for (unsigned i = 0; i < RATES; i++) {
		if (c->noise[i])
			speex_preprocess_state_destroy(c->noise[i]);
		if (c->brief[i])
			speex_preprocess_state_destroy(c->brief[i]);
		if (c->echo[i])
			speex_echo_state_destroy(c->echo[i]);
	}
	free(c);
}

static struct dsp_canceller *canceller_create(uint32_t tail_ms)
{
	struct dsp_canceller *c = calloc(1, sizeof(*c));

	for (unsigned i = 0; c && i < RATES; i++) {
		int rate = i ? 16000 : 8000;

		c->echo[i] = speex_echo_state_init(rate / 100, rate / 1000 * (int)tail_ms);
		c->noise[i] = speex_preprocess_state_init(rate / 100, rate);
		c->brief[i] = speex_preprocess_state_init(rate / 200, rate);
		if (!c->echo[i] || !c->noise[i] || !c->brief[i]) {
			canceller_destroy(c);
			return NULL;
		}
		speex_echo_ctl(c->echo[i], SPEEX_ECHO_SET_SAMPLING_RATE, &rate);
	}
	return c;
}

int speex_create(struct speex *speex, uint32_t resamplers, int quality, uint32_t rate_max, uint32_t tail_ms)
{
	*speex = (struct speex){0};
	if (resamplers > SPEEX_RESAMPLER_MAX || tail_ms > 1000) {
		vdev_log(VDEV_LOG_ERROR, "speex: %u converters, a tail of %u ms, at most %u and 1000",
			resamplers, tail_ms, SPEEX_RESAMPLER_MAX);
		return -EINVAL;
	}
	for (unsigned i = 0; i < TABLE_COUNT; i++)
		polyphase_make(&tables[i], table_rates[i], rate_max);
	for (; speex->resampler_count < resamplers; speex->resampler_count++) {
		speex->resampler[speex->resampler_count] = resampler_create(quality, rate_max);
		if (!speex->resampler[speex->resampler_count])
			goto fail;
	}
	if (tail_ms) {
		speex->canceller = canceller_create(tail_ms);
		if (!speex->canceller)
			goto fail;
	}
	return 0;
fail:
	vdev_log(VDEV_LOG_ERROR, "speex: no memory for %u converters", resamplers);
	speex_destroy(speex);
	return -ENOMEM;
}

void speex_destroy(struct speex *speex)
{
	for (uint32_t i = 0; i < speex->resampler_count; i++)
		resampler_destroy(speex->resampler[i]);
	canceller_destroy(speex->canceller);
	*speex = (struct speex){0};
}

void speex_voice(const struct speex *speex, struct voice_dsp *dsp)
{
	uint32_t count = speex->resampler_count;

	*dsp = (struct voice_dsp){.impl = &speex_impl, .canceller = speex->canceller};
	if (count < SPEEX_VOICE_COUNT)
		return;
	dsp->down = speex->resampler[count - 1];
	dsp->heard = speex->resampler[count - 2];
	dsp->played = speex->resampler[count - 3];
	/* Shorter filters than they were made with: the memory is there. */
	for (uint32_t i = count - SPEEX_VOICE_COUNT; i < count; i++)
		speex_resampler_set_quality(speex->resampler[i]->state, VOICE_QUALITY);
}
