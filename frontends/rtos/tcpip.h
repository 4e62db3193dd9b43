/*
 * TCP/IP by lwIP (Debian's source, compiled into the image: $(RTOS_TCPIP)) over a network card, for a partition
 * with one address. Sockets are lwIP's own "raw" interface: <lwip/tcp.h>, <lwip/udp.h>; ping is answered.
 *
 *   card ──▶ tcpip_received ──▶ lwIP ──▶ the application's callbacks ──▶ begin, end ──▶ card
 *
 * Everything is called from the one task that runs the card, and nothing waits. What lwIP stores is bounded by
 * frontends/rtos/lwip/lwipopts.h: a peer that opens too many connections, or sends more than its window, loses
 * his own. Call tcpip_tick at tcpip_deadline.
 */
#ifndef RTOS_TCPIP_H
#define RTOS_TCPIP_H

#include <stdbool.h>
#include <stdint.h>

/* Addresses as numbers: 10.0.0.1 is 0x0a000001. */
#define TCPIP_ADDRESS(a, b, c, d)                                                                            \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

struct tcpip_card {
	/* Mandatory. Room for a frame, `mtu` and an Ethernet header long; NULL: none now. */
	uint8_t *(*begin)(void *data);
	/* Mandatory. The frame that was begun has `bytes` bytes and goes out. Negative errno: it does not. */
	int (*end)(void *data, uint32_t bytes);
	void *data;
};

struct virtio_net;

/* Start lwIP on the card, link down. Once. -EINVAL: lwIP does not take the address. */
int tcpip_init(const struct tcpip_card *card, uint32_t address, uint32_t mask, uint32_t gateway);
/* The card for a virtio_net, whose `data` in callbacks is the image's own. */
struct tcpip_card tcpip_virtio_card(struct virtio_net *net);
/* The link went up, with this MAC address (and ours is announced), or down. */
void tcpip_link(bool up, const uint8_t mac[6], uint16_t mtu);
/* One frame, at least an Ethernet header. */
void tcpip_received(const uint8_t *frame, uint32_t bytes);
/* What is due: retransmissions, delayed answers, forgotten neighbours. */
void tcpip_tick(void);
uint64_t tcpip_deadline(void); /* ns, of the same clock as time_ns; UINT64_MAX: never */

#endif
