/*
 * The sound device's wire structures (VIRTIO 1.3 5.14). Little endian.
 *
 * A control request lies in the readable part of a chain, written by the driver; its answer in the
 * writable part, written by the device before it returns the chain. An I/O message carries frames
 * towards the device (tx) or room for them (rx), and always ends in room for a struct virtio_snd_pcm_status.
 */
#ifndef ABI_VIRTIO_SND_H
#define ABI_VIRTIO_SND_H

#include <stdint.h>

#define VIRTIO_ID_SOUND 25u /* device type, 5 */

/* 5.14.2 */
#define VIRTIO_SND_CONTROLQ    0
#define VIRTIO_SND_EVENTQ      1
#define VIRTIO_SND_TXQ	       2
#define VIRTIO_SND_RXQ	       3
#define VIRTIO_SND_QUEUE_COUNT 4

struct virtio_snd_config { /* 5.14.4 */
	uint32_t jacks;
	uint32_t streams;
	uint32_t chmaps;
	uint32_t controls; /* only with VIRTIO_SND_F_CTLS, which is not offered */
};

/* Requests, events, statuses (5.14.6) */
enum virtio_snd_code {
	VIRTIO_SND_R_JACK_INFO = 0x0001,
	VIRTIO_SND_R_JACK_REMAP,
	VIRTIO_SND_R_PCM_INFO = 0x0100,
	VIRTIO_SND_R_PCM_SET_PARAMS,
	VIRTIO_SND_R_PCM_PREPARE,
	VIRTIO_SND_R_PCM_RELEASE,
	VIRTIO_SND_R_PCM_START,
	VIRTIO_SND_R_PCM_STOP,
	VIRTIO_SND_R_CHMAP_INFO = 0x0200,
	VIRTIO_SND_EVT_JACK_CONNECTED = 0x1000,
	VIRTIO_SND_EVT_JACK_DISCONNECTED,
	VIRTIO_SND_EVT_PCM_PERIOD_ELAPSED = 0x1100,
	VIRTIO_SND_EVT_PCM_XRUN,
	VIRTIO_SND_S_OK = 0x8000,
	VIRTIO_SND_S_BAD_MSG,
	VIRTIO_SND_S_NOT_SUPP,
	VIRTIO_SND_S_IO_ERR,
};

struct virtio_snd_hdr {
	uint32_t code;
};

struct virtio_snd_event {
	uint32_t code;
	uint32_t data;
};

/* JACK_INFO, PCM_INFO, CHMAP_INFO: items start_id to start_id + count, each of `size` bytes */
struct virtio_snd_query_info {
	uint32_t code;
	uint32_t start_id;
	uint32_t count;
	uint32_t size;
};

struct virtio_snd_jack_info { /* 5.14.6.4.1 */
	uint32_t hda_fn_nid;
	uint32_t features;
	uint32_t hda_reg_defconf;
	uint32_t hda_reg_caps;
	uint8_t connected;
	uint8_t padding[7];
};

/* Streams: features (bits), 5.14.6.6.2 */
#define VIRTIO_SND_PCM_F_SHMEM_HOST	   0
#define VIRTIO_SND_PCM_F_SHMEM_GUEST	   1
#define VIRTIO_SND_PCM_F_MSG_POLLING	   2
#define VIRTIO_SND_PCM_F_EVT_SHMEM_PERIODS 3
#define VIRTIO_SND_PCM_F_EVT_XRUNS	   4

enum virtio_snd_direction { VIRTIO_SND_D_OUTPUT, VIRTIO_SND_D_INPUT };

enum virtio_snd_format { /* bit numbers in pcm_info.formats; those that this project takes */
	VIRTIO_SND_FMT_U8 = 4,
	VIRTIO_SND_FMT_S16 = 5,
	VIRTIO_SND_FMT_S24 = 15,
	VIRTIO_SND_FMT_S32 = 17,
	VIRTIO_SND_FMT_COUNT = 25,
};

enum virtio_snd_rate {
	VIRTIO_SND_RATE_5512,
	VIRTIO_SND_RATE_8000,
	VIRTIO_SND_RATE_11025,
	VIRTIO_SND_RATE_16000,
	VIRTIO_SND_RATE_22050,
	VIRTIO_SND_RATE_32000,
	VIRTIO_SND_RATE_44100,
	VIRTIO_SND_RATE_48000,
	VIRTIO_SND_RATE_64000,
	VIRTIO_SND_RATE_88200,
	VIRTIO_SND_RATE_96000,
	VIRTIO_SND_RATE_176400,
	VIRTIO_SND_RATE_192000,
	VIRTIO_SND_RATE_384000,
	VIRTIO_SND_RATE_COUNT,
};

struct virtio_snd_pcm_info {
	uint32_t hda_fn_nid; /* streams of one number are one PCM device of the guest */
	uint32_t features;
	uint64_t formats;
	uint64_t rates;
	uint8_t direction;
	uint8_t channels_min;
	uint8_t channels_max;
	uint8_t padding[5];
};

struct virtio_snd_pcm_hdr { /* PREPARE, RELEASE, START, STOP */
	uint32_t code;
	uint32_t stream_id;
};

struct virtio_snd_pcm_set_params { /* 5.14.6.6.3 */
	struct virtio_snd_pcm_hdr hdr;
	uint32_t buffer_bytes;
	uint32_t period_bytes;
	uint32_t features;
	uint8_t channels;
	uint8_t format;
	uint8_t rate;
	uint8_t padding;
};

struct virtio_snd_pcm_xfer { /* 5.14.6.8 */
	uint32_t stream_id;
};

struct virtio_snd_pcm_status {
	uint32_t status;
	uint32_t latency_bytes;
};

/* Channel maps (5.14.6.9) */
#define VIRTIO_SND_CHMAP_MAX_SIZE 18
#define VIRTIO_SND_CHMAP_MONO	  2
#define VIRTIO_SND_CHMAP_FL	  3
#define VIRTIO_SND_CHMAP_FR	  4

struct virtio_snd_chmap_info {
	uint32_t hda_fn_nid;
	uint8_t direction;
	uint8_t channels;
	uint8_t positions[VIRTIO_SND_CHMAP_MAX_SIZE];
};

_Static_assert(sizeof(struct virtio_snd_config) == 16, "VIRTIO 1.3 5.14.4");
_Static_assert(sizeof(struct virtio_snd_event) == 8, "VIRTIO 1.3 5.14.6");
_Static_assert(sizeof(struct virtio_snd_query_info) == 16, "VIRTIO 1.3 5.14.6.1");
_Static_assert(sizeof(struct virtio_snd_jack_info) == 24, "VIRTIO 1.3 5.14.6.4.1");
_Static_assert(sizeof(struct virtio_snd_pcm_info) == 32, "VIRTIO 1.3 5.14.6.6.2");
_Static_assert(sizeof(struct virtio_snd_pcm_hdr) == 8, "VIRTIO 1.3 5.14.6.6");
_Static_assert(sizeof(struct virtio_snd_pcm_set_params) == 24, "VIRTIO 1.3 5.14.6.6.3");
_Static_assert(sizeof(struct virtio_snd_pcm_xfer) == 4, "VIRTIO 1.3 5.14.6.8");
_Static_assert(sizeof(struct virtio_snd_pcm_status) == 8, "VIRTIO 1.3 5.14.6.8");
_Static_assert(sizeof(struct virtio_snd_chmap_info) == 24, "VIRTIO 1.3 5.14.6.9.1");

#endif
