#include "vnet/offload.h"
#include "vnet/bytes.h"

#define BIT(n) (1ull << (n))

/* TCP's and UDP's fields, from the start of their headers. */
enum { TCP_SEQUENCE = 4, TCP_FLAGS = 13, TCP_SUM = 16, UDP_SUM = 6 };
enum { TCP_FIN = 1, TCP_PSH = 8, TCP_CWR = 0x80 };

/*
 * The virtio-net header of a sender, against what was found in its frame.
 */

/*
 * The checksum is written where the header says: only where a checksum is, so that nothing that a filter
 * looked at is overwritten. (Tunnels: the
 * inner one lies beyond the outer UDP header, and still in the local copy.)
 */
static bool sum_honest(const struct vnet_frame *frame)
{
	const struct virtio_net_hdr *hdr = &frame->wire.hdr;
	uint32_t at = (uint32_t)hdr->csum_start + hdr->csum_offset;

	if (!frame->l4_at || frame->fragment || hdr->csum_start < frame->l4_at || at + 2 > frame->head_bytes)
		return false;
	if (hdr->csum_start > frame->l4_at)
		return frame->protocol == PROTOCOL_UDP && hdr->csum_start >= frame->l4_at + 8u;
	return (frame->protocol == PROTOCOL_TCP && hdr->csum_offset == TCP_SUM) ||
	       (frame->protocol == PROTOCOL_UDP && hdr->csum_offset == UDP_SUM);
}

static bool segments_honest(const struct vnet_frame *frame, uint64_t features, uint32_t mtu)
{
	const struct virtio_net_hdr *hdr = &frame->wire.hdr;
	unsigned type = hdr->gso_type & ~(unsigned)VIRTIO_NET_HDR_GSO_ECN;
	uint32_t header = frame->header_bytes, payload;

	if (hdr->gso_type & VIRTIO_NET_HDR_GSO_ECN && !(features & BIT(VIRTIO_NET_F_HOST_ECN)))
		return false;
	if (type == VIRTIO_NET_HDR_GSO_TCPV4) {
		if (!(features & BIT(VIRTIO_NET_F_HOST_TSO4)) || frame->l3 != VNET_L3_IPV4)
			return false;
	} else if (type == VIRTIO_NET_HDR_GSO_TCPV6) {
		if (!(features & BIT(VIRTIO_NET_F_HOST_TSO6)) || frame->l3 != VNET_L3_IPV6)
			return false;
	} else {
		return false;
	}
	if (frame->protocol != PROTOCOL_TCP || !header || frame->fragment ||
		!(hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || hdr->csum_start != frame->l4_at)
		return false;
	payload = frame->bytes - header;
	return hdr->gso_size >= VNET_GSO_MIN && payload / hdr->gso_size < VNET_GSO_SEGMENTS &&
	       header - frame->l3_at + hdr->gso_size <= mtu;
}

/* The length in the IP header is the frame's: segments are cut by it. */
static bool length_honest(const struct vnet_frame *frame)
{
	const uint8_t *ip = frame->wire.head + frame->l3_at;
	uint32_t length = frame->l3 == VNET_L3_IPV4 ? be16(ip + 2) : be16(ip + 4) + 40u;

	return length == frame->bytes - frame->l3_at;
}

int frame_check_header(struct vnet_frame *frame, uint64_t features, uint32_t mtu)
{
	struct virtio_net_hdr *hdr = &frame->wire.hdr;

	if (hdr->flags & VIRTIO_NET_HDR_F_DATA_VALID)
		return VNET_DROP_HEADER;
	hdr->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM; /* others are to be ignored (5.1.6.2.2) */
	if (hdr->flags && (!(features & BIT(VIRTIO_NET_F_CSUM)) || !sum_honest(frame)))
		return VNET_DROP_CHECKSUM;
	if (hdr->gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return frame_bare_bytes(frame) > mtu + VNET_ETHER_BYTES ? VNET_DROP_GIANT : -1;
	if (!segments_honest(frame, features, mtu) || !length_honest(frame))
		return VNET_DROP_SEGMENT;
	return -1;
}

/*
 * Checksums.
 */

static uint64_t sum_words(uint64_t sum, const uint8_t *at, uint32_t bytes)
{
	uint32_t word;

	for (; bytes >= 4; at += 4, bytes -= 4) {
		__builtin_memcpy(&word, at, 4);
		sum += word;
	}
	word = 0;
	__builtin_memcpy(&word, at, bytes);
	return sum + word;
}

uint32_t sum_add(uint32_t sum, const void *data, uint32_t bytes)
{
	uint64_t wide = sum_words(sum, data, bytes);

	wide = (wide & 0xffffffff) + (wide >> 32);
	wide = (wide & 0xffffffff) + (wide >> 32);
	return (uint32_t)wide;
}

/* In the order of the bytes in memory, as all sums here are (RFC 1071 2B). */
uint16_t sum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

static void sum_put(uint8_t *at, uint32_t sum, bool udp)
{
	uint16_t value = (uint16_t)~sum_fold(sum);

	if (udp && value == 0)
		value = 0xffff; /* RFC 768: zero means none */
	__builtin_memcpy(at, &value, 2);
}

static uint16_t swap16(uint16_t value)
{
	return (uint16_t)(value << 8 | value >> 8);
}

/* Over `bytes` from the cursor on; odd pieces in the middle are moved to their place (RFC 1071 2B). */
static uint32_t sum_cursor(uint32_t sum, struct vnet_cursor c, uint32_t bytes)
{
	bool odd = false;

	while (bytes) {
		uint32_t part = c.seg->bytes - c.skip;
		uint16_t piece;

		part = part < bytes ? part : bytes;
		piece = sum_fold(sum_add(0, (const uint8_t *)c.seg->data + c.skip, part));
		sum += odd ? swap16(piece) : piece;
		odd ^= part & 1;
		bytes -= part;
		c = cursor_at(c, part);
	}
	return sum;
}

/* From `at` in the local copy to the frame's end. */
static uint32_t sum_from(const struct vnet_frame *frame, uint32_t at)
{
	uint32_t local = frame->head_bytes - at;
	uint16_t rest = sum_fold(sum_cursor(0, frame->rest, frame->bytes - frame->head_bytes));

	return sum_fold(sum_add(0, frame->wire.head + at, local)) +
	       (uint32_t)(local & 1 ? swap16(rest) : rest);
}

bool offload_sum_needed(const struct vnet_frame *frame, uint64_t features)
{
	return frame->wire.hdr.flags && !(features & BIT(VIRTIO_NET_F_GUEST_CSUM));
}

bool offload_segments_needed(const struct vnet_frame *frame, uint64_t features)
{
	uint64_t need = BIT(VIRTIO_NET_F_GUEST_CSUM);

	if (frame->wire.hdr.gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return false;
	need |= frame->l3 == VNET_L3_IPV4 ? BIT(VIRTIO_NET_F_GUEST_TSO4) : BIT(VIRTIO_NET_F_GUEST_TSO6);
	if (frame->wire.hdr.gso_type & VIRTIO_NET_HDR_GSO_ECN)
		need |= BIT(VIRTIO_NET_F_GUEST_ECN);
	return (features & need) != need;
}

void offload_sum(struct vnet_frame *frame)
{
	struct virtio_net_hdr *hdr = &frame->wire.hdr;
	uint32_t at = (uint32_t)hdr->csum_start + hdr->csum_offset;

	hdr->flags = 0;
	sum_put(frame->wire.head + at, sum_from(frame, hdr->csum_start), frame->protocol == PROTOCOL_UDP);
}

/*
 * Segments.
 */

static void head_ipv4(struct vnet_segments *s, uint32_t length)
{
	uint8_t *ip = s->frame.wire.head + s->frame.l3_at;

	be16_put(ip + 2, length);
	be16_put(ip + 4, (uint16_t)(s->ip_id + s->number));
	be16_put(ip + 10, 0);
	sum_put(ip + 10, sum_add(0, ip, (ip[0] & 15) * 4u), false);
}

/* TCP's pseudo header (RFC 9293 3.1, RFC 8200 8.1), as a driver leaves it in the checksum's place. */
static uint16_t pseudo_sum(const struct vnet_frame *frame, uint32_t l4_bytes)
{
	const uint8_t *ip = frame->wire.head + frame->l3_at;
	uint8_t tail[4] = {0, PROTOCOL_TCP, (uint8_t)(l4_bytes >> 8), (uint8_t)l4_bytes};
	uint32_t sum = sum_add(0, tail, sizeof(tail));

	if (frame->l3 == VNET_L3_IPV4)
		return sum_fold(sum_add(sum, ip + 12, 8));
	return sum_fold(sum_add(sum, ip + 8, 32));
}

static void head_tcp(struct vnet_segments *s, bool last, uint32_t offset)
{
	struct vnet_frame *frame = &s->frame;
	uint8_t *tcp = frame->wire.head + frame->l4_at;
	uint16_t pseudo = pseudo_sum(frame, frame->bytes - frame->l4_at);

	be32_put(tcp + TCP_SEQUENCE, s->sequence + offset);
	if (!last)
		tcp[TCP_FLAGS] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	if (s->number)
		tcp[TCP_FLAGS] &= (uint8_t)~TCP_CWR;
	__builtin_memcpy(tcp + TCP_SUM, &pseudo, 2);
}

void segments_begin(struct vnet_segments *s, const struct vnet_frame *whole)
{
	const uint8_t *head = whole->wire.head;

	s->payload_at = whole->header_bytes;
	s->number = 0;
	s->ip_id = be16(head + whole->l3_at + 4);
	s->sequence = be32(head + whole->l4_at + TCP_SEQUENCE);
}

bool segments_next(struct vnet_segments *s, const struct vnet_frame *whole)
{
	uint32_t offset = s->payload_at - whole->header_bytes;
	uint32_t left = whole->bytes - s->payload_at;
	uint32_t part = left < whole->wire.hdr.gso_size ? left : whole->wire.hdr.gso_size;
	uint32_t length = whole->header_bytes - whole->l3_at + part;

	if (!left && s->number)
		return false;
	s->frame = *whole;
	s->frame.wire.hdr.gso_type = VIRTIO_NET_HDR_GSO_NONE;
	s->frame.wire.hdr.gso_size = 0;
	s->frame.bytes = whole->header_bytes + part;
	s->frame.head_bytes = whole->header_bytes;
	/* Payload is no header: what the local copy holds of it is as good as what the bank does. */
	s->frame.rest = cursor_at(whole->data, (uint32_t)sizeof(struct virtio_net_hdr) + s->payload_at);
	if (whole->l3 == VNET_L3_IPV4)
		head_ipv4(s, length);
	else
		be16_put(s->frame.wire.head + s->frame.l3_at + 4, length - 40);
	head_tcp(s, part == left, offset);
	s->payload_at += part;
	s->number++;
	return true;
}
