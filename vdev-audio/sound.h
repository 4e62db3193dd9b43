/*
 * A virtual sound card: a virtio-snd device (VIRTIO 1.3 5.14), as Linux's driver and the RTOS use it.
 *
 *   driver ──control queue──▶ streams' parameters and states
 *          ──tx, rx queue───▶ messages of each stream, in order ──sound_read, sound_write──▶ who mixes
 *          ◀──event queue──── jacks, xruns
 *
 * A stream (5.14.6.6.1):
 *
 *              SET_PARAMS          PREPARE            START             STOP
 *     NONE ──────────────▶ SET ──────────▶ PREPARED ───────▶ RUNNING ────────▶ STOPPED
 *                           ▲ ▲               │  ▲               ▲               │ │
 *                SET_PARAMS │ └───────────────┤  │ PREPARE       └──── START ────┘ │
 *                           │      RELEASE    ▼  │                                 │
 *                           └───────────── RELEASED ◀────────── RELEASE ───────────┘
 *
 *     PREPARE in PREPARED and SET_PARAMS in SET, PREPARED and RELEASED are legal too.
 *
 * What a driver does wrong with a stream is answered with the specification's status and hurts that
 * stream alone; only what breaks a queue's own rules breaks the device. Messages are given back as their
 * frames are mixed or recorded, so at the pace of the card; RELEASE gives all of them back first.
 *
 * Freestanding, no allocation; everything on the thread that serves the device (the audio thread).
 */
#ifndef VDEV_AUDIO_SOUND_H
#define VDEV_AUDIO_SOUND_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_mmio.h"
#include "abi/virtio_snd.h"
#include "vdev/device.h"
#include "vdev-audio/state.h"

#define SOUND_JACK_MAX 4

/* A stream as the driver is told of it. */
struct sound_stream_config {
	uint8_t direction;		    /* enum virtio_snd_direction */
	uint8_t role;			    /* enum audio_role: what is heard in it, or who listens */
	uint8_t channels_min, channels_max; /* 1 to 2 */
	uint32_t nid;			    /* PCM device of the guest: one number, one device */
	uint64_t formats; /* bit per enum virtio_snd_format, of those that sound_format_bytes knows */
	uint64_t rates;	  /* bit per enum virtio_snd_rate */
};

struct sound_jack_config {
	uint32_t nid;
	uint32_t defconf; /* HDA's default configuration register: what kind of jack */
};

struct sound_config {
	uint8_t stream_count;
	uint8_t jack_count;
	struct sound_stream_config stream[SOUND_STREAM_MAX];
	struct sound_jack_config jack[SOUND_JACK_MAX];
};

struct sound;

/* What a device tells who mixes. Each may be NULL; called on the device's thread. */
struct sound_events {
	/* START was accepted, or a restarted backend found the stream running. */
	void (*started)(void *data, struct sound *snd, unsigned stream);
	/* It runs no more: STOP, a reset, or the driver broke the device. */
	void (*stopped)(void *data, struct sound *snd, unsigned stream);
	/* Frames came (output) or room for frames (input): a whole message, valid. */
	void (*queued)(void *data, struct sound *snd, unsigned stream, uint32_t frames);
};

/* Of one stream, in this process. */
struct sound_stream {
	uint8_t fifo[SOUND_MESSAGE_MAX]; /* indices into state->message, oldest first: a ring */
	uint32_t first, count;
	bool starving;	      /* in an xrun: it was counted and told */
	uint32_t xrun_count;  /* since start */
	uint32_t error_count; /* messages answered with an error, since start */
	uint64_t frame_count; /* read or written, since start */
};

struct sound {
	struct vdev vdev;
	struct sound_config config;
	struct sound_state *state;
	const struct sound_events *events;
	void *events_data;
	struct sound_stream stream[SOUND_STREAM_MAX];
	uint8_t free[SOUND_DIRECTIONS][SOUND_MESSAGE_MAX]; /* stack of free messages */
	uint32_t free_count[SOUND_DIRECTIONS];
	uint32_t order[SOUND_DIRECTIONS];
	uint32_t latency_frames; /* of the card behind the mixer: reported with each message */
	uint32_t latency_rate;
	uint32_t request_count; /* requests answered, since start */
	uint32_t error_count;	/* requests and messages answered with an error, since start */
	bool polled; /* looked at once a period, whatever the driver says: it need not notify. Set after sound_init */
	bool replay;		 /* the next request may have been done by our predecessor */
	struct vq_chain request; /* on the control queue; chains are too large for a stack */
	struct vq_chain chain;	 /* on the others */
};

/*
 * Prepare a device. `state` is memory of at least sizeof(struct sound_state), 8-aligned, that outlives the
 * process where there is such memory. -EINVAL: a configuration that cannot be offered; -ENOSPC: state.
 */
int sound_init(struct sound *snd, const char *name, const struct sound_config *config, void *state,
	uint64_t state_bytes, const struct sound_events *events, void *events_data);
/* A jack got or lost its plug: the driver is told when it has a buffer for that. */
void sound_jack(struct sound *snd, unsigned jack, bool in);

/* Stream as the driver set it. */
bool sound_running(const struct sound *snd, unsigned stream);
uint32_t sound_rate(const struct sound *snd, unsigned stream); /* Hz; 0: not set */
unsigned sound_channels(const struct sound *snd, unsigned stream);
/* Frames that wait to be mixed, or for which there is room. */
uint32_t sound_frames_queued(const struct sound *snd, unsigned stream);
/*
 * Take up to `frames` frames of an output stream, interleaved, left-justified in 32 bits. Returns how many
 * there were. Fewer than asked for, in a running stream, is an xrun: counted and told once an episode.
 */
uint32_t sound_read(struct sound *snd, unsigned stream, int32_t *to, uint32_t frames);
/* Record into an input stream; as sound_read. */
uint32_t sound_write(struct sound *snd, unsigned stream, const int32_t *from, uint32_t frames);

/* Bytes of one sample; 0: a format that this device does not take. */
uint32_t sound_format_bytes(unsigned format);
/* Hz; 0: no such rate. */
uint32_t sound_rate_hz(unsigned rate);
const char *sound_pcm_str(unsigned pcm);

#endif
