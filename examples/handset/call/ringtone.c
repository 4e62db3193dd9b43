#include "examples/handset/call/ringtone.h"
#include <stddef.h>
#include "examples/handset/tone.h"
#include "frontends/rtos/mem.h"

#define NOTE_MS	       720u /* until a note has died away */
#define ATTACK_MS      4u
#define FADE_FRAMES    (RINGTONE_RATE * RINGTONE_FADE_MS / 1000)
#define VOICE_MAX      8 /* notes that sound at a time */
#define NOTE_LEVEL     0.22f
#define OVERTONE       4 /* of a struck bar: two octaves up */
#define OVERTONE_LEVEL 0.3f

/* Hz by place on the grid; 0: none begins there. A rising and falling arpeggio of A major. */
static const uint16_t ring_notes[] = {659, 880, 1109, 1319, 1109, 880, 988, 1109, 0, 880};
static const uint16_t chime_notes[] = {880, 659};

static const struct tune {
	const uint16_t *note;
	uint8_t note_count;
	uint16_t grid_ms;
	uint32_t period_ms; /* 0: it does not repeat */
} tunes[RINGTONE_TUNE_COUNT] = {
	[RINGTONE_RING] = {ring_notes, sizeof(ring_notes) / sizeof(ring_notes[0]), 170, 3000},
	[RINGTONE_CHIME] = {chime_notes, sizeof(chime_notes) / sizeof(chime_notes[0]), 220, 0},
};

void ringtone_start(struct ringtone *r, enum ringtone_tune tune)
{
	*r = (struct ringtone){.tune = (uint8_t)tune, .playing = true};
}

void ringtone_fade(struct ringtone *r)
{
	if (r->playing && !r->fading)
		r->fade = FADE_FRAMES;
	r->fading = r->playing;
}

/* `at` frames after its begin. */
static float note_sample(uint16_t hz, uint32_t at)
{
	const uint32_t length = RINGTONE_RATE * NOTE_MS / 1000, attack = RINGTONE_RATE * ATTACK_MS / 1000;
	uint32_t phase = at * tone_step(hz, RINGTONE_RATE);
	float left = 1.0f - (float)at / (float)length, body = left * left * left, strike = body * body * left;

	if (at < attack)
		body *= (float)at / (float)attack;
	return body * (tone_sine(phase) + OVERTONE_LEVEL * strike * tone_sine(phase * OVERTONE)) * NOTE_LEVEL;
}

static float tune_sample(const struct tune *t, uint32_t at)
{
	const uint32_t length = RINGTONE_RATE * NOTE_MS / 1000, grid = RINGTONE_RATE * t->grid_ms / 1000;
	uint32_t last = at / grid;
	float sum = 0;

	for (uint32_t n = 0; n < VOICE_MAX && n <= last; n++) {
		uint32_t place = last - n, since = at - place * grid;

		if (since >= length)
			break;
		if (place < t->note_count && t->note[place])
			sum += note_sample(t->note[place], since);
	}
	return sum;
}

/* One frame; a fade that is under way takes it down. */
static int16_t next(struct ringtone *r)
{
	const struct tune *t = &tunes[r->tune];
	uint32_t end = RINGTONE_RATE / 1000 *
		       (t->period_ms ? t->period_ms : (uint32_t)t->note_count * t->grid_ms + NOTE_MS);
	float sample = tune_sample(t, r->at);

	if (r->fading)
		sample *= (float)r->fade-- / (float)FADE_FRAMES;
	r->at++;
	if (r->at == end)
		r->at = 0;
	if ((r->at == 0 && !t->period_ms) || (r->fading && !r->fade))
		r->playing = r->fading = false;
	return (int16_t)(sample * 32767.0f);
}

void ringtone_fill(struct ringtone *r, int16_t *frame, uint32_t count)
{
	uint32_t i = 0;

	for (; i < count && r->playing; i++)
		frame[i] = next(r);
	memset(frame + i, 0, (count - i) * sizeof(frame[0]));
}
