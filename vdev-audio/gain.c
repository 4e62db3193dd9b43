#include "vdev-audio/gain.h"

#define X_BITS 30 /* of a ramp's progress */

static int32_t gain_clamp(int32_t gain)
{
	return gain < 0 ? 0 : gain > GAIN_MAX ? GAIN_MAX : gain;
}

void gain_set(struct gain_ramp *ramp, int32_t gain)
{
	*ramp = (struct gain_ramp){.from = gain_clamp(gain), .to = gain_clamp(gain)};
}

/* 3x^2 - 2x^3 of a fraction with X_BITS. */
static int64_t smooth(int64_t x)
{
	int64_t square = x * x >> X_BITS;

	return square * (((int64_t)3 << X_BITS) - 2 * x) >> X_BITS;
}

static int32_t gain_at(const struct gain_ramp *ramp, uint32_t at)
{
	int64_t x, way = (int64_t)ramp->to - ramp->from;

	if (at >= ramp->length)
		return ramp->to;
	x = (int64_t)(((uint64_t)at << X_BITS) / ramp->length);
	if (ramp->shape == GAIN_SMOOTH)
		x = smooth(x);
	return (int32_t)(ramp->from + ((way * x + ((int64_t)1 << (X_BITS - 1))) >> X_BITS));
}

int32_t gain_now(const struct gain_ramp *ramp)
{
	return gain_at(ramp, ramp->at);
}

void gain_ramp_to(struct gain_ramp *ramp, int32_t to, uint32_t length, unsigned shape)
{
	int32_t now = gain_now(ramp);

	to = gain_clamp(to);
	if (to == ramp->to && (length || gain_at_rest(ramp)))
		return;
	if (length == 0 || to == now) {
		gain_set(ramp, to);
		return;
	}
	*ramp = (struct gain_ramp){now, to, length, 0, (uint8_t)shape};
}

void gain_fill(struct gain_ramp *ramp, int32_t *gain, uint32_t frames)
{
	uint32_t i = 0;

	for (; i < frames && ramp->length; i++) {
		gain[i] = gain_at(ramp, ++ramp->at);
		if (ramp->at >= ramp->length)
			gain_set(ramp, ramp->to);
	}
	for (; i < frames; i++)
		gain[i] = ramp->to;
}

int32_t gain_step_max(int32_t from, int32_t to, uint32_t length, unsigned shape)
{
	int64_t way = from < to ? (int64_t)to - from : (int64_t)from - to;

	if (length == 0)
		return (int32_t)way;
	/* One for each of the two gains' rounding. */
	return (int32_t)((shape == GAIN_SMOOTH ? 3 * way / 2 : way) / length + 2);
}

int32_t gain_from_permille(uint32_t permille)
{
	uint64_t gain = (((uint64_t)permille << GAIN_BITS) + 500) / 1000;

	return gain > GAIN_MAX ? GAIN_MAX : (int32_t)gain;
}

int32_t gain_multiply(int32_t a, int32_t b)
{
	return (int32_t)(((int64_t)a * b + ((int64_t)1 << (GAIN_BITS - 1))) >> GAIN_BITS);
}
