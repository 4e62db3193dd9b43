/*
 * ARP (RFC 826), IPv4 (RFC 791), ICMP echo (RFC 792) and UDP (RFC 768) over virtio-net: as much of the
 * Internet as an RTOS needs to answer ping and exchange datagrams. tcpip.h has TCP, too.
 *
 * Nothing is stored but INET_NEIGHBOURS addresses. Fragments and IP options are not taken. A checksum
 * that is wrong, a length that lies or a source that cannot be one: dropped and counted. Everything is called from
 * the task that runs the network device; nothing waits.
 */
#ifndef RTOS_INET_H
#define RTOS_INET_H

#include "frontends/rtos/net.h"

#define INET_NEIGHBOURS	  8
#define INET_UDP_MAX	  1472u		 /* payload of a datagram at an MTU of 1,500 */
#define INET_AGE_NS	  60000000000ull /* after which a neighbour is asked for again */
#define INET_ASK_PAUSE_NS 1000000000ull	 /* between two questions for the same one (RFC 1122 2.3.2.1) */

/* Addresses as numbers: 10.0.0.1 is 0x0a000001. */
#define INET_ADDRESS(a, b, c, d)                                                                             \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

struct inet_neighbour {
	uint32_t address; /* 0: free */
	bool known;
	uint8_t mac[6];
	uint64_t time_ns; /* of the answer, or of the question while it is not known */
};

struct inet {
	struct virtio_net *net;
	uint32_t address, mask;
	uint32_t gateway; /* 0: none */
	/* Optional. A datagram to one of our addresses' ports; gone when it returns. */
	void (*udp)(void *data, uint32_t from, uint16_t sport, uint16_t dport, const uint8_t *payload,
		uint32_t bytes);
	void *data;

	/* the rest is inet.c's */
	uint64_t now_ns;
	struct inet_neighbour neighbour[INET_NEIGHBOURS];
	uint16_t ip_id;
	uint32_t dropped_count, echo_count, udp_count;
};

/* From virtio_net's `received`. now_ns: of this round. */
void inet_received(struct inet *in, uint64_t now_ns, const uint8_t *frame, uint32_t bytes);
/*
 * Send a datagram. -EAGAIN: the neighbour's address has been asked for, or the ring is full: try again at
 * the next event; -EINVAL: more than INET_UDP_MAX; -ENETUNREACH: no way there.
 */
int inet_udp_send(struct inet *in, uint64_t now_ns, uint32_t to, uint16_t sport, uint16_t dport,
	const void *payload, uint32_t bytes);
/* Tell the others our address: when the link comes up (RFC 5227 2.3). */
void inet_announce(struct inet *in, uint64_t now_ns);

#endif
