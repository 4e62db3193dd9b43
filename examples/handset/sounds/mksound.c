/*
 * mksound music|talker OUT.wav SECONDS: the demo's recordings, made at build time.
 *
 *   music   what Linux plays: four chords of eight seconds on strings, a plucked melody, and without a pause a
 *           shimmer at MUSIC_SHIMMER_HZ that no voice has; 44.1 kHz, stereo
 *   talker  who speaks into the phone's microphone: syllables of a high voice; 48 kHz, the same on both channels
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backends/wav/wav.h"
#include "examples/handset/sounds/sounds.h"
#include "vdev/log.h"

#define SECONDS_MAX 120
#define CHORD_S	    2.0
#define STEP_S	    0.25 /* of the melody */
#define PAD_LEVEL   0.05
#define PLUCK_LEVEL 0.12
#define SYLLABLE_S  0.28

static double turn(double hz, double t)
{
	return sin(2 * M_PI * hz * t);
}

/* Rises and falls within `length`, with edges of `edge` seconds. */
static double swell(double at, double length, double edge)
{
	double from = fmin(at, length - at);

	return from <= 0 ? 0 : from >= edge ? 1 : 0.5 - 0.5 * cos(M_PI * from / edge);
}

/*
 * Music.
 */

/* A major, F sharp minor, D major, E major: bass, then the chord. */
static const double chords[4][4] = {{110.0, 164.8, 220.0, 277.2}, {92.5, 138.6, 220.0, 277.2},
	{146.8, 185.0, 220.0, 293.7}, {123.5, 164.8, 207.7, 246.9}};
static const double melody[4][8] = {{440, 554.4, 659.3, 554.4, 880, 659.3, 554.4, 440},
	{440, 554.4, 740, 554.4, 880, 740, 554.4, 370}, {440, 587.3, 740, 587.3, 880, 740, 587.3, 440},
	{415.3, 493.9, 659.3, 493.9, 830.6, 659.3, 493.9, 415.3}};

static double pad(double t)
{
	const double *chord = chords[(unsigned)(t / CHORD_S) % 4];
	double at = fmod(t, CHORD_S), sum = 0;

	for (unsigned i = 0; i < 4; i++)
		sum += turn(chord[i], t) + 0.35 * turn(2 * chord[i] * 1.001, t) +
		       0.35 * turn(chord[i] * 1.004, t);
	return sum * PAD_LEVEL * swell(at, CHORD_S, 0.15);
}

/* A string that was plucked `at` seconds ago. */
static double string(double hz, double at)
{
	double sum = 0;

	for (unsigned k = 1; k <= 6; k++)
		sum += turn(hz * k, at) * exp(-at * (2.5 + 1.5 * k)) / k;
	return sum * swell(at, 10, 0.006);
}

static double plucks(double t)
{
	double sum = 0;

	for (unsigned back = 0; back < 6; back++) {
		double step = floor(t / STEP_S) - back, begin = step * STEP_S;

		if (step < 0)
			break;
		sum += string(melody[(unsigned)(begin / CHORD_S) % 4][(unsigned)step % 8], t - begin);
	}
	return sum * PLUCK_LEVEL;
}

static void music(double t, double frame[2])
{
	double shimmer = MUSIC_SHIMMER_LEVEL * turn(MUSIC_SHIMMER_HZ, t) * swell(t, 1000, 0.1),
	       body = pad(t) + shimmer, strings = plucks(t);

	frame[0] = body + 0.9 * strings;
	frame[1] = body + strings;
}

/*
 * A voice.
 */

static void talker(double t, double frame[2])
{
	static const double pitch[] = {220, 247, 262, 247, 233, 196, 208, 220, 262, 233};
	unsigned syllable = (unsigned)(t / SYLLABLE_S);
	double at = fmod(t, SYLLABLE_S), hz = pitch[syllable % 10], sum = 0;

	for (unsigned k = 1; k * hz < 2500; k++) {
		double open = (k * hz - (syllable % 3 ? 700 : 500)) / 260,
		       narrow = (k * hz - (syllable % 2 ? 1900 : 1200)) / 340;

		sum += turn(hz * k, at) * (exp(-open * open) + 0.5 * exp(-narrow * narrow) + 0.12);
	}
	/* Every fifth one is a breath. */
	frame[0] = (syllable % 5 == 4 ? 0.012 : 0.09) * sum * swell(at, SYLLABLE_S, 0.06);
	frame[1] = frame[0];
}

static int write_sound(struct wav *wav, void (*sound)(double t, double frame[2]), double seconds)
{
	for (uint64_t n = 0; n < (uint64_t)(seconds * wav->rate); n++) {
		double frame[2];
		int32_t sample[2];

		sound((double)n / wav->rate, frame);
		for (unsigned c = 0; c < 2; c++)
			sample[c] = (int32_t)(fmax(-1, fmin(1, frame[c])) * 2147483520.0);
		if (wav_write(wav, sample, 1))
			return -EIO;
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool is_music = argc == 4 && !strcmp(argv[1], "music");
	double seconds = argc == 4 ? atof(argv[3]) : 0;
	struct wav wav;
	int rc;

	if ((!is_music && (argc != 4 || strcmp(argv[1], "talker") != 0)) || seconds <= 0 ||
		seconds > SECONDS_MAX) {
		fprintf(stderr, "usage: mksound music|talker OUT.wav SECONDS\n");
		return 2;
	}
	rc = wav_write_open(&wav, argv[2], is_music ? 44100 : 48000, 2);
	if (!rc) {
		rc = write_sound(&wav, is_music ? music : talker, seconds);
		rc = wav_close(&wav) ? -EIO : rc;
	}
	if (rc)
		fprintf(stderr, "mksound: %s: %s\n", argv[2], strerror(-rc));
	return rc ? 1 : 0;
}
