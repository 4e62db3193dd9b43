/*
 * Whole frames out of one real device's single events. Knows no library: evdev.c and null.c feed it.
 */
#ifndef BACKENDS_EVDEV_FRAME_H
#define BACKENDS_EVDEV_FRAME_H

#include "abi/virtio_input.h"
#include "vdev-input/input.h"
#include "vdev/policy.h"

/* Takes one whole frame: `count` events, the last a SYN_REPORT; at most VINPUT_FRAME_MAX. */
typedef void keypad_sink(void *data, const struct virtio_input_event *event, unsigned count);

struct frame_out {
	const struct policy *policy; /* its keymap names the keys; NULL: they keep their names */
	keypad_sink *sink;
	void *data;
};

struct frame {
	struct virtio_input_event event[VINPUT_FRAME_MAX];
	unsigned count;
	/* Code under which a key went down (0: it is up); its release bears the same, whatever the keymap says. */
	uint16_t down_as[POLICY_KEY_CODES];
};

/*
 * The device's next event. At SYN_REPORT the frame goes out, unless nothing in it concerns us. One that is
 * longer than VINPUT_FRAME_MAX goes out in parts: nothing of it is lost.
 */
void frame_event(
	struct frame *frame, const struct frame_out *out, uint16_t type, uint16_t code, int32_t value);
/* The device is gone: what was begun is forgotten, and what it held goes up. */
void frame_release(struct frame *frame, const struct frame_out *out);

#endif
