/*
 * The modem's voice: PCM on a serial line of its own, mono, 16 bits, little endian, in frames of 20 ms both
 * ways, only while a call is active and the phone has asked for it (AT+CPCMREG=1). As on real modules the
 * line carries samples and nothing else: a frame begins after a pause.
 *
 *   far end ─▶ pcm_far_sample ─▶ a frame every 20 ms ─▶ line ─▶ phone
 *   recording ◀─ 20 ms of what came, or silence ◀─ fifo ◀─ line ◀─ phone
 *
 * All times are the modem's own: its clock decides when a frame is due, and may drift (modem.h). Each frame
 * that goes out, and what was taken for the network at the same moment, is recorded as a pair.
 */
#ifndef MODEM_VOICE_H
#define MODEM_VOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCM_FRAME_MS  20
#define PCM_FRAME_NS  20000000ull
#define PCM_FRAME_MAX 320 /* samples: at 16 kHz */
#define PCM_FIFO_MAX  (4 * PCM_FRAME_MAX)
#define PCM_NEVER     UINT64_MAX

/* One frame each way, as recorded. */
struct pcm_frame {
	uint64_t time_ns; /* of all partitions' clock: when it was due */
	uint32_t number;  /* in its call, from 0 */
	uint32_t rate;	  /* Hz */
	uint16_t missing; /* samples of `heard` that had not come in time: silence */
	uint16_t waiting; /* samples that had come beyond these */
	uint32_t dropped; /* samples of this call so far that came when the fifo was full */
	int16_t said[PCM_FRAME_MAX], heard[PCM_FRAME_MAX];
};

/*
 * In the partition's memory: written by it alone, the frame first, then head (release); read from outside,
 * head (acquire) before and after the copy. The newest PCM_RECORDING_FRAMES are kept.
 */
#define PCM_RECORDING_MAGIC  0x52434f56u /* "VOCR" */
#define PCM_RECORDING_PA     0x51400000ull
#define PCM_RECORDING_FRAMES 8192u
struct pcm_recording {
	uint32_t magic;
	uint32_t frame_bytes;
	uint64_t head; /* frames ever recorded */
	struct pcm_frame frame[PCM_RECORDING_FRAMES];
};
_Static_assert(sizeof(struct pcm_frame) == 24 + 4 * PCM_FRAME_MAX, "read from outside");

struct pcm_io {
	/* Mandatory. Samples to the phone. */
	void (*send)(void *data, const void *bytes, size_t count);
	/* Optional. time_ns is not filled in. */
	void (*record)(void *data, struct pcm_frame *frame);
	void *data;
};

struct pcm {
	const struct pcm_io *io;
	bool on;
	bool flowing; /* the phone's voice has begun to come */
	uint32_t rate;
	uint64_t due; /* own time of the next frame, or PCM_NEVER */
	uint8_t fifo[2 * PCM_FIFO_MAX];
	size_t fill; /* bytes */
	struct pcm_frame frame;
};

void pcm_init(struct pcm *pcm, const struct pcm_io *io);
/* A call is active or not, at 8000 or 16000 Hz; frames are due at multiples of 20 ms of `own_ns`. */
void pcm_set(struct pcm *pcm, bool on, uint32_t rate, uint64_t own_ns);
/* Bytes from the phone. */
void pcm_receive(struct pcm *pcm, const void *bytes, size_t count);
/* Send and take what is due. */
void pcm_tick(struct pcm *pcm, uint64_t own_ns);

/*
 * What the other end says: sample `n` since the call's begin. Syllables of a low voice below 2.5 kHz, and without
 * a pause a tone of PCM_PILOT_HZ at PCM_PILOT_LEVEL of full scale, by which a single lost sample is found.
 */
#define PCM_PILOT_HZ	3000
#define PCM_PILOT_LEVEL 0.03f
int16_t pcm_far_sample(uint32_t rate, uint64_t n);

#endif
