/* WAV files (RIFF, PCM of 16 bits) and a card made of two of them, in virtual time. */
#ifndef BACKENDS_WAV_H
#define BACKENDS_WAV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "vdev-audio/card.h"

struct wav {
	FILE *file;
	uint32_t rate;
	uint16_t channels;
	bool writing;
	uint64_t frames; /* written so far, or left to read */
};

/* -errno; -EINVAL: no PCM of 16 bits, or 1 to 8 channels (logged). */
int wav_read_open(struct wav *wav, const char *path);
int wav_write_open(struct wav *wav, const char *path, uint32_t rate, unsigned channels);
/* Left-justified samples. Frames read; the file may end before. */
uint32_t wav_read(struct wav *wav, int32_t *sample, uint32_t frames);
int wav_write(struct wav *wav, const int32_t *sample, uint32_t frames);
/* Completes a written file's header. 0 or -errno. */
int wav_close(struct wav *wav);

/* Plays into one file and records from another, which may be absent (NULL: silence); ends after `frames`. */
struct wav_card {
	struct audio_card card;
	struct wav in, out;
	uint64_t left;	 /* frames until it ends; paced: it never does */
	bool paced;	 /* by the clock */
	uint64_t due_ns; /* of the next period, paced */
};

int wav_card_open(struct wav_card *wc, const char *out, const char *in, uint32_t rate, uint32_t period_frames,
	uint64_t frames);
/*
 * Stands for a real card, with `channels` to play on: the clock says when a period is due, and there is no end.
 * Its file is written on the audio thread: for tests and machines without a card.
 */
int wav_card_open_paced(struct wav_card *wc, const char *out, const char *in, uint32_t rate,
	uint32_t period_frames, unsigned channels);
int wav_card_close(struct wav_card *wc);

#endif
