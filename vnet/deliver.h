/* One frame into one receiver. For vnet's own files. */
#ifndef VNET_DELIVER_H
#define VNET_DELIVER_H

#include "vnet/vnet.h"

#define VNET_DELIVERED (-1)

/* Does the port belong to the VLAN? */
static inline bool port_in_vlan(const struct vnet_port *port, unsigned vlan)
{
	return port->config->vlan == vlan || vnet_vlan_allowed(port->config, vlan);
}

/* Can it receive at all? */
static inline bool port_is_there(const struct vnet_port *port)
{
	return port->link && (port->external || (port->vdev.live && port->vdev.queue[VIRTIO_NET_RXQ].ready));
}

/*
 * Copy the frame to `to`. VNET_DELIVERED, or VNET_DROP_TOO_BIG or VNET_DROP_NO_BUFFER (nothing has
 * happened). The frame is whole again afterwards, for the next receiver.
 */
int deliver(struct vnet_port *from, struct vnet_port *to, struct vnet_frame *frame);
/* Buffers of the receiver below which `from` gets none. */
unsigned deliver_floor(const struct vnet_port *from, const struct vnet_port *to);

#endif
