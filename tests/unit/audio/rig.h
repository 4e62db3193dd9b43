/*
 * A virtual sound card on the loopback transport with a driver of its own. The bank holds four rings,
 * one control request and its answer, and for each message 8 KiB.
 */
#ifndef TESTS_UNIT_AUDIO_RIG_H
#define TESTS_UNIT_AUDIO_RIG_H

#include "tests/unit/expect.h"
#include "vdev/loopback.h"
#include "vdev/policy.h"
#include "vdev-audio/sound.h"

#define RIG_BANK_BYTES	  (2u << 20)
#define RIG_BANK_BASE	  0x7c000000ull
#define RIG_RING(q)	  (RIG_BANK_BASE + (q) * 0x4000ull)
#define RIG_REQUEST	  (RIG_BANK_BASE + 0x10000)
#define RIG_ANSWER	  (RIG_BANK_BASE + 0x11000)
#define RIG_EVENTS	  (RIG_BANK_BASE + 0x12000)
#define RIG_MESSAGES	  (RIG_BANK_BASE + 0x40000)
#define RIG_MESSAGE_BYTES 0x2000u
#define RIG_MESSAGE_COUNT 128u
#define RIG_SIZE	  64

#define RIG_RATE(n)   (1ull << (n))
#define RIG_FORMAT(n) (1ull << (n))

struct rig {
	struct sound snd;
	struct loopback lb;
	struct vmem memory;
	struct vq queue[VIRTIO_SND_QUEUE_COUNT]; /* the driver's side */
	uint16_t slot_of[VIRTIO_SND_QUEUE_COUNT][VQ_DRIVER_SIZE_MAX];
	bool slot_used[RIG_MESSAGE_COUNT];
	struct sound_config config;
	const struct sound_events *events;
	void *events_data;
	const char *name;
	uint8_t *bank;
	struct sound_state *state;
	uint32_t started, stopped, queued; /* events */
};

/* Two streams out (media, alert), one in, a headset jack: S16 and S32, 8, 16, 44.1 and 48 kHz. */
void rig_config(struct sound_config *config);
/* A device with a live driver. `events` may be NULL: they are counted then. */
void rig_start(struct rig *rig, const char *name, const struct sound_config *config,
	const struct sound_events *events, void *data);
void rig_finish(struct rig *rig);
/* The driver's part of it. */
void rig_driver(struct rig *rig, uint64_t features);
/* The process ends and another takes over with what is in the state page. */
void rig_restart(struct rig *rig);

/* Send a control request; the answer's status, or 0 if none came. Items of the answer into `items`. */
uint32_t rig_ask(struct rig *rig, const void *request, uint32_t bytes, void *items, uint32_t item_bytes);
uint32_t rig_pcm(struct rig *rig, uint32_t code, uint32_t stream);
uint32_t rig_params(struct rig *rig, uint32_t stream, unsigned channels, unsigned format, unsigned rate,
	uint32_t period_bytes);
/* SET_PARAMS, PREPARE, and START if `run`, all of which must succeed. */
void rig_open(struct rig *rig, uint32_t stream, unsigned channels, unsigned format, unsigned rate, bool run);

/* Send frames to an output stream, or room to an input one. False: no slot or no descriptor. */
bool rig_send(struct rig *rig, uint32_t stream, const void *data, uint32_t bytes);
bool rig_room(struct rig *rig, uint32_t stream, uint32_t bytes);
/* Any chain on a queue: parts in the bank. Returns its slot. */
int rig_put(struct rig *rig, unsigned q, const struct vq_buf *buf, unsigned reads, unsigned writes);

struct rig_done {
	uint32_t written;
	struct virtio_snd_pcm_status status;
	const uint8_t *data; /* of a recording: in the bank, until the slot is used again */
	uint32_t bytes;
};
/* The next message that came back on a queue; false: none. Its slot is free again. */
bool rig_get(struct rig *rig, unsigned q, struct rig_done *done);
/* Messages of a queue that came back, thrown away. */
unsigned rig_drain(struct rig *rig, unsigned q);
/* Give the device room for events; take the next one. */
void rig_give_events(struct rig *rig, unsigned count);
bool rig_event(struct rig *rig, struct virtio_snd_event *event);
/* Let the device work. */
void rig_run(struct rig *rig);

static inline void *rig_at(struct rig *rig, uint64_t addr)
{
	return rig->bank + (addr - RIG_BANK_BASE);
}

#endif
