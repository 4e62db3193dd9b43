/* A network port against a driver that writes garbage, beside two honest ones that go on talking. */
#include <stdlib.h>
#include "tests/fuzz/fuzz.h"
#include "tests/unit/expect.h"
#include "vnet/bytes.h"
#include "vnet/vnet.h"

#define PEER_BYTES (1u << 20)
#define PEER_RING  0x10000u

static struct vnet v;
static struct vnet_port fuzzed;
static struct vnet_port_config config[3];
static uint64_t now;

/* An honest neighbour, with a bank of its own. */
static struct peer {
	struct vnet_port port;
	struct loopback lb;
	struct vmem mem;
	struct vq rxq, txq;
	uint8_t *bank;
	uint32_t sent;
} peer[2];

static uint64_t now_ns(void *data)
{
	(void)data;
	return now += 50000;
}

static uint64_t peer_addr(uint32_t at)
{
	return FUZZ_BANK_BASE + at;
}

static void peer_up(struct peer *p)
{
	uint64_t features = VDEV_FEATURES_OFFERED | 1ull << VIRTIO_NET_F_MRG_RXBUF;

	if (!p->bank)
		p->bank = calloc(1, PEER_BYTES);
	memset(p->bank, 0, 2 * PEER_RING);
	p->mem = (struct vmem){p->bank, FUZZ_BANK_BASE, PEER_BYTES};
	loopback_init(&p->lb, &p->port.vdev, &p->mem);
	loopback_negotiate(&p->lb, features);
	vq_driver_init(&p->rxq, &p->mem, 64, peer_addr(0), features);
	vq_driver_init(&p->txq, &p->mem, 64, peer_addr(PEER_RING), features);
	loopback_queue_enable(&p->lb, VIRTIO_NET_RXQ, &p->rxq);
	loopback_queue_enable(&p->lb, VIRTIO_NET_TXQ, &p->txq);
	for (uint32_t i = 0; i < 48; i++) {
		struct vq_buf buf = {peer_addr(0x20000 + i * 0x800), 0x800};

		vq_add(&p->rxq, &buf, 0, 1);
	}
	vq_publish(&p->rxq);
	loopback_driver_ok(&p->lb);
}

static struct vdev *create(const struct vmem *bank, bool fresh)
{
	(void)bank;
	(void)fresh;
	vnet_init(&v, now_ns, NULL);
	for (unsigned i = 0; i < 3; i++) {
		const uint8_t mac[6] = {0x52, 0x54, 0, 0, 0, (uint8_t)(i + 1)};

		vnet_port_config_default(&config[i], i ? "honest" : "fuzzed");
		memcpy(config[i].mac, mac, 6);
		vnet_port_add(&v, i ? &peer[i - 1].port : &fuzzed, &config[i]);
	}
	config[0].address_count = (uint8_t)fuzz_below(2);
	config[0].address[0] = (struct vnet_prefix){4, 8, {10}};
	config[0].rule_count = fuzz_below(3);
	config[0].rule[0] = (struct vnet_rule){.deny = true, .match = VNET_MATCH_DPORT, .dport = {22, 22}};
	config[0].rule[1] = (struct vnet_rule){.match = VNET_MATCH_TO, .to = {6, 64, {0xfd}}};
	peer_up(&peer[0]);
	peer_up(&peer[1]);
	return &fuzzed.vdev;
}

/* The honest take what came and give their buffers back. */
static void peer_run(struct peer *p)
{
	uint32_t bytes;
	int id;

	while ((id = vq_get(&p->rxq, &bytes)) >= 0) {
		struct vq_buf buf = {peer_addr(0x20000 + (uint32_t)id * 0x800), 0x800};

		vq_add(&p->rxq, &buf, 0, 1);
		fuzz.served_count++;
	}
	while (vq_get(&p->txq, &bytes) >= 0)
		;
	vq_publish(&p->rxq);
	loopback_notify(&p->lb, VIRTIO_NET_RXQ);
	loopback_run(&p->lb, 8);
}

static void peer_send(struct peer *p, const uint8_t *frame, uint32_t bytes)
{
	uint32_t at = 0x80000 + p->sent++ % 64 * 0x800;
	struct vq_buf buf = {peer_addr(at), bytes + 12};

	memset(p->bank + at, 0, 12);
	memcpy(p->bank + at + 12, frame, bytes);
	vq_add(&p->txq, &buf, 1, 0);
	vq_publish(&p->txq);
	loopback_notify(&p->lb, VIRTIO_NET_TXQ);
	loopback_run(&p->lb, 8);
}

static uint32_t frame_to(uint8_t *to, unsigned from, unsigned dest, uint32_t bytes)
{
	memset(to, 0, bytes);
	memcpy(to, config[dest].mac, 6);
	memcpy(to + 6, config[from].mac, 6);
	be16_put(to + 12, 0x88b5);
	return bytes;
}

/* Frames towards the fuzzed port, too. */
static void poke(void)
{
	uint8_t frame[1500];

	/* As if its driver had taken every offer; the harness takes none. */
	fuzzed.features = fuzzed.vdev.live && fuzz_below(4) ? UINT64_MAX : 0;
	peer_send(&peer[fuzz_below(2)], frame, frame_to(frame, 1 + fuzz_below(2), 0, 60 + fuzz_below(1400)));
	vnet_run(&v);
	peer_run(&peer[0]);
	peer_run(&peer[1]);
	now += fuzz_below(4) ? 0 : VNET_HOLD_NS;
	vnet_run(&v);
}

static void put_ip(uint8_t *frame, uint32_t bytes)
{
	bool v4 = fuzz_below(2);
	uint8_t *ip = frame + 14;

	be16_put(frame + 12, v4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	ip[0] = v4 ? 0x45 : 0x60;
	if (v4) {
		be16_put(ip + 2, bytes - 14);
		ip[9] = PROTOCOL_TCP;
		ip[12] = 10;
		ip[32] = 0x50;
	} else {
		be16_put(ip + 4, bytes - 54);
		ip[6] = (uint8_t)(fuzz_below(2) ? PROTOCOL_TCP : fuzz_below(64));
		ip[8] = 0xfd;
		ip[41] = (uint8_t)fuzz_below(8);
		ip[52] = 0x50;
	}
}

/* A frame that asks for segments and checksums, almost rightly. */
static uint32_t request(uint8_t *to, unsigned queue)
{
	uint32_t bytes = 60 + fuzz_below(fuzz_below(4) ? 1400 : 16000);
	struct virtio_net_hdr hdr = {.flags = (uint8_t)fuzz_below(2), .csum_start = 34, .csum_offset = 16};

	(void)queue;
	frame_to(to + 12, 0, 1 + fuzz_below(2), bytes);
	if (fuzz_below(3))
		put_ip(to + 12, bytes);
	if (be16(to + 24) == ETHERTYPE_IPV6)
		hdr.csum_start = 54;
	if (fuzz_below(3) == 0) {
		hdr.flags = 1;
		hdr.gso_type = hdr.csum_start == 34 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
		hdr.gso_size = (uint16_t)(48 + fuzz_below(1500));
	}
	memcpy(to, &hdr, sizeof(hdr));
	if (fuzz_below(2)) /* one wrong byte, mostly in a header */
		to[fuzz_below(80)] = (uint8_t)fuzz_number();
	if (fuzz_below(16) == 0)
		memset(to + 12, 0xff, 6);
	return bytes + 12;
}

/* The honest two talk all the time, whatever the third does; and so does it, set up anew. */
static bool works(void)
{
	uint8_t frame[60], ask[72] = {0};
	uint64_t before;

	now += 10 * VNET_HOLD_NS;
	vnet_run(&v);
	peer_run(&peer[0]);
	peer_run(&peer[1]);
	before = peer[1].port.count.received_frames;
	peer_send(&peer[0], frame, frame_to(frame, 1, 2, sizeof(frame)));
	frame_to(ask + 12, 0, 2, 60);
	config[0].address_count = 0;
	config[0].rule_count = 0;
	return fuzz_ask(VIRTIO_NET_TXQ, ask, sizeof(ask), NULL, 0) &&
	       peer[1].port.count.received_frames == before + 2 && !peer[0].port.vdev.broken &&
	       !peer[1].port.vdev.broken;
}

static const struct fuzz_target target = {"net", 64, create, poke, request, works};

static void garbage_breaks_only_its_own_port(void)
{
	EXPECT_EQ(fuzz_run(&target, 3000), 0);
	EXPECT_EQ(fuzz.broken_count > 0, 1);
	EXPECT_EQ(fuzz.served_count > 0, 1);
}

static const struct unit_test tests[] = {
	{"garbage breaks only its own network port, until it is reset", garbage_breaks_only_its_own_port},
};

UNIT_MAIN("fuzz-net", tests)
