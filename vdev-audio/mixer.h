/*
 * The mixer: sources, each with its own gain towards each named output, summed without loss.
 *
 *   source ──gain──▶ earpiece ─┐
 *          ──gain──▶ speaker  ─┼─▶ channels of the card ──round, saturate (counted)──▶ frames
 *          ──gain──▶ headset  ─┘
 *
 * Samples are 32 bits, left-justified. Sums are exact: 31 bits of sample, GAIN_BITS + 1 of gain, one for
 * the halves of a stereo source on a mono output, and five for MIXER_SOURCE_MAX sources at the highest
 * gain, and outputs that share a channel, in 63. Rounding to the card's bits happens once, at the end.
 *
 * Freestanding, no allocation; everything on the audio thread.
 */
#ifndef VDEV_AUDIO_MIXER_H
#define VDEV_AUDIO_MIXER_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-audio/gain.h"

#define MIXER_FRAMES_MAX  512 /* of one call: 10 ms at 48 kHz, with room */
#define MIXER_CHANNEL_MAX 4   /* of the card */
#define MIXER_SOURCE_MAX  32
_Static_assert(31 + GAIN_BITS + 1 + 1 + 5 + 2 <= 63, "sums are exact");

/* Where an output lies among the card's channels. */
struct mixer_output {
	uint8_t first_channel;
	uint8_t channel_count; /* 1, 2, or 0: this card does not have the output */
};

struct mixer_source {
	struct gain_ramp gain[OUTPUT_COUNT];
	uint32_t peak; /* largest sample, before gain, since mixer_source_peak */
};

struct mixer {
	struct mixer_output output[OUTPUT_COUNT];
	uint8_t channel_count;	     /* of the card */
	uint8_t bits;		     /* of the card's samples: 16, 24 or 32 */
	uint32_t frames;	     /* of the running period */
	uint64_t saturated_count;    /* samples, since start */
	uint32_t peak[OUTPUT_COUNT]; /* largest sample since mixer_output_peak */
	bool used[OUTPUT_COUNT];     /* something was added in this period */
	int64_t sum[OUTPUT_COUNT][2][MIXER_FRAMES_MAX];
	int32_t gain[MIXER_FRAMES_MAX]; /* of the source that is being added */
};

/* -EINVAL: an output outside the card's channels, or bits that are not 16, 24, 32. */
int mixer_init(struct mixer *mixer, const struct mixer_output output[OUTPUT_COUNT], unsigned channel_count,
	unsigned bits);
/* A new period of at most MIXER_FRAMES_MAX frames. */
void mixer_begin(struct mixer *mixer, uint32_t frames);
/* Add a source's frames of this period: interleaved, of 1 or 2 channels. Its ramps go on by a period. */
void mixer_add(struct mixer *mixer, struct mixer_source *source, const int32_t *sample, unsigned channels);
/* A source has nothing in this period: its ramps go on all the same. */
void mixer_skip(struct mixer *mixer, struct mixer_source *source);
/* The sum, as the card's interleaved frames, left-justified. */
void mixer_end(struct mixer *mixer, int32_t *frame);

/* Largest sample since the last call, as parts in 2^31. */
uint32_t mixer_source_peak(struct mixer_source *source);
uint32_t mixer_output_peak(struct mixer *mixer, unsigned output);

#endif
