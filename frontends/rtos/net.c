#include "frontends/rtos/net.h"
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/mmio.h"

#define RXQ	       VIRTIO_NET_RXQ
#define TXQ	       VIRTIO_NET_TXQ
#define PAGE_BYTES     0x1000u
#define BUFFER_BYTES   2048u
#define BUFFERS_OFFSET (2 * PAGE_BYTES)
#define HDR_BYTES      ((uint32_t)sizeof(struct virtio_net_hdr))
#define ETHER_BYTES    14u
#define CONFIG_TRIES   4

static uint64_t buffer_addr(const struct virtio_net *n, unsigned buffer)
{
	return n->area_addr + BUFFERS_OFFSET + (uint64_t)buffer * BUFFER_BYTES;
}

static uint8_t *buffer_at(const struct virtio_net *n, unsigned buffer)
{
	return vmem_at(n->mmio.memory, buffer_addr(n, buffer), BUFFER_BYTES);
}

int virtio_net_init(struct virtio_net *n)
{
	n->mmio.device_id = VIRTIO_ID_NET;
	n->mmio.features = 1ull << VIRTIO_NET_F_MAC | 1ull << VIRTIO_NET_F_STATUS | 1ull << VIRTIO_NET_F_MTU;
	n->mmio.ring_addr[RXQ] = n->area_addr;
	n->mmio.ring_addr[TXQ] = n->area_addr + PAGE_BYTES;
	n->mmio.queue_size[RXQ] = VIRTIO_NET_RX_COUNT;
	n->mmio.queue_size[TXQ] = VIRTIO_NET_TX_COUNT;
	if (n->area_addr % PAGE_BYTES || !vmem_at(n->mmio.memory, n->area_addr, VIRTIO_NET_AREA_BYTES) ||
		vq_ring_bytes(VIRTIO_NET_RX_COUNT) > PAGE_BYTES) {
		log_line("%s: area of %u bytes at 0x%llx is not in the bank", n->mmio.name,
			VIRTIO_NET_AREA_BYTES, (unsigned long long)n->area_addr);
		return -EINVAL;
	}
	return 0;
}

/*
 * Configuration: reading the page costs no exit.
 */

static void read_config(const struct virtio_net *n, struct virtio_net_config *config)
{
	uint64_t base = n->mmio.base;
	uint32_t word[3], before, after, tries = 0;

	do {
		before = mmio_read32(base + VIRTIO_MMIO_CONFIG_GENERATION);
		for (unsigned i = 0; i < 3; i++)
			word[i] = mmio_read32(base + VIRTIO_MMIO_CONFIG + 4 * i);
		after = mmio_read32(base + VIRTIO_MMIO_CONFIG_GENERATION);
	} while (before != after && ++tries < CONFIG_TRIES);
	memcpy(config, word, sizeof(*config));
}

static void set_link(struct virtio_net *n, bool up)
{
	if (n->up == up)
		return;
	n->up = up;
	if (n->link)
		n->link(n->data, up);
}

static void look_at_link(struct virtio_net *n)
{
	struct virtio_net_config config;
	uint64_t has = n->mmio.negotiated;

	if (n->mmio.state != VIRTIO_LIVE) {
		set_link(n, false);
		return;
	}
	read_config(n, &config);
	memcpy(n->mac, config.mac, sizeof(n->mac));
	n->mtu = has >> VIRTIO_NET_F_MTU & 1 ? config.mtu : 0;
	set_link(n, !(has >> VIRTIO_NET_F_STATUS & 1) || (config.status & VIRTIO_NET_S_LINK_UP));
}

/*
 * Receiving.
 */

/* There is always room: as many buffers as descriptors. */
static void offer(struct virtio_net *n, unsigned buffer)
{
	struct vq_buf buf = {buffer_addr(n, buffer), BUFFER_BYTES};
	int id = vq_add(&n->mmio.queue[RXQ], &buf, 0, 1);

	if (id >= 0)
		n->rx_buffer_of[id] = (uint8_t)buffer;
}

static void begin(struct virtio_net *n)
{
	for (unsigned i = 0; i < VIRTIO_NET_RX_COUNT; i++)
		offer(n, i);
	n->tx_free_count = 0;
	while (n->tx_free_count < VIRTIO_NET_TX_COUNT) {
		n->tx_free[n->tx_free_count] = (uint8_t)(VIRTIO_NET_RX_COUNT + n->tx_free_count);
		n->tx_free_count++;
	}
	n->tx_added = false;
	virtio_mmio_kick(&n->mmio, RXQ);
}

/* One copy out of the bank, header and frame; the copy is what is looked at. */
static bool take(struct virtio_net *n, unsigned buffer, uint32_t bytes)
{
	struct virtio_net_hdr hdr;
	const uint8_t *from = buffer_at(n, buffer);

	if (bytes < HDR_BYTES + ETHER_BYTES || bytes > BUFFER_BYTES)
		return false;
	memcpy(&hdr, from, HDR_BYTES);
	memcpy(n->frame, from + HDR_BYTES, bytes - HDR_BYTES);
	return hdr.gso_type == VIRTIO_NET_HDR_GSO_NONE && !(hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
}

static bool drain(struct virtio_net *n, uint64_t now_ns)
{
	unsigned count = 0;
	uint32_t bytes;

	for (; count < VIRTIO_NET_RUN_FRAMES; count++) {
		int id = virtio_mmio_get(&n->mmio, now_ns, RXQ, &bytes);
		unsigned buffer;
		bool good;

		if (id < 0)
			break;
		buffer = n->rx_buffer_of[id];
		good = take(n, buffer, bytes);
		offer(n, buffer);
		if (good) {
			n->received_count++;
			n->received(n->data, n->frame, bytes - HDR_BYTES);
		} else {
			n->dropped_count++;
		}
	}
	if (count)
		virtio_mmio_kick(&n->mmio, RXQ);
	return count == VIRTIO_NET_RUN_FRAMES;
}

/*
 * Sending.
 */

/* Buffers that came back. Nobody waits for them: the TX queue asks for no interrupt. */
static void reclaim(struct virtio_net *n, uint64_t now_ns)
{
	uint32_t bytes;
	int id = 0;

	while (n->mmio.state == VIRTIO_LIVE && (id = vq_get(&n->mmio.queue[TXQ], &bytes)) >= 0)
		if (n->tx_free_count < VIRTIO_NET_TX_COUNT)
			n->tx_free[n->tx_free_count++] = n->tx_buffer_of[id];
	if (id < 0 && id != -EAGAIN)
		virtio_mmio_break(&n->mmio, now_ns, n->mmio.queue[TXQ].error, n->mmio.queue[TXQ].error_value);
}

uint8_t *virtio_net_begin(struct virtio_net *n, uint64_t now_ns)
{
	if (!n->tx_free_count)
		reclaim(n, now_ns);
	if (!n->up || n->mmio.state != VIRTIO_LIVE || !n->tx_free_count)
		return NULL;
	return buffer_at(n, n->tx_free[n->tx_free_count - 1]) + HDR_BYTES;
}

int virtio_net_end(struct virtio_net *n, uint32_t bytes)
{
	unsigned buffer;
	struct vq_buf buf;
	int id;

	if (bytes < ETHER_BYTES || bytes > VIRTIO_NET_FRAME_BYTES || !n->tx_free_count ||
		n->mmio.state != VIRTIO_LIVE)
		return -EINVAL;
	buffer = n->tx_free[n->tx_free_count - 1];
	memset(buffer_at(n, buffer), 0, HDR_BYTES);
	buf = (struct vq_buf){buffer_addr(n, buffer), HDR_BYTES + bytes};
	id = vq_add(&n->mmio.queue[TXQ], &buf, 1, 0);
	if (id < 0)
		return id;
	n->tx_buffer_of[id] = (uint8_t)buffer;
	n->tx_free_count--;
	n->tx_added = true;
	n->sent_count++;
	return 0;
}

void virtio_net_flush(struct virtio_net *n)
{
	if (n->tx_added)
		virtio_mmio_kick(&n->mmio, TXQ);
	n->tx_added = false;
}

bool virtio_net_run(struct virtio_net *n, uint64_t now_ns)
{
	bool more;

	if (virtio_mmio_poll(&n->mmio, now_ns))
		begin(n);
	look_at_link(n);
	more = drain(n, now_ns);
	reclaim(n, now_ns);
	if (n->mmio.state != VIRTIO_LIVE)
		set_link(n, false);
	return more;
}

uint64_t virtio_net_deadline(const struct virtio_net *n)
{
	return virtio_mmio_deadline(&n->mmio);
}
