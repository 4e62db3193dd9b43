#include "tests/unit/vnet/rig.h"
#include <stdlib.h>
#include <string.h>

struct rig rig;
uint8_t rig_frame[70000];

static uint64_t now_ns(void *data)
{
	(void)data;
	return rig.now;
}

void rig_add(unsigned count)
{
	for (; count; count--, rig.count++) {
		struct rig_driver *d = &rig.d[rig.count];
		const char name[2] = {(char)('a' + rig.count), '\0'};
		const uint8_t mac[6] = {0x52, 0x54, 0, 0, 0, (uint8_t)(rig.count + 1)};

		d->bank = calloc(1, RIG_BANK_BYTES);
		d->mem = (struct vmem){.base = d->bank, .guest_base = RIG_BANK_BASE, .bytes = RIG_BANK_BYTES};
		vnet_port_config_default(&d->config, name);
		memcpy(d->config.mac, mac, 6);
		EXPECT_EQ(vnet_port_add(&rig.v, &d->port, &d->config), 0);
		loopback_init(&d->lb, &d->port.vdev, &d->mem);
	}
}

void rig_start(unsigned count)
{
	memset(&rig, 0, sizeof(rig));
	rig.now = 1000000000;
	vnet_init(&rig.v, now_ns, NULL);
	rig_add(count);
}

void rig_finish(void)
{
	for (unsigned i = 0; i < rig.count; i++)
		free(rig.d[i].bank);
	memset(&rig, 0, sizeof(rig));
}

void rig_configure(unsigned p)
{
	EXPECT_EQ(vnet_port_configure(&rig.d[p].port, &rig.d[p].config), 0);
}

static void run_all(void)
{
	bool more = true;

	for (unsigned round = 0; more && round < 1000; round++) {
		more = false;
		for (unsigned i = 0; i < rig.count; i++)
			more |= loopback_run(&rig.d[i].lb, 1) != 0;
	}
}

static void give_one(struct rig_driver *d, uint64_t addr)
{
	struct vq_buf buf = {addr, d->rx_bytes};
	int id = vq_add(&d->rxq, &buf, 0, 1);

	EXPECT_EQ(id >= 0, true);
	if (id >= 0)
		d->buffer_of[id] = addr;
}

static void publish_rx(struct rig_driver *d)
{
	if (vq_publish(&d->rxq))
		loopback_notify(&d->lb, VIRTIO_NET_RXQ);
}

void rig_give(unsigned p, unsigned buffers)
{
	struct rig_driver *d = &rig.d[p];

	while (buffers--)
		give_one(d, RIG_RX_BUFFERS + (uint64_t)d->rx_given++ * d->rx_bytes);
	EXPECT_EQ(d->rx_given * (uint64_t)d->rx_bytes <= RIG_RX_MAX_BYTES, true);
	publish_rx(d);
	run_all();
}

void rig_up(unsigned p, uint64_t features, uint32_t bytes, unsigned buffers)
{
	struct rig_driver *d = &rig.d[p];
	uint64_t all = features | VDEV_FEATURES_OFFERED;

	memset(d->bank, 0, 0x10000);
	d->rx_bytes = bytes;
	d->rx_given = d->tx_next = 0;
	d->mergeable = (features & F(MRG_RXBUF)) != 0;
	EXPECT_EQ(loopback_negotiate(&d->lb, all), 0);
	EXPECT_EQ(vq_driver_init(&d->rxq, &d->mem, RIG_QUEUE_SIZE, RIG_RXQ, all), 0);
	EXPECT_EQ(vq_driver_init(&d->txq, &d->mem, RIG_QUEUE_SIZE, RIG_TXQ, all), 0);
	EXPECT_EQ(loopback_queue_enable(&d->lb, VIRTIO_NET_RXQ, &d->rxq), 0);
	EXPECT_EQ(loopback_queue_enable(&d->lb, VIRTIO_NET_TXQ, &d->txq), 0);
	loopback_driver_ok(&d->lb);
	rig_give(p, buffers);
}

void rig_up_all(void)
{
	for (unsigned i = 0; i < rig.count; i++)
		rig_up(i, RIG_MERGEABLE, 2048, 32);
}

void rig_wait(uint64_t ns)
{
	rig.now += ns;
	while (vnet_run(&rig.v))
		;
	run_all();
}

/*
 * Frames.
 */

uint32_t rig_ether(unsigned from, unsigned to, uint16_t ethertype, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++)
		rig_frame[i] = (uint8_t)(i * 7 + (i >> 8));
	memset(rig_frame, 0xff, 6);
	if (to != RIG_ALL) {
		memcpy(rig_frame, rig.d[0].config.mac, 6);
		rig_frame[5] = (uint8_t)(to + 1);
	}
	memcpy(rig_frame + 6, rig.d[0].config.mac, 6);
	rig_frame[11] = (uint8_t)(from + 1);
	be16_put(rig_frame + 12, ethertype);
	return bytes;
}

static void put_l4(uint8_t *l4, uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t bytes)
{
	be16_put(l4, sport);
	be16_put(l4 + 2, dport);
	if (protocol == PROTOCOL_UDP) {
		be16_put(l4 + 4, bytes);
		be16_put(l4 + 6, 0);
	} else if (protocol == PROTOCOL_TCP) {
		be32_put(l4 + 4, 1000);
		l4[12] = 0x50;
		l4[13] = 0x18;
		be16_put(l4 + 16, 0);
	} else {
		l4[0] = (uint8_t)dport;
	}
}

uint32_t rig_ipv4(
	unsigned from, unsigned to, uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t bytes)
{
	const uint8_t header[20] = {0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0,
		(uint8_t)(from + 1), 10, 0, 0, (uint8_t)(to + 1)};
	uint8_t *ip = rig_frame + 14;

	rig_ether(from, to, ETHERTYPE_IPV4, bytes);
	memcpy(ip, header, 20);
	be16_put(ip + 2, bytes - 14);
	be16_put(ip + 10, rig_sum(ip, 20, 0));
	put_l4(ip + 20, protocol, sport, dport, bytes - 34);
	return bytes;
}

uint32_t rig_ipv6(
	unsigned from, unsigned to, uint8_t protocol, uint16_t sport, uint16_t dport, uint32_t bytes)
{
	uint8_t *ip = rig_frame + 14;

	rig_ether(from, to, ETHERTYPE_IPV6, bytes);
	memset(ip, 0, 40);
	ip[0] = 0x60;
	be16_put(ip + 4, bytes - 54);
	ip[6] = protocol;
	ip[7] = 64;
	ip[8] = ip[24] = 0xfd;
	ip[23] = (uint8_t)(from + 1);
	ip[39] = (uint8_t)(to + 1);
	put_l4(ip + 40, protocol, sport, dport, bytes - 54);
	return bytes;
}

uint32_t rig_tag(uint32_t bytes, uint16_t tag)
{
	memmove(rig_frame + 16, rig_frame + 12, bytes - 12);
	be16_put(rig_frame + 12, ETHERTYPE_VLAN);
	be16_put(rig_frame + 14, tag);
	return bytes + 4;
}

/*
 * Sending.
 */

static void reclaim(struct rig_driver *d)
{
	uint32_t bytes;

	while (vq_get(&d->txq, &bytes) >= 0)
		;
}

static bool queue_pieces(
	struct rig_driver *d, const struct virtio_net_hdr *hdr, uint32_t bytes, const uint32_t *piece)
{
	uint64_t slot = d->tx_next++;
	uint64_t addr = bytes + sizeof(*hdr) <= RIG_TX_STEP
				? RIG_TX + slot % RIG_QUEUE_SIZE * RIG_TX_STEP
				: RIG_LARGE + slot % RIG_LARGE_COUNT * RIG_LARGE_STEP;
	uint8_t *to = d->bank + (addr - RIG_BANK_BASE);
	uint32_t left = bytes + (uint32_t)sizeof(*hdr);
	struct vq_buf buf[32];
	unsigned count = 0;

	reclaim(d);
	memcpy(to, hdr, sizeof(*hdr));
	memcpy(to + sizeof(*hdr), rig_frame, bytes);
	while (left && count < 32) {
		uint32_t part = *piece && *piece < left && count < 31 ? *piece++ : left;

		buf[count++] = (struct vq_buf){addr, part};
		addr += part;
		left -= part;
	}
	return vq_add(&d->txq, buf, count, 0) >= 0;
}

bool rig_queue(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes)
{
	static const struct virtio_net_hdr plain;
	const uint32_t whole = 0;

	return queue_pieces(&rig.d[p], hdr ? hdr : &plain, bytes, &whole);
}

void rig_notify(unsigned p)
{
	vq_publish(&rig.d[p].txq);
	loopback_notify(&rig.d[p].lb, VIRTIO_NET_TXQ);
	run_all();
}

void rig_send_pieces(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes, const uint32_t *piece)
{
	EXPECT_EQ(queue_pieces(&rig.d[p], hdr, bytes, piece), true);
	rig_notify(p);
}

void rig_send_with(unsigned p, const struct virtio_net_hdr *hdr, uint32_t bytes)
{
	EXPECT_EQ(rig_queue(p, hdr, bytes), true);
	rig_notify(p);
}

void rig_send(unsigned p, uint32_t bytes)
{
	rig_send_with(p, NULL, bytes);
}

/*
 * Receiving.
 */

static bool take_buffer(struct rig_driver *d, bool first, bool refill)
{
	uint32_t bytes, skip = first ? (uint32_t)sizeof(d->hdr) : 0;
	int id = vq_get(&d->rxq, &bytes);
	const uint8_t *from;

	if (id < 0)
		return false;
	from = d->bank + (d->buffer_of[id] - RIG_BANK_BASE);
	if (first)
		memcpy(&d->hdr, from, sizeof(d->hdr));
	memcpy(d->got + d->got_bytes, from + skip, bytes - skip);
	d->got_bytes += bytes - skip;
	if (refill)
		give_one(d, d->buffer_of[id]);
	return true;
}

uint32_t rig_take_keep(unsigned p, bool refill)
{
	struct rig_driver *d = &rig.d[p];

	d->got_bytes = 0;
	if (!take_buffer(d, true, refill))
		return 0;
	EXPECT_EQ(d->hdr.num_buffers == 1 || d->mergeable, true);
	for (unsigned i = 1; i < d->hdr.num_buffers; i++)
		EXPECT_EQ(take_buffer(d, false, refill), true);
	if (refill) {
		publish_rx(d);
		run_all();
	}
	return d->got_bytes;
}

uint32_t rig_take(unsigned p)
{
	return rig_take_keep(p, true);
}

unsigned rig_drain(unsigned p)
{
	unsigned count = 0;

	while (rig_take(p))
		count++;
	return count;
}

bool rig_passes(unsigned from, unsigned to, uint32_t bytes)
{
	rig_send(from, bytes);
	return rig_take(to) == bytes && memcmp(rig.d[to].got, rig_frame, bytes) == 0;
}

/*
 * Checksums, written for being obviously right.
 */

static uint32_t add_words(uint32_t sum, const uint8_t *at, uint32_t bytes)
{
	for (uint32_t i = 0; i + 1 < bytes; i += 2)
		sum += be16(at + i);
	return bytes & 1 ? sum + (uint32_t)(at[bytes - 1] << 8) : sum;
}

uint16_t rig_sum(const uint8_t *at, uint32_t bytes, uint32_t start)
{
	uint32_t sum = add_words(start, at, bytes);

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

bool rig_sum_right(const uint8_t *frame, uint32_t bytes)
{
	bool v4 = be16(frame + 12) == ETHERTYPE_IPV4;
	uint32_t l4 = 14 + (v4 ? (frame[14] & 15) * 4u : 40u);
	uint32_t pseudo = v4 ? add_words(0, frame + 26, 8) : add_words(0, frame + 22, 32);

	pseudo += (v4 ? frame[23] : frame[20]) + (bytes - l4);
	return rig_sum(frame + l4, bytes - l4, pseudo) == 0 && (!v4 || rig_sum(frame + 14, 20, 0) == 0);
}

/*
 * Drops.
 */

uint32_t rig_udp(unsigned from, unsigned to, uint16_t dport, uint32_t bytes)
{
	return rig_ipv4(from, to, PROTOCOL_UDP, 1000, dport, bytes);
}

uint64_t rig_drops(unsigned p, unsigned drop)
{
	return rig.d[p].port.count.drop[drop];
}

uint64_t rig_all_drops(unsigned p)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < VNET_DROP_COUNT; i++)
		sum += rig.d[p].port.count.drop[i];
	return sum;
}

bool rig_dropped_for(unsigned from, const struct virtio_net_hdr *hdr, uint32_t bytes, unsigned reason)
{
	static const struct virtio_net_hdr plain;
	uint64_t before = rig_drops(from, reason), all = rig_all_drops(from);
	unsigned heard = 0;

	rig_send_with(from, hdr ? hdr : &plain, bytes);
	for (unsigned i = 0; i < rig.count; i++)
		heard += rig_drain(i);
	return heard == 0 && rig_drops(from, reason) == before + 1 && rig_all_drops(from) == all + 1 &&
	       !rig.d[from].port.vdev.broken;
}
