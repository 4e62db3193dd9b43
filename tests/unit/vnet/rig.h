/*
 * A switch with some partitions around it, each an honest virtio-net driver with a bank of its own, over
 * the loopback transport. Time stands still but for rig_wait.
 */
#ifndef TESTS_UNIT_VNET_RIG_H
#define TESTS_UNIT_VNET_RIG_H

#include "tests/unit/expect.h"
#include "vdev/loopback.h"
#include "vnet/bytes.h"
#include "vnet/vnet.h"

#define RIG_PORTS	 4
#define RIG_BANK_BYTES	 (4u << 20)
#define RIG_BANK_BASE	 0x7c000000ull
#define RIG_RXQ		 RIG_BANK_BASE
#define RIG_TXQ		 (RIG_BANK_BASE + 0x8000)
#define RIG_RX_BUFFERS	 (RIG_BANK_BASE + 0x10000)
#define RIG_RX_MAX_BYTES 0x100000u
#define RIG_TX		 (RIG_BANK_BASE + 0x200000)
#define RIG_TX_STEP	 0x1000u
#define RIG_LARGE	 (RIG_BANK_BASE + 0x280000)
#define RIG_LARGE_STEP	 0x12000u /* a large frame with its header */
#define RIG_LARGE_COUNT	 16
#define RIG_QUEUE_SIZE	 64

#define F(n)	      (1ull << VIRTIO_NET_F_##n)
#define RIG_PLAIN     (F(MAC) | F(STATUS) | F(MTU))
#define RIG_MERGEABLE (RIG_PLAIN | F(MRG_RXBUF))
#define RIG_OFFLOADS                                                                                         \
	(RIG_MERGEABLE | F(CSUM) | F(GUEST_CSUM) | F(HOST_TSO4) | F(HOST_TSO6) | F(GUEST_TSO4) |             \
		F(GUEST_TSO6))

struct rig_driver {
	struct vnet_port port;
	struct vnet_port_config config;
	struct loopback lb;
	struct vmem mem;
	struct vq rxq, txq;
	uint64_t buffer_of[RIG_QUEUE_SIZE];
	uint32_t rx_bytes; /* of a receive buffer */
	unsigned rx_given, tx_next;
	bool mergeable;
	/* the frame taken last */
	struct virtio_net_hdr hdr;
	uint8_t got[70000];
	uint32_t got_bytes;
	uint8_t *bank;
};

struct rig {
	struct vnet v;
	struct rig_driver d[RIG_PORTS];
	unsigned count;
	uint64_t now;
};
extern struct rig rig;

/* A switch with `count` ports of default configuration, named a, b, …; drivers start with rig_up. */
void rig_start(unsigned count);
void rig_add(unsigned count); /* that many more */
void rig_finish(void);
/* The driver of port p: features, RX buffers of `bytes` each, `buffers` of them given. */
void rig_up(unsigned p, uint64_t features, uint32_t bytes, unsigned buffers);
/* All with RIG_MERGEABLE, 2,048 bytes, 32 buffers. */
void rig_up_all(void);
/* The configuration of port p was changed: take it. */
void rig_configure(unsigned p);
void rig_give(unsigned p, unsigned buffers);
void rig_wait(uint64_t ns);

/* An Ethernet frame in rig_frame, from port `from` to port `to` (or RIG_ALL), with `bytes` in all. */
#define RIG_ALL 0xffu
extern uint8_t rig_frame[70000];
uint32_t rig_ether(unsigned from, unsigned to, uint16_t ethertype, uint32_t bytes);
/* The same with IPv4 10.0.0.(from+1) → 10.0.0.(to+1) or IPv6 fd00::…, and UDP or TCP with valid checksums but for TCP's. */
uint32_t rig_ipv4(
	unsigned from, unsigned to, uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t bytes);
uint32_t rig_ipv6(
	unsigned from, unsigned to, uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t bytes);
uint32_t rig_tag(uint32_t bytes, uint16_t tag); /* puts a VLAN tag into rig_frame; its new size */

/* Send rig_frame with a header of zeroes, or with `hdr`; the device has worked when it returns. */
void rig_send(unsigned p, uint32_t bytes);
void rig_send_with(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes);
/* As rig_send_with, but in pieces of these sizes (0 ends them; the last goes to the end); header included. */
void rig_send_pieces(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes, const uint32_t *piece);
/* Queue without letting the device work. False: the ring is full. */
bool rig_queue(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes);
void rig_notify(unsigned p);
/* Take the next frame that port p received; its bytes, or 0. Its buffers are given back if `refill`. */
uint32_t rig_take_keep(unsigned p, bool refill);
uint32_t rig_take(unsigned p);
/* Frames received and thrown away. */
unsigned rig_drain(unsigned p);
/* rig_send from `from`, then: did `to` get exactly that? */
bool rig_passes(unsigned from, unsigned to, uint32_t bytes);
uint32_t rig_udp(unsigned from, unsigned to, uint16_t dport, uint32_t bytes); /* rig_ipv4 from port 1000 */
uint64_t rig_drops(unsigned p, unsigned drop);
uint64_t rig_all_drops(unsigned p);
/* rig_frame does not pass, for this reason and no other, nobody hears of it, and the device goes on. */
bool rig_dropped_for(unsigned from, const struct virtio_net_hdr *hdr, uint32_t bytes, unsigned reason);
/* Internet checksum over big-endian words, as receivers check it. */
uint16_t rig_sum(const uint8_t *at, uint32_t bytes, uint32_t start);
/* Is TCP's or UDP's checksum in this IPv4 or IPv6 frame (no VLAN tag) right? */
bool rig_sum_right(const uint8_t *frame, uint32_t bytes);

#endif
