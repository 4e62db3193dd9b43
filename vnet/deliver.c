#include "vnet/deliver.h"
#include <errno.h>
#include "vnet/bytes.h"
#include "vnet/offload.h"

#define HDR_BYTES ((uint32_t)sizeof(struct virtio_net_hdr))
#define BIT(n)	  (1ull << (n))

/*
 * The receiver's buffers.
 */

static bool target_add(struct vnet_target *t, const struct vq_chain *chain)
{
	if (t->buffer_count == VNET_TARGET_BUFFERS || t->seg_count + chain->write_count > VNET_TARGET_SEGS)
		return false;
	for (unsigned i = 0; i < chain->write_count; i++)
		t->seg[t->seg_count++] = chain->seg[i];
	t->used[t->buffer_count++] = (struct vq_used_elem){.id = chain->head, .len = chain->write_bytes};
	t->bytes += chain->write_bytes;
	return true;
}

/* Another buffer, in v->rx: 1, 0 if there is none, or -EPROTO (the receiver is broken). */
static int target_pop(struct vnet *v, struct vnet_port *to)
{
	int rc = vq_pop(&to->vdev.queue[VIRTIO_NET_RXQ], &v->rx);

	if (rc < 0)
		vdev_break_queue(&to->vdev, VIRTIO_NET_RXQ);
	if (rc <= 0)
		return rc;
	if (v->rx.read_count || v->rx.write_bytes < HDR_BYTES) {
		vdev_break(&to->vdev, "bytes of a receive buffer", v->rx.write_bytes, HDR_BYTES);
		return -EPROTO;
	}
	return 1;
}

/* One more of the buffers that a frame is spread over: as target_pop, or -E2BIG. */
static int target_more(struct vnet *v, struct vnet_port *to)
{
	int rc = target_pop(v, to);

	if (rc <= 0 || target_add(&v->target, &v->rx))
		return rc;
	vq_unpop(&to->vdev.queue[VIRTIO_NET_RXQ], 1);
	return -E2BIG;
}

/* Buffers for `bytes`. 0 or a VNET_DROP_…, and then none is taken. */
static int target_take(struct vnet *v, struct vnet_port *to, uint32_t bytes)
{
	bool mergeable = (to->features & BIT(VIRTIO_NET_F_MRG_RXBUF)) != 0;
	struct vnet_target *t = &v->target;
	int rc = 1;

	t->seg_count = t->buffer_count = 0;
	t->bytes = 0;
	while (rc > 0 && t->bytes < bytes) {
		if (t->buffer_count && !mergeable)
			rc = -E2BIG;
		else
			rc = target_more(v, to);
	}
	if (rc > 0)
		return 0;
	vq_unpop(&to->vdev.queue[VIRTIO_NET_RXQ], t->buffer_count);
	return rc == -E2BIG ? VNET_DROP_TOO_BIG : VNET_DROP_NO_BUFFER;
}

static void target_stage(struct vnet_port *to, struct vnet_target *t, uint32_t bytes)
{
	t->used[t->buffer_count - 1].len -= t->bytes - bytes;
	for (unsigned i = 0; i < t->buffer_count; i++)
		vq_stage(&to->vdev.queue[VIRTIO_NET_RXQ], (uint16_t)t->used[i].id, t->used[i].len);
}

unsigned deliver_floor(const struct vnet_port *from, const struct vnet_port *to)
{
	return to->buffers * (from->config->priority + (from->limited ? 0u : 1u)) / 8;
}

static bool short_of_buffers(const struct vnet_port *from, struct vnet_port *to)
{
	uint16_t there = vq_pending(&to->vdev.queue[VIRTIO_NET_RXQ]);

	if (there > to->buffers)
		to->buffers = there;
	return there <= deliver_floor(from, to);
}

/*
 * The copy: from the local header and the sender's bank straight into the receiver's.
 */

static void put(struct vnet_cursor *to, const void *from, uint32_t bytes)
{
	const uint8_t *at = from;

	while (bytes) {
		uint32_t part = to->seg->bytes - to->skip;

		part = part < bytes ? part : bytes;
		__builtin_memcpy((uint8_t *)to->seg->data + to->skip, at, part);
		at += part;
		bytes -= part;
		*to = cursor_at(*to, part);
	}
}

static void put_rest(struct vnet_cursor *to, struct vnet_cursor from, uint32_t bytes)
{
	while (bytes) {
		uint32_t part = from.seg->bytes - from.skip;

		part = part < bytes ? part : bytes;
		put(to, (const uint8_t *)from.seg->data + from.skip, part);
		bytes -= part;
		from = cursor_at(from, part);
	}
}

/* What goes out: a header, the frame's own first bytes (or others, with a tag added, changed or taken away), then the rest. */
struct out {
	struct virtio_net_hdr hdr;
	const uint8_t *head;
	uint32_t head_bytes;
	uint32_t bytes;
	uint8_t retagged[VNET_HEAD_BYTES + VNET_TAG_BYTES];
};

static void out_retag(struct out *out, const struct vnet_frame *frame, bool tagged)
{
	const uint32_t addresses = 12;
	uint32_t from = addresses + (frame->tagged ? VNET_TAG_BYTES : 0);
	uint32_t to = addresses + (tagged ? VNET_TAG_BYTES : 0);
	uint8_t *head = out->retagged;

	__builtin_memcpy(head, frame->wire.head, addresses);
	if (tagged) {
		be16_put(head + addresses, ETHERTYPE_VLAN);
		be16_put(head + addresses + 2, (frame->tag & 0xf000u) | frame->vlan);
	}
	__builtin_memcpy(head + to, frame->wire.head + from, frame->head_bytes - from);
	out->head = head;
	out->head_bytes = frame->head_bytes - from + to;
	out->bytes = frame->bytes - from + to;
}

/* The header's fields that count from the frame's start move with the tag. */
static void out_offloads(struct out *out, const struct vnet_frame *frame)
{
	const struct virtio_net_hdr *asked = &frame->wire.hdr;
	uint32_t shift = out->bytes - frame->bytes;

	if (asked->flags) {
		out->hdr.flags = asked->flags;
		out->hdr.csum_start = (uint16_t)(asked->csum_start + shift);
		out->hdr.csum_offset = asked->csum_offset;
	}
	if (asked->gso_type != VIRTIO_NET_HDR_GSO_NONE) {
		out->hdr.gso_type = asked->gso_type;
		out->hdr.gso_size = asked->gso_size;
		out->hdr.hdr_len = (uint16_t)(frame->header_bytes + shift);
	}
}

static void out_make(struct out *out, const struct vnet_frame *frame, const struct vnet_port *to)
{
	static const struct virtio_net_hdr plain = {.num_buffers = 1};
	bool tagged = to->config->vlan != frame->vlan;

	out->hdr = plain;
	out->head = frame->wire.head;
	out->head_bytes = frame->head_bytes;
	out->bytes = frame->bytes;
	if (tagged != frame->tagged || (tagged && (frame->tag & 0xfff) != frame->vlan))
		out_retag(out, frame, tagged);
	if (frame->wire.hdr.flags || frame->wire.hdr.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		out_offloads(out, frame);
}

static void out_put(const struct out *out, const struct vnet_frame *frame, struct vnet_cursor at)
{
	uint8_t *to = at.seg->data;

	if (at.seg->bytes >= HDR_BYTES + out->head_bytes) {
		__builtin_memcpy(to, &out->hdr, HDR_BYTES);
		copy_short(to + HDR_BYTES, out->head, out->head_bytes);
		at = cursor_at(at, HDR_BYTES + out->head_bytes);
	} else {
		put(&at, &out->hdr, HDR_BYTES);
		put(&at, out->head, out->head_bytes);
	}
	put_rest(&at, frame->rest, out->bytes - out->head_bytes);
}

static int send_merged(struct vnet *v, struct vnet_port *to, const struct vnet_frame *frame, struct out *out)
{
	struct vnet_target *t = &v->target;
	int drop = target_take(v, to, HDR_BYTES + out->bytes);

	if (drop)
		return drop;
	out->hdr.num_buffers = (uint16_t)t->buffer_count;
	out_put(out, frame, (struct vnet_cursor){.seg = t->seg, .count = t->seg_count});
	target_stage(to, t, HDR_BYTES + out->bytes);
	return VNET_DELIVERED;
}

static int send_virtio(struct vnet *v, struct vnet_port *to, const struct vnet_frame *frame, struct out *out)
{
	struct vq *rxq = &to->vdev.queue[VIRTIO_NET_RXQ];

	if (target_pop(v, to) <= 0)
		return VNET_DROP_NO_BUFFER;
	if (v->rx.write_bytes < HDR_BYTES + out->bytes) {
		vq_unpop(rxq, 1);
		return send_merged(v, to, frame, out);
	}
	/* Most frames fit one buffer: no list of them. */
	out_put(out, frame, (struct vnet_cursor){.seg = v->rx.seg, .count = v->rx.write_count});
	vq_stage(rxq, v->rx.head, HDR_BYTES + out->bytes);
	return VNET_DELIVERED;
}

static int send_external(struct vnet_port *to, const struct vnet_frame *frame, const struct out *out)
{
	struct vnet_wire wire = {.hdr = out->hdr};

	__builtin_memcpy(wire.head, out->head, out->head_bytes);
	if (to->external->send(to, &wire, out->head_bytes, &frame->rest, out->bytes - out->head_bytes))
		return VNET_DROP_NO_BUFFER;
	return VNET_DELIVERED;
}

static int send_one(struct vnet_port *to, const struct vnet_frame *frame)
{
	struct vnet *v = to->vnet;
	struct out out;
	int drop;

	out_make(&out, frame, to);
	drop = to->external ? send_external(to, frame, &out) : send_virtio(v, to, frame, &out);
	if (drop != VNET_DELIVERED)
		return drop;
	to->touched = true;
	to->count.received_frames++;
	to->count.received_bytes += out.bytes;
	v->copied_bytes += to->external ? 0 : out.bytes;
	v->payload_bytes += out.bytes;
	return VNET_DELIVERED;
}

/* Too many at once for the receiver: TCP sends the rest again. */
static int send_segments(struct vnet_port *from, struct vnet_port *to, const struct vnet_frame *frame)
{
	struct vnet_segments s;
	int drop = VNET_DELIVERED;

	segments_begin(&s, frame);
	while (drop == VNET_DELIVERED && segments_next(&s, frame)) {
		if (offload_sum_needed(&s.frame, to->features)) {
			offload_sum(&s.frame);
			from->count.summed++;
		}
		drop = send_one(to, &s.frame);
		from->count.segmented += drop == VNET_DELIVERED;
	}
	if (drop != VNET_DELIVERED && s.number > 1) {
		to->count.missed_frames++;
		return VNET_DELIVERED;
	}
	return drop;
}

static bool too_big(const struct vnet_port *to, const struct vnet_frame *frame)
{
	if (frame->wire.hdr.gso_type == VIRTIO_NET_HDR_GSO_NONE)
		return frame_bare_bytes(frame) > to->config->mtu + VNET_ETHER_BYTES;
	return (uint32_t)(frame->header_bytes - frame->l3_at) + frame->wire.hdr.gso_size > to->config->mtu;
}

int deliver(struct vnet_port *from, struct vnet_port *to, struct vnet_frame *frame)
{
	if (too_big(to, frame))
		return VNET_DROP_TOO_BIG;
	if (!to->external && short_of_buffers(from, to))
		return VNET_DROP_NO_BUFFER;
	if (offload_segments_needed(frame, to->features))
		return send_segments(from, to, frame);
	if (offload_sum_needed(frame, to->features)) {
		offload_sum(frame);
		from->count.summed++;
	}
	return send_one(to, frame);
}
