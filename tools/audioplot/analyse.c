#include "tools/audioplot/analyse.h"
#include <math.h>
#include <stdlib.h>
#include "tools/audioplot/fft.h"

#define BLOCK	   4096
#define TAPS	   255
#define BLOCK_HALF (BLOCK / 2)

double analyse_db(double amplitude)
{
	if (amplitude < 1e-7)
		return ANALYSE_SILENCE_DB;
	return 20 * log10(fmax(amplitude, 1e-7));
}

double analyse_level(const double *sample, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += sample[i] * sample[i];
	return analyse_db(sqrt(2 * sum / (double)(count ? count : 1)));
}

/* Power of one windowed block between two bins; a sine of full scale gives 1. */
static double block_power(const double *sample, size_t count, size_t from, size_t to)
{
	static double re[BLOCK], im[BLOCK];
	double power = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		re[i] = i < count ? sample[i] * fft_window(i, BLOCK) : 0;
		im[i] = 0;
	}
	fft(re, im, BLOCK);
	for (size_t k = from; k <= to && k < BLOCK_HALF; k++)
		power += re[k] * re[k] + im[k] * im[k];
	/* A sine's line spreads over three bins: 1/4 + 1/16 + 1/16 of (BLOCK/2)^2. */
	return power / ((double)BLOCK_HALF * BLOCK_HALF * 0.375);
}

double analyse_band(const double *sample, size_t count, double rate, double low, double high)
{
	size_t from = (size_t)(low * BLOCK / rate), to = (size_t)ceil(high * BLOCK / rate);
	double power = 0;
	unsigned blocks = 0;

	for (size_t at = 0; at + BLOCK <= count || (at == 0 && count); at += BLOCK_HALF, blocks++)
		power += block_power(sample + at, count - at, from, to);
	return analyse_db(sqrt(power / (blocks ? blocks : 1)));
}

static void high_pass(double *tap, double rate, double hz)
{
	double sum = 0;

	for (int i = 0; i < TAPS; i++) {
		double x = i - TAPS / 2, w = 2 * hz / rate;

		tap[i] = (i == TAPS / 2 ? w : sin(M_PI * w * x) / (M_PI * x)) *
			 fft_window((size_t)i + 1, TAPS + 1);
		sum += tap[i];
	}
	for (int i = 0; i < TAPS; i++)
		tap[i] = (i == TAPS / 2) - tap[i] / sum;
}

struct analyse_click analyse_clicks(const double *sample, size_t count, double rate, double hz)
{
	struct analyse_click worst = {ANALYSE_SILENCE_DB, 0};
	double tap[TAPS], largest = 0;

	high_pass(tap, rate, hz);
	for (size_t i = TAPS; i < count; i++) {
		double sum = 0;

		for (size_t k = 0; k < TAPS; k++)
			sum += tap[k] * sample[i - k];
		if (fabs(sum) > largest) {
			largest = fabs(sum);
			worst.at = i - TAPS / 2;
		}
	}
	worst.db = analyse_db(largest);
	return worst;
}

struct analyse_gaps analyse_gaps(const double *sample, size_t count, size_t least, double db)
{
	struct analyse_gaps gaps = {0};
	double limit = pow(10, db / 20);
	size_t run = 0;

	for (size_t i = 0; i <= count; i++) {
		if (i < count && fabs(sample[i]) < limit) {
			run++;
			continue;
		}
		if (run >= least && run) {
			if (!gaps.count++)
				gaps.first = i - run;
			gaps.samples += run;
		}
		run = 0;
	}
	return gaps;
}

/* Phase of a tone in a windowed block, against the one that began with the recording. */
static double phase_of(const double *sample, size_t at, size_t block, double turn)
{
	double re = 0, im = 0;

	for (size_t i = 0; i < block; i++) {
		double value = sample[at + i] * fft_window(i, block);

		re += value * cos(turn * (double)(at + i));
		im += value * sin(turn * (double)(at + i));
	}
	return atan2(im, re);
}

struct analyse_slip analyse_slip(const double *sample, size_t count, double rate, double hz)
{
	const size_t block = (size_t)(rate / 100);
	struct analyse_slip worst = {0};
	double turn = 2 * M_PI * hz / rate, last = 0, step[3] = {0};

	for (size_t at = 0, n = 0; at + block <= count; at += block, n++) {
		double phase = phase_of(sample, at, block, turn), slip;

		step[2] = step[1];
		step[1] = step[0];
		step[0] = remainder(phase - last, 2 * M_PI);
		last = phase;
		/* A jump within a block is seen in two steps. */
		slip = fabs(remainder(step[0] + step[1] - 2 * step[2], 2 * M_PI)) / turn;
		worst.count += n >= 4 && slip >= 0.5;
		if (n >= 4 && slip > worst.samples) {
			worst.samples = slip;
			worst.at = at - block;
		}
	}
	return worst;
}

long analyse_delay(const double *a, const double *b, size_t count, size_t most)
{
	double best = 0, norm = 0, energy = 0;
	long delay = -1;

	for (size_t i = 0; i + most < count; i++)
		norm += a[i] * a[i];
	for (size_t shift = 0; shift <= most; shift++) {
		double sum = 0;

		energy = 0;
		for (size_t i = 0; i + most < count; i++) {
			sum += a[i] * b[i + shift];
			energy += b[i + shift] * b[i + shift];
		}
		if (energy > 0 && sum / sqrt(norm * energy) > best) {
			best = sum / sqrt(norm * energy);
			delay = (long)shift;
		}
	}
	return best > 0.3 ? delay : -1;
}
