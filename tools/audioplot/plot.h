/*
 * A plot of recordings on one time axis: for each its waveform and, below it, its spectrum over time, from the
 * low frequencies that matter most to 8 kHz, in colours from black (-90 dBFS) over violet and orange to pale
 * yellow (-10). Above them what the phone was doing: spans (its states) and events.
 */
#ifndef TOOLS_AUDIOPLOT_PLOT_H
#define TOOLS_AUDIOPLOT_PLOT_H

#include <stddef.h>
#include <stdint.h>
#include "tools/audioplot/picture.h"

#define PLOT_WIDTH	  1600
#define PLOT_LEFT	  72 /* of the axes */
#define PLOT_RIGHT	  24
#define PLOT_TOP	  152 /* heading, states, events */
#define PLOT_NAME	  30
#define PLOT_WAVE	  92
#define PLOT_SPECTRUM	  150
#define PLOT_TRACK	  (PLOT_NAME + PLOT_WAVE + 6 + PLOT_SPECTRUM + 12)
#define PLOT_BOTTOM	  40
#define PLOT_EVENT_MAX	  64
#define PLOT_TRACK_MAX	  8
#define PLOT_WAVE_TOP	  (PLOT_TOP + PLOT_NAME) /* of the first track */
#define PLOT_SPECTRUM_TOP (PLOT_WAVE_TOP + PLOT_WAVE + 6)

/* Something that happened, or, with `until`, was the case. Seconds. */
struct plot_event {
	double at, until; /* until 0: a moment */
	char label[40];
};

struct plot_track {
	char name[64];
	const double *sample; /* 1.0 is full scale */
	size_t frames;
	double rate;
	double start; /* seconds on the axis */
};

struct plot {
	const char *heading;
	double seconds; /* length of the axis */
	struct plot_track track[PLOT_TRACK_MAX];
	unsigned track_count;
	struct plot_event event[PLOT_EVENT_MAX];
	unsigned event_count;
};

/* Draw into a picture of PLOT_WIDTH by plot_height(). */
uint32_t plot_height(unsigned track_count);
void plot_draw(struct plot_picture *picture, const struct plot *plot);
/* Row of a spectrum, from its top, at which a frequency lies. */
long plot_row(double hz, double rate);

#endif
