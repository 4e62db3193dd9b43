/* What a frame's header says. Everything here looks at the local copy only. */
#include "vnet/frame.h"
#include <errno.h>
#include "vnet/bytes.h"

#define EXTENSIONS_MAX 8 /* headers of IPv6 that are followed */

/* IPv6 extension headers (RFC 8200 4, RFC 4302 2). */
enum { NEXT_HOP_BY_HOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_AUTH = 51, NEXT_DESTINATION = 60 };

/* As ring_copy: read once (XSA-155). */
static void read_once(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	__asm__ volatile("" ::: "memory");
	copy_short(to, from, bytes);
	__asm__ volatile("" ::: "memory");
}

static void read_pieces(uint8_t *to, struct vnet_cursor data, uint32_t bytes)
{
	while (bytes) {
		uint32_t part = data.seg->bytes - data.skip;

		part = part < bytes ? part : bytes;
		read_once(to, (const uint8_t *)data.seg->data + data.skip, part);
		to += part;
		bytes -= part;
		data = cursor_at(data, part);
	}
}

int frame_read(struct vnet_frame *frame, struct vnet_cursor data, uint32_t bytes)
{
	const uint32_t hdr_bytes = sizeof(struct virtio_net_hdr);
	const uint8_t *from = (const uint8_t *)data.seg->data + data.skip;
	uint32_t want = bytes < hdr_bytes + VNET_HEAD_BYTES ? bytes : hdr_bytes + VNET_HEAD_BYTES;

	if (bytes < hdr_bytes + VNET_ETHER_BYTES)
		return -EINVAL;
	frame->bytes = bytes - hdr_bytes;
	frame->head_bytes = want - hdr_bytes;
	frame->data = data;
	frame->rest = cursor_at(data, want);
	if (data.seg->bytes - data.skip < want) {
		read_pieces((uint8_t *)&frame->wire, data, want);
		return 0;
	}
	read_once((uint8_t *)&frame->wire.hdr, from, hdr_bytes);
	read_once(frame->wire.head, from + hdr_bytes, frame->head_bytes);
	return 0;
}

/* Is [at, at + bytes) in the copy? */
static bool holds(const struct vnet_frame *frame, unsigned at, unsigned bytes)
{
	return at + bytes <= frame->head_bytes;
}

/* The frame may go on behind the copy: then nobody knows; otherwise it is cut short. */
static int missing(struct vnet_frame *frame, unsigned at, unsigned bytes)
{
	if (at + bytes > frame->bytes)
		return -EINVAL;
	frame->hidden = true;
	return 0;
}

static int parse_l4(struct vnet_frame *frame, unsigned at)
{
	const uint8_t *head = frame->wire.head;
	unsigned doff;

	switch (frame->protocol) {
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
		if (!holds(frame, at, 8))
			return missing(frame, at, 8);
		frame->ports[0] = be16(head + at);
		frame->ports[1] = be16(head + at + 2);
		break;
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		if (!holds(frame, at, 4))
			return missing(frame, at, 4);
		frame->ports[0] = 0;
		frame->ports[1] = head[at];
		break;
	default: return 0;
	}
	frame->has_ports = true;
	frame->l4_at = (uint16_t)at;
	if (frame->protocol == PROTOCOL_TCP && holds(frame, at, 20)) {
		doff = (head[at + 12] >> 4) * 4u;
		if (doff >= 20 && holds(frame, at, doff))
			frame->header_bytes = (uint16_t)(at + doff);
	}
	return 0;
}

/* RFC 791 3.1. The later fragment that would overwrite TCP's flags is refused (RFC 3128). */
static int parse_ipv4(struct vnet_frame *frame)
{
	const uint8_t *ip = frame->wire.head + frame->l3_at;
	unsigned left = frame->bytes - frame->l3_at;
	unsigned header, offset;

	if (!holds(frame, frame->l3_at, 20))
		return -EINVAL;
	header = (ip[0] & 15) * 4u;
	if (ip[0] >> 4 != 4 || header < 20 || be16(ip + 2) < header || be16(ip + 2) > left ||
		!holds(frame, frame->l3_at, header))
		return -EINVAL;
	frame->protocol = ip[9];
	offset = be16(ip + 6) & 0x1fff;
	frame->fragment = (be16(ip + 6) & 0x3fff) != 0;
	if (offset == 1 && frame->protocol == PROTOCOL_TCP)
		return -EINVAL;
	if (offset) {
		frame->hidden = true;
		return 0;
	}
	return parse_l4(frame, frame->l3_at + header);
}

/* The size of extension header `next` at `at`, of which eight bytes are held. */
static unsigned extension_bytes(const struct vnet_frame *frame, uint8_t next, unsigned at)
{
	unsigned length = frame->wire.head[at + 1];

	if (next == NEXT_FRAGMENT)
		return 8;
	return next == NEXT_AUTH ? (length + 2) * 4 : (length + 1) * 8;
}

static bool is_extension(uint8_t next)
{
	return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_FRAGMENT ||
	       next == NEXT_AUTH || next == NEXT_DESTINATION;
}

/* RFC 8200 3 and 4 */
static int parse_ipv6(struct vnet_frame *frame)
{
	const uint8_t *ip = frame->wire.head + frame->l3_at;
	unsigned at = frame->l3_at + 40u, offset = 0;
	uint8_t next;

	if (!holds(frame, frame->l3_at, 40) || ip[0] >> 4 != 6 ||
		be16(ip + 4) + 40u > frame->bytes - frame->l3_at)
		return -EINVAL;
	next = ip[6];
	for (unsigned i = 0; is_extension(next); i++) {
		const uint8_t *extension = frame->wire.head + at;

		if (!holds(frame, at, 8))
			return missing(frame, at, 8);
		if (i == EXTENSIONS_MAX) {
			frame->hidden = true;
			return 0;
		}
		if (next == NEXT_FRAGMENT) {
			frame->fragment = true;
			offset = be16(extension + 2) >> 3;
		}
		at += extension_bytes(frame, next, at);
		next = extension[0];
	}
	frame->protocol = next;
	if (offset == 1 && next == PROTOCOL_TCP)
		return -EINVAL;
	if (offset) {
		frame->hidden = true;
		return 0;
	}
	return parse_l4(frame, at);
}

static int parse_tag(struct vnet_frame *frame)
{
	if (!holds(frame, VNET_ETHER_BYTES, VNET_TAG_BYTES))
		return -EINVAL;
	frame->tagged = true;
	frame->tag = be16(frame->wire.head + VNET_ETHER_BYTES);
	frame->ethertype = be16(frame->wire.head + VNET_ETHER_BYTES + 2);
	frame->l3_at = VNET_ETHER_BYTES + VNET_TAG_BYTES;
	return 0;
}

int frame_parse(struct vnet_frame *frame)
{
	frame->dmac = be64(frame->wire.head) >> 16;
	frame->smac = be64(frame->wire.head + 4) & MAC_BROADCAST;
	frame->tagged = frame->hidden = frame->fragment = frame->has_ports = false;
	frame->protocol = 0;
	frame->l4_at = frame->header_bytes = 0;
	frame->l3_at = VNET_ETHER_BYTES;
	frame->ethertype = be16(frame->wire.head + 12);
	if (frame->ethertype == ETHERTYPE_VLAN && parse_tag(frame))
		return -EINVAL;
	switch (frame->ethertype) {
	case ETHERTYPE_IPV4: frame->l3 = VNET_L3_IPV4; return parse_ipv4(frame);
	case ETHERTYPE_IPV6: frame->l3 = VNET_L3_IPV6; return parse_ipv6(frame);
	case ETHERTYPE_ARP: frame->l3 = VNET_L3_ARP; return holds(frame, frame->l3_at, 28) ? 0 : -EINVAL;
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
		frame->l3 = VNET_L3_HIDDEN;
		frame->hidden = true;
		return 0;
	default: frame->l3 = VNET_L3_OTHER; return 0;
	}
}
