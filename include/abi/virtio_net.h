/*
 * virtio-net on the wire (VIRTIO 1.3 5.1). Little endian, but for what lies inside a frame.
 *
 * Queue 0 carries frames to the driver, queue 1 frames from it; each is preceded by a struct
 * virtio_net_hdr. The side that sends writes both, the other reads them once they are published. There
 * is no control queue: Linux's driver spins on it while the device thinks.
 */
#ifndef ABI_VIRTIO_NET_H
#define ABI_VIRTIO_NET_H

#include <stddef.h>
#include <stdint.h>

#define VIRTIO_ID_NET	       1u /* device type, 5 */
#define VIRTIO_NET_RXQ	       0
#define VIRTIO_NET_TXQ	       1
#define VIRTIO_NET_QUEUE_COUNT 2

/* Feature bits (5.1.3). HOST_: the device takes such frames; GUEST_: the driver does. */
#define VIRTIO_NET_F_CSUM	0
#define VIRTIO_NET_F_GUEST_CSUM 1
#define VIRTIO_NET_F_MTU	3
#define VIRTIO_NET_F_MAC	5
#define VIRTIO_NET_F_GUEST_TSO4 7
#define VIRTIO_NET_F_GUEST_TSO6 8
#define VIRTIO_NET_F_GUEST_ECN	9
#define VIRTIO_NET_F_HOST_TSO4	11
#define VIRTIO_NET_F_HOST_TSO6	12
#define VIRTIO_NET_F_HOST_ECN	13
#define VIRTIO_NET_F_MRG_RXBUF	15
#define VIRTIO_NET_F_STATUS	16

#define VIRTIO_NET_S_LINK_UP 1 /* status, 5.1.4 */

struct virtio_net_config { /* 5.1.4 */
	uint8_t mac[6];
	uint16_t status;
	uint16_t max_virtqueue_pairs;
	uint16_t mtu;
};

#define VIRTIO_NET_HDR_F_NEEDS_CSUM 1
#define VIRTIO_NET_HDR_F_DATA_VALID 2

#define VIRTIO_NET_HDR_GSO_NONE	 0
#define VIRTIO_NET_HDR_GSO_TCPV4 1
#define VIRTIO_NET_HDR_GSO_TCPV6 4
#define VIRTIO_NET_HDR_GSO_ECN	 0x80 /* beside one of the others */

struct virtio_net_hdr { /* 5.1.6 */
	uint8_t flags;
	uint8_t gso_type;
	uint16_t hdr_len;     /* a hint: not to be relied on (5.1.6.2.2) */
	uint16_t gso_size;    /* payload bytes of each segment */
	uint16_t csum_start;  /* the checksum covers the frame from here on */
	uint16_t csum_offset; /* from csum_start, where it goes */
	uint16_t num_buffers; /* towards the driver: receive buffers that the frame fills */
};

_Static_assert(sizeof(struct virtio_net_config) == 12, "VIRTIO 1.3 5.1.4");
_Static_assert(offsetof(struct virtio_net_config, mtu) == 10, "VIRTIO 1.3 5.1.4");
_Static_assert(sizeof(struct virtio_net_hdr) == 12, "VIRTIO 1.3 5.1.6");

#endif
