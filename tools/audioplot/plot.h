/*
 * A plot of a recording: for each channel its waveform and, below it, its spectrum over time, in colours from
 * black (-100 dBFS) over blue and red to white (0), linear up to half the rate; a line for each event.
 */
#ifndef TOOLS_AUDIOPLOT_PLOT_H
#define TOOLS_AUDIOPLOT_PLOT_H

#include <stddef.h>
#include <stdint.h>
#include "tools/audioplot/picture.h"

#define PLOT_WIDTH     1600
#define PLOT_MARGIN    24
#define PLOT_WAVE      120
#define PLOT_SPECTRUM  160
#define PLOT_CHANNEL   (PLOT_WAVE + PLOT_SPECTRUM + 8)
#define PLOT_EVENT_MAX 256

struct plot_event {
	double at; /* seconds */
	char label[40];
};

struct plot_sound {
	const double *const *channel; /* 1.0 is full scale */
	unsigned channel_count;
	size_t frames;
	double rate;
	const struct plot_event *event;
	unsigned event_count;
};

/* Draw into a picture of PLOT_WIDTH by plot_height(). */
uint32_t plot_height(unsigned channel_count);
void plot_draw(struct plot_picture *picture, const struct plot_sound *sound);

#endif
