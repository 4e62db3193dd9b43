/*
 * An uplink of the switch: a TAP interface of this kernel, or nothing (null.c). What lies behind the
 * interface (a bridge with a real NIC, or NAT by the kernel's nftables) is uplink.sh's business.
 *
 * Offloads pass both ways as the kernel's own virtio-net headers (IFF_VNET_HDR).
 */
#ifndef BACKENDS_TAP_TAP_H
#define BACKENDS_TAP_TAP_H

#include <stdbool.h>
#include "vnet/vnet.h"

struct tap {
	struct vnet_port port;
	int fd;
	uint32_t held_bytes; /* of a frame in buffer that waits for its receiver */
	uint8_t buffer[sizeof(struct virtio_net_hdr) + VNET_FRAME_MAX];
};

/*
 * Make (or take) TAP `interface` and a port for it. Negative errno, logged: no /dev/net/tun, not
 * permitted, or the interface is in use.
 */
int tap_open(struct tap *tap, struct vnet *v, const struct vnet_port_config *config, const char *interface);
/* The fd is readable, or vnet_deadline has passed: take frames, a bounded number. True: more may be there. */
bool tap_dispatch(struct tap *tap);
void tap_close(struct tap *tap);

/* An uplink that takes everything and sends nothing: for tests, and where there is no TAP. */
int null_uplink_open(struct vnet_port *port, struct vnet *v, const struct vnet_port_config *config);

#endif
