#include "tools/audioplot/plot.h"
#include <math.h>
#include <stdio.h>
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/fft.h"

#define POINTS	 1024
#define FLOOR_DB 100.0
#define INNER	 (PLOT_WIDTH - 2 * PLOT_MARGIN)

uint32_t plot_height(unsigned channel_count)
{
	return 2 * PLOT_MARGIN + channel_count * PLOT_CHANNEL;
}

static size_t frame_of(const struct plot_sound *sound, long x)
{
	return (size_t)((double)sound->frames * (double)x / INNER);
}

static void draw_wave(struct plot_picture *picture, const struct plot_sound *sound, unsigned c, long top)
{
	long middle = top + PLOT_WAVE / 2;

	for (long x = 0; x < INNER; x++) {
		double low = 0, high = 0;

		for (size_t i = frame_of(sound, x); i < frame_of(sound, x + 1) && i < sound->frames; i++) {
			low = fmin(low, sound->channel[c][i]);
			high = fmax(high, sound->channel[c][i]);
		}
		plot_column(picture, PLOT_MARGIN + x, middle - lround(high * (PLOT_WAVE / 2 - 2)),
			middle - lround(low * (PLOT_WAVE / 2 - 2)), 0x50c878);
	}
}

/* Black, blue, red, yellow, white. */
static uint32_t colour(double db)
{
	double x = fmax(0, fmin(1, 1 + db / FLOOR_DB)) * 4;
	long part = lround(fmod(x, 1) * 255);

	switch ((int)x) {
	case 0: return (uint32_t)part;
	case 1: return (uint32_t)(part << 16 | (255 - part));
	case 2: return (uint32_t)(0xff0000 | part << 8);
	case 3: return (uint32_t)(0xffff00 | part);
	default: return 0xffffff;
	}
}

static void draw_spectrum(struct plot_picture *picture, const struct plot_sound *sound, unsigned c, long top)
{
	static double re[POINTS], im[POINTS];

	for (long x = 0; x < INNER; x++) {
		size_t from = frame_of(sound, x);

		for (size_t i = 0; i < POINTS; i++) {
			size_t n =
				from + i - POINTS / 2; /* its middle is the column; wraps before the start */

			re[i] = n < sound->frames ? sound->channel[c][n] * fft_window(i, POINTS) : 0;
			im[i] = 0;
		}
		fft(re, im, POINTS);
		for (long y = 0; y < PLOT_SPECTRUM; y++) {
			size_t k = (size_t)(y * (POINTS / 2) / PLOT_SPECTRUM);
			double size = sqrt(re[k] * re[k] + im[k] * im[k]) / (POINTS / 4.0);

			plot_point(picture, PLOT_MARGIN + x, top + PLOT_SPECTRUM - 1 - y,
				colour(analyse_db(size)));
		}
	}
}

static void draw_time(struct plot_picture *picture, const struct plot_sound *sound)
{
	double seconds = (double)sound->frames / sound->rate, step = 1;
	char text[16];

	while (seconds / step > 16)
		step *= step < 2 || step >= 5 ? 2 : 2.5;
	for (double t = 0; t <= seconds; t += step) {
		long x = PLOT_MARGIN + lround(t / seconds * INNER);

		snprintf(text, sizeof(text), "%.0f", t);
		plot_text(picture, x, (long)picture->height - PLOT_MARGIN + 6, text, 0xa0a0a0);
		plot_column(picture, x, (long)picture->height - PLOT_MARGIN,
			(long)picture->height - PLOT_MARGIN + 3, 0xa0a0a0);
	}
}

static void draw_events(struct plot_picture *picture, const struct plot_sound *sound)
{
	double seconds = (double)sound->frames / sound->rate;

	for (unsigned e = 0; e < sound->event_count; e++) {
		long x = PLOT_MARGIN + lround(sound->event[e].at / seconds * INNER);

		for (long y = 4; y < (long)picture->height - PLOT_MARGIN; y += 3)
			plot_point(picture, x, y, 0xffffff);
		/* Two rows, so that neighbours do not cover each other. */
		plot_text(picture, x + 3, e % 2 ? 13 : 2, sound->event[e].label, 0xffd700);
	}
}

void plot_draw(struct plot_picture *picture, const struct plot_sound *sound)
{
	for (unsigned c = 0; c < sound->channel_count; c++) {
		long top = PLOT_MARGIN + (long)c * PLOT_CHANNEL;

		draw_wave(picture, sound, c, top);
		draw_spectrum(picture, sound, c, top + PLOT_WAVE);
	}
	draw_time(picture, sound);
	draw_events(picture, sound);
}
