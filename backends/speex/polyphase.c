#include "backends/speex/polyphase.h"
#include <errno.h>
#include <math.h>
#include <string.h>
#include "backends/speex/gcd.h"

#define BETA   7.0  /* Kaiser's window: images 70 dB down */
#define CUTOFF 0.88 /* of half the lower rate: half the window's slope below it */

/* Modified Bessel function of order 0. */
static double bessel(double x)
{
	double term = 1, sum = 1;

	for (int k = 1; k < 40; k++) {
		term *= x / (2 * k) * x / (2 * k);
		sum += term;
	}
	return sum;
}

static double window(double x) /* -1 to 1 */
{
	return x * x < 1 ? bessel(BETA * sqrt(1 - x * x)) / bessel(BETA) : 0;
}

static void make_phase(float *tap, double offset, double cutoff)
{
	double value[POLYPHASE_TAPS], sum = 0;

	for (int k = 0; k < POLYPHASE_TAPS; k++) {
		double x = k - (POLYPHASE_TAPS / 2 - 1) - offset;

		value[k] = (fabs(x) < 1e-9 ? cutoff : sin(M_PI * cutoff * x) / (M_PI * x)) *
			   window(x / (POLYPHASE_TAPS / 2));
		sum += value[k];
	}
	/* Every phase lets a steady value pass unchanged. */
	for (int k = 0; k < POLYPHASE_TAPS; k++)
		tap[k] = (float)(value[k] / sum);
}

int polyphase_make(struct polyphase_table *table, uint32_t rate_in, uint32_t rate_out)
{
	uint32_t common = gcd(rate_in, rate_out);
	double cutoff = CUTOFF * (rate_out < rate_in ? (double)rate_out / rate_in : 1);

	if (!rate_in || !rate_out || rate_out / common > POLYPHASE_PHASES)
		return -EINVAL;
	table->rate_in = rate_in;
	table->rate_out = rate_out;
	table->phases = rate_out / common;
	table->step = rate_in / common;
	for (uint32_t phase = 0; phase < table->phases; phase++)
		make_phase(table->tap[phase], (double)phase / table->phases, cutoff);
	return 0;
}

void polyphase_set(struct polyphase *p, const struct polyphase_table *table, unsigned channels)
{
	p->table = table;
	p->channels = channels;
	p->phase = 0;
	p->fill = POLYPHASE_TAPS - 1;
	memset(p->in, 0, sizeof(p->in));
}

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

static float convolve(const float *sample, const float *tap)
{
	four sum = {0};

	for (unsigned k = 0; k < POLYPHASE_TAPS; k += 4)
		sum += *(const four *)(const void *)(sample + k) * *(const four *)(const void *)(tap + k);
	return sum[0] + sum[1] + (sum[2] + sum[3]);
}

static uint32_t take(struct polyphase *p, const float *in, uint32_t frames)
{
	uint32_t room = POLYPHASE_TAPS + POLYPHASE_INPUT - p->fill;

	frames = frames < room ? frames : room;
	for (unsigned c = 0; c < p->channels; c++)
		for (uint32_t i = 0; i < frames; i++)
			p->in[c][p->fill + i] = in[i * p->channels + c];
	p->fill += frames;
	return frames;
}

void polyphase_run(
	struct polyphase *p, const float *in, uint32_t *in_frames, float *out, uint32_t *out_frames)
{
	const struct polyphase_table *table = p->table;
	uint32_t at = 0, made = 0;

	*in_frames = take(p, in, *in_frames);
	while (made < *out_frames && at + POLYPHASE_TAPS <= p->fill) {
		for (unsigned c = 0; c < p->channels; c++)
			*out++ = convolve(p->in[c] + at, table->tap[p->phase]);
		made++;
		p->phase += table->step;
		at += p->phase / table->phases;
		p->phase %= table->phases;
	}
	*out_frames = made;
	/* A long step may lead past what is there. */
	at = at < p->fill ? at : p->fill;
	for (unsigned c = 0; c < p->channels; c++)
		memmove(p->in[c], p->in[c] + at, (p->fill - at) * sizeof(p->in[c][0]));
	p->fill -= at;
}
