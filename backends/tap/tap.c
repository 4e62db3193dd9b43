#include "backends/tap/tap.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include "vdev/log.h"

#define IOV_COUNT 64 /* pieces of a frame in its sender's bank */

static unsigned gather(struct iovec *iov, struct vnet_cursor rest, uint32_t bytes)
{
	unsigned count = 1;

	while (bytes && count < IOV_COUNT) {
		uint32_t part = rest.seg->bytes - rest.skip;

		part = part < bytes ? part : bytes;
		iov[count++] = (struct iovec){(uint8_t *)rest.seg->data + rest.skip, part};
		bytes -= part;
		rest = cursor_at(rest, part);
	}
	return bytes ? 0 : count;
}

/* One copy: the kernel's. A frame in more pieces than that was made to be a nuisance. */
static int tap_send(struct vnet_port *port, const struct vnet_wire *head, uint32_t head_bytes,
	const struct vnet_cursor *rest, uint32_t rest_bytes)
{
	struct tap *tap = port->external_data;
	struct iovec iov[IOV_COUNT];
	unsigned count = gather(iov, *rest, rest_bytes);

	iov[0] = (struct iovec){(void *)(uintptr_t)head, sizeof(head->hdr) + head_bytes};
	return count && writev(tap->fd, iov, (int)count) >= 0 ? 0 : -EAGAIN;
}

static const struct vnet_external tap_uplink = {.send = tap_send};

/* What the kernel vouches for is of no use to a driver that computes it anyway, and refused from partitions. */
static void clean_header(struct virtio_net_hdr *hdr)
{
	hdr->flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
}

static bool pass_on(struct tap *tap, uint32_t bytes)
{
	tap->held_bytes = vnet_external_input(&tap->port, tap->buffer, bytes) == -EAGAIN ? bytes : 0;
	return tap->held_bytes == 0;
}

bool tap_dispatch(struct tap *tap)
{
	bool more = true;

	if (tap->held_bytes && !pass_on(tap, tap->held_bytes))
		return false;
	for (unsigned i = 0; more && i < VNET_ROUND_FRAMES; i++) {
		ssize_t bytes = read(tap->fd, tap->buffer, sizeof(tap->buffer));

		if (bytes >= (ssize_t)sizeof(struct virtio_net_hdr))
			clean_header((struct virtio_net_hdr *)(void *)tap->buffer);
		more = bytes > 0 && pass_on(tap, (uint32_t)bytes);
	}
	vnet_flush(tap->port.vnet);
	return more;
}

static int failed(const char *interface, const char *what)
{
	int rc = errno;

	vdev_log(VDEV_LOG_ERROR, "uplink %s: %s: %s", interface, what, strerror(rc));
	return -rc;
}

static int set_up(int fd, const char *interface)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	const int header_bytes = sizeof(struct virtio_net_hdr);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
	if (ioctl(fd, TUNSETIFF, &request))
		return failed(interface, "TUNSETIFF");
	if (ioctl(fd, TUNSETVNETHDRSZ, &header_bytes))
		return failed(interface, "TUNSETVNETHDRSZ");
	if (ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6))
		return failed(interface, "TUNSETOFFLOAD");
	return 0;
}

int tap_open(struct tap *tap, struct vnet *v, const struct vnet_port_config *config, const char *interface)
{
	int rc;

	tap->held_bytes = 0;
	tap->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (tap->fd < 0)
		return failed(interface, "/dev/net/tun");
	rc = set_up(tap->fd, interface);
	if (!rc)
		rc = vnet_external_add(v, &tap->port, config, &tap_uplink, tap);
	if (rc)
		tap_close(tap);
	return rc;
}

void tap_close(struct tap *tap)
{
	if (tap->fd >= 0)
		close(tap->fd);
	tap->fd = -1;
}
