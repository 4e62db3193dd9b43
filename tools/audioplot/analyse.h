/*
 * What is to be heard in a recording: levels, levels by band, clicks, gaps. Samples are mono, 1.0 is full
 * scale; levels are in dBFS, where a sine of full scale has 0.
 */
#ifndef TOOLS_AUDIOPLOT_ANALYSE_H
#define TOOLS_AUDIOPLOT_ANALYSE_H

#include <stddef.h>
#include <stdint.h>

#define ANALYSE_SILENCE_DB (-144.0)

double analyse_db(double amplitude);
/* Effective level of the whole. */
double analyse_level(const double *sample, size_t count);
/* Level within [low, high] Hz. */
double analyse_band(const double *sample, size_t count, double rate, double low, double high);

/* The loudest sample of what lies above `hz`, where the signal itself has nothing: a click. */
struct analyse_click {
	double db;
	size_t at;
};
struct analyse_click analyse_clicks(const double *sample, size_t count, double rate, double hz);

/* Stretches of at least `least` samples below `db`. */
struct analyse_gaps {
	size_t count;	/* stretches */
	size_t samples; /* in all of them */
	size_t first;	/* where the first begins */
};
struct analyse_gaps analyse_gaps(const double *sample, size_t count, size_t least, double db);

/*
 * A steady tone's worst slip: by how many samples its phase jumps from one hundredth of a second to the next,
 * beyond what its neighbours make of it. What is lost or put in shows, however smooth; a slow drift does not.
 */
struct analyse_slip {
	double samples;
	unsigned count; /* of those of half a sample and more */
	size_t at;
};
struct analyse_slip analyse_slip(const double *sample, size_t count, double rate, double hz);

/* Shift of b behind a, 0 to most, at which they agree best; -1 if they hardly do. */
long analyse_delay(const double *a, const double *b, size_t count, size_t most);

#endif
