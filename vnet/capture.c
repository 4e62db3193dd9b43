/* Captures as pcapng (draft-ietf-opsawg-pcapng): sections 4.1 to 4.3, options of 3.5. */
#include "vnet/switch.h"

enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { OPTION_END, OPTION_COMMENT = 1, OPTION_IF_NAME = 2, OPTION_IF_TSRESOL = 9, OPTION_EPB_FLAGS = 2 };
#define BYTE_ORDER_MAGIC  0x1a2b3c4du
#define LINKTYPE_ETHERNET 1
#define RESOLUTION_NS	  9 /* 10^-9 s */
#define DIRECTION_INBOUND 1

/* A block's head and options are put together here, its frame goes to the sink piece by piece. */
struct block {
	uint32_t used;
	union {
		uint32_t word[48];
		uint8_t byte[192];
	};
};

static uint32_t padded(uint32_t bytes)
{
	return (bytes + 3) & ~3u;
}

static void put32(struct block *b, uint32_t value)
{
	b->word[b->used / 4] = value;
	b->used += 4;
}

static void put_bytes(struct block *b, const void *bytes, uint32_t count)
{
	__builtin_memset(b->byte + b->used, 0, padded(count));
	__builtin_memcpy(b->byte + b->used, bytes, count);
	b->used += padded(count);
}

static void put_option(struct block *b, uint32_t code, const void *value, uint32_t bytes)
{
	put32(b, code | bytes << 16);
	put_bytes(b, value, bytes);
}

static void put_text(struct block *b, uint32_t code, const char *text)
{
	put_option(b, code, text, (uint32_t)__builtin_strlen(text));
}

/* The block's length stands at both its ends. */
static void write_block(const struct vnet *v, struct block *b)
{
	b->word[1] = b->used + 4;
	put32(b, b->used + 4);
	v->sink(v->sink_data, b->byte, b->used);
}

static void write_section(const struct vnet *v)
{
	struct block b = {.used = 0};

	put32(&b, BLOCK_SECTION);
	put32(&b, 0);
	put32(&b, BYTE_ORDER_MAGIC);
	put32(&b, 1); /* version 1.0 */
	put32(&b, UINT32_MAX);
	put32(&b, UINT32_MAX); /* length not known */
	write_block(v, &b);
}

static void write_interface(const struct vnet *v, const struct vnet_port *port)
{
	const uint8_t resolution = RESOLUTION_NS;
	struct block b = {.used = 0};

	put32(&b, BLOCK_INTERFACE);
	put32(&b, 0);
	put32(&b, LINKTYPE_ETHERNET);
	put32(&b, v->snap_bytes);
	put_text(&b, OPTION_IF_NAME, port->config->name);
	put_option(&b, OPTION_IF_TSRESOL, &resolution, 1);
	put32(&b, OPTION_END);
	write_block(v, &b);
}

void vnet_capture(struct vnet *v, vnet_capture_sink *sink, void *data, uint32_t snap_bytes)
{
	v->sink = sink;
	v->sink_data = data;
	v->snap_bytes = snap_bytes;
	if (!sink)
		return;
	write_section(v);
	for (unsigned i = 0; i < v->port_count; i++)
		write_interface(v, v->port[i]);
}

/* The checked header, then the payload as it lies in the bank now. */
static void write_frame(const struct vnet *v, uint32_t bytes)
{
	static const uint8_t padding[4];
	uint32_t head = bytes < v->frame.head_bytes ? bytes : v->frame.head_bytes;
	struct vnet_cursor rest = v->frame.rest;
	uint32_t left = bytes - head;

	v->sink(v->sink_data, v->frame.wire.head, head);
	while (left) {
		uint32_t part = rest.seg->bytes - rest.skip;

		part = part < left ? part : left;
		v->sink(v->sink_data, (const uint8_t *)rest.seg->data + rest.skip, part);
		left -= part;
		rest = cursor_at(rest, part);
	}
	v->sink(v->sink_data, padding, padded(bytes) - bytes);
}

void capture_frame(const struct vnet_port *from, int verdict)
{
	const struct vnet *v = from->vnet;
	uint32_t bytes = v->frame.bytes < v->snap_bytes ? v->frame.bytes : v->snap_bytes;
	uint64_t now = v->now_ns(v->data);
	const uint32_t flags = DIRECTION_INBOUND;
	struct block head = {.used = 0}, tail = {.used = 0};
	uint32_t total;

	put_option(&tail, OPTION_EPB_FLAGS, &flags, 4);
	if (verdict >= 0)
		put_text(&tail, OPTION_COMMENT, vnet_drop_str((unsigned)verdict));
	put32(&tail, OPTION_END);
	total = 28 + padded(bytes) + tail.used + 4;
	put32(&tail, total);
	put32(&head, BLOCK_PACKET);
	put32(&head, total);
	put32(&head, from->index);
	put32(&head, (uint32_t)(now >> 32));
	put32(&head, (uint32_t)now);
	put32(&head, bytes);
	put32(&head, v->frame.bytes);
	v->sink(v->sink_data, head.byte, head.used);
	write_frame(v, bytes);
	v->sink(v->sink_data, tail.byte, tail.used);
}
