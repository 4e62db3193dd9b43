/*
 * virtio-input (VIRTIO 1.3 5.8): events come in whole frames, each up to its SYN_REPORT. A frame that is
 * longer than VINPUT_FRAME_EVENTS is dropped whole and counted. The configuration area is not read:
 * that would wait for the backend.
 */
#ifndef RTOS_VIRTIO_INPUT_H
#define RTOS_VIRTIO_INPUT_H

#include <stdint.h>
#include "abi/virtio_input.h"
#include "frontends/rtos/virtio_mmio.h"

#define VINPUT_BUFFER_COUNT 64 /* event buffers, and the queue's size */
#define VINPUT_FRAME_EVENTS 32
/* From area_addr: the ring's page, then the events. */
#define VINPUT_AREA_BYTES 0x2000u

#define VINPUT_EV_SYN	  0
#define VINPUT_EV_KEY	  1
#define VINPUT_SYN_REPORT 0

struct virtio_input {
	struct virtio_mmio mmio;
	uint64_t area_addr; /* guest address of VINPUT_AREA_BYTES in the bank */
	/* Mandatory. One frame, its SYN_REPORT left out; count is at least 1. */
	void (*frame)(void *data, const struct virtio_input_event *event, unsigned count);
	/* Optional. The device was lost: whatever was held is not any more. */
	void (*lost)(void *data);
	void *data;

	/* the rest is virtio_input.c's */
	struct virtio_input_event event[VINPUT_FRAME_EVENTS];
	unsigned event_count;
	bool dropping;
	uint32_t dropped_count; /* frames */
	uint8_t buffer_of[VINPUT_BUFFER_COUNT];
};

/* mmio.name, base, memory, area_addr, frame, lost and data are set by the caller, the rest zero. -EINVAL: area. */
int virtio_input_init(struct virtio_input *in);
/* The device's interrupt came, or the deadline. True: a full round was done, more may wait; call again after others. */
bool virtio_input_run(struct virtio_input *in, uint64_t now_ns);
uint64_t virtio_input_deadline(const struct virtio_input *in);

#endif
