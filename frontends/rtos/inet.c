#include "frontends/rtos/inet.h"
#include <errno.h>
#include "frontends/rtos/mem.h"
#include "vnet/bytes.h"

enum { ETHER = 14, ARP = 28, IP = 20, ICMP = 8, UDP = 8 };
enum { TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806 };
enum { PROTO_ICMP = 1, PROTO_UDP = 17 };
enum { ARP_REQUEST = 1, ARP_REPLY = 2 };
enum { ECHO_REPLY = 0, ECHO_REQUEST = 8 };
#define TTL 64

static const uint8_t everyone[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t nobody[6];

/* RFC 1071, over big-endian words; bytes at an even place. */
static uint32_t sum(uint32_t start, const uint8_t *at, uint32_t bytes)
{
	for (; bytes >= 2; at += 2, bytes -= 2)
		start += be16(at);
	return bytes ? start + ((uint32_t)*at << 8) : start;
}

static uint16_t fold(uint32_t value)
{
	value = (value & 0xffff) + (value >> 16);
	value = (value & 0xffff) + (value >> 16);
	return (uint16_t)~value;
}

static void dropped(struct inet *in)
{
	in->dropped_count++;
}

/*
 * Neighbours.
 */

static struct inet_neighbour *neighbour_find(struct inet *in, uint32_t address)
{
	for (unsigned i = 0; i < INET_NEIGHBOURS; i++)
		if (in->neighbour[i].address == address)
			return &in->neighbour[i];
	return NULL;
}

/* The place of a new one: free, or the oldest. */
static struct inet_neighbour *neighbour_place(struct inet *in)
{
	struct inet_neighbour *oldest = &in->neighbour[0];

	for (unsigned i = 0; i < INET_NEIGHBOURS; i++) {
		if (!in->neighbour[i].address)
			return &in->neighbour[i];
		if (in->neighbour[i].time_ns < oldest->time_ns)
			oldest = &in->neighbour[i];
	}
	return oldest;
}

static uint8_t *frame_begin(struct inet *in, const uint8_t *to, uint16_t type)
{
	uint8_t *frame = virtio_net_begin(in->net, in->now_ns);

	if (!frame)
		return NULL;
	memcpy(frame, to, 6);
	memcpy(frame + 6, in->net->mac, 6);
	be16_put(frame + 12, type);
	return frame;
}

static int frame_end(struct inet *in, uint32_t bytes)
{
	int ret = virtio_net_end(in->net, bytes);

	virtio_net_flush(in->net);
	return ret;
}

static void arp_send(
	struct inet *in, unsigned operation, const uint8_t *ether_to, const uint8_t *mac, uint32_t address)
{
	static const uint8_t ethernet_ipv4[6] = {0, 1, 8, 0, 6, 4};
	uint8_t *frame = frame_begin(in, ether_to, TYPE_ARP), *arp;

	if (!frame)
		return;
	arp = frame + ETHER;
	memcpy(arp, ethernet_ipv4, 6);
	be16_put(arp + 6, operation);
	memcpy(arp + 8, in->net->mac, 6);
	be32_put(arp + 14, in->address);
	memcpy(arp + 18, mac, 6);
	be32_put(arp + 24, address);
	frame_end(in, ETHER + ARP);
}

/* The neighbour's MAC address, or NULL: it was asked for, at most once a second. */
static const uint8_t *neighbour_mac(struct inet *in, uint32_t address)
{
	struct inet_neighbour *n = neighbour_find(in, address);

	if (n && n->known && in->now_ns - n->time_ns < INET_AGE_NS)
		return n->mac;
	if (n && !n->known && in->now_ns - n->time_ns < INET_ASK_PAUSE_NS)
		return NULL;
	if (!n)
		n = neighbour_place(in);
	*n = (struct inet_neighbour){.address = address, .time_ns = in->now_ns};
	arp_send(in, ARP_REQUEST, everyone, nobody, address);
	return NULL;
}

/* Only whoever asks for us, or whom we asked, gets a place; others only keep theirs up to date. */
static void neighbour_learn(struct inet *in, uint32_t address, const uint8_t *mac, bool to_us)
{
	struct inet_neighbour *n = neighbour_find(in, address);

	if (!n && to_us)
		n = neighbour_place(in);
	if (!n)
		return;
	*n = (struct inet_neighbour){.address = address, .known = true, .time_ns = in->now_ns};
	memcpy(n->mac, mac, 6);
}

static bool address_usable(const struct inet *in, uint32_t address)
{
	return address && address >> 28 < 14 && address >> 24 != 127 && address != in->address &&
	       address != (in->address | ~in->mask);
}

static void arp_received(struct inet *in, const uint8_t *frame, uint32_t bytes)
{
	const uint8_t *arp = frame + ETHER;
	unsigned operation;
	uint32_t sender, target;

	if (bytes < ETHER + ARP || be32(arp) != 0x00010800 || be16(arp + 4) != 0x0604) {
		dropped(in);
		return;
	}
	operation = be16(arp + 6);
	sender = be32(arp + 14);
	target = be32(arp + 24);
	if (address_usable(in, sender) && !mac_group(arp + 8))
		neighbour_learn(in, sender, arp + 8, target == in->address);
	if (operation == ARP_REQUEST && target == in->address && !mac_group(arp + 8))
		arp_send(in, ARP_REPLY, arp + 8, arp + 8, sender);
}

/*
 * IPv4.
 */

static void ip_put(struct inet *in, uint8_t *ip, uint8_t protocol, uint32_t to, uint32_t payload_bytes)
{
	memset(ip, 0, IP);
	ip[0] = 0x45;
	be16_put(ip + 2, IP + payload_bytes);
	be16_put(ip + 4, in->ip_id++);
	be16_put(ip + 6, 0x4000); /* do not fragment */
	ip[8] = TTL;
	ip[9] = protocol;
	be32_put(ip + 12, in->address);
	be32_put(ip + 16, to);
	be16_put(ip + 10, fold(sum(0, ip, IP)));
}

/* Back to where it came from, without a question on the way. */
static void echo_received(struct inet *in, const uint8_t *frame, uint32_t icmp_bytes)
{
	const uint8_t *ip = frame + ETHER, *icmp = ip + IP;
	uint8_t *reply;

	if (icmp_bytes < ICMP || fold(sum(0, icmp, icmp_bytes)) != 0 || icmp[0] != ECHO_REQUEST || icmp[1]) {
		dropped(in);
		return;
	}
	reply = frame_begin(in, frame + 6, TYPE_IPV4);
	if (!reply)
		return;
	ip_put(in, reply + ETHER, PROTO_ICMP, be32(ip + 12), icmp_bytes);
	memcpy(reply + ETHER + IP, icmp, icmp_bytes);
	reply[ETHER + IP] = ECHO_REPLY;
	be16_put(reply + ETHER + IP + 2, 0);
	be16_put(reply + ETHER + IP + 2, fold(sum(0, reply + ETHER + IP, icmp_bytes)));
	if (!frame_end(in, ETHER + IP + icmp_bytes))
		in->echo_count++;
}

static uint32_t pseudo(const uint8_t *ip, uint32_t udp_bytes)
{
	return sum(0, ip + 12, 8) + PROTO_UDP + udp_bytes;
}

static void udp_received(struct inet *in, const uint8_t *ip, uint32_t bytes)
{
	const uint8_t *udp = ip + IP;
	uint32_t length;

	if (bytes < UDP) {
		dropped(in);
		return;
	}
	length = be16(udp + 4);
	if (length < UDP || length > bytes ||
		(be16(udp + 6) && fold(sum(pseudo(ip, length), udp, length)) != 0)) {
		dropped(in);
		return;
	}
	in->udp_count++;
	if (in->udp)
		in->udp(in->data, be32(ip + 12), be16(udp), be16(udp + 2), udp + UDP, length - UDP);
}

static bool ip_good(const struct inet *in, const uint8_t *ip, uint32_t bytes)
{
	if (bytes < IP || ip[0] != 0x45 || be16(ip + 2) < IP || be16(ip + 2) > bytes)
		return false;
	if (be16(ip + 6) & 0x3fff || fold(sum(0, ip, IP)) != 0)
		return false;
	return be32(ip + 16) == in->address && address_usable(in, be32(ip + 12));
}

static void ip_received(struct inet *in, const uint8_t *frame, uint32_t bytes)
{
	const uint8_t *ip = frame + ETHER;

	if (!ip_good(in, ip, bytes - ETHER) || mac_group(frame) || mac_group(frame + 6))
		dropped(in);
	else if (ip[9] == PROTO_ICMP)
		echo_received(in, frame, be16(ip + 2) - (uint32_t)IP);
	else if (ip[9] == PROTO_UDP)
		udp_received(in, ip, be16(ip + 2) - (uint32_t)IP);
	else
		dropped(in);
}

void inet_received(struct inet *in, uint64_t now_ns, const uint8_t *frame, uint32_t bytes)
{
	in->now_ns = now_ns;
	if (bytes < ETHER)
		return;
	if (be16(frame + 12) == TYPE_ARP)
		arp_received(in, frame, bytes);
	else if (be16(frame + 12) == TYPE_IPV4)
		ip_received(in, frame, bytes);
}

int inet_udp_send(struct inet *in, uint64_t now_ns, uint32_t to, uint16_t sport, uint16_t dport,
	const void *payload, uint32_t bytes)
{
	uint32_t hop = (to & in->mask) == (in->address & in->mask) ? to : in->gateway;
	uint32_t length = UDP + bytes;
	const uint8_t *mac;
	uint8_t *frame, *udp;
	uint16_t check;

	in->now_ns = now_ns;
	if (bytes > INET_UDP_MAX)
		return -EINVAL;
	if (!hop || !address_usable(in, hop))
		return -ENETUNREACH;
	mac = neighbour_mac(in, hop);
	frame = mac ? frame_begin(in, mac, TYPE_IPV4) : NULL;
	if (!frame)
		return -EAGAIN;
	ip_put(in, frame + ETHER, PROTO_UDP, to, length);
	udp = frame + ETHER + IP;
	be16_put(udp, sport);
	be16_put(udp + 2, dport);
	be16_put(udp + 4, length);
	be16_put(udp + 6, 0);
	memcpy(udp + UDP, payload, bytes);
	check = fold(sum(pseudo(frame + ETHER, length), udp, length));
	be16_put(udp + 6, check ? check : 0xffff);
	return frame_end(in, ETHER + IP + length);
}

void inet_announce(struct inet *in, uint64_t now_ns)
{
	in->now_ns = now_ns;
	arp_send(in, ARP_REQUEST, everyone, nobody, in->address);
}
