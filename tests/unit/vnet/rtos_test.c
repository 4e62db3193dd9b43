/* The RTOS's driver against the switch, and against a device that lies. */
#include "abi/virtio_mmio.h"
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/net.h"
#include "tests/unit/rtos/log_host.h"
#include "tests/unit/vnet/rig.h"

#define BASE 0x0a000000ull
#define AREA (RIG_BANK_BASE + 0x10000)

static struct virtio_net net;
static uint8_t got[2048];
static uint32_t got_bytes, got_count, link_changes;

uint32_t mmio_read32(uint64_t addr)
{
	return loopback_read(&rig.d[0].lb, (uint32_t)(addr - BASE));
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	loopback_write(&rig.d[0].lb, (uint32_t)(addr - BASE), value, 4);
}

void mmio_barrier(void)
{
}

static void received(void *data, const uint8_t *frame, uint32_t bytes)
{
	(void)data;
	memcpy(got, frame, bytes);
	got_bytes = bytes;
	got_count++;
}

static void link_changed(void *data, bool up)
{
	(void)data;
	(void)up;
	link_changes++;
}

/* Port 0 is the RTOS's, the others are the rig's. */
static void start(void)
{
	rig_start(3);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	rig_up(2, RIG_OFFLOADS, 2048, 32);
	got_bytes = got_count = link_changes = 0;
	net = (struct virtio_net){.mmio = {.name = "net", .base = BASE, .memory = &rig.d[0].mem},
		.area_addr = AREA,
		.received = received,
		.link = link_changed};
	EXPECT_EQ(virtio_net_init(&net), 0);
	virtio_net_run(&net, rig.now);
	rig_wait(0);
}

static bool send(uint32_t bytes)
{
	uint8_t *to = virtio_net_begin(&net, rig.now);

	if (!to)
		return false;
	memcpy(to, rig_frame, bytes);
	if (virtio_net_end(&net, bytes))
		return false;
	virtio_net_flush(&net);
	rig_wait(0);
	return true;
}

static void the_driver_learns_its_address_and_that_the_link_is_up(void)
{
	start();
	EXPECT_EQ(net.up, true);
	EXPECT_EQ(net.mac[5], 1);
	EXPECT_EQ(net.mtu, 1500);
	EXPECT_EQ(link_changes, 1);
	vnet_port_link(&rig.d[0].port, false);
	virtio_net_run(&net, rig.now);
	EXPECT_EQ(net.up, false);
	EXPECT_EQ(link_changes, 2);
	EXPECT_EQ(virtio_net_begin(&net, rig.now) == NULL, true);
	rig_finish();
}

static void frames_go_both_ways_for_longer_than_any_ring(void)
{
	start();
	for (unsigned i = 0; i < 300; i++) {
		uint32_t bytes = rig_ether(0, 1, 0x88b5, 60 + i * 4);

		EXPECT_EQ(send(bytes), true);
		EXPECT_EQ(rig_take(1), bytes);
		EXPECT_EQ(memcmp(rig.d[1].got, rig_frame, bytes), 0);
		rig_send(1, rig_ether(1, 0, 0x88b5, bytes));
		virtio_net_run(&net, rig.now);
		rig_wait(0);
		EXPECT_EQ(got_count, i + 1);
		EXPECT_EQ(got_bytes, bytes);
		EXPECT_EQ(memcmp(got, rig_frame, bytes), 0);
	}
	EXPECT_EQ(net.dropped_count, 0);
	rig_finish();
}

static void a_large_frame_with_offloads_comes_in_segments_with_checksums(void)
{
	const struct virtio_net_hdr hdr = {.flags = 1,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 1000,
		.csum_start = 34,
		.csum_offset = 16};

	start();
	rig_send_with(2, &hdr, rig_ipv4(2, 0, PROTOCOL_TCP, 1, 2, 5054));
	virtio_net_run(&net, rig.now);
	EXPECT_EQ(got_count, 5);
	EXPECT_EQ(got_bytes, 1054);
	EXPECT_EQ(rig_sum_right(got, got_bytes), true);
	rig_finish();
}

static void a_full_ring_refuses_and_recovers(void)
{
	unsigned sent = 0;

	start();
	rig_ether(0, 1, 0x88b5, 60);
	for (; sent < 100; sent++) {
		uint8_t *to = virtio_net_begin(&net, rig.now);

		if (!to)
			break;
		memcpy(to, rig_frame, 60);
		EXPECT_EQ(virtio_net_end(&net, 60), 0);
	}
	EXPECT_EQ(sent, VIRTIO_NET_TX_COUNT);
	virtio_net_flush(&net);
	rig_wait(0);
	EXPECT_EQ(rig_drain(1), VIRTIO_NET_TX_COUNT);
	EXPECT_EQ(send(60), true);
	rig_finish();
}

static void frames_of_impossible_size_are_refused(void)
{
	start();
	EXPECT_EQ(virtio_net_begin(&net, rig.now) != NULL, true);
	EXPECT_EQ(virtio_net_end(&net, 13) < 0, true);
	EXPECT_EQ(virtio_net_end(&net, VIRTIO_NET_FRAME_BYTES + 1) < 0, true);
	EXPECT_EQ(virtio_net_end(&net, UINT32_MAX) < 0, true);
	rig_finish();
}

/* The device's side of queue q, used by hand. */
static struct vq_used *used_ring(unsigned q)
{
	return net.mmio.queue[q].used;
}

static void a_device_that_lies_about_lengths_is_set_up_anew(void)
{
	start();
	used_ring(VIRTIO_NET_RXQ)->ring[0] = (struct vq_used_elem){0, 5000};
	used_ring(VIRTIO_NET_RXQ)->idx = 1;
	virtio_net_run(&net, rig.now);
	EXPECT_EQ(got_count, 0);
	EXPECT_EQ(net.up, false);
	EXPECT_EQ(net.mmio.state, VIRTIO_BROKEN);
	EXPECT_EQ(virtio_net_begin(&net, rig.now) == NULL, true);
	rig_wait(virtio_net_deadline(&net) - rig.now);
	virtio_net_run(&net, rig.now);
	rig_wait(0);
	EXPECT_EQ(net.up, true);
	EXPECT_EQ(send(rig_ether(0, 1, 0x88b5, 60)), true);
	EXPECT_EQ(rig_drain(1), 1);
	rig_finish();
}

static void a_device_that_completes_what_was_not_sent_is_found_out(void)
{
	start();
	used_ring(VIRTIO_NET_TXQ)->ring[0] = (struct vq_used_elem){3, 0};
	used_ring(VIRTIO_NET_TXQ)->idx = 1;
	virtio_net_run(&net, rig.now);
	EXPECT_EQ(net.mmio.state, VIRTIO_BROKEN);
	EXPECT_CONTAINS(log_host_last, "device broken");
	rig_finish();
}

static void short_frames_and_offloads_nobody_asked_for_are_dropped(void)
{
	uint8_t *buffer;

	start();
	buffer = rig.d[0].bank + (AREA - RIG_BANK_BASE) + 0x2000;
	memset(buffer, 0, 2048);
	used_ring(VIRTIO_NET_RXQ)->ring[0] = (struct vq_used_elem){0, 25};
	used_ring(VIRTIO_NET_RXQ)->idx = 1;
	virtio_net_run(&net, rig.now);
	buffer[2048 + 1] = VIRTIO_NET_HDR_GSO_TCPV4;
	used_ring(VIRTIO_NET_RXQ)->ring[1] = (struct vq_used_elem){1, 100};
	used_ring(VIRTIO_NET_RXQ)->idx = 2;
	virtio_net_run(&net, rig.now);
	EXPECT_EQ(got_count, 0);
	EXPECT_EQ(net.dropped_count, 2);
	EXPECT_EQ(net.mmio.state, VIRTIO_LIVE);
	rig_finish();
}

static void one_call_takes_a_bounded_number_of_frames(void)
{
	start();
	rig_ether(1, 0, 0x88b5, 60);
	for (unsigned i = 0; i < 60; i++)
		rig_queue(1, NULL, 60);
	rig_notify(1);
	while (virtio_net_run(&net, rig.now))
		EXPECT_EQ(got_count % VIRTIO_NET_RUN_FRAMES, 0);
	for (unsigned i = 0; i < 10; i++) {
		rig_wait(0);
		virtio_net_run(&net, rig.now);
	}
	EXPECT_EQ(got_count, 60);
	rig_finish();
}

static const struct unit_test tests[] = {
	{"the driver learns its address, and that the link is up",
		the_driver_learns_its_address_and_that_the_link_is_up},
	{"frames go both ways for longer than any ring", frames_go_both_ways_for_longer_than_any_ring},
	{"a large frame with offloads comes in segments with checksums",
		a_large_frame_with_offloads_comes_in_segments_with_checksums},
	{"a full ring refuses and recovers", a_full_ring_refuses_and_recovers},
	{"frames of impossible size are refused", frames_of_impossible_size_are_refused},
	{"a device that lies about lengths is set up anew", a_device_that_lies_about_lengths_is_set_up_anew},
	{"a device that completes what was not sent is found out",
		a_device_that_completes_what_was_not_sent_is_found_out},
	{"short frames and offloads nobody asked for are dropped",
		short_frames_and_offloads_nobody_asked_for_are_dropped},
	{"one call takes a bounded number of frames", one_call_takes_a_bounded_number_of_frames},
};

UNIT_MAIN("vnet-rtos", tests)
