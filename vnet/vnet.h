/*
 * The virtual Ethernet: a learning switch whose ports are virtio-net devices (VIRTIO 1.3 5.1), one for
 * each partition, and uplinks that a program brings (struct vnet_external).
 *
 *   sender's bank                                                     receiver's bank
 *   TX queue ──▶ header, once, into a local ──▶ checks ──▶ receiver ──▶ RX buffers
 *        └──────────── payload, straight, one copy ─────────────────────────┘
 *
 * A frame's header (up to VNET_HEAD_BYTES of it) is read once; what was checked is what is written to
 * the receiver. Nothing is queued inside: a frame stays in its sender's ring until it can be copied, or
 * is dropped and counted on its sender's port.
 *
 * When a receiver is short of buffers: each priority leaves a share of them to the ones before it (a step
 * is an eighth of what the driver has at best), and a sender without a rate limit one share more to those that have one.
 * Below that a port with `hold` waits for at most VNET_HOLD_NS; then the receiver counts as slow, and
 * nobody waits for it until it has half of its buffers again. A port without `hold` drops at once.
 *
 * What a round delivers and takes is published at its end: one index for each ring, one signal at most.
 *
 * Freestanding, no allocation, one thread for the switch and all its ports. Bounded work for each call:
 * VNET_ROUND_FRAMES frames or VNET_ROUND_BYTES bytes.
 */
#ifndef VNET_VNET_H
#define VNET_VNET_H

#include "abi/virtio_net.h"
#include "vdev/device.h"
#include "vnet/config.h"
#include "vnet/fdb.h"
#include "vnet/frame.h"
#include "vnet/rate.h"

#define VNET_QUEUE_SIZE	  512
#define VNET_ROUND_FRAMES 64u
#define VNET_ROUND_BYTES  (256u << 10)
#define VNET_HOLD_NS	  2000000ull
#define VNET_AGE_NS	  300000000000ull /* IEEE 802.1Q 8.8.3 */
#define VNET_NEVER	  UINT64_MAX

/* Why a frame was dropped; counted on its sender's port. */
enum vnet_drop {
	VNET_DROP_RUNT,	     /* shorter than its headers */
	VNET_DROP_GIANT,     /* longer than the sender's MTU allows */
	VNET_DROP_HEADER,    /* virtio-net header: flags that are not the driver's to set */
	VNET_DROP_CHECKSUM,  /* virtio-net header: checksum where there is none */
	VNET_DROP_SEGMENT,   /* virtio-net header: segments that do not fit the frame or the MTU */
	VNET_DROP_MALFORMED, /* IPv4 or IPv6 header that lies about itself */
	VNET_DROP_VLAN,	     /* tag that is not the port's */
	VNET_DROP_RESERVED, /* to a link-local address that bridges keep (IEEE 802.1Q 8.6.3), or from a group */
	VNET_DROP_SPOOF_MAC,
	VNET_DROP_SPOOF_ADDRESS,
	VNET_DROP_FILTER_IN,
	VNET_DROP_FILTER_OUT, /* by the receiver's rules */
	VNET_DROP_RATE,
	VNET_DROP_BROADCAST, /* over the limit */
	VNET_DROP_MULTICAST,
	VNET_DROP_UNKNOWN,
	VNET_DROP_LOOP,	   /* its source hops between ports */
	VNET_DROP_NOWHERE, /* nobody else is there, or the receiver is on the same port */
	VNET_DROP_TOO_BIG, /* for the receiver's MTU or its buffers */
	VNET_DROP_NO_BUFFER,
	VNET_DROP_COUNT,
};
const char *vnet_drop_str(unsigned drop);

struct vnet_port_count {
	uint64_t sent_frames; /* by the partition, whatever became of them */
	uint64_t sent_bytes;
	uint64_t received_frames; /* given to the partition */
	uint64_t received_bytes;
	uint64_t
		missed_frames; /* meant for it, when it had no buffers (counted on the sender as NO_BUFFER) */
	uint64_t held;	       /* times that it had to wait for a receiver */
	uint64_t segmented;    /* segments made here, for receivers that take no large frames */
	uint64_t summed;       /* checksums made here */
	uint64_t drop[VNET_DROP_COUNT];
	uint64_t rule[VNET_RULE_MAX]; /* matches */
};

struct vnet;
struct vnet_port;

/* A port that is no virtio device: an uplink. */
struct vnet_external {
	/*
	 * Mandatory. Send one frame: `head` (a virtio-net header that asks for checksum and segments as it
	 * came, then the frame's first bytes), then the rest from `seg`, starting `skip` bytes into the first.
	 * Called on the switch's thread; must not block. -EAGAIN: no room now (counted as NO_BUFFER).
	 */
	int (*send)(struct vnet_port *port, const struct vnet_wire *head, uint32_t head_bytes,
		const struct vnet_cursor *rest, uint32_t rest_bytes);
	/* Optional. The frames of this round have been sent. */
	void (*flush)(struct vnet_port *port);
};

struct vnet_port {
	struct vdev vdev; /* of a virtio port: the caller attaches it to a transport */
	struct vnet *vnet;
	const struct vnet_port_config *config;
	const struct vnet_external *external; /* NULL: a virtio port */
	void *external_data;
	uint8_t index;
	bool link;	   /* shown to the driver; frames pass only while it is up */
	uint64_t features; /* class features that are in force */
	struct vnet_meter bytes, frames, broadcast, multicast, unknown;
	bool limited; /* its configuration has a rate */
	bool touched; /* it received in this round: to be signalled */
	bool slow;
	uint16_t buffers;	   /* most that its driver has had in the RX queue */
	struct vnet_port *held_on; /* the receiver that its next frame waits for */
	uint64_t held_until;
	bool backlog;	  /* it has frames that its transport does not know about */
	uint32_t learned; /* entries of the table that are its own */
	struct vnet_port_count count;
};

/* What was found for the last frame of a port's round: it holds for the next one between the same two. */
struct vnet_flow {
	uint64_t dmac, smac;
	uint16_t vlan;
	struct vnet_port *to; /* NULL: nothing, or all */
};

/* Takes the bytes of a capture, in order. */
typedef void vnet_capture_sink(void *data, const void *bytes, uint32_t count);

struct vnet {
	uint64_t (*now_ns)(void *data); /* monotonic */
	void *data;
	uint64_t now; /* of this round */
	uint64_t age_ns;
	uint64_t hold_ns;
	struct vnet_port *port[VNET_PORT_MAX];
	unsigned port_count;
	struct vnet_flow flow;
	struct vnet_fdb fdb;
	/* bytes read from senders' banks into locals, and written to receivers (without virtio-net headers) */
	uint64_t peeked_bytes;
	uint64_t copied_bytes;
	uint64_t payload_bytes; /* of the frames that were delivered */
	vnet_capture_sink *sink;
	void *sink_data;
	uint32_t snap_bytes;
	/* too large for a stack */
	struct vq_chain tx;
	struct vq_chain rx;
	struct vnet_frame frame;
	struct vnet_target target;
};

void vnet_init(struct vnet *v, uint64_t (*now_ns)(void *data), void *data);
/*
 * A port for a partition: port->vdev is then attached to a transport. -ENOSPC: VNET_PORT_MAX ports;
 * -EINVAL: a configuration that makes no sense (logged).
 */
int vnet_port_add(struct vnet *v, struct vnet_port *port, const struct vnet_port_config *config);
/* An uplink. It is taken to understand every offload. */
int vnet_external_add(struct vnet *v, struct vnet_port *port, const struct vnet_port_config *config,
	const struct vnet_external *external, void *data);
/* Another configuration for a port that exists; its buckets start full. -EINVAL: refused, the old one holds. */
int vnet_port_configure(struct vnet_port *port, const struct vnet_port_config *config);
/* The link goes up or down, and the driver is told (VIRTIO_NET_S_LINK_UP). */
void vnet_port_link(struct vnet_port *port, bool up);
/*
 * A frame from an uplink: virtio-net header, then the frame, in memory that stays until the call
 * returns. 0, -EAGAIN (held: come again with the same frame), or -EPERM (dropped and counted).
 * vnet_flush after the last of a batch.
 */
int vnet_external_input(struct vnet_port *port, void *wire, uint32_t bytes);
void vnet_flush(struct vnet *v);

/* Frames that wait for a receiver: call at vnet_deadline, or after any wake-up. True: there is more to do at once. */
bool vnet_run(struct vnet *v);
uint64_t vnet_deadline(const struct vnet *v);

/*
 * Capture every frame that comes in, with its port and what became of it, as pcapng
 * (draft-ietf-opsawg-pcapng), up to snap_bytes of each. A NULL sink ends it.
 */
void vnet_capture(struct vnet *v, vnet_capture_sink *sink, void *data, uint32_t snap_bytes);

#endif
