/*
 * One frame on its way: what was read of it, once, and where the rest lies in its sender's bank.
 */
#ifndef VNET_FRAME_H
#define VNET_FRAME_H

#include <stdbool.h>
#include <stdint.h>
#include "abi/virtio_net.h"
#include "vdev/virtqueue.h"

#define VNET_HEAD_BYTES                                                                                      \
	160u /* Ethernet, VLAN tag, IPv6 with some extension headers, TCP with all its options */
#define VNET_ETHER_BYTES  14u
#define VNET_TAG_BYTES	  4u
#define VNET_FRAME_MAX	  (VNET_ETHER_BYTES + VNET_TAG_BYTES + 65535u)
#define VNET_GSO_MIN	  48u  /* payload of a segment; Linux's TCP never goes below it */
#define VNET_GSO_SEGMENTS 256u /* of one frame */

#define ETHERTYPE_IPV4	0x0800
#define ETHERTYPE_ARP	0x0806
#define ETHERTYPE_VLAN	0x8100
#define ETHERTYPE_IPV6	0x86dd
#define ETHERTYPE_QINQ	0x88a8
#define PROTOCOL_ICMP	1
#define PROTOCOL_TCP	6
#define PROTOCOL_UDP	17
#define PROTOCOL_ICMPV6 58

/* A virtio-net header and the first bytes of its frame, as they lie in one buffer. */
struct vnet_wire {
	struct virtio_net_hdr hdr;
	uint8_t head[VNET_HEAD_BYTES + VNET_TAG_BYTES]; /* room for a tag to be added */
};

/* A place in a list of segments. */
struct vnet_cursor {
	const struct vq_seg *seg;
	unsigned count;
	uint32_t skip; /* bytes of the first that are behind us */
};

/* Where a frame is copied to: the receiver's buffers, as popped. */
#define VNET_TARGET_BUFFERS 128u
#define VNET_TARGET_SEGS    (VQ_SEGS_MAX + VNET_TARGET_BUFFERS)
struct vnet_target {
	struct vq_seg seg[VNET_TARGET_SEGS];
	unsigned seg_count;
	struct vq_used_elem used[VNET_TARGET_BUFFERS]; /* len: the buffer's size until it is pushed */
	unsigned buffer_count;
	uint32_t bytes;
};

enum vnet_l3 {
	VNET_L3_OTHER, /* certainly no IP */
	VNET_L3_IPV4,
	VNET_L3_IPV6,
	VNET_L3_ARP,
	VNET_L3_HIDDEN, /* behind a second tag: nobody knows */
};

struct vnet_frame {
	struct vnet_wire wire;	 /* as read; the header's fields valid after frame_check_header */
	uint32_t head_bytes;	 /* of the frame that wire.head holds */
	uint32_t bytes;		 /* of the whole frame */
	struct vnet_cursor data; /* virtio-net header and whole frame in its sender's bank */
	struct vnet_cursor rest; /* what follows wire.head */

	/* found by frame_parse */
	uint64_t dmac;
	uint64_t smac;
	bool tagged;
	bool hidden;	    /* protocol or ports cannot be known */
	bool fragment;	    /* of IP, the first included */
	uint8_t protocol;   /* 0 while hidden before it was found */
	uint8_t l3;	    /* enum vnet_l3 */
	uint16_t vlan;	    /* of the frame inside the switch; from the tag or the port */
	uint16_t tag;	    /* as the frame had it */
	uint16_t ethertype; /* behind the tag */
	uint16_t l3_at;
	uint16_t l4_at;	   /* 0: none, or hidden */
	uint16_t ports[2]; /* source and destination; ICMP: type in the second; if has_ports */
	bool has_ports;
	uint16_t header_bytes; /* up to TCP's payload; 0: not TCP, or more than wire.head holds */
};

/* Cursor moved by `bytes`, which lie inside. */
static inline struct vnet_cursor cursor_at(struct vnet_cursor c, uint32_t bytes)
{
	c.skip += bytes;
	while (c.count > 1 && c.skip >= c.seg->bytes) {
		c.skip -= c.seg->bytes;
		c.seg++;
		c.count--;
	}
	return c;
}

/* The frame that follows the virtio-net header in `data`, `bytes` in all with it. -EINVAL: shorter than both headers. */
int frame_read(struct vnet_frame *frame, struct vnet_cursor data, uint32_t bytes);
/* What the header says. 0, or -EINVAL: it lies about itself. */
int frame_parse(struct vnet_frame *frame);
/* The checks of the virtio-net header against the frame; a VNET_DROP_… or -1: it is right. */
int frame_check_header(struct vnet_frame *frame, uint64_t features, uint32_t mtu);

/* Bytes of the frame without VLAN tag. */
static inline uint32_t frame_bare_bytes(const struct vnet_frame *frame)
{
	return frame->bytes - (frame->tagged ? VNET_TAG_BYTES : 0);
}

#endif
