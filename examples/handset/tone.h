/*
 * Sines without a library, for what generates sound in a partition: a phase of 32 bits is one turn.
 */
#ifndef HANDSET_TONE_H
#define HANDSET_TONE_H

#include <stdint.h>

#define TONE_TURN 4294967296.0f

/* What a phase advances by with each frame. */
static inline uint32_t tone_step(float hz, uint32_t rate)
{
	return (uint32_t)(hz * (TONE_TURN / (float)rate));
}

/* Sine of a phase, within 0.0002: the Taylor polynomial's odd terms, their weights moved for a quarter of a turn. */
static inline float tone_sine(uint32_t phase)
{
	/* To -1 … 1 quarter turns: the sine's first half rises and falls again. */
	int32_t folded = (int32_t)phase;
	float x, square;

	if (folded > 0x40000000)
		folded = (int32_t)(0x80000000u - (uint32_t)folded);
	else if (folded < -0x40000000)
		folded = (int32_t)(0x80000000u - (uint32_t)folded);
	x = (float)folded * (1.0f / 1073741824.0f);
	square = x * x;
	return x * (1.5707949f - square * (0.6459210f - square * (0.0794877f - square * 0.0043625f)));
}

#endif
