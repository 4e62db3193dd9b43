#include "vnet/filter.h"

enum match { MATCH_NO, MATCH_MAYBE, MATCH_YES };

static bool prefix_holds(const struct vnet_prefix *prefix, const uint8_t *address)
{
	unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	for (unsigned i = 0; i < whole; i++)
		if (prefix->address[i] != address[i])
			return false;
	return !rest || ((prefix->address[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

static enum match match_prefix(const struct vnet_frame *frame, const struct vnet_prefix *prefix, bool source)
{
	const uint8_t *ip = frame->wire.head + frame->l3_at;

	if (frame->l3 == VNET_L3_HIDDEN)
		return MATCH_MAYBE;
	if (frame->l3 == VNET_L3_IPV4 && prefix->family == 4)
		return prefix_holds(prefix, ip + (source ? 12 : 16)) ? MATCH_YES : MATCH_NO;
	if (frame->l3 == VNET_L3_IPV6 && prefix->family == 6)
		return prefix_holds(prefix, ip + (source ? 8 : 24)) ? MATCH_YES : MATCH_NO;
	return MATCH_NO;
}

static enum match match_protocol(const struct vnet_frame *frame, uint8_t protocol)
{
	if (frame->hidden && frame->protocol == 0)
		return MATCH_MAYBE;
	if (frame->l3 != VNET_L3_IPV4 && frame->l3 != VNET_L3_IPV6)
		return MATCH_NO;
	return frame->protocol == protocol ? MATCH_YES : MATCH_NO;
}

static enum match match_port(const struct vnet_frame *frame, unsigned which, const uint16_t range[2])
{
	if (frame->hidden)
		return MATCH_MAYBE;
	if (!frame->has_ports)
		return MATCH_NO;
	return frame->ports[which] >= range[0] && frame->ports[which] <= range[1] ? MATCH_YES : MATCH_NO;
}

static enum match match_ethertype(const struct vnet_frame *frame, uint16_t ethertype)
{
	if (frame->ethertype == ethertype)
		return MATCH_YES;
	return frame->l3 == VNET_L3_HIDDEN ? MATCH_MAYBE : MATCH_NO;
}

static enum match least(enum match a, enum match b)
{
	return a < b ? a : b;
}

static enum match rule_match(const struct vnet_rule *rule, const struct vnet_frame *frame)
{
	enum match m = MATCH_YES;

	if (rule->match & VNET_MATCH_SMAC && mac_number(rule->smac) != frame->smac)
		return MATCH_NO;
	if (rule->match & VNET_MATCH_DMAC && mac_number(rule->dmac) != frame->dmac)
		return MATCH_NO;
	if (rule->match & VNET_MATCH_ETHERTYPE)
		m = least(m, match_ethertype(frame, rule->ethertype));
	if (m && rule->match & VNET_MATCH_FROM)
		m = least(m, match_prefix(frame, &rule->from, true));
	if (m && rule->match & VNET_MATCH_TO)
		m = least(m, match_prefix(frame, &rule->to, false));
	if (m && rule->match & VNET_MATCH_PROTOCOL)
		m = least(m, match_protocol(frame, rule->protocol));
	if (m && rule->match & VNET_MATCH_SPORT)
		m = least(m, match_port(frame, 0, rule->sport));
	if (m && rule->match & VNET_MATCH_DPORT)
		m = least(m, match_port(frame, 1, rule->dport));
	return m;
}

bool filter_rules(struct vnet_port *port, enum vnet_direction direction, const struct vnet_frame *frame)
{
	const struct vnet_port_config *config = port->config;

	for (unsigned i = 0; i < config->rule_count; i++) {
		const struct vnet_rule *rule = &config->rule[i];
		enum match m;

		if (rule->direction != direction)
			continue;
		m = rule_match(rule, frame);
		if (m == MATCH_YES || (m == MATCH_MAYBE && rule->deny)) {
			port->count.rule[i]++;
			return !rule->deny;
		}
	}
	return !config->default_deny[direction];
}

/*
 * Spoofing protection.
 */

bool spoof_mac_other(const struct vnet_port_config *config, uint64_t mac)
{
	for (unsigned i = 0; i < config->other_mac_count; i++)
		if (mac == mac_number(config->other_mac[i]))
			return true;
	return false;
}

static bool address_own(const struct vnet_port_config *config, uint8_t family, const uint8_t *address)
{
	for (unsigned i = 0; i < config->address_count; i++)
		if (config->address[i].family == family && prefix_holds(&config->address[i], address))
			return true;
	return false;
}

static bool is_zero(const uint8_t *bytes, unsigned count)
{
	uint8_t any = 0;

	while (count--)
		any |= *bytes++;
	return any == 0;
}

/* RFC 826; a probe (RFC 5227 2.1.1) has no sender address. */
static bool arp_honest(const struct vnet_port_config *config, const struct vnet_frame *frame)
{
	static const uint8_t ethernet_ipv4[6] = {0, 1, 8, 0, 6, 4};
	const uint8_t *arp = frame->wire.head + frame->l3_at;

	for (unsigned i = 0; i < sizeof(ethernet_ipv4); i++)
		if (arp[i] != ethernet_ipv4[i])
			return false;
	if (config->bind_mac && mac_number(arp + 8) != frame->smac)
		return false;
	return !config->address_count || is_zero(arp + 14, 4) || address_own(config, 4, arp + 14);
}

/* Without an address yet: only to ask for one (RFC 2131 2). */
static bool ipv4_honest(const struct vnet_port_config *config, const struct vnet_frame *frame)
{
	const uint8_t *source = frame->wire.head + frame->l3_at + 12;

	if (is_zero(source, 4))
		return frame->protocol == PROTOCOL_UDP && frame->has_ports && frame->ports[0] == 68 &&
		       frame->ports[1] == 67;
	return address_own(config, 4, source);
}

/*
 * Without an address yet: neighbour discovery and group reports (RFC 4862 5.4). Neighbour discovery is
 * never in fragments (RFC 6980 5), and an advertisement (RFC 4861 4.4) only about the port's own addresses.
 */
static bool ipv6_honest(const struct vnet_port_config *config, const struct vnet_frame *frame)
{
	const uint8_t *source = frame->wire.head + frame->l3_at + 8;
	bool icmp = frame->protocol == PROTOCOL_ICMPV6 && frame->has_ports;

	if (is_zero(source, 16) ? !icmp : !address_own(config, 6, source))
		return false;
	if (!icmp)
		return !frame->hidden || (frame->fragment && frame->protocol);
	if (frame->ports[1] < 133 || frame->ports[1] > 137)
		return true;
	if (frame->fragment)
		return false;
	return frame->ports[1] != 136 || (frame->l4_at + 24u <= frame->head_bytes &&
						 address_own(config, 6, frame->wire.head + frame->l4_at + 8));
}

int spoof_check(const struct vnet_port *port, const struct vnet_frame *frame)
{
	const struct vnet_port_config *config = port->config;
	bool honest = true;

	if (config->bind_mac && !spoof_mac_own(config, frame->smac))
		return VNET_DROP_SPOOF_MAC;
	if (frame->l3 == VNET_L3_ARP && (config->bind_mac || config->address_count))
		honest = arp_honest(config, frame);
	else if (!config->address_count)
		return -1;
	else if (frame->l3 == VNET_L3_IPV4)
		honest = ipv4_honest(config, frame);
	else if (frame->l3 == VNET_L3_IPV6)
		honest = ipv6_honest(config, frame);
	else if (frame->l3 == VNET_L3_HIDDEN)
		honest = false;
	return honest ? -1 : VNET_DROP_SPOOF_ADDRESS;
}
