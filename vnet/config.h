/*
 * What an administrator decides about a port of the switch: data only, filled by a program (from
 * network.conf, see docs/network.md) and read by vnet. It must outlive the port.
 */
#ifndef VNET_CONFIG_H
#define VNET_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define VNET_PORT_MAX	  16
#define VNET_PRIORITY_MAX 4 /* 0 is served first and is never short of what others leave */
#define VNET_MAC_MAX	  4 /* of one port */
#define VNET_ADDRESS_MAX  8
#define VNET_RULE_MAX	  32
#define VNET_MTU_MIN	  68u
#define VNET_MTU_MAX	  9000u
#define VNET_VLAN_MAX	  4094u

/* An IPv4 or IPv6 prefix. */
struct vnet_prefix {
	uint8_t family; /* 4, 6, or 0: none */
	uint8_t bits;
	uint8_t address[16];
};

enum vnet_direction { VNET_IN, VNET_OUT }; /* into the switch (what the partition sends), out of it */

#define VNET_MATCH_SMAC	     1u
#define VNET_MATCH_DMAC	     2u
#define VNET_MATCH_ETHERTYPE 4u
#define VNET_MATCH_FROM	     8u
#define VNET_MATCH_TO	     16u
#define VNET_MATCH_PROTOCOL  32u
#define VNET_MATCH_SPORT     64u
#define VNET_MATCH_DPORT     128u /* for ICMP and ICMPv6: the message's type */

/*
 * One filter rule. All fields named in `match` must match. What cannot be known (a later fragment's
 * ports, what lies behind too many extension headers) satisfies a rule that denies, never one that
 * allows.
 */
struct vnet_rule {
	uint8_t direction; /* enum vnet_direction */
	bool deny;
	uint16_t match; /* VNET_MATCH_* */
	uint8_t smac[6];
	uint8_t dmac[6];
	uint16_t ethertype; /* behind a VLAN tag */
	uint8_t protocol;   /* of IPv4, or the last header of IPv6 */
	struct vnet_prefix from;
	struct vnet_prefix to;
	uint16_t sport[2]; /* first and last */
	uint16_t dport[2];
};

/* A token bucket; per_second 0: no limit. */
struct vnet_limit {
	uint64_t per_second;
	uint64_t burst;
};
#define VNET_RATE_MAX 20000000000ull /* per second: more than memory can move */

struct vnet_port_config {
	char name[16];
	uint8_t priority; /* 0 to VNET_PRIORITY_MAX - 1 */
	bool hold; /* a frame waits (bounded) while its receiver is short of buffers, instead of being dropped */
	bool bind_mac;	      /* only the port's own source addresses */
	bool default_deny[2]; /* by direction: when no rule matches */
	uint16_t mtu;
	uint8_t mac[6]; /* what the driver is told; unicast */
	uint8_t other_mac_count;
	uint8_t other_mac[VNET_MAC_MAX][6]; /* also its own */
	uint8_t address_count;		    /* 0: any; otherwise only these source addresses */
	struct vnet_prefix address[VNET_ADDRESS_MAX];
	uint32_t mac_limit; /* most addresses learned from it; 0: none are */

	uint16_t vlan; /* of untagged frames, both ways; 0: there are none */
	bool trunk;    /* tagged frames of the VLANs below, too */
	uint8_t trunk_vlan[512];

	struct vnet_limit bytes; /* frames with their header, without VLAN tag */
	struct vnet_limit frames;
	struct vnet_limit broadcast; /* frames of each kind, within those above */
	struct vnet_limit multicast;
	struct vnet_limit unknown; /* to an address that was not learned, and so flooded */

	unsigned rule_count;
	struct vnet_rule rule[VNET_RULE_MAX];
};

/* What a port gets when nobody decides: VLAN 1, MTU 1500, its own addresses only, everything allowed. */
void vnet_port_config_default(struct vnet_port_config *config, const char *name);

static inline bool vnet_vlan_allowed(const struct vnet_port_config *config, unsigned vlan)
{
	return config->trunk && (config->trunk_vlan[vlan / 8 % 512] >> vlan % 8 & 1) != 0;
}

static inline void vnet_vlan_allow(struct vnet_port_config *config, unsigned vlan)
{
	config->trunk_vlan[vlan / 8 % 512] = (uint8_t)(config->trunk_vlan[vlan / 8 % 512] | 1u << vlan % 8);
}

#endif
