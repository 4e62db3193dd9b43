/*
 * virtio-net (VIRTIO 1.3 5.1) for an RTOS: whole frames in and out, no offloads, no waiting.
 *
 *   virtio_net_begin ──▶ write the frame there ──▶ virtio_net_end … virtio_net_flush
 *   virtio_net_run   ──▶ received(frame) for each that came; link(up) when it changes
 *
 * Frames received are copied out of the bank before anyone looks at them: whoever hosts the device may
 * change what lies there. What is longer than VIRTIO_NET_FRAME_BYTES is dropped and counted. A stack
 * such as lwIP needs two functions: its link output (begin, copy the pbufs, end, flush) and `received`.
 */
#ifndef RTOS_NET_H
#define RTOS_NET_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_net.h"
#include "frontends/rtos/virtio_mmio.h"

#define VIRTIO_NET_RX_COUNT    32
#define VIRTIO_NET_TX_COUNT    32
#define VIRTIO_NET_FRAME_BYTES (2048u - (uint32_t)sizeof(struct virtio_net_hdr))
#define VIRTIO_NET_RUN_FRAMES  32 /* most that one call of virtio_net_run takes */
/* From area_addr: the rings' two pages, then the buffers. */
#define VIRTIO_NET_AREA_BYTES (0x2000u + (VIRTIO_NET_RX_COUNT + VIRTIO_NET_TX_COUNT) * 2048u)

struct virtio_net {
	struct virtio_mmio mmio;
	uint64_t area_addr; /* guest address of VIRTIO_NET_AREA_BYTES in the bank */
	/* Mandatory. One frame, at least an Ethernet header; gone when it returns. */
	void (*received)(void *data, const uint8_t *frame, uint32_t bytes);
	/* Optional. The link went up (mac and mtu are valid) or down. */
	void (*link)(void *data, bool up);
	void *data;

	/* valid while `up` */
	bool up;
	uint8_t mac[6];
	uint16_t mtu; /* 0: the device does not say */

	/* the rest is net.c's */
	uint8_t rx_buffer_of[VIRTIO_NET_RX_COUNT];
	uint8_t tx_buffer_of[VIRTIO_NET_TX_COUNT];
	uint8_t tx_free[VIRTIO_NET_TX_COUNT];
	unsigned tx_free_count;
	bool tx_added;
	uint32_t received_count, sent_count;
	uint32_t dropped_count; /* received: too short, too long, or with offloads that nobody asked for */
	uint8_t frame[VIRTIO_NET_FRAME_BYTES];
};

/*
 * mmio.name, base, memory, area_addr, received, link and data are set by the caller, the rest zero.
 * -EINVAL: the area is not page-aligned in the bank.
 */
int virtio_net_init(struct virtio_net *n);
/* The device's interrupt came, or the deadline. True: a full round was done, more may wait; call again after others. */
bool virtio_net_run(struct virtio_net *n, uint64_t now_ns);
uint64_t virtio_net_deadline(const struct virtio_net *n);
/* Room for the next frame, VIRTIO_NET_FRAME_BYTES of it, in the bank; NULL: the link is down, or all are on their way. */
uint8_t *virtio_net_begin(struct virtio_net *n, uint64_t now_ns);
/* The frame that was begun has `bytes` bytes. -EINVAL: too short or too long; it can be begun again. */
int virtio_net_end(struct virtio_net *n, uint32_t bytes);
/* Let go what was ended: after each frame, or after some. */
void virtio_net_flush(struct virtio_net *n);

#endif
