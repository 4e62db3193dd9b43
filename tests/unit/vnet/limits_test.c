/* Rates and loss: who may send how much, and who must not suffer for it. */
#include "tests/unit/vnet/rig.h"

/*
 * Rates.
 */

static void a_rate_holds_over_time(void)
{
	rig_start(2);
	rig.d[0].config.bytes = (struct vnet_limit){1000000, 10000}; /* 1 MB/s */
	rig.d[0].config.hold = false;
	rig_configure(0);
	rig_up_all();
	for (unsigned i = 0; i < 2000; i++) {
		rig_send(0, rig_udp(0, 1, 9, 1000));
		rig_drain(1);
		rig_wait(500000); /* asks for 2 MB/s */
	}
	EXPECT_EQ(rig.d[1].port.count.received_bytes >= 1000000, true);
	EXPECT_EQ(rig.d[1].port.count.received_bytes <= 1011000, true);
	EXPECT_EQ(rig_drops(0, VNET_DROP_RATE), 2000 - rig.d[1].port.count.received_frames);
	rig_finish();
}

static void a_limit_on_frames_holds_whatever_their_size(void)
{
	rig_start(2);
	rig.d[0].config.frames = (struct vnet_limit){100, 10};
	rig_configure(0);
	rig_up_all();
	for (unsigned i = 0; i < 50; i++)
		rig_send(0, rig_udp(0, 1, 9, 60));
	EXPECT_EQ(rig_drops(0, VNET_DROP_RATE), 40);
	EXPECT_EQ(rig_drain(1), 10);
	rig_wait(1000000000);
	for (unsigned i = 0; i < 50; i++)
		rig_send(0, rig_udp(0, 1, 9, 60));
	EXPECT_EQ(rig_drain(1), 10); /* no more than the burst, however long the silence */
	rig_finish();
}

static void a_large_frame_counts_as_its_segments(void)
{
	const struct virtio_net_hdr hdr = {.flags = 1,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 1000,
		.csum_start = 34,
		.csum_offset = 16};

	rig_start(2);
	rig.d[0].config.frames = (struct vnet_limit){100, 10};
	rig_configure(0);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_OFFLOADS, 2048, 60);
	rig_send_with(0, &hdr, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 8054));
	EXPECT_EQ(rig_drain(1), 1);
	rig_send_with(0, &hdr, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 8054));
	EXPECT_EQ(rig_drops(0, VNET_DROP_RATE), 1);
	rig_finish();
}

static void broadcast_and_multicast_have_limits_of_their_own(void)
{
	rig_start(3);
	rig.d[0].config.broadcast = (struct vnet_limit){10, 3};
	rig.d[0].config.multicast = (struct vnet_limit){10, 2};
	rig.d[0].config.unknown = (struct vnet_limit){10, 1};
	rig_configure(0);
	rig_up_all();
	for (unsigned i = 0; i < 10; i++) {
		rig_send(0, rig_ether(0, RIG_ALL, 0x88b5, 64));
		rig_frame[0] = 1;
		rig_send(0, 64);
		rig_send(0, rig_ether(0, 9, 0x88b5, 64));
		rig_drain(1);
		rig_drain(2);
		EXPECT_EQ(rig_passes(0, 1, rig_ether(0, 1, 0x88b5, 64)), true);
	}
	EXPECT_EQ(rig_drops(0, VNET_DROP_BROADCAST), 7);
	EXPECT_EQ(rig_drops(0, VNET_DROP_MULTICAST), 8);
	EXPECT_EQ(rig_drops(0, VNET_DROP_UNKNOWN), 9);
	rig_finish();
}

static void an_address_that_hops_is_a_loop(void)
{
	uint64_t before;

	rig_start(3);
	rig.d[0].config.bind_mac = rig.d[1].config.bind_mac = false;
	rig_configure(0);
	rig_configure(1);
	rig_up_all();
	for (unsigned i = 0; i < 40; i++) {
		rig_send(i % 2, rig_ether(9, RIG_ALL, 0x88b5, 64));
		rig_drain(2);
	}
	before = rig_drops(0, VNET_DROP_LOOP) + rig_drops(1, VNET_DROP_LOOP);
	EXPECT_EQ(before > 10, true);
	EXPECT_EQ(rig_drops(2, VNET_DROP_LOOP), 0);
	EXPECT_EQ(rig_passes(2, 0, rig_ether(2, 0, 0x88b5, 64)) || rig_drain(0), true);
	rig_wait(VNET_FDB_MOVE_NS);
	rig_send(0, rig_ether(9, RIG_ALL, 0x88b5, 64));
	rig_send(1, rig_ether(9, RIG_ALL, 0x88b5, 64));
	EXPECT_EQ(rig_drops(0, VNET_DROP_LOOP) + rig_drops(1, VNET_DROP_LOOP), before);
	rig_finish();
}

/*
 * Loss.
 */

/* Fill the sender's ring without letting the device work in between. */
static void stuff(unsigned p, uint32_t bytes)
{
	while (rig_queue(p, NULL, bytes))
		;
	rig_notify(p);
}

/* c takes one frame for each that b sends; a sends as many as it can. */
static unsigned flood_and_count(uint64_t *lost)
{
	unsigned arrived = 0;

	for (unsigned i = 0; i < 500; i++) {
		rig_udp(0, 2, 9, 1000);
		stuff(0, 1000);
		rig_send(1, rig_udp(1, 2, 9, 600));
		for (unsigned n = 0; n < 4 && rig_take(2); n++)
			arrived += rig.d[2].got_bytes == 600;
		rig_wait(10000);
	}
	while (rig_take(2))
		arrived += rig.d[2].got_bytes == 600;
	*lost = rig_drops(1, VNET_DROP_NO_BUFFER);
	return arrived;
}

static void calls_frames_are_not_lost_while_another_floods(void)
{
	uint64_t lost;

	rig_start(3);
	rig.d[0].config.priority = 2;
	rig.d[1].config.priority = 0;
	rig.d[1].config.hold = false;
	rig_configure(0);
	rig_configure(1);
	rig_up_all();
	EXPECT_EQ(flood_and_count(&lost), 500);
	EXPECT_EQ(lost, 0);
	EXPECT_EQ(rig_all_drops(1), 0);
	rig_finish();
}

static void a_sender_below_his_rate_loses_nothing_to_one_without(void)
{
	uint64_t lost;

	rig_start(3);
	rig.d[0].config.hold = rig.d[1].config.hold = false;
	rig.d[1].config.bytes = (struct vnet_limit){100000000, 100000};
	rig_configure(0);
	rig_configure(1);
	rig_up_all();
	EXPECT_EQ(flood_and_count(&lost), 500);
	EXPECT_EQ(lost, 0);
	EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER) > 1000, true);
	rig_finish();
}

static void a_flood_over_its_rate_is_dropped_on_its_own_port(void)
{
	uint64_t lost;

	rig_start(3);
	rig.d[0].config.frames = (struct vnet_limit){1000, 10};
	rig.d[1].config.frames = (struct vnet_limit){200000, 100};
	rig_configure(0);
	rig_configure(1);
	rig_up_all();
	EXPECT_EQ(flood_and_count(&lost), 500);
	EXPECT_EQ(rig_all_drops(1) + rig_all_drops(2), 0);
	EXPECT_EQ(rig_drops(0, VNET_DROP_RATE) > 1000, true);
	rig_finish();
}

static void nobody_loses_a_frame_to_a_receiver_that_is_only_busy(void)
{
	unsigned arrived = 0;

	rig_start(2);
	rig_up_all();
	rig_udp(0, 1, 9, 500);
	for (unsigned i = 0; i < 60; i++)
		EXPECT_EQ(rig_queue(0, NULL, 500), true);
	rig_notify(0);
	EXPECT_EQ(rig.d[0].port.held_on == &rig.d[1].port, true);
	EXPECT_EQ(vnet_deadline(&rig.v), rig.now + VNET_HOLD_NS);
	while (rig_take(1))
		arrived++;
	EXPECT_EQ(arrived, 60);
	EXPECT_EQ(rig_all_drops(0), 0);
	EXPECT_EQ(vnet_deadline(&rig.v), VNET_NEVER);
	rig_finish();
}

static void a_receiver_that_takes_nothing_stops_its_senders_for_a_bounded_time(void)
{
	rig_start(3);
	rig_up_all();
	rig_udp(0, 1, 9, 500);
	for (unsigned i = 0; i < 30; i++)
		rig_queue(0, NULL, 500);
	rig_queue(0, NULL, rig_udp(0, 2, 9, 300)); /* behind those to the one that takes nothing */
	rig_notify(0);
	EXPECT_EQ(rig_take(2), 0);
	rig_wait(VNET_HOLD_NS - 1);
	EXPECT_EQ(rig_take(2), 0);
	rig_wait(1);
	EXPECT_EQ(rig_take(2), 300);
	EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER), 6);
	EXPECT_EQ(rig.d[1].port.count.missed_frames, 6);
	rig_send(0, rig_udp(0, 1, 9, 500)); /* nobody waits for it again … */
	EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER), 7);
	rig_drain(1); /* … before it takes frames again */
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 9, 500)), true);
	rig_finish();
}

static void a_receiver_that_dies_lets_its_senders_go_on(void)
{
	rig_start(3);
	rig_up_all();
	rig_udp(0, 1, 9, 500);
	for (unsigned i = 0; i < 30; i++)
		rig_queue(0, NULL, 500);
	rig_queue(0, NULL, rig_udp(0, 2, 9, 300));
	rig_notify(0);
	loopback_reset(&rig.d[1].lb);
	rig_wait(0);
	EXPECT_EQ(rig_take(2), 300);
	EXPECT_EQ(rig_drops(0, VNET_DROP_NOWHERE), 6);
	rig_finish();
}

static void a_receiver_that_never_had_a_buffer_delays_its_senders_once(void)
{
	rig_start(2);
	rig_up_all();
	rig_up(1, RIG_MERGEABLE, 2048, 0);
	rig_udp(0, 1, 9, 500);
	for (unsigned i = 0; i < 5; i++)
		rig_queue(0, NULL, 500);
	rig_notify(0);
	EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER), 0);
	rig_wait(VNET_HOLD_NS);
	EXPECT_EQ(rig_drops(0, VNET_DROP_NO_BUFFER), 5);
	rig_finish();
}

static const struct unit_test tests[] = {
	{"a rate holds over time", a_rate_holds_over_time},
	{"a limit on frames holds whatever their size", a_limit_on_frames_holds_whatever_their_size},
	{"a large frame counts as its segments", a_large_frame_counts_as_its_segments},
	{"broadcast and multicast have limits of their own",
		broadcast_and_multicast_have_limits_of_their_own},
	{"an address that hops is a loop", an_address_that_hops_is_a_loop},
	{"call's frames are not lost while another floods", calls_frames_are_not_lost_while_another_floods},
	{"a sender below his rate loses nothing to one without",
		a_sender_below_his_rate_loses_nothing_to_one_without},
	{"a flood over its rate is dropped on its own port",
		a_flood_over_its_rate_is_dropped_on_its_own_port},
	{"nobody loses a frame to a receiver that is only busy",
		nobody_loses_a_frame_to_a_receiver_that_is_only_busy},
	{"a receiver that takes nothing stops its senders for a bounded time",
		a_receiver_that_takes_nothing_stops_its_senders_for_a_bounded_time},
	{"a receiver that never had a buffer delays its senders once",
		a_receiver_that_never_had_a_buffer_delays_its_senders_once},
	{"a receiver that dies lets its senders go on", a_receiver_that_dies_lets_its_senders_go_on},
};

UNIT_MAIN("vnet-limits", tests)
