/* What a port may send and receive. All on the frame's local copy. For vnet's own files. */
#ifndef VNET_FILTER_H
#define VNET_FILTER_H

#include "vnet/vnet.h"

/* The port's rules of one direction, in order; the first that matches decides. True: the frame may pass. */
bool filter_allows(struct vnet_port *port, enum vnet_direction direction, const struct vnet_frame *frame);
/* Is the source MAC one of the port's own? */
bool spoof_mac_own(const struct vnet_port_config *config, uint64_t mac);
/* The source of a frame, against the port's addresses. -1: as it may be; or a VNET_DROP_SPOOF_…. */
int spoof_check(const struct vnet_port *port, const struct vnet_frame *frame);

#endif
