/* What a port may send and receive. All on the frame's local copy. For vnet's own files. */
#ifndef VNET_FILTER_H
#define VNET_FILTER_H

#include "vnet/bytes.h"
#include "vnet/vnet.h"

/* As filter_allows, for a port that has rules. */
bool filter_rules(struct vnet_port *port, enum vnet_direction direction, const struct vnet_frame *frame);
/* The port's rules of one direction, in order; the first that matches decides. True: the frame may pass. */
static inline bool filter_allows(
	struct vnet_port *port, enum vnet_direction direction, const struct vnet_frame *frame)
{
	if (port->config->rule_count)
		return filter_rules(port, direction, frame);
	return !port->config->default_deny[direction];
}

/* Is it one of the addresses that the port has beside its first? */
bool spoof_mac_other(const struct vnet_port_config *config, uint64_t mac);
/* Is the source MAC one of the port's own? */
static inline bool spoof_mac_own(const struct vnet_port_config *config, uint64_t mac)
{
	return mac == mac_number(config->mac) || spoof_mac_other(config, mac);
}

/* The source of a frame, against the port's addresses. -1: as it may be; or a VNET_DROP_SPOOF_…. */
int spoof_check(const struct vnet_port *port, const struct vnet_frame *frame);

#endif
