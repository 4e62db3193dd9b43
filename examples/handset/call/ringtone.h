/*
 * The phone's tunes, synthesised: struck bars, each note a sine and a soft overtone that die away. Pure: no clock,
 * no hardware. 48 kHz, mono.
 */
#ifndef CALL_RINGTONE_H
#define CALL_RINGTONE_H

#include <stdbool.h>
#include <stdint.h>

#define RINGTONE_RATE	 48000u
#define RINGTONE_FADE_MS 30u

enum ringtone_tune {
	RINGTONE_RING,	/* repeats until it is faded out */
	RINGTONE_CHIME, /* once: the connection was lost */
	RINGTONE_TUNE_COUNT,
};

struct ringtone {
	uint8_t tune;
	bool playing, fading;
	uint32_t at;   /* frames since the tune's begin */
	uint32_t fade; /* frames that are left of the fading */
};

void ringtone_start(struct ringtone *r, enum ringtone_tune tune);
/* Ends it without a click, within RINGTONE_FADE_MS. */
void ringtone_fade(struct ringtone *r);
/* The next frames; silence when it is over. */
void ringtone_fill(struct ringtone *r, int16_t *frame, uint32_t count);

#endif
