/* The switch: learning, VLANs, copies, buffers, offloads. */
#include "tests/unit/vnet/rig.h"

#define KNOWN 3000 /* any port number */

static uint32_t udp(unsigned from, unsigned to, uint32_t bytes)
{
	return rig_ipv4(from, to, PROTOCOL_UDP, KNOWN, KNOWN, bytes);
}

static void frames_arrive_as_they_were_sent(void)
{
	rig_start(3);
	rig_up_all();
	for (uint32_t bytes = 14; bytes <= 1514; bytes++) { /* short headers are copied by their length */
		EXPECT_EQ(rig_passes(0, 1, rig_ether(0, 1, 0x88b5, bytes)), true);
		EXPECT_EQ(rig.d[1].hdr.num_buffers, 1);
		EXPECT_EQ(rig.d[1].hdr.flags, 0);
	}
	EXPECT_EQ(rig_take(2), 0);
	EXPECT_EQ(rig.d[0].port.count.sent_frames, 1501);
	EXPECT_EQ(rig.d[1].port.count.received_frames, 1501);
	rig_finish();
}

static void frames_in_many_pieces_arrive_whole(void)
{
	static const uint32_t cuts[][8] = {
		{12}, {1, 1, 1, 1, 1}, {6, 20, 100}, {13}, {11, 2}, {12, 160}, {200, 1, 1}, {172, 1}};
	const struct virtio_net_hdr plain = {0};

	rig_start(2);
	rig_up_all();
	for (unsigned i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		uint32_t bytes = udp(0, 1, 1000);

		rig_send_pieces(0, &plain, bytes, cuts[i]);
		EXPECT_EQ(rig_take(1), bytes);
		EXPECT_EQ(memcmp(rig.d[1].got, rig_frame, bytes), 0);
	}
	rig_finish();
}

static void a_frame_fills_as_many_mergeable_buffers_as_it_needs(void)
{
	rig_start(2);
	rig.d[0].config.mtu = rig.d[1].config.mtu = 9000;
	rig_configure(0);
	rig_configure(1);
	rig_up(0, RIG_MERGEABLE, 2048, 8);
	rig_up(1, RIG_MERGEABLE, 1000, 40);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 9014)), true);
	EXPECT_EQ(rig.d[1].hdr.num_buffers, 10);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 988)), true);
	EXPECT_EQ(rig.d[1].hdr.num_buffers, 1);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 989)), true);
	EXPECT_EQ(rig.d[1].hdr.num_buffers, 2);
	rig_finish();
}

static void a_buffer_too_small_for_a_frame_loses_that_frame_only(void)
{
	rig_start(2);
	rig_up(0, RIG_PLAIN, 2048, 8);
	rig_up(1, RIG_PLAIN, 600, 40);
	rig_send(0, udp(0, 1, 1000));
	EXPECT_EQ(rig_drops(0, VNET_DROP_TOO_BIG), 1);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 500)), true);
	rig_finish();
}

static void a_frame_to_an_unknown_address_reaches_all_then_only_its_owner(void)
{
	rig_start(3);
	rig.d[2].config.bind_mac = false;
	rig_configure(2);
	rig_up_all();
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 1);
	EXPECT_EQ(rig_drain(2), 1);
	rig_send(2, rig_ether(9, 0, 0x88b5, 64));
	EXPECT_EQ(rig_drain(0), 1);
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 0);
	EXPECT_EQ(rig_drain(2), 1);
	rig_finish();
}

static void an_address_is_forgotten_after_its_age(void)
{
	rig_start(3);
	rig.d[2].config.bind_mac = false;
	rig_configure(2);
	rig_up_all();
	rig_send(2, rig_ether(9, 0, 0x88b5, 64));
	rig_drain(0);
	rig_wait(VNET_AGE_NS - 1);
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 0);
	EXPECT_EQ(rig_drain(2), 1);
	rig_wait(1);
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 1);
	EXPECT_EQ(rig_drain(2), 1);
	rig_finish();
}

static void an_address_follows_its_owner_to_another_port(void)
{
	rig_start(3);
	rig.d[1].config.bind_mac = rig.d[2].config.bind_mac = false;
	rig_configure(1);
	rig_configure(2);
	rig_up_all();
	rig_send(1, rig_ether(9, 0, 0x88b5, 64));
	rig_send(2, rig_ether(9, 0, 0x88b5, 64));
	EXPECT_EQ(rig_drain(0), 2);
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 0);
	EXPECT_EQ(rig_drain(2), 1);
	rig_finish();
}

static void a_flood_of_addresses_takes_no_one_elses_place(void)
{
	rig_start(3);
	rig.d[1].config.bind_mac = rig.d[2].config.bind_mac = false;
	rig.d[1].config.mac_limit = 5000;
	rig_configure(1);
	rig_configure(2);
	rig_up_all();
	rig_send(2, rig_ether(9, 0, 0x88b5, 64));
	for (unsigned i = 0; i < 5000; i++) {
		rig_ether(0, 0, 0x88b5, 64);
		be32_put(rig_frame + 6, 0x02000000 + i);
		rig_send(1, 64);
		if (i % 16 == 0)
			rig_drain(0);
	}
	rig_drain(0);
	EXPECT_EQ(rig.v.fdb.learned[1] <= VNET_FDB_SETS * VNET_FDB_WAYS, true);
	EXPECT_EQ(rig.v.fdb.learned[1] > 500, true);
	rig_send(0, rig_ether(0, 9, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 0);
	EXPECT_EQ(rig_drain(2), 1);
	rig_finish();
}

static void a_port_learns_no_more_addresses_than_its_limit(void)
{
	rig_start(2);
	rig.d[1].config.bind_mac = false;
	rig.d[1].config.mac_limit = 10;
	rig_configure(1);
	rig_up_all();
	for (unsigned i = 0; i < 100; i++) {
		rig_ether(0, 0, 0x88b5, 64);
		be32_put(rig_frame + 6, 0x02000000 + i);
		rig_send(1, 64);
		rig_drain(0);
	}
	EXPECT_EQ(rig.v.fdb.learned[1], 10);
	EXPECT_EQ(rig.d[1].port.count.received_frames, 0);
	EXPECT_EQ(rig.d[0].port.count.received_frames, 100);
	rig_finish();
}

static void broadcast_and_multicast_reach_all_but_the_sender(void)
{
	rig_start(4);
	rig_up_all();
	rig_send(1, rig_ether(1, RIG_ALL, 0x88b5, 64));
	rig_ether(1, 0, 0x88b5, 64);
	rig_frame[0] = 0x33;
	rig_send(1, 64);
	EXPECT_EQ(rig_drain(0), 2);
	EXPECT_EQ(rig_drain(1), 0);
	EXPECT_EQ(rig_drain(2), 2);
	EXPECT_EQ(rig_drain(3), 2);
	rig_finish();
}

static void a_vlan_keeps_to_itself(void)
{
	rig_start(4);
	rig.d[2].config.vlan = rig.d[3].config.vlan = 20;
	rig_configure(2);
	rig_configure(3);
	rig_up_all();
	rig_send(0, rig_ether(0, RIG_ALL, 0x88b5, 64));
	EXPECT_EQ(rig_drain(1), 1);
	EXPECT_EQ(rig_drain(2) + rig_drain(3), 0);
	rig_send(0, rig_ether(0, 2, 0x88b5, 64)); /* its address, from another VLAN */
	EXPECT_EQ(rig_drain(1), 1);
	EXPECT_EQ(rig_drain(2) + rig_drain(3), 0);
	EXPECT_EQ(rig_passes(2, 3, rig_ether(2, 3, 0x88b5, 64)), true);
	rig_send(0, rig_tag(rig_ether(0, 2, 0x88b5, 64), 20)); /* hopping by a tag of its own */
	EXPECT_EQ(rig_drops(0, VNET_DROP_VLAN), 1);
	EXPECT_EQ(rig_drain(1) + rig_drain(2) + rig_drain(3), 0);
	rig_finish();
}

static void a_trunk_has_tagged_frames_and_its_own_vlan_untagged(void)
{
	uint8_t untagged[64];

	rig_start(3);
	rig.d[1].config.vlan = 20;
	rig.d[2].config.trunk = true;
	vnet_vlan_allow(&rig.d[2].config, 20);
	rig_configure(1);
	rig_configure(2);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 2, rig_ether(0, 2, 0x88b5, 64)), true);
	rig_send(1, rig_ether(1, 2, 0x88b5, 64));
	EXPECT_EQ(rig_take(2), 68);
	EXPECT_EQ(be16(rig.d[2].got + 12), ETHERTYPE_VLAN);
	EXPECT_EQ(be16(rig.d[2].got + 14), 20);
	EXPECT_EQ(memcmp(rig.d[2].got + 16, rig_frame + 12, 52), 0);
	rig_ether(2, 1, 0x88b5, 64);
	memcpy(untagged, rig_frame, 64);
	rig_send(2, rig_tag(64, 20 | 5 << 13));
	EXPECT_EQ(rig_take(1), 64);
	EXPECT_EQ(memcmp(rig.d[1].got, untagged, 64), 0);
	rig_send(2, rig_tag(rig_ether(2, 1, 0x88b5, 64), 21));
	EXPECT_EQ(rig_drops(2, VNET_DROP_VLAN), 1);
	rig_finish();
}

static void the_payload_moves_once_and_no_buffer_is_between(void)
{
	rig_start(4);
	rig_up_all();
	for (uint32_t bytes = 60; bytes <= 1514; bytes += 7)
		EXPECT_EQ(rig_passes(0, 1, udp(0, 1, bytes)), true);
	rig_send(0, rig_ether(0, RIG_ALL, 0x88b5, 1514));
	EXPECT_EQ(rig.v.copied_bytes, rig.v.payload_bytes);
	EXPECT_EQ(rig.v.payload_bytes > 100000, true);
	rig_finish();
}

/*
 * An uplink that is served first, and during whose turn the sender changes its frame: the next receiver
 * gets the header that was checked.
 */
static int change_senders_frame(struct vnet_port *port, const struct vnet_wire *head, uint32_t head_bytes,
	const struct vnet_cursor *rest, uint32_t rest_bytes)
{
	uint8_t *bank = rig.v.frame.data.seg->data;

	(void)port;
	(void)head;
	(void)head_bytes;
	(void)rest;
	(void)rest_bytes;
	memset(bank + rig.v.frame.data.skip, 0xee, VNET_HEAD_BYTES);
	return 0;
}

static void what_was_checked_is_what_is_forwarded(void)
{
	static const struct vnet_external uplink = {.send = change_senders_frame};
	static struct vnet_port port;
	static struct vnet_port_config config;
	uint32_t bytes;

	rig_start(0);
	vnet_port_config_default(&config, "uplink");
	EXPECT_EQ(vnet_external_add(&rig.v, &port, &config, &uplink, NULL), 0);
	rig_add(2);
	rig_up_all();
	bytes = udp(0, 1, 400);
	memset(rig_frame, 0xff, 6);
	rig_send(0, bytes);
	EXPECT_EQ(rig.d[0].bank[RIG_TX - RIG_BANK_BASE + 12], 0xee);
	EXPECT_EQ(rig_take(1), bytes);
	EXPECT_EQ(memcmp(rig.d[1].got, rig_frame, bytes), 0);
	rig_finish();
}

/*
 * Offloads.
 */

static void put_pseudo(uint32_t bytes, unsigned sum_at)
{
	bool v4 = be16(rig_frame + 12) == ETHERTYPE_IPV4;
	uint32_t l4 = v4 ? 34 : 54, proto = v4 ? rig_frame[23] : rig_frame[20];
	uint16_t sum = v4 ? rig_sum(rig_frame + 26, 8, proto + bytes - l4)
			  : rig_sum(rig_frame + 22, 32, proto + bytes - l4);

	be16_put(rig_frame + l4 + sum_at, (uint16_t)~sum);
}

static struct virtio_net_hdr want_sum(uint16_t l4, uint16_t at)
{
	return (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = l4, .csum_offset = at};
}

static void a_checksum_is_made_for_a_receiver_that_wants_it_made(void)
{
	static const uint32_t sizes[] = {43, 60, 159, 160, 161, 162, 163, 500, 1513, 1514};
	static const uint32_t cuts[][4] = {{0}, {12, 51, 200}, {177, 33, 7}};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_MERGEABLE, 2048, 8);
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned c = 0; c < 3; c++) {
			struct virtio_net_hdr hdr = want_sum(34, 6);
			uint32_t bytes = udp(0, 1, sizes[i]);

			put_pseudo(bytes, 6);
			rig_send_pieces(0, &hdr, bytes, cuts[c]);
			EXPECT_EQ(rig_take(1), bytes);
			EXPECT_EQ(rig.d[1].hdr.flags, 0);
			EXPECT_EQ(rig.d[1].got_bytes == bytes && rig_sum_right(rig.d[1].got, bytes), true);
		}
	EXPECT_EQ(rig.d[0].port.count.summed, 30);
	rig_finish();
}

static void a_checksum_is_left_to_a_receiver_that_can(void)
{
	struct virtio_net_hdr hdr = want_sum(54, 16);
	uint32_t bytes;

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_OFFLOADS, 2048, 8);
	bytes = rig_ipv6(0, 1, PROTOCOL_TCP, 1, 2, 900);
	put_pseudo(bytes, 16);
	rig_send_with(0, &hdr, bytes);
	EXPECT_EQ(rig_take(1), bytes);
	EXPECT_EQ(rig.d[1].hdr.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	EXPECT_EQ(rig.d[1].hdr.csum_start, 54);
	EXPECT_EQ(memcmp(rig.d[1].got, rig_frame, bytes), 0);
	EXPECT_EQ(rig.d[0].port.count.summed, 0);
	rig_finish();
}

static void a_checksum_request_moves_with_a_vlan_tag(void)
{
	struct virtio_net_hdr hdr = want_sum(34, 6);
	uint32_t bytes;

	rig_start(2);
	rig.d[0].config.vlan = 20;
	rig.d[1].config.trunk = true;
	vnet_vlan_allow(&rig.d[1].config, 20);
	rig_configure(0);
	rig_configure(1);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_OFFLOADS, 2048, 8);
	bytes = udp(0, 1, 300);
	put_pseudo(bytes, 6);
	rig_send_with(0, &hdr, bytes);
	EXPECT_EQ(rig_take(1), bytes + 4);
	EXPECT_EQ(rig.d[1].hdr.csum_start, 38);
	rig_finish();
}

static struct virtio_net_hdr want_segments(bool v4, uint16_t size)
{
	struct virtio_net_hdr hdr = want_sum(v4 ? 34 : 54, 16);

	hdr.gso_type = v4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
	hdr.gso_size = size;
	return hdr;
}

static uint32_t large(bool v4, uint32_t bytes)
{
	(v4 ? rig_ipv4 : rig_ipv6)(0, 1, PROTOCOL_TCP, 1, 2, bytes);
	rig_frame[v4 ? 47 : 67] = 0x19; /* ACK PSH FIN */
	put_pseudo(bytes, 16);
	return bytes;
}

static void a_large_frame_reaches_a_receiver_that_takes_it_whole(void)
{
	struct virtio_net_hdr hdr = want_segments(true, 1460);
	uint32_t bytes;

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 8);
	rig_up(1, RIG_OFFLOADS, 4096, 60);
	bytes = large(true, 65549);
	rig_send_with(0, &hdr, bytes);
	EXPECT_EQ(rig_take(1), bytes);
	EXPECT_EQ(rig.d[1].hdr.gso_type, VIRTIO_NET_HDR_GSO_TCPV4);
	EXPECT_EQ(rig.d[1].hdr.gso_size, 1460);
	EXPECT_EQ(rig.d[1].hdr.hdr_len, 54);
	EXPECT_EQ(memcmp(rig.d[1].got, rig_frame, bytes), 0);
	EXPECT_EQ(rig.d[0].port.count.segmented, 0);
	rig_finish();
}

static void check_segments(bool v4, uint32_t bytes, uint16_t size)
{
	struct virtio_net_hdr hdr = want_segments(v4, size);
	uint32_t header = v4 ? 54 : 74, at = header, count = 0;

	large(v4, bytes);
	rig_send_with(0, &hdr, bytes);
	while (at < bytes) {
		uint32_t part = bytes - at < size ? bytes - at : size;
		const uint8_t *got = rig.d[1].got;
		uint8_t flags;

		EXPECT_EQ(rig_take_keep(1, false), header + part);
		EXPECT_EQ(rig.d[1].hdr.flags, 0);
		EXPECT_EQ(rig.d[1].hdr.gso_type, 0);
		EXPECT_EQ(be32(got + header - 16), 1000 + at - header);
		EXPECT_EQ(memcmp(got + header, rig_frame + at, part), 0);
		EXPECT_EQ(rig.d[1].got_bytes == header + part && rig_sum_right(got, header + part), true);
		flags = got[header - 7];
		EXPECT_EQ(flags, at + part == bytes ? 0x19 : 0x10);
		if (v4)
			EXPECT_EQ(be16(got + 18), 0x1234 + count);
		at += part;
		count++;
		if (!part || rig.d[1].got_bytes == 0)
			break;
	}
	EXPECT_EQ(rig_take_keep(1, false), 0);
	rig_give(1, 0);
}

static void a_large_frame_is_cut_for_a_receiver_that_takes_none(void)
{
	static const uint32_t sizes[] = {55, 160, 1514, 1515, 3000, 20000};

	for (unsigned v4 = 0; v4 < 2; v4++)
		for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			rig_start(2);
			rig_up(0, RIG_OFFLOADS, 2048, 8);
			rig_up(1, RIG_MERGEABLE, 2048, 60);
			check_segments(v4, v4 ? sizes[i] : sizes[i] + 20, v4 ? 1460 : 1440);
			EXPECT_EQ(rig.v.copied_bytes, rig.v.payload_bytes);
			rig_finish();
		}
}

/*
 * Life.
 */

static void the_driver_reads_its_address_mtu_and_link(void)
{
	struct virtio_net_config config;

	rig_start(2);
	rig.d[0].config.mtu = 9000;
	rig_configure(0);
	rig_up_all();
	loopback_config_read(&rig.d[0].lb, 0, &config, sizeof(config));
	EXPECT_EQ(config.mac[5], 1);
	EXPECT_EQ(config.mtu, 9000);
	EXPECT_EQ(config.status, VIRTIO_NET_S_LINK_UP);
	loopback_take_interrupt(&rig.d[0].lb);
	vnet_port_link(&rig.d[0].port, false);
	EXPECT_EQ(loopback_take_interrupt(&rig.d[0].lb), 2);
	loopback_config_read(&rig.d[0].lb, 0, &config, sizeof(config));
	EXPECT_EQ(config.status, 0);
	rig_send(0, udp(0, 1, 100));
	rig_send(1, udp(1, 0, 100));
	EXPECT_EQ(rig_drain(0) + rig_drain(1), 0);
	vnet_port_link(&rig.d[0].port, true);
	EXPECT_EQ(rig_passes(1, 0, udp(1, 0, 100)), true);
	rig_finish();
}

static void a_reset_driver_comes_back_and_others_do_not_notice(void)
{
	rig_start(3);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
	loopback_reset(&rig.d[1].lb);
	rig_send(0, udp(0, 1, 100));
	EXPECT_EQ(rig_drops(0, VNET_DROP_NOWHERE), 1);
	EXPECT_EQ(rig_passes(0, 2, udp(0, 2, 100)), true);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
	rig_finish();
}

static void a_restarted_backend_loses_no_frame_that_was_in_a_ring(void)
{
	rig_start(2);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 1, udp(0, 1, 100)), true);
	udp(0, 1, 200);
	for (unsigned i = 0; i < 5; i++)
		EXPECT_EQ(rig_queue(0, NULL, 200), true);
	vq_publish(&rig.d[0].txq);
	loopback_backend_down(&rig.d[0].lb);
	loopback_backend_down(&rig.d[1].lb);
	vnet_init(&rig.v, rig.v.now_ns, NULL);
	for (unsigned i = 0; i < 2; i++) {
		EXPECT_EQ(vnet_port_add(&rig.v, &rig.d[i].port, &rig.d[i].config), 0);
		loopback_backend_up(&rig.d[i].lb, &rig.d[i].port.vdev);
	}
	rig_wait(0);
	EXPECT_EQ(rig_drain(1), 5);
	EXPECT_EQ(rig_passes(1, 0, udp(1, 0, 100)), true);
	rig_finish();
}

static void signals_are_folded_within_a_round(void)
{
	uint32_t before;

	rig_start(2);
	rig_up_all();
	udp(0, 1, 200);
	before = rig.d[1].lb.interrupt_count;
	for (unsigned i = 0; i < 20; i++)
		rig_queue(0, NULL, 200);
	rig_notify(0);
	EXPECT_EQ(rig.d[1].lb.interrupt_count - before, 1);
	EXPECT_EQ(rig_drain(1), 20);
	rig_finish();
}

static void a_round_is_bounded(void)
{
	rig_start(2);
	rig.d[0].config.vlan = 0; /* all dropped: no buffers needed */
	rig_configure(0);
	rig_up_all();
	udp(0, 1, 60);
	for (unsigned i = 0; i < RIG_QUEUE_SIZE; i++)
		rig_queue(0, NULL, 60);
	vq_publish(&rig.d[0].txq);
	EXPECT_EQ(vdev_do_queue(&rig.d[0].port.vdev, VIRTIO_NET_TXQ), true);
	EXPECT_EQ(rig.d[0].port.count.sent_frames, VNET_ROUND_FRAMES);
	EXPECT_EQ(vdev_do_queue(&rig.d[0].port.vdev, VIRTIO_NET_TXQ), false);
	rig_finish();
}

/* What was found for one frame is no answer for the next one, to another or from another. */
static void frames_of_one_round_go_each_to_its_own_receiver(void)
{
	const unsigned to[] = {1, 2, 1, RIG_ALL, 2, 2, 3, 1};

	rig_start(4);
	rig.d[3].config.vlan = 7;
	rig_configure(3);
	rig_up_all();
	for (unsigned i = 0; i < 8; i++)
		EXPECT_EQ(rig_queue(0, NULL, rig_ether(0, to[i], 0x88b5, 64)), true);
	rig_notify(0);
	/* Its own three, one to all, and one to an address that is not in VLAN 1. */
	EXPECT_EQ(rig_drain(1), 3 + 1 + 1);
	EXPECT_EQ(rig_drain(2), 3 + 1 + 1);
	EXPECT_EQ(rig_drain(3), 0);
	rig_finish();
}

static const struct unit_test tests[] = {
	{"frames arrive as they were sent", frames_arrive_as_they_were_sent},
	{"frames in many pieces arrive whole", frames_in_many_pieces_arrive_whole},
	{"a frame fills as many mergeable buffers as it needs",
		a_frame_fills_as_many_mergeable_buffers_as_it_needs},
	{"a buffer too small for a frame loses that frame only",
		a_buffer_too_small_for_a_frame_loses_that_frame_only},
	{"a frame to an unknown address reaches all, then only its owner",
		a_frame_to_an_unknown_address_reaches_all_then_only_its_owner},
	{"an address is forgotten after its age", an_address_is_forgotten_after_its_age},
	{"an address follows its owner to another port", an_address_follows_its_owner_to_another_port},
	{"a flood of addresses takes no one else's place", a_flood_of_addresses_takes_no_one_elses_place},
	{"a port learns no more addresses than its limit", a_port_learns_no_more_addresses_than_its_limit},
	{"broadcast and multicast reach all but the sender",
		broadcast_and_multicast_reach_all_but_the_sender},
	{"a VLAN keeps to itself", a_vlan_keeps_to_itself},
	{"a trunk has tagged frames and its own VLAN untagged",
		a_trunk_has_tagged_frames_and_its_own_vlan_untagged},
	{"the payload moves once and no buffer is between", the_payload_moves_once_and_no_buffer_is_between},
	{"what was checked is what is forwarded", what_was_checked_is_what_is_forwarded},
	{"a checksum is made for a receiver that wants it made",
		a_checksum_is_made_for_a_receiver_that_wants_it_made},
	{"a checksum is left to a receiver that can", a_checksum_is_left_to_a_receiver_that_can},
	{"a checksum request moves with a VLAN tag", a_checksum_request_moves_with_a_vlan_tag},
	{"a large frame reaches a receiver that takes it whole",
		a_large_frame_reaches_a_receiver_that_takes_it_whole},
	{"a large frame is cut for a receiver that takes none",
		a_large_frame_is_cut_for_a_receiver_that_takes_none},
	{"the driver reads its address, MTU and link", the_driver_reads_its_address_mtu_and_link},
	{"a reset driver comes back and others do not notice",
		a_reset_driver_comes_back_and_others_do_not_notice},
	{"a restarted backend loses no frame that was in a ring",
		a_restarted_backend_loses_no_frame_that_was_in_a_ring},
	{"signals are folded within a round", signals_are_folded_within_a_round},
	{"frames of one round go each to its own receiver", frames_of_one_round_go_each_to_its_own_receiver},
	{"a round is bounded", a_round_is_bounded},
};

UNIT_MAIN("vnet-forward", tests)
