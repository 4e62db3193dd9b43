#include "vnet/switch.h"
#include "vnet/bytes.h"
#include "vnet/deliver.h"
#include "vnet/filter.h"

#define ALL_FEATURES UINT64_MAX

const char *vnet_drop_str(unsigned drop)
{
	static const char *const names[VNET_DROP_COUNT] = {
		[VNET_DROP_RUNT] = "runt",
		[VNET_DROP_GIANT] = "giant",
		[VNET_DROP_HEADER] = "bad header",
		[VNET_DROP_CHECKSUM] = "bad checksum request",
		[VNET_DROP_SEGMENT] = "bad segment request",
		[VNET_DROP_MALFORMED] = "malformed",
		[VNET_DROP_VLAN] = "VLAN",
		[VNET_DROP_RESERVED] = "reserved address",
		[VNET_DROP_SPOOF_MAC] = "spoofed MAC",
		[VNET_DROP_SPOOF_ADDRESS] = "spoofed address",
		[VNET_DROP_FILTER_IN] = "filter in",
		[VNET_DROP_FILTER_OUT] = "filter out",
		[VNET_DROP_RATE] = "rate",
		[VNET_DROP_BROADCAST] = "broadcast rate",
		[VNET_DROP_MULTICAST] = "multicast rate",
		[VNET_DROP_UNKNOWN] = "unknown receiver rate",
		[VNET_DROP_LOOP] = "loop",
		[VNET_DROP_NOWHERE] = "no receiver",
		[VNET_DROP_TOO_BIG] = "too big for receiver",
		[VNET_DROP_NO_BUFFER] = "no buffer",
	};

	return drop < VNET_DROP_COUNT ? names[drop] : "?";
}

void switch_begin(struct vnet *v)
{
	v->now = v->now_ns(v->data);
	fdb_sweep(&v->fdb, v->now);
}

/*
 * May it come in?
 */

static int check_vlan(const struct vnet_port *from, struct vnet_frame *frame)
{
	unsigned tag = frame->tag & 0xfff;

	frame->vlan = from->config->vlan;
	if (!frame->tagged || tag == 0) /* 0: a priority, no VLAN (IEEE 802.1Q 9.6) */
		return frame->vlan ? -1 : VNET_DROP_VLAN;
	frame->vlan = (uint16_t)tag;
	return tag <= VNET_VLAN_MAX && vnet_vlan_allowed(from->config, tag) ? -1 : VNET_DROP_VLAN;
}

/* 01-80-c2-00-00-0x never passes a bridge (IEEE 802.1Q 8.6.3), and nobody sends from a group or from nobody. */
static int check_addresses(const struct vnet_frame *frame)
{
	if (frame->dmac >> 4 == 0x0180c200000ull || frame->dmac == 0 || mac_group(frame->wire.head + 6) ||
		frame->smac == 0)
		return VNET_DROP_RESERVED;
	return -1;
}

static int admit(struct vnet_port *from, struct vnet_frame *frame)
{
	uint64_t features = from->external ? ALL_FEATURES : from->features;
	int drop;

	if (frame->bytes > VNET_FRAME_MAX)
		return VNET_DROP_GIANT;
	if (frame_parse(frame))
		return VNET_DROP_MALFORMED;
	drop = frame_check_header(frame, features, from->config->mtu);
	if (drop < 0)
		drop = check_vlan(from, frame);
	if (drop < 0)
		drop = check_addresses(frame);
	if (drop < 0)
		drop = spoof_check(from, frame);
	if (drop < 0 && !filter_allows(from, VNET_IN, frame))
		drop = VNET_DROP_FILTER_IN;
	return drop;
}

/*
 * Where does it go?
 */

/* The port whose own address it is, whether it has spoken yet or not. */
static struct vnet_port *owner_of(struct vnet *v, uint64_t mac, unsigned vlan)
{
	for (unsigned i = 0; i < v->port_count; i++)
		if (port_in_vlan(v->port[i], vlan) && spoof_mac_own(v->port[i]->config, mac))
			return v->port[i];
	return NULL;
}

/* The receiver of a unicast frame, or NULL: unknown. */
static struct vnet_port *look_up(struct vnet *v, const struct vnet_frame *frame)
{
	const struct vnet_fdb_entry *e = fdb_find(&v->fdb, fdb_key(frame->dmac, frame->vlan), v->now);

	return e ? v->port[e->port] : owner_of(v, frame->dmac, frame->vlan);
}

/* NULL: all. */
static struct vnet_port *receiver_of(struct vnet *v, const struct vnet_frame *frame)
{
	return mac_group(frame->wire.head) ? NULL : look_up(v, frame);
}

static bool flow_holds(const struct vnet_flow *flow, const struct vnet_frame *frame)
{
	return flow->to && flow->dmac == frame->dmac && flow->smac == frame->smac &&
	       flow->vlan == frame->vlan;
}

/* 0 or more: why not. Addresses that belong to another port are not learned, ever. */
static int learn(struct vnet_port *from, const struct vnet_frame *frame)
{
	struct vnet *v = from->vnet;
	uint64_t key = fdb_key(frame->smac, frame->vlan);
	struct vnet_fdb_entry *e = fdb_find(&v->fdb, key, v->now);
	const struct vnet_port *owner;

	if (e && e->port == from->index) {
		e->seen_ns = v->now;
		return -1;
	}
	owner = owner_of(v, frame->smac, frame->vlan);
	if (owner && owner != from)
		return VNET_DROP_SPOOF_MAC;
	if (fdb_learn(&v->fdb, key, from->index, from->config->mac_limit, v->now) == FDB_LOOP)
		return VNET_DROP_LOOP;
	return -1;
}

/*
 * Rates.
 */

struct charge {
	struct vnet_meter *kind; /* of broadcast, multicast or unknown receiver; NULL: none */
	uint32_t frames;	 /* a large frame counts as its segments */
	uint32_t bytes;
};

static int check_rates(
	struct vnet_port *from, const struct vnet_frame *frame, bool known, struct charge *charge)
{
	uint64_t now = from->vnet->now;
	int drop = VNET_DROP_UNKNOWN;

	charge->kind = known ? NULL : &from->unknown;
	if (frame->dmac == MAC_BROADCAST) {
		charge->kind = &from->broadcast;
		drop = VNET_DROP_BROADCAST;
	} else if (mac_group(frame->wire.head)) {
		charge->kind = &from->multicast;
		drop = VNET_DROP_MULTICAST;
	}
	charge->bytes = frame_bare_bytes(frame);
	charge->frames = 1;
	if (frame->wire.hdr.gso_type != VIRTIO_NET_HDR_GSO_NONE)
		charge->frames += (frame->bytes - frame->header_bytes) / frame->wire.hdr.gso_size;
	if (charge->kind && !meter_allows(charge->kind, now, charge->frames))
		return drop;
	if (!meter_allows(&from->bytes, now, charge->bytes) ||
		!meter_allows(&from->frames, now, charge->frames))
		return VNET_DROP_RATE;
	return -1;
}

static void pay(struct vnet_port *from, const struct charge *charge)
{
	uint64_t now = from->vnet->now;

	if (charge->kind)
		meter_charge(charge->kind, now, charge->frames);
	meter_charge(&from->bytes, now, charge->bytes);
	meter_charge(&from->frames, now, charge->frames);
}

/*
 * Forwarding.
 */

static void missed(struct vnet_port *to, int drop)
{
	if (drop == VNET_DROP_NO_BUFFER)
		to->count.missed_frames++;
}

/* To one receiver who has no buffers just now: wait for it? */
static bool may_wait(struct vnet_port *from, struct vnet_port *to)
{
	const struct vnet *v = from->vnet;

	if (!from->config->hold || to->external || !to->vdev.live)
		return false;
	if (to->slow && vq_pending(&to->vdev.queue[VIRTIO_NET_RXQ]) > to->buffers / 2u)
		to->slow = false;
	if (from->held_on == to && v->now >= from->held_until)
		to->slow = true;
	return !to->slow;
}

static int forward_one(struct vnet_port *from, struct vnet_port *to, struct vnet_frame *frame)
{
	int verdict;

	if (to == from || !port_is_there(to))
		return VNET_DROP_NOWHERE;
	if (!filter_allows(to, VNET_OUT, frame))
		return VNET_DROP_FILTER_OUT;
	verdict = deliver(from, to, frame);
	if (verdict == VNET_DROP_NO_BUFFER && may_wait(from, to)) {
		if (from->held_on != to)
			from->held_until = from->vnet->now + from->vnet->hold_ns;
		from->held_on = to;
		return VNET_HELD;
	}
	missed(to, verdict);
	return verdict;
}

static int flood(struct vnet_port *from, struct vnet_frame *frame)
{
	struct vnet *v = from->vnet;
	int verdict = VNET_DROP_NOWHERE;

	for (unsigned i = 0; i < v->port_count; i++) {
		struct vnet_port *to = v->port[i];
		int one;

		if (to == from || !port_in_vlan(to, frame->vlan) || !port_is_there(to))
			continue;
		one = filter_allows(to, VNET_OUT, frame) ? deliver(from, to, frame) : VNET_DROP_FILTER_OUT;
		missed(to, one);
		if (verdict != VNET_FORWARDED)
			verdict = one;
	}
	return verdict;
}

static int forward(struct vnet_port *from, struct vnet_frame *frame)
{
	struct vnet *v = from->vnet;
	bool same = flow_holds(&v->flow, frame);
	struct vnet_port *to = same ? v->flow.to : receiver_of(v, frame);
	struct charge charge;
	int verdict = check_rates(from, frame, to != NULL, &charge);

	if (verdict < 0 && !same)
		verdict = learn(from, frame);
	if (verdict >= 0)
		return verdict;
	if (!same)
		v->flow = (struct vnet_flow){frame->dmac, frame->smac, frame->vlan, to};
	verdict = to ? forward_one(from, to, frame) : flood(from, frame);
	if (verdict != VNET_HELD)
		pay(from, &charge);
	return verdict;
}

static int finish(struct vnet_port *from, int verdict, uint32_t bytes)
{
	if (verdict == VNET_HELD) {
		from->count.held++;
		return verdict;
	}
	from->held_on = NULL;
	from->count.sent_frames++;
	from->count.sent_bytes += bytes;
	if (verdict >= 0)
		from->count.drop[verdict]++;
	return verdict;
}

int switch_input(struct vnet_port *from)
{
	struct vnet *v = from->vnet;
	struct vnet_frame *frame = &v->frame;
	int verdict = from->link ? admit(from, frame) : VNET_DROP_NOWHERE;

	v->peeked_bytes += frame->head_bytes;
	if (verdict < 0)
		verdict = forward(from, frame);
	if (v->sink && verdict != VNET_HELD)
		capture_frame(from, verdict);
	return finish(from, verdict, frame->bytes);
}

int switch_runt(struct vnet_port *from)
{
	return finish(from, VNET_DROP_RUNT, 0);
}
