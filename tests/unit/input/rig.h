/*
 * A virtual keypad on the loopback transport with a driver of its own, as the tests of vdev-input use it:
 * buffers of 8 bytes in the event queue, taken in order, and what the driver got so far.
 */
#ifndef TESTS_UNIT_INPUT_RIG_H
#define TESTS_UNIT_INPUT_RIG_H

#include "tests/unit/expect.h"
#include "vdev-input/input.h"
#include "vdev/loopback.h"

#define RIG_BANK_BYTES 0x10000u
#define RIG_BANK_BASE  0x7c000000ull
#define RIG_EVENTQ     RIG_BANK_BASE
#define RIG_STATUSQ    (RIG_BANK_BASE + 0x4000)
#define RIG_BUFFERS    (RIG_BANK_BASE + 0x8000)
#define RIG_STATUS     (RIG_BANK_BASE + 0xc000)
#define RIG_GOT_MAX    4096

struct rig {
	struct vinput in;
	struct vinput_caps caps;
	struct loopback lb;
	struct vmem mem;
	struct vq eventq, statusq;
	uint64_t buffer_of[VQ_DRIVER_SIZE_MAX];
	struct virtio_input_event got[RIG_GOT_MAX];
	unsigned got_count;
	unsigned buffer_count;
	uint8_t bank[RIG_BANK_BYTES] __attribute__((aligned(4096)));
};

void rig_start(struct rig *rig, const char *name, const struct vinput_events *events, void *data);
/* Negotiate, set up both queues of `size`, DRIVER_OK; no buffers yet. */
void rig_driver_start(struct rig *rig, uint16_t size, uint64_t features);
/* Make `count` event buffers available (each of `bytes`), and tell the device. */
void rig_give_buffers(struct rig *rig, unsigned count, uint32_t bytes);
/* Take what the device delivered into rig->got; with `refill` the buffers go back. */
void rig_collect(struct rig *rig, bool refill);
/* Events that the driver has got, in words: "+28 -28 |" with | for SYN_REPORT. */
const char *rig_story(const struct rig *rig);
/* As rig_story, and forget them. */
const char *rig_take_story(struct rig *rig);

/* A key event and its report. */
int rig_key(struct vinput *in, uint16_t code, uint32_t value);

#endif
