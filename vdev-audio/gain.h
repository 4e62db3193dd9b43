/*
 * Gains and ramps, exact to the sample. Fixed point: 1.0 is GAIN_ONE.
 *
 * A ramp of `length` frames that is set before frame n changes frame n already (by one step) and has
 * reached its end, to the bit, at frame n + length - 1. Shapes (enum gain_shape): linear, equal steps; smooth,
 * 3x^2 - 2x^3: no corner at either end, one and a half times the slope in the middle.
 */
#ifndef VDEV_AUDIO_GAIN_H
#define VDEV_AUDIO_GAIN_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev/policy.h"

#define GAIN_BITS 23
#define GAIN_ONE  (1 << GAIN_BITS)
#define GAIN_MAX  (2 * GAIN_ONE) /* +6 dB */

struct gain_ramp {
	int32_t from, to;
	uint32_t length; /* frames; 0: at rest */
	uint32_t at;	 /* frames done */
	uint8_t shape;	 /* enum gain_shape */
};

/* At rest at a gain, 0 to GAIN_MAX; what is outside is brought inside. */
void gain_set(struct gain_ramp *ramp, int32_t gain);
/* From where it is to `to` within `length` frames (0: at once). A ramp that goes there already goes on. */
void gain_ramp_to(struct gain_ramp *ramp, int32_t to, uint32_t length, unsigned shape);
/* Gain of the frame last given out; of a ramp at rest, of the next one too. */
int32_t gain_now(const struct gain_ramp *ramp);
/* Gains of the next `frames` frames; the ramp goes on by as many. */
void gain_fill(struct gain_ramp *ramp, int32_t *gain, uint32_t frames);
/* The largest step between two neighbouring frames that a ramp of this shape and length makes. */
int32_t gain_step_max(int32_t from, int32_t to, uint32_t length, unsigned shape);

static inline bool gain_at_rest(const struct gain_ramp *ramp)
{
	return ramp->length == 0;
}

/* For ever silent until it is set again. */
static inline bool gain_silent(const struct gain_ramp *ramp)
{
	return ramp->length == 0 && ramp->to == 0;
}

int32_t gain_from_permille(uint32_t permille);
/* a times b, rounded. */
int32_t gain_multiply(int32_t a, int32_t b);

#endif
