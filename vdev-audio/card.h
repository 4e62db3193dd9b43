/*
 * A real card, as the audio thread sees it: frames in and out, period by period. Implemented by
 * backends/alsa and backends/wav (headless, in virtual time).
 *
 * The loop: wait, audio_card_period (capture, audio_period, playback). Frames are interleaved, left-justified in 32 bits.
 */
#ifndef VDEV_AUDIO_CARD_H
#define VDEV_AUDIO_CARD_H

#include <stdbool.h>
#include <stdint.h>

struct audio_card;

/* Of what is to be played: kept queued at most, and room for that is waited for; whole periods. */
struct audio_sizes {
	uint32_t wake_frames, queue_frames;
};

/* All mandatory, all on the audio thread. */
struct audio_card_impl {
	/*
	 * Wait until a period is due; its frames. 0: wake_fd ended it. A card that had an xrun or was suspended is recovered inside;
	 * one that vanished is paced by a clock, and looked for again, until it is back. -ENODATA: no more, for
	 * cards that end. Only this call may block.
	 */
	int (*wait)(struct audio_card *card);
	/* Recorded frames; fewer than asked for if there are not as many. */
	uint32_t (*capture)(struct audio_card *card, int32_t *frame, uint32_t frames);
	/* Frames to play. */
	void (*playback)(struct audio_card *card, const int32_t *frame, uint32_t frames);
	/* Frames that the card still has to play; how many frames ago the last captured one was recorded. */
	uint32_t (*queued)(struct audio_card *card);
	uint32_t (*heard)(struct audio_card *card);
	/*
	 * Optional: other sizes from now on; without it there is one size. What is queued beyond them is played, but for silence
	 * at its end, which need not be.
	 */
	void (*resize)(struct audio_card *card, const struct audio_sizes *sizes);
};

struct audio_card {
	const struct audio_card_impl *impl;
	const char *name;
	uint32_t rate;
	uint32_t period_frames;
	uint8_t channels, bits, channels_in;
	bool present;
	int wake_fd; /* -1: none. Readable: the devices want a turn before a period is due. */
	uint32_t xrun_count, suspend_count, lost_count; /* since start */
	uint32_t wake_count;				/* waits that ended, since start */
	/*
	 * A real card's frames are numbered as it plays them, from its first opening on, also through another. next_frame: what
	 * playback is given next. met, optional: wait found a period due; the frames before `played` have passed the card's pointer,
	 * and those up to next_frame are queued. May not block.
	 */
	uint64_t next_frame;
	void (*met)(void *data, uint64_t played, uint64_t next);
	void *met_data;
};

struct audio;
/* The period of `frames` frames that wait said is due: from the devices to the card, from the card to who records. */
void audio_card_period(struct audio_card *card, struct audio *audio, uint32_t frames);

#endif
