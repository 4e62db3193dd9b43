/*
 * A virtual keypad: a virtio-input device (VIRTIO 1.3 5.8).
 *
 * Frames go in whole (vinput_frame) and come out whole: when the driver has too few buffers they wait in
 * order, and when too many wait, new ones are dropped whole until the queue is empty; then every key
 * that the driver still believes held is released, so that nothing sticks. The device remembers what the
 * driver was told: a release of a key whose press it never saw, and a second press, do not reach it.
 *
 *               frame fits               driver took all
 *     FLOWING ──────────────▶ FLOWING     DROPPING ──▶ FLOWING (after releases)
 *        └── frame does not fit ──▶ DROPPING (every frame dropped)
 *
 * Freestanding; everything on the thread that serves the device.
 */
#ifndef VDEV_INPUT_INPUT_H
#define VDEV_INPUT_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_input.h"
#include "vdev/device.h"

#define VINPUT_QUEUE_SIZE  64  /* what Linux's driver uses at most */
#define VINPUT_FRAME_MAX   64  /* events of one frame, its SYN_REPORT included */
#define VINPUT_PENDING_MAX 512 /* events that wait for buffers */
#define VINPUT_SLOT_MAX	   16  /* touch contacts */

/* Event types and codes of the Linux input protocol, as virtio-input uses them (5.8.2). */
#define VINPUT_EV_SYN	       0x00
#define VINPUT_EV_KEY	       0x01
#define VINPUT_EV_REL	       0x02
#define VINPUT_EV_ABS	       0x03
#define VINPUT_EV_LED	       0x11
#define VINPUT_EV_REP	       0x14
#define VINPUT_SYN_REPORT      0
#define VINPUT_ABS_MT_SLOT     0x2f
#define VINPUT_ABS_MT_TRACKING 0x39
#define VINPUT_KEY_COUNT       0x300
#define VINPUT_REL_COUNT       0x10
#define VINPUT_ABS_COUNT       0x40
#define VINPUT_LED_COUNT       0x10
#define VINPUT_PROP_COUNT      0x20

/* What the device says that it is and can do; bit n of a bitmap is bit n % 8 of byte n / 8. */
struct vinput_caps {
	char name[64];
	char serial[32];
	struct virtio_input_devids ids;
	bool repeat; /* the driver's side may repeat held keys by itself */
	uint8_t prop[VINPUT_PROP_COUNT / 8];
	uint8_t key[VINPUT_KEY_COUNT / 8];
	uint8_t rel[VINPUT_REL_COUNT / 8];
	uint8_t abs[VINPUT_ABS_COUNT / 8];
	uint8_t led[VINPUT_LED_COUNT / 8];
	struct virtio_input_absinfo abs_info[VINPUT_ABS_COUNT];
};

/* A phone's keypad on which any keyboard may be plugged in: all keyboard keys and the two of the call. */
void vinput_caps_keypad(struct vinput_caps *caps, const char *name);

struct vinput;

/* What a device tells its program. Each may be NULL; called on the device's thread. */
struct vinput_events {
	/* A frame with this event is in the driver's used ring (one call per key event). */
	void (*delivered)(void *data, struct vinput *in, const struct virtio_input_event *event);
	/* The driver sent a status event: LEDs (EV_LED), repeat rates (EV_REP). */
	void (*status)(void *data, struct vinput *in, const struct virtio_input_event *event);
};

struct vinput {
	struct vdev vdev;
	const struct vinput_caps *caps;
	const struct vinput_events *events;
	void *events_data;
	/* events that wait for buffers: a ring of whole frames */
	struct virtio_input_event pending[VINPUT_PENDING_MAX];
	uint32_t pending_first;
	uint32_t pending_count;
	bool dropping;
	uint32_t dropped_count; /* frames, since start */
	/* what the driver was told, counting what waits */
	uint8_t down[VINPUT_KEY_COUNT / 8];
	uint32_t slots_down;
	uint32_t slot;	       /* the contact that its next touch events are about */
	struct vq_chain chain; /* too large for a stack */
};

/* Prepare a device; caps, events and name must outlive it. The caller attaches in->vdev to a transport. */
void vinput_init(struct vinput *in, const char *name, const struct vinput_caps *caps,
	const struct vinput_events *events, void *data);
/*
 * One frame: `count` events, the last a SYN_REPORT. Never blocks. -EINVAL: no frame, or one over
 * VINPUT_FRAME_MAX; -ENODEV: no driver is there (the frame is gone); -ENOBUFS: dropped.
 */
int vinput_frame(struct vinput *in, const struct virtio_input_event *event, unsigned count);
/* Release what the driver believes held: all keys and contacts, or one key. */
void vinput_release_all(struct vinput *in);
void vinput_release_key(struct vinput *in, uint16_t code);
/* Lift every contact that the driver believes on the panel. */
void vinput_release_touch(struct vinput *in);
bool vinput_key_down(const struct vinput *in, uint16_t code);

/* A capability bit. */
static inline void vinput_bit_set(uint8_t *bitmap, unsigned bit)
{
	bitmap[bit / 8] = (uint8_t)(bitmap[bit / 8] | 1u << bit % 8);
}

static inline bool vinput_bit(const uint8_t *bitmap, unsigned bit)
{
	return (bitmap[bit / 8] >> bit % 8 & 1) != 0;
}

#endif
