/*
 * What a virtual sound device must not lose with the process that serves it.
 *
 * Written by the device alone, in memory that its frontend cannot reach (a state page of the bank), read
 * again by the device when its process was restarted. A state of another magic, version or size is
 * no state, and the device starts empty. Nothing here is a pointer; guest addresses are looked up
 * in the bank again at every use.
 *
 * I/O messages of several streams share a queue and complete in any order, so the used ring alone does
 * not say which are out: the messages are here. One exists from `state` SOUND_MESSAGE_QUEUED (written
 * last) to SOUND_MESSAGE_FREE (written first). SOUND_MESSAGE_ENDING with used_index: it was given back if
 * the ring's used idx has passed used_index, and not if it stands there.
 */
#ifndef VDEV_AUDIO_STATE_H
#define VDEV_AUDIO_STATE_H

#include <stdint.h>

#define SOUND_STATE_MAGIC   0x54534e53u /* "SNST" */
#define SOUND_STATE_VERSION 1
#define SOUND_STREAM_MAX    8
#define SOUND_QUEUE_SIZE    128
#define SOUND_MESSAGE_MAX   SOUND_QUEUE_SIZE /* of one direction: as many as a queue has in flight */
#define SOUND_SEGMENT_MAX   32		     /* of one message, header and status included */
#define SOUND_PAYLOAD_MAX   (256u << 10)     /* bytes of one message, and of a period */
#define SOUND_BUFFER_MAX    (1u << 20)	     /* bytes of a stream's buffer */
#define SOUND_DIRECTIONS    2

/* State of a stream (VIRTIO 1.3 5.14.6.6.1); the diagram is in sound.h. */
enum sound_pcm {
	SOUND_PCM_NONE,
	SOUND_PCM_SET,
	SOUND_PCM_PREPARED,
	SOUND_PCM_RUNNING,
	SOUND_PCM_STOPPED,
	SOUND_PCM_RELEASED,
	SOUND_PCM_COUNT,
};

struct sound_stream_state {
	uint32_t pcm; /* enum sound_pcm */
	uint32_t buffer_bytes;
	uint32_t period_bytes;
	uint32_t features;
	uint8_t channels;
	uint8_t format;
	uint8_t rate;
	uint8_t reserved;
};

enum sound_message_state { SOUND_MESSAGE_FREE, SOUND_MESSAGE_QUEUED, SOUND_MESSAGE_ENDING };

struct sound_segment {
	uint64_t addr; /* guest address */
	uint32_t bytes;
	uint32_t reserved;
};

struct sound_message {
	uint32_t state; /* enum sound_message_state */
	uint32_t order; /* in its direction; wraps */
	uint32_t payload_bytes;
	uint32_t done_bytes;
	uint16_t head;
	uint16_t used_index;
	uint8_t stream;
	uint8_t read_count; /* segments readable by the device, then the writable ones */
	uint8_t write_count;
	uint8_t reserved;
	struct sound_segment segment[SOUND_SEGMENT_MAX];
};

#define SOUND_ANSWERED 0x80000000u
struct sound_state {
	uint32_t magic;
	uint32_t version;
	uint32_t bytes;	     /* sizeof(struct sound_state) */
	uint32_t epoch;	     /* of the driver whose streams these are */
	uint32_t answered;   /* SOUND_ANSWERED | used index of the control request done last */
	uint32_t answer;     /* its status */
	uint32_t xruns_owed; /* bit per stream: event not yet delivered */
	uint32_t jacks_owed; /* bit per jack */
	uint32_t jacks_in;   /* bit per jack: something is plugged in; outlives the driver */
	uint32_t reserved;
	struct sound_stream_state stream[SOUND_STREAM_MAX];
	struct sound_message message[SOUND_DIRECTIONS][SOUND_MESSAGE_MAX];
};

#endif
