/* From a sender's frame to its receivers. For vnet's own files. */
#ifndef VNET_SWITCH_H
#define VNET_SWITCH_H

#include "vnet/vnet.h"

#define VNET_FORWARDED (-1)
#define VNET_HELD      (-2) /* it stays with its sender, who tries again */

/*
 * v->frame, as read, came from `from`: VNET_FORWARDED, VNET_HELD, or the VNET_DROP_… that was counted.
 * v->now is the time.
 */
int switch_input(struct vnet_port *from);
/* A frame too short to be read. */
int switch_runt(struct vnet_port *from);
/* Start of a round: takes the time. */
void switch_begin(struct vnet *v);
/* Put a capture record of v->frame with its verdict. */
void capture_frame(const struct vnet_port *from, int verdict);
/* One bounded round over a virtio port's TX queue; true: more is there. */
bool port_work(struct vnet_port *port);

#endif
