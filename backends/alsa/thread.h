/*
 * The audio thread: real-time, and alone with the card, the engine and the devices. Others send it orders
 * through a ring with one writer and one reader, and look at what it publishes; no lock is shared.
 */
#ifndef BACKENDS_ALSA_THREAD_H
#define BACKENDS_ALSA_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "vdev-audio/audio.h"
#include "vdev-audio/card.h"
#include "vdev-audio/sizes.h"

#define AUDIO_ORDER_COUNT 16 /* a power of two */

enum audio_order_kind {
	ORDER_DECISION,
	ORDER_POLICY,
	ORDER_HEADSET,
	ORDER_SPEAKER,
	ORDER_MUTED,
	ORDER_VOLUME,
	ORDER_REPORT,
};

struct audio_order {
	uint8_t kind;
	bool on;      /* headset, speaker, muted */
	uint8_t role; /* volume */
	uint16_t permille;
	union {
		struct decision decision;
		struct audio_policy policy;
		struct { /* filled by the audio thread, which sets *done last */
			char *text;
			size_t bytes;
			bool *done;
		} report;
	} u;
};

struct audio_thread {
	struct audio *audio;
	struct audio_card *card;
	const struct audio_sizes_by_role *sizes; /* NULL: the card's, whoever is there */
	/* Optional; audio thread: the decisions up to `number` are obeyed, from the card's frame `frame` on. May not block. */
	void (*decided)(void *data, uint32_t number, uint64_t frame);
	/* Optional; audio thread, before each period: serve the devices' queues. Bounded. */
	void (*serve)(void *data);
	/* Optional; audio thread: streams began or ended, or a report is done. May not block. */
	void (*changed)(void *data);
	void *data;
	int priority; /* SCHED_FIFO */

	pthread_t thread;
	bool started;
	bool stop;	  /* set by the owner */
	bool ended;	  /* set by the thread: the card ended */
	uint32_t running; /* bit per audio->stream that runs: set by the thread */
	uint32_t obeyed;  /* number of a decision that `decided` was not told of yet, or 0 */
	uint32_t roles;	  /* that are there */
	struct audio_sizes size;
	/* orders: the owner writes and increments head, the thread tail */
	struct audio_order order[AUDIO_ORDER_COUNT];
	uint32_t head, tail;
};

/*
 * Start. Without the right to real-time scheduling it runs without, which is logged. -errno of
 * pthread_create. audio, card, serve, data and priority are set by the caller, the rest zero.
 */
int audio_thread_start(struct audio_thread *thread);
void audio_thread_stop(struct audio_thread *thread);
/* Owner only. -EAGAIN: the ring is full (the thread is AUDIO_ORDER_COUNT orders behind). */
int audio_thread_post(struct audio_thread *thread, const struct audio_order *order);
/* One turn; for a card in virtual time, without a thread. 0, or what the card says. */
int audio_thread_turn(struct audio_thread *thread);

#endif
