/*
 * A real card by alsa-lib.
 *
 * Two threads. The audio thread calls card.impl and nothing else: no memory, no files, no locks. A slow one
 * calls alsa_service now and then: it opens a card that vanished again, and closes what is left of it.
 * Devices change hands through two slots, each written by one thread and emptied by the other:
 *
 *   slow thread ── fresh ──▶ audio thread ── spent ──▶ slow thread
 *
 * While there is no card, the audio thread keeps its pace by the clock: the call's streams flow on.
 */
#ifndef BACKENDS_ALSA_H
#define BACKENDS_ALSA_H

#include <stdbool.h>
#include <stdint.h>
#include <alsa/asoundlib.h>
#include "vdev-audio/card.h"
#include "vdev-audio/mixer.h"

struct alsa_settings {
	const char *play, *capture; /* PCM names; capture may be NULL */
	uint32_t rate;
	uint32_t period_frames;
	uint32_t periods;	   /* queued at most; at least 2 */
	uint32_t queue_frames_max; /* that resize will ask for; 0: no more than that */
	uint8_t channels, channels_in;
};

struct alsa_stream {
	snd_pcm_t *pcm;
	bool mmap;
	bool wide; /* S32, else S16 */
	uint32_t period_frames, buffer_frames;
	uint32_t target_frames; /* kept queued, of buffer_frames */
	uint64_t next_frame; /* playing: the number of the frame that is written next (vdev-audio/card.h) */
	struct pollfd fd;    /* readable, or writable, when a period is due; a card has one */
};

/*
 * Room that is a period: a card moves on in lumps of its own, and whoever waits for all of a period
 * meets it every second time only, when two are due and little is left.
 */
static inline uint32_t alsa_due_frames(uint32_t period_frames)
{
	return period_frames - period_frames / 4;
}

struct alsa_pair {
	struct alsa_stream play, capture;
};

struct alsa_card {
	struct audio_card card; /* first: struct audio_card_impl is given this */
	struct alsa_settings settings;
	struct alsa_pair pair; /* in one hand at a time: now, fresh or spent points to it */
	/* audio thread */
	struct alsa_pair *now; /* NULL: no card */
	uint64_t due_ns;       /* of the next period, while there is none */
	uint32_t room;	       /* frames that the buffer takes, as far as known */
	uint32_t heard;	       /* frames recorded and not yet read */
	uint32_t behind_play, behind_capture, turn;
	uint32_t deaf_count;	  /* periods in a row that recorded nothing */
	uint32_t idle_count;	  /* waits in a row in which nothing was due */
	struct audio_sizes sizes; /* as resize said; 0: the settings' */
	uint32_t silent_frames;	  /* at the end of what is queued, as far as known */
	bool stale;		  /* what was recorded while the sizes were others is old */
	int16_t narrow[MIXER_FRAMES_MAX * MIXER_CHANNEL_MAX];
	/* slots */
	struct alsa_pair *fresh, *spent;
	bool wanted; /* set by the slow thread: the pair is to come back, to be opened again */
	bool mute;   /* slow thread: opened without its microphone */
};

/* Set up; the card is opened if it is there. -EINVAL: settings that no card can have. */
int alsa_init(struct alsa_card *ac, const struct alsa_settings *settings);
/* Slow thread, every second or at a hotplug event. */
void alsa_service(struct alsa_card *ac);
/* Nobody uses the card any more. */
void alsa_finish(struct alsa_card *ac);

/* Between alsa.c and open.c. */
int alsa_pair_open(struct alsa_pair *pair, const struct alsa_settings *settings);
void alsa_pair_close(struct alsa_pair *pair);
/* Number of the frame that a playing stream is at, as far as it says. */
uint64_t alsa_stream_played(const struct alsa_stream *stream);
/* Keep so much queued, and be woken when `wake_frames` of it are missing. Negative errno of alsa-lib. */
int alsa_stream_resize(struct alsa_stream *stream, uint32_t period_frames, const struct audio_sizes *sizes);
/* Bring a stream to its start: prepared, silence queued for playback, running. */
int alsa_stream_start(struct alsa_stream *stream);
/* Can it be opened now? */
bool alsa_is_there(const char *name, snd_pcm_stream_t direction);

#endif
