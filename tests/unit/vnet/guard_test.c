/* What must not pass. */
#include "tests/unit/vnet/rig.h"

/*
 * Frames.
 */

static void runts_are_dropped_and_counted_on_their_sender(void)
{
	const uint32_t whole = 0;
	const struct virtio_net_hdr plain = {0};

	rig_start(3);
	rig_up_all();
	rig_ether(0, 1, 0x88b5, 64);
	for (uint32_t bytes = 0; bytes < 14; bytes++)
		EXPECT_EQ(rig_dropped_for(0, NULL, bytes, VNET_DROP_RUNT), true);
	/* less than a virtio-net header */
	for (uint32_t bytes = 1; bytes < 12; bytes++) {
		struct vq_buf buf = {RIG_TX, bytes};

		EXPECT_EQ(vq_add(&rig.d[0].txq, &buf, 1, 0) >= 0, true);
		rig_notify(0);
		rig_send_pieces(0, &plain, 0, &whole);
	}
	EXPECT_EQ(rig_drops(0, VNET_DROP_RUNT), 14 + 22);
	EXPECT_EQ(rig_all_drops(1) + rig_all_drops(2), 0);
	EXPECT_EQ(rig_passes(0, 1, rig_ether(0, 1, 0x88b5, 64)), true);
	rig_finish();
}

static void a_chain_with_nothing_to_send_is_a_runt(void)
{
	struct vq_buf buf = {RIG_TX, 100};

	rig_start(2);
	rig_up_all();
	EXPECT_EQ(vq_add(&rig.d[0].txq, &buf, 0, 1) >= 0, true);
	rig_notify(0);
	EXPECT_EQ(rig_drops(0, VNET_DROP_RUNT), 1);
	EXPECT_EQ(rig_passes(0, 1, rig_ether(0, 1, 0x88b5, 64)), true);
	rig_finish();
}

static void giants_are_dropped_and_counted_on_their_sender(void)
{
	rig_start(2);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 9, 1514)), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 1515), VNET_DROP_GIANT), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 65549), VNET_DROP_GIANT), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(0, 1, 0x88b5, 69000), VNET_DROP_GIANT), true);
	rig_finish();
}

static void a_frame_beyond_its_receivers_mtu_is_dropped(void)
{
	rig_start(2);
	rig.d[0].config.mtu = 9000;
	rig_configure(0);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 1515), VNET_DROP_TOO_BIG), true);
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 9, 1514)), true);
	rig_finish();
}

static void headers_that_lie_about_their_length_are_dropped(void)
{
	rig_start(2);
	rig_up_all();
	rig_udp(0, 1, 9, 100);
	be16_put(rig_frame + 16, 87);
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_udp(0, 1, 9, 100);
	rig_frame[14] = 0x44;
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_udp(0, 1, 9, 100);
	rig_frame[14] = 0x4f;
	be16_put(rig_frame + 16, 40);
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_udp(0, 1, 9, 100);
	rig_frame[14] = 0x65;
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_udp(0, 1, 9, 100);
	EXPECT_EQ(rig_dropped_for(0, NULL, 33, VNET_DROP_MALFORMED), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(0, 1, ETHERTYPE_ARP, 41), VNET_DROP_MALFORMED), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(0, 1, ETHERTYPE_VLAN, 17), VNET_DROP_MALFORMED), true);
	rig_ipv6(0, 1, PROTOCOL_UDP, 1, 2, 100);
	be16_put(rig_frame + 18, 47);
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 100);
	be16_put(rig_frame + 20, 1); /* RFC 3128 */
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_MALFORMED), true);
	rig_finish();
}

static void link_local_groups_and_senders_that_are_groups_do_not_pass(void)
{
	static const uint8_t pause[6] = {0x01, 0x80, 0xc2, 0, 0, 1};

	rig_start(2);
	rig.d[0].config.bind_mac = false;
	rig_configure(0);
	rig_up_all();
	rig_ether(0, 1, 0x8808, 64);
	memcpy(rig_frame, pause, 6);
	EXPECT_EQ(rig_dropped_for(0, NULL, 64, VNET_DROP_RESERVED), true);
	rig_ether(0, 1, 0x88b5, 64);
	rig_frame[6] = 0x53;
	EXPECT_EQ(rig_dropped_for(0, NULL, 64, VNET_DROP_RESERVED), true);
	memset(rig_frame + 6, 0, 6);
	EXPECT_EQ(rig_dropped_for(0, NULL, 64, VNET_DROP_RESERVED), true);
	rig_finish();
}

/*
 * virtio-net headers.
 */

static void flags_that_are_not_the_drivers_do_not_pass(void)
{
	struct virtio_net_hdr hdr = {.flags = VIRTIO_NET_HDR_F_DATA_VALID};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 32);
	rig_up(1, RIG_OFFLOADS, 2048, 32);
	EXPECT_EQ(rig_dropped_for(0, &hdr, rig_udp(0, 1, 9, 100), VNET_DROP_HEADER), true);
	hdr.flags = 0xf8; /* unknown ones are ignored */
	rig_send_with(0, &hdr, rig_udp(0, 1, 9, 100));
	EXPECT_EQ(rig_take(1), 100);
	EXPECT_EQ(rig.d[1].hdr.flags, 0);
	rig_finish();
}

static void checksums_where_there_are_none_do_not_pass(void)
{
	static const uint16_t wrong[][2] = {{34, 16}, {34, 4}, {33, 7}, {0, 40}, {14, 26}, {0, 0},
		{34, 0xffff}, {0xffff, 0xffff}, {0xffff, 1}, {98, 6}, {26, 0}};
	struct virtio_net_hdr hdr = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 32);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		hdr.csum_start = wrong[i][0];
		hdr.csum_offset = wrong[i][1];
		EXPECT_EQ(rig_dropped_for(0, &hdr, rig_udp(0, 1, 9, 100), VNET_DROP_CHECKSUM), true);
	}
	hdr.csum_start = 34;
	hdr.csum_offset = 6;
	EXPECT_EQ(rig_dropped_for(0, &hdr, rig_ether(0, 1, 0x88b5, 100), VNET_DROP_CHECKSUM), true);
	rig_udp(0, 1, 9, 100);
	be16_put(rig_frame + 20, 0x2000); /* a fragment */
	EXPECT_EQ(rig_dropped_for(0, &hdr, 100, VNET_DROP_CHECKSUM), true);
	rig_finish();
}

static void an_offload_that_was_not_negotiated_does_not_pass(void)
{
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM, .csum_start = 34, .csum_offset = 6};

	rig_start(2);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, &hdr, rig_udp(0, 1, 9, 100), VNET_DROP_CHECKSUM), true);
	rig_up(0, RIG_MERGEABLE | F(CSUM), 2048, 32);
	hdr.csum_offset = 16;
	hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
	hdr.gso_size = 1000;
	EXPECT_EQ(
		rig_dropped_for(0, &hdr, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 3000), VNET_DROP_SEGMENT), true);
	rig_finish();
}

struct lie {
	uint8_t type;
	uint16_t size;
	uint8_t flags;
	uint16_t start;
};

static void segment_sizes_that_lie_do_not_pass(void)
{
	static const struct lie lies[] = {
		{VIRTIO_NET_HDR_GSO_TCPV4, 0, 1, 34},	 /* no size */
		{VIRTIO_NET_HDR_GSO_TCPV4, 1, 1, 34},	 /* thousands of segments */
		{VIRTIO_NET_HDR_GSO_TCPV4, 47, 1, 34},	 /* smaller than TCP makes them */
		{VIRTIO_NET_HDR_GSO_TCPV4, 1461, 1, 34}, /* beyond the MTU */
		{VIRTIO_NET_HDR_GSO_TCPV4, 0xffff, 1, 34},
		{VIRTIO_NET_HDR_GSO_TCPV4, 1460, 0, 34}, /* without checksum */
		{VIRTIO_NET_HDR_GSO_TCPV6, 1440, 1, 34}, /* of another family */
		{3, 1460, 1, 34},			 /* UDP fragments: not offered */
		{5, 1460, 1, 34}, {0x7f, 1460, 1, 34}, {VIRTIO_NET_HDR_GSO_ECN, 1460, 1, 34},
		{VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN, 1460, 1, 34}, /* not negotiated */
	};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 32);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		const struct virtio_net_hdr hdr = {.flags = lies[i].flags,
			.gso_type = lies[i].type,
			.gso_size = lies[i].size,
			.csum_start = lies[i].start,
			.csum_offset = 16,
			.hdr_len = 0xffff};

		EXPECT_EQ(rig_dropped_for(
				  0, &hdr, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 20000), VNET_DROP_SEGMENT),
			true);
	}
	rig_finish();
}

static void a_large_frame_whose_headers_lie_does_not_pass(void)
{
	const struct virtio_net_hdr hdr = {.flags = 1,
		.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
		.gso_size = 1460,
		.csum_start = 34,
		.csum_offset = 16};

	rig_start(2);
	rig_up(0, RIG_OFFLOADS, 2048, 32);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 20000);
	rig_frame[46] = 0x40; /* TCP header shorter than it can be */
	EXPECT_EQ(rig_dropped_for(0, &hdr, 20000, VNET_DROP_SEGMENT), true);
	rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 20000);
	be16_put(rig_frame + 16, 19000); /* IP's length is not the frame's */
	EXPECT_EQ(rig_dropped_for(0, &hdr, 20000, VNET_DROP_SEGMENT), true);
	rig_ipv4(0, 1, PROTOCOL_TCP, 1, 2, 50);
	EXPECT_EQ(rig_dropped_for(0, &hdr, 50, VNET_DROP_CHECKSUM), true);
	rig_finish();
}

/*
 * Spoofing.
 */

static void only_the_ports_own_mac_may_send(void)
{
	rig_start(3);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(1, 2, 0x88b5, 64), VNET_DROP_SPOOF_MAC), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(9, 2, 0x88b5, 64), VNET_DROP_SPOOF_MAC), true);
	rig.d[0].config.other_mac_count = 1;
	memcpy(rig.d[0].config.other_mac[0], rig_frame + 6, 6);
	rig_configure(0);
	EXPECT_EQ(rig_passes(0, 2, rig_ether(9, 2, 0x88b5, 64)), true);
	rig_finish();
}

static void anothers_mac_is_never_learned(void)
{
	rig_start(3);
	rig.d[0].config.bind_mac = false;
	rig_configure(0);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(1, 2, 0x88b5, 64), VNET_DROP_SPOOF_MAC), true);
	EXPECT_EQ(rig_passes(2, 1, rig_ether(2, 1, 0x88b5, 64)), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ether(1, 2, 0x88b5, 64), VNET_DROP_SPOOF_MAC), true);
	rig_finish();
}

static void bind_addresses(unsigned p)
{
	struct vnet_port_config *c = &rig.d[p].config;

	c->address_count = 2;
	c->address[0] = (struct vnet_prefix){4, 32, {10, 0, 0, (uint8_t)(p + 1)}};
	c->address[1] = (struct vnet_prefix){6, 64, {0xfd}};
	rig_configure(p);
}

static uint32_t arp(unsigned from, unsigned mac, unsigned ip)
{
	static const uint8_t request[8] = {0, 1, 8, 0, 6, 4, 0, 1};

	rig_ether(from, RIG_ALL, ETHERTYPE_ARP, 60);
	memset(rig_frame + 14, 0, 46);
	memcpy(rig_frame + 14, request, 8);
	memcpy(rig_frame + 22, rig_frame + 6, 6);
	rig_frame[27] = (uint8_t)(mac + 1);
	rig_frame[28] = ip == RIG_ALL ? 0 : 10;
	rig_frame[31] = ip == RIG_ALL ? 0 : (uint8_t)(ip + 1);
	return 60;
}

static void only_the_ports_own_addresses_may_send(void)
{
	rig_start(2);
	bind_addresses(0);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 9, 100)), true);
	rig_udp(0, 1, 9, 100);
	rig_frame[29] = 77;
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_SPOOF_ADDRESS), true);
	EXPECT_EQ(rig_passes(0, 1, rig_ipv6(0, 1, PROTOCOL_UDP, 1, 2, 100)), true);
	rig_ipv6(0, 1, PROTOCOL_UDP, 1, 2, 100);
	rig_frame[22] = 0xfe;
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_SPOOF_ADDRESS), true);
	rig_send(0, arp(0, 0, 0));
	EXPECT_EQ(rig_drain(1), 1);
	rig_send(0, arp(0, 0, RIG_ALL)); /* a probe */
	EXPECT_EQ(rig_drain(1), 1);
	EXPECT_EQ(rig_dropped_for(0, NULL, arp(0, 1, 0), VNET_DROP_SPOOF_ADDRESS), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, arp(0, 0, 1), VNET_DROP_SPOOF_ADDRESS), true);
	rig_finish();
}

static void a_port_without_address_yet_may_ask_for_one_and_no_more(void)
{
	rig_start(2);
	bind_addresses(0);
	rig_up_all();
	rig_ipv4(0, 1, PROTOCOL_UDP, 68, 67, 300);
	memset(rig_frame + 26, 0, 4);
	rig_send(0, 300);
	EXPECT_EQ(rig_drain(1), 1);
	rig_ipv4(0, 1, PROTOCOL_UDP, 68, 53, 300);
	memset(rig_frame + 26, 0, 4);
	EXPECT_EQ(rig_dropped_for(0, NULL, 300, VNET_DROP_SPOOF_ADDRESS), true);
	rig_ipv6(0, 1, PROTOCOL_ICMPV6, 0, 135, 100);
	memset(rig_frame + 22, 0, 16);
	rig_send(0, 100);
	EXPECT_EQ(rig_drain(1), 1);
	rig_ipv6(0, 1, PROTOCOL_UDP, 1, 2, 100);
	memset(rig_frame + 22, 0, 16);
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_SPOOF_ADDRESS), true);
	rig_finish();
}

static void nobody_advertises_anothers_ipv6_address(void)
{
	rig_start(2);
	bind_addresses(0);
	rig_up_all();
	rig_ipv6(0, 1, PROTOCOL_ICMPV6, 0, 136, 86);
	memset(rig_frame + 62, 0, 16);
	rig_frame[62] = 0xfd;
	rig_send(0, 86);
	EXPECT_EQ(rig_drain(1), 1);
	rig_frame[62] = 0xfe;
	EXPECT_EQ(rig_dropped_for(0, NULL, 86, VNET_DROP_SPOOF_ADDRESS), true);
	/* the same behind a fragment header (RFC 6980) */
	rig_ipv6(0, 1, 44, 0, 0, 100);
	rig_frame[54] = PROTOCOL_ICMPV6;
	memset(rig_frame + 55, 0, 7);
	rig_frame[62] = 136;
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_SPOOF_ADDRESS), true);
	rig_finish();
}

/*
 * Filters.
 */

static struct vnet_rule *add_rule(unsigned p, const struct vnet_rule *rule)
{
	struct vnet_port_config *c = &rig.d[p].config;

	c->rule[c->rule_count] = *rule;
	return &c->rule[c->rule_count++];
}

static void the_first_rule_that_matches_decides(void)
{
	const struct vnet_rule allow = {
		.match = VNET_MATCH_DPORT | VNET_MATCH_PROTOCOL, .protocol = PROTOCOL_UDP, .dport = {50, 60}};
	const struct vnet_rule deny = {.deny = true, .match = VNET_MATCH_PROTOCOL, .protocol = PROTOCOL_UDP};

	rig_start(2);
	add_rule(0, &allow);
	add_rule(0, &deny);
	rig_configure(0);
	rig_up_all();
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 50, 100)), true);
	EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 60, 100)), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 61, 100), VNET_DROP_FILTER_IN), true);
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 49, 100), VNET_DROP_FILTER_IN), true);
	EXPECT_EQ(
		rig_passes(0, 1, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 61, 100)), true); /* the default: allowed */
	EXPECT_EQ(rig_passes(1, 0, rig_udp(1, 0, 61, 100)), true);		   /* another port's frames */
	EXPECT_EQ(rig.d[0].port.count.rule[0], 2);
	EXPECT_EQ(rig.d[0].port.count.rule[1], 2);
	rig_finish();
}

static void the_default_may_be_to_deny(void)
{
	const struct vnet_rule allow = {.match = VNET_MATCH_ETHERTYPE, .ethertype = ETHERTYPE_ARP};

	rig_start(2);
	rig.d[0].config.default_deny[VNET_IN] = true;
	add_rule(0, &allow);
	rig_configure(0);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 100), VNET_DROP_FILTER_IN), true);
	rig_send(0, arp(0, 0, 0));
	EXPECT_EQ(rig_drain(1), 1);
	rig_finish();
}

static void a_receivers_rules_count_on_the_sender(void)
{
	const struct vnet_rule deny = {
		.direction = VNET_OUT, .deny = true, .match = VNET_MATCH_SPORT, .sport = {1000, 1000}};

	rig_start(3);
	add_rule(1, &deny);
	rig_configure(1);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 100), VNET_DROP_FILTER_OUT), true);
	EXPECT_EQ(rig_passes(0, 2, rig_udp(0, 2, 9, 100)), true);
	rig_finish();
}

static void each_field_of_a_rule_matches_what_it_names(void)
{
	static const struct vnet_rule rules[] = {
		{.match = VNET_MATCH_SMAC, .smac = {0x52, 0x54, 0, 0, 0, 1}},
		{.match = VNET_MATCH_DMAC, .dmac = {0x52, 0x54, 0, 0, 0, 2}},
		{.match = VNET_MATCH_ETHERTYPE, .ethertype = ETHERTYPE_IPV4},
		{.match = VNET_MATCH_FROM, .from = {4, 31, {10, 0, 0, 0}}},
		{.match = VNET_MATCH_TO, .to = {4, 32, {10, 0, 0, 2}}},
		{.match = VNET_MATCH_TO, .to = {4, 0, {0}}},
		{.match = VNET_MATCH_PROTOCOL, .protocol = PROTOCOL_UDP},
		{.match = VNET_MATCH_SPORT, .sport = {1000, 1000}},
		{.match = VNET_MATCH_DPORT, .dport = {9, 9}},
	};

	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct vnet_rule *rule;

		rig_start(2);
		rule = add_rule(0, &rules[i]);
		rule->deny = true;
		rig_configure(0);
		rig_up_all();
		EXPECT_EQ(rig_dropped_for(0, NULL, rig_udp(0, 1, 9, 100), VNET_DROP_FILTER_IN), true);
		/* and not what it does not name: the same rule with another value */
		rule->smac[5] ^= 7;
		rule->dmac[5] ^= 7;
		rule->ethertype ^= 1;
		rule->from.family = rule->to.family = 6;
		rule->protocol++;
		rule->sport[0] = rule->sport[1] = rule->dport[0] = rule->dport[1] = 999;
		EXPECT_EQ(rig_passes(0, 1, rig_udp(0, 1, 9, 100)), true);
		rig_finish();
	}
}

static void ipv6_prefixes_and_extension_headers_are_looked_through(void)
{
	const struct vnet_rule deny = {.deny = true,
		.match = VNET_MATCH_FROM | VNET_MATCH_DPORT,
		.from = {6, 121, {0xfd}},
		.dport = {22, 22}};

	rig_start(2);
	add_rule(0, &deny);
	rig_configure(0);
	rig_up_all();
	EXPECT_EQ(rig_dropped_for(0, NULL, rig_ipv6(0, 1, PROTOCOL_TCP, 1, 22, 100), VNET_DROP_FILTER_IN),
		true);
	EXPECT_EQ(rig_passes(0, 1, rig_ipv6(0, 1, PROTOCOL_TCP, 1, 23, 100)), true);
	rig_ipv6(0, 1, 0, 0, 0, 120); /* hop-by-hop, destination options, then TCP */
	memset(rig_frame + 54, 0, 40);
	rig_frame[54] = 60;
	rig_frame[62] = PROTOCOL_TCP;
	be16_put(rig_frame + 72, 22);
	EXPECT_EQ(rig_dropped_for(0, NULL, 120, VNET_DROP_FILTER_IN), true);
	be16_put(rig_frame + 72, 23);
	rig_frame[82] = 0x50;
	EXPECT_EQ(rig_passes(0, 1, 120), true);
	rig_finish();
}

static void what_cannot_be_known_satisfies_a_denial_and_no_permission(void)
{
	const struct vnet_rule deny = {.deny = true,
		.match = VNET_MATCH_DPORT | VNET_MATCH_PROTOCOL,
		.protocol = PROTOCOL_TCP,
		.dport = {22, 22}};
	struct vnet_rule *rule;

	rig_start(2);
	rule = add_rule(0, &deny);
	rig_configure(0);
	rig_up_all();
	rig_ipv4(0, 1, PROTOCOL_TCP, 1, 80, 100);
	be16_put(rig_frame + 20, 100); /* a later fragment: its port is not there */
	EXPECT_EQ(rig_dropped_for(0, NULL, 100, VNET_DROP_FILTER_IN), true);
	rig_ipv4(0, 1, PROTOCOL_UDP, 1, 80, 100);
	be16_put(rig_frame + 20, 100); /* certainly not TCP */
	EXPECT_EQ(rig_passes(0, 1, 100), true);
	rig_ipv6(0, 1, 60, 0, 0, 400); /* extension headers longer than the switch looks */
	rig_frame[54] = PROTOCOL_TCP;
	rig_frame[55] = 30;
	EXPECT_EQ(rig_dropped_for(0, NULL, 400, VNET_DROP_FILTER_IN), true);
	rule->deny = false;
	rig.d[0].config.default_deny[VNET_IN] = true;
	EXPECT_EQ(rig_dropped_for(0, NULL, 400, VNET_DROP_FILTER_IN), true);
	EXPECT_EQ(rig_passes(0, 1, rig_ipv4(0, 1, PROTOCOL_TCP, 1, 22, 100)), true);
	rig_finish();
}

static const struct unit_test tests[] = {
	{"runts are dropped and counted on their sender", runts_are_dropped_and_counted_on_their_sender},
	{"a chain with nothing to send is a runt", a_chain_with_nothing_to_send_is_a_runt},
	{"giants are dropped and counted on their sender", giants_are_dropped_and_counted_on_their_sender},
	{"a frame beyond its receiver's MTU is dropped", a_frame_beyond_its_receivers_mtu_is_dropped},
	{"headers that lie about their length are dropped", headers_that_lie_about_their_length_are_dropped},
	{"link-local groups, and senders that are groups, do not pass",
		link_local_groups_and_senders_that_are_groups_do_not_pass},
	{"flags that are not the driver's do not pass", flags_that_are_not_the_drivers_do_not_pass},
	{"checksums where there are none do not pass", checksums_where_there_are_none_do_not_pass},
	{"an offload that was not negotiated does not pass",
		an_offload_that_was_not_negotiated_does_not_pass},
	{"segment sizes that lie do not pass", segment_sizes_that_lie_do_not_pass},
	{"a large frame whose headers lie does not pass", a_large_frame_whose_headers_lie_does_not_pass},
	{"only the port's own MAC may send", only_the_ports_own_mac_may_send},
	{"another's MAC is never learned", anothers_mac_is_never_learned},
	{"only the port's own addresses may send", only_the_ports_own_addresses_may_send},
	{"a port without address yet may ask for one and no more",
		a_port_without_address_yet_may_ask_for_one_and_no_more},
	{"nobody advertises another's IPv6 address", nobody_advertises_anothers_ipv6_address},
	{"the first rule that matches decides", the_first_rule_that_matches_decides},
	{"the default may be to deny", the_default_may_be_to_deny},
	{"a receiver's rules count on the sender", a_receivers_rules_count_on_the_sender},
	{"each field of a rule matches what it names", each_field_of_a_rule_matches_what_it_names},
	{"IPv6 prefixes and extension headers are looked through",
		ipv6_prefixes_and_extension_headers_are_looked_through},
	{"what cannot be known satisfies a denial and no permission",
		what_cannot_be_known_satisfies_a_denial_and_no_permission},
};

UNIT_MAIN("vnet-guard", tests)
