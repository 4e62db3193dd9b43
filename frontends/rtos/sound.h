/*
 * virtio-snd (VIRTIO 1.3 5.14): playback and capture of 16-bit frames, for an RTOS that waits for nobody.
 * A stream is told what it should do (vsnd_start, vsnd_stop) and gets there request by request, as the
 * device answers; a device that is lost and found again is brought back to where its streams should be.
 *
 *   vsnd_start: SET_PARAMS ─▶ PREPARE ─▶ START ─▶ runs        vsnd_stop: STOP ─▶ RELEASE
 *
 * Playback: vsnd_write queues a period, as many as VSND_SLOT_COUNT in advance, also before the stream runs.
 * Capture: recorded() is called with each message. Room for all that comes is there, or, where the owner sets the
 * pace (vsnd_pace), for one period when he says so: of a device that gives what is newest he has it as fresh as he
 * can wait for it. One context, as virtio_mmio.h.
 */
#ifndef RTOS_SOUND_H
#define RTOS_SOUND_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_snd.h"
#include "frontends/rtos/virtio_mmio.h"

#define VSND_STREAM_MAX	 4
#define VSND_SLOT_COUNT	 8 /* messages of one stream */
#define VSND_SLOT_BYTES	 4096u
#define VSND_DATA_BYTES	 3840u /* of one message: 20 ms of 48 kHz stereo */
#define VSND_EVENT_COUNT 16
#define VSND_QUEUE_SIZE	 64
/* From area_addr: a page for each ring, one for control and events, then the slots. */
#define VSND_CONTROL_OFFSET (VIRTIO_SND_QUEUE_COUNT * 4096u)
#define VSND_SLOTS_OFFSET   (VSND_CONTROL_OFFSET + 4096u)
#define VSND_AREA_BYTES	    (VSND_SLOTS_OFFSET + VSND_STREAM_MAX * VSND_SLOT_COUNT * VSND_SLOT_BYTES)

struct vsnd_stream {
	/* set by the caller before vsnd_init */
	uint32_t id; /* the device's number for it */
	bool input;
	/* the rest is sound.c's */
	bool paced;  /* room is offered by vsnd_offer alone */
	bool wanted; /* should run */
	bool runs;
	bool asking;  /* a request is out */
	bool failed;  /* the device refused it; until vsnd_stop */
	uint8_t step; /* next request on its way up or down */
	uint8_t channels;
	uint8_t rate; /* enum virtio_snd_rate */
	uint16_t period_bytes;
	uint32_t slots_out;		  /* bit per slot: the device has it */
	uint32_t xrun_count, error_count; /* since start */
};

struct vsnd {
	struct virtio_mmio mmio;
	uint64_t area_addr; /* guest address of VSND_AREA_BYTES in the bank */
	uint32_t stream_count;
	struct vsnd_stream stream[VSND_STREAM_MAX];
	/* Each may be NULL. */
	void (*recorded)(void *data, unsigned stream, const int16_t *sample, unsigned count);
	void (*played)(void *data, unsigned stream, uint32_t latency_bytes); /* a slot is free again */
	void (*jack)(void *data, uint32_t jack, bool in);
	void *data;

	/* the rest is sound.c's */
	uint8_t request_of[VSND_QUEUE_SIZE];	/* stream by request id */
	uint8_t message_of[2][VSND_QUEUE_SIZE]; /* stream and slot by request id: tx, rx */
	uint8_t event_of[VSND_QUEUE_SIZE];
	int16_t sample[VSND_DATA_BYTES / 2];
};

/* mmio.name, base, memory, area_addr, streams and callbacks are set by the caller, the rest zero. -EINVAL: area. */
int vsnd_init(struct vsnd *snd);
/* The device's interrupt came, or the deadline. True: more may wait; call again after others. */
bool vsnd_run(struct vsnd *snd, uint64_t now_ns);
uint64_t vsnd_deadline(const struct vsnd *snd);
/*
 * Streams by their place in snd->stream. A period of `frames` frames. -EINVAL: not so many, or no such stream
 * or rate. -EBUSY: it was started with other parameters and has not stopped yet.
 */
int vsnd_start(struct vsnd *snd, unsigned stream, uint32_t rate_hz, unsigned channels, unsigned frames);
void vsnd_stop(struct vsnd *snd, unsigned stream);
/* One message of up to VSND_DATA_BYTES, whole frames. -EAGAIN: all slots are out; -ENODEV: not prepared yet. */
int vsnd_write(struct vsnd *snd, unsigned stream, const int16_t *sample, unsigned count);
/* Capture: the owner offers room from now on, or (false) all that there is is always offered. */
void vsnd_pace(struct vsnd *snd, unsigned stream, bool paced);
/* Room for one period. -EBUSY: some is out still; -ENODEV: not prepared yet; -EINVAL: no such stream. */
int vsnd_offer(struct vsnd *snd, unsigned stream);
/* Slots of a stream that could be written now. */
unsigned vsnd_room(const struct vsnd *snd, unsigned stream);

#endif
