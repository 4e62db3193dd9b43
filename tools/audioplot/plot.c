#include "tools/audioplot/plot.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/fft.h"

#define POINTS_MAX 4096
#define WINDOW_S   0.043 /* of a column of the spectrum */
#define FLOOR_DB   (-90.0)
#define TOP_DB	   (-10.0)
#define TOP_HZ	   8000.0
#define INNER	   (PLOT_WIDTH - PLOT_LEFT - PLOT_RIGHT)
#define STATES_Y   56
#define STATES_H   24
#define EVENTS_Y   100 /* base line of the first row */
#define EVENT_ROWS 3
#define EVENT_STEP 20

#define BACKGROUND 0x11151c
#define PANEL	   0x0a0d12
#define GRID	   0x2a313d
#define TEXT	   0xe8ecf2
#define TEXT_SOFT  0x8f9bad

static const uint32_t wave_colour[] = {0x58d6a4, 0xf4a95f, 0x6fb2ff, 0xd795f0};
static const uint32_t state_colour[] = {0x2f3947, 0xb7791f, 0x1f7a5c, 0x5b3b78, 0x234e7a};

uint32_t plot_height(unsigned track_count)
{
	return PLOT_TOP + track_count * PLOT_TRACK + PLOT_BOTTOM;
}

static long column_of(const struct plot *plot, double seconds)
{
	return PLOT_LEFT + lround(seconds / plot->seconds * INNER);
}

/*
 * Waves.
 */

/* The loudest of all tracks fills its strip, and all have the same scale. */
static double loudest(const struct plot *plot)
{
	double peak = 1e-3;

	for (unsigned t = 0; t < plot->track_count; t++)
		for (size_t i = 0; i < plot->track[t].frames; i++)
			peak = fmax(peak, fabs(plot->track[t].sample[i]));
	return peak;
}

/* First frame of a column; the track may begin before the axis or end within it. */
static size_t frame_of(const struct plot *plot, const struct plot_track *track, long x)
{
	double at = ((double)x / INNER * plot->seconds - track->start) * track->rate;

	return at <= 0 ? 0 : at >= (double)track->frames ? track->frames : (size_t)at;
}

static void draw_wave(struct plot_picture *picture, const struct plot *plot, const struct plot_track *track,
	long top, double scale, uint32_t rgb)
{
	long middle = top + PLOT_WAVE / 2, half = PLOT_WAVE / 2 - 2;

	plot_box(picture, PLOT_LEFT, top, INNER, PLOT_WAVE, PANEL);
	plot_box(picture, PLOT_LEFT, middle, INNER, 1, GRID);
	for (long x = 0; x < INNER; x++) {
		size_t from = frame_of(plot, track, x), to = frame_of(plot, track, x + 1);
		double low = 0, high = 0, sum = 0;
		long rms;

		for (size_t i = from; i < to; i++) {
			low = fmin(low, track->sample[i]);
			high = fmax(high, track->sample[i]);
			sum += track->sample[i] * track->sample[i];
		}
		if (from == to)
			continue;
		rms = lround(sqrt(sum / (double)(to - from)) / scale * (double)half);
		for (long y = middle - lround(high / scale * (double)half);
			y <= middle - lround(low / scale * (double)half); y++)
			plot_mix(picture, PLOT_LEFT + x, y, rgb, 130);
		plot_column(picture, PLOT_LEFT + x, middle - rms, middle + rms, rgb);
	}
}

/*
 * Spectra.
 */

/* Black, violet, red, orange, pale yellow: ever lighter, so that it reads without colours too. */
static uint32_t colour(double db)
{
	static const uint32_t stop[] = {
		0x05040d, 0x1f0c48, 0x550f6d, 0x88226a, 0xb93556, 0xe15635, 0xf98c0a, 0xf9c932, 0xfcffa4};
	double x = fmax(0, fmin(1, (db - FLOOR_DB) / (TOP_DB - FLOOR_DB))) * 8;
	unsigned n = x >= 8 ? 7 : (unsigned)x;
	uint32_t rgb = 0;

	for (unsigned shift = 0; shift <= 16; shift += 8) {
		double a = stop[n] >> shift & 255, b = stop[n + 1] >> shift & 255;

		rgb |= (uint32_t)lround(a + (b - a) * (x - n)) << shift;
	}
	return rgb;
}

/* As the ear has it: the mel scale. */
static double mel(double hz)
{
	return log1p(hz / 700);
}

static double top_hz(double rate)
{
	return fmin(TOP_HZ, rate / 2);
}

long plot_row(double hz, double rate)
{
	return lround((1 - mel(hz) / mel(top_hz(rate))) * (PLOT_SPECTRUM - 1));
}

static double hz_of_row(double row, double rate)
{
	return 700 * expm1(mel(top_hz(rate)) * (1 - row / (PLOT_SPECTRUM - 1)));
}

/* Loudest of what lies between two rows' frequencies: a narrow line is never between them. */
static double row_size(const double *re, const double *im, size_t points, double rate, long row)
{
	double low = hz_of_row((double)row + 0.5, rate) * (double)points / rate;
	double high = hz_of_row((double)row - 0.5, rate) * (double)points / rate, most = 0;
	size_t from = low < 0 ? 0 : (size_t)lround(low), to = (size_t)lround(high);

	for (size_t k = from; k <= to && k < points / 2; k++)
		most = fmax(most, re[k] * re[k] + im[k] * im[k]);
	return sqrt(most) / ((double)points / 4);
}

static void draw_spectrum(
	struct plot_picture *picture, const struct plot *plot, const struct plot_track *track, long top)
{
	static double re[POINTS_MAX], im[POINTS_MAX];
	size_t points = 256;

	while (points < POINTS_MAX && (double)points < WINDOW_S * track->rate)
		points *= 2;
	plot_box(picture, PLOT_LEFT, top, INNER, PLOT_SPECTRUM, PANEL);
	for (long x = 0; x < INNER; x++) {
		size_t from = frame_of(plot, track, x);

		if (frame_of(plot, track, x + 1) == from)
			continue;
		for (size_t i = 0; i < points; i++) {
			size_t n =
				from + i - points / 2; /* its middle is the column; wraps before the start */

			re[i] = n < track->frames ? track->sample[n] * fft_window(i, points) : 0;
			im[i] = 0;
		}
		fft(re, im, points);
		for (long y = 0; y < PLOT_SPECTRUM; y++)
			plot_point(picture, PLOT_LEFT + x, top + y,
				colour(analyse_db(row_size(re, im, points, track->rate, y))));
	}
}

/*
 * Around them.
 */

static void text_right(struct plot_picture *picture, long x, long y, const char *text)
{
	plot_text(picture, PLOT_FONT_SMALL, x - plot_text_width(PLOT_FONT_SMALL, text), y, text, TEXT_SOFT);
}

static void draw_frequencies(struct plot_picture *picture, const struct plot_track *track, long top)
{
	static const struct {
		double hz;
		const char *label;
	} marks[] = {
		{250, "250"}, {500, "500"}, {1000, "1 k"}, {2000, "2 k"}, {4000, "4 k"}, {8000, "8 kHz"}};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		long y = top + plot_row(marks[i].hz, track->rate);

		if (marks[i].hz > top_hz(track->rate))
			break;
		plot_box(picture, PLOT_LEFT - 5, y, 5, 1, TEXT_SOFT);
		text_right(picture, PLOT_LEFT - 9, y + 5, marks[i].label);
	}
}

static void draw_track(struct plot_picture *picture, const struct plot *plot, unsigned t, double scale)
{
	const struct plot_track *track = &plot->track[t];
	long top = PLOT_TOP + (long)t * PLOT_TRACK;
	uint32_t rgb = wave_colour[t % (sizeof(wave_colour) / sizeof(wave_colour[0]))];
	char level[32];

	plot_box(picture, PLOT_LEFT, top + 9, 4, 14, rgb);
	plot_text(picture, PLOT_FONT_NAME, PLOT_LEFT + 12, top + 22, track->name, TEXT);
	draw_wave(picture, plot, track, top + PLOT_NAME, scale, rgb);
	snprintf(level, sizeof(level), "%.0f dB", analyse_db(scale));
	text_right(picture, PLOT_LEFT - 9, top + PLOT_NAME + 12, level);
	draw_spectrum(picture, plot, track, top + PLOT_NAME + PLOT_WAVE + 6);
	draw_frequencies(picture, track, top + PLOT_NAME + PLOT_WAVE + 6);
}

static void draw_time(struct plot_picture *picture, const struct plot *plot)
{
	double step = 1;
	long y = (long)picture->height - PLOT_BOTTOM;
	char text[16];

	while (plot->seconds / step > 16)
		step *= step < 2 || step >= 5 ? 2 : 2.5;
	for (double t = 0; t <= plot->seconds; t += step) {
		long x = column_of(plot, t);

		snprintf(text, sizeof(text), t + step > plot->seconds ? "%.0f s" : "%.0f", t);
		plot_column(picture, x, y, y + 5, TEXT_SOFT);
		plot_text(picture, PLOT_FONT_SMALL, x - plot_text_width(PLOT_FONT_SMALL, text) / 2, y + 22,
			text, TEXT_SOFT);
	}
}

/* States with the same name have the same colour, in the order in which they come. */
static uint32_t colour_of_state(const struct plot *plot, unsigned e)
{
	unsigned known = 0;

	for (unsigned i = 0; i < e; i++) {
		bool first = plot->event[i].until > 0;

		if (plot->event[i].until > 0 && !strcmp(plot->event[i].label, plot->event[e].label))
			return colour_of_state(plot, i);
		for (unsigned k = 0; first && k < i; k++)
			first = plot->event[k].until <= 0 ||
				strcmp(plot->event[k].label, plot->event[i].label);
		known += first;
	}
	return state_colour[known % (sizeof(state_colour) / sizeof(state_colour[0]))];
}

static void draw_state(struct plot_picture *picture, const struct plot *plot, unsigned e)
{
	const struct plot_event *event = &plot->event[e];
	long x = column_of(plot, event->at), end = column_of(plot, fmin(event->until, plot->seconds));
	long width = plot_text_width(PLOT_FONT_SMALL, event->label);

	plot_box(picture, x, STATES_Y, end - x - 1, STATES_H, colour_of_state(plot, e));
	if (width + 8 <= end - x)
		plot_text(picture, PLOT_FONT_SMALL, x + (end - x - width) / 2, STATES_Y + 17, event->label,
			TEXT);
	for (long y = STATES_Y + STATES_H; e && y < (long)picture->height - PLOT_BOTTOM; y++)
		plot_mix(picture, x, y, 0xffffff, 46);
}

/* On the first row that is free there; its line goes through all tracks. */
static void draw_event(struct plot_picture *picture, const struct plot *plot, unsigned e, long *free_from)
{
	long x = column_of(plot, plot->event[e].at), row = 0;
	long width = plot_text_width(PLOT_FONT_SMALL, plot->event[e].label) + 14, left = x + 5;

	if (left + width > PLOT_WIDTH - 4)
		left = x - width;
	while (row < EVENT_ROWS - 1 && free_from[row] > left)
		row++;
	free_from[row] = left + width;
	plot_text(
		picture, PLOT_FONT_SMALL, left, EVENTS_Y + row * EVENT_STEP, plot->event[e].label, 0xffd479);
	for (long y = EVENTS_Y - 12 + row * EVENT_STEP; y < (long)picture->height - PLOT_BOTTOM; y++)
		if (y / 3 % 2)
			plot_mix(picture, x, y, 0xffd479, 170);
}

void plot_draw(struct plot_picture *picture, const struct plot *plot)
{
	double scale = loudest(plot);
	long free_from[EVENT_ROWS] = {0};

	plot_box(picture, 0, 0, PLOT_WIDTH, (long)picture->height, BACKGROUND);
	if (plot->heading)
		plot_text(picture, PLOT_FONT_HEADING, PLOT_LEFT, 36, plot->heading, TEXT);
	for (unsigned t = 0; t < plot->track_count; t++)
		draw_track(picture, plot, t, scale);
	draw_time(picture, plot);
	for (unsigned e = 0; e < plot->event_count; e++)
		if (plot->event[e].until > 0)
			draw_state(picture, plot, e);
	for (unsigned e = 0; e < plot->event_count; e++)
		if (plot->event[e].until <= 0)
			draw_event(picture, plot, e, free_from);
}
