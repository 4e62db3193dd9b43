/* The uplink against this kernel's own TAP and network stack, in a network namespace of its own. */
#include <errno.h>
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "backends/tap/tap.h"
#include "tests/unit/vnet/rig.h"

#define WAIT_MS 5000 /* a guard: what is awaited comes at once */

static struct tap tap;
static struct vnet_port_config config;
static uint8_t kernel_mac[6];

static void interface_up(const char *name)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a0000fe)};
	struct ifreq request = {0};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	EXPECT_EQ(ioctl(fd, SIOCGIFHWADDR, &request), 0);
	memcpy(kernel_mac, request.ifr_hwaddr.sa_data, 6);
	memcpy(&request.ifr_addr, &address, sizeof(address));
	EXPECT_EQ(ioctl(fd, SIOCSIFADDR, &request), 0);
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	EXPECT_EQ(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	address.sin_addr.s_addr = htonl(0xffffff00);
	memcpy(&request.ifr_netmask, &address, sizeof(address));
	EXPECT_EQ(ioctl(fd, SIOCSIFNETMASK, &request), 0);
	close(fd);
}

/* False: this process may not, and the test says so. */
static bool start(void)
{
	if (unshare(CLONE_NEWNET)) {
		printf(" (skipped: no network namespace for us: %s) ", strerror(errno));
		return false;
	}
	rig_start(1);
	vnet_port_config_default(&config, "world");
	config.bind_mac = false;
	EXPECT_EQ(tap_open(&tap, &rig.v, &config, "pl0"), 0);
	rig_up(0, RIG_OFFLOADS, 4096, 60);
	interface_up("pl0");
	return true;
}

static void finish(void)
{
	tap_close(&tap);
	rig_finish();
}

/* The next frame of this ethertype that the kernel sends to the partition; 0: none came. */
static uint32_t await_frame(uint16_t ethertype)
{
	struct pollfd poller = {.fd = tap.fd, .events = POLLIN};

	for (;;) {
		while (rig_take(0))
			if (be16(rig.d[0].got + 12) == ethertype)
				return rig.d[0].got_bytes;
		if (poll(&poller, 1, WAIT_MS) <= 0)
			return 0;
		tap_dispatch(&tap);
	}
}

static uint32_t arp_request(void)
{
	static const uint8_t head[8] = {0, 1, 8, 0, 6, 4, 0, 1};
	static const uint8_t addresses[20] = {
		0x52, 0x54, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 254};

	rig_ether(0, RIG_ALL, ETHERTYPE_ARP, 42);
	memcpy(rig_frame + 14, head, 8);
	memcpy(rig_frame + 22, addresses, 20);
	return 42;
}

static void the_kernel_answers_arp(void)
{
	if (!start())
		return;
	rig_send(0, arp_request());
	EXPECT_EQ(await_frame(ETHERTYPE_ARP) >= 42, true);
	EXPECT_EQ(memcmp(rig.d[0].got + 22, kernel_mac, 6), 0);
	EXPECT_EQ(rig.d[0].got[21], 2);
	finish();
}

static uint32_t ping(uint32_t bytes)
{
	rig_ipv4(0, 0, PROTOCOL_ICMP, 0, 8, bytes);
	memcpy(rig_frame, kernel_mac, 6);
	rig_frame[33] = 254;
	memset(rig_frame + 24, 0, 2);
	be16_put(rig_frame + 24, rig_sum(rig_frame + 14, 20, 0));
	memset(rig_frame + 35, 0, 3);
	be16_put(rig_frame + 36, rig_sum(rig_frame + 34, bytes - 34, 0));
	return bytes;
}

static void the_kernel_answers_ping(void)
{
	static const uint32_t sizes[] = {60, 500, 1514};

	if (!start())
		return;
	rig_send(0, arp_request());
	await_frame(ETHERTYPE_ARP);
	for (unsigned i = 0; i < 3; i++) {
		uint32_t bytes = ping(sizes[i]);

		rig_send(0, bytes);
		EXPECT_EQ(await_frame(ETHERTYPE_IPV4), bytes);
		EXPECT_EQ(rig.d[0].got[34], 0);
		EXPECT_EQ(memcmp(rig.d[0].got + 42, rig_frame + 42, bytes - 42), 0);
	}
	finish();
}

/* A UDP frame whose checksum the partition left to others: the kernel takes it as right. */
static void a_checksum_left_to_others_is_accepted_by_the_kernel(void)
{
	const struct virtio_net_hdr hdr = {.flags = 1, .csum_start = 34, .csum_offset = 6};
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7)};
	struct timeval guard = {.tv_sec = WAIT_MS / 1000};
	uint8_t got[200];
	int fd;

	if (!start())
		return;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	EXPECT_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof(guard));
	rig_ipv4(0, 0, PROTOCOL_UDP, 7, 7, 142);
	memcpy(rig_frame, kernel_mac, 6);
	rig_frame[33] = 254;
	be16_put(rig_frame + 24, 0);
	be16_put(rig_frame + 24, rig_sum(rig_frame + 14, 20, 0));
	be16_put(rig_frame + 40, (uint16_t)~rig_sum(rig_frame + 26, 8, PROTOCOL_UDP + 108));
	rig_send_with(0, &hdr, 142);
	EXPECT_EQ(recv(fd, got, sizeof(got), 0), 100);
	EXPECT_EQ(memcmp(got, rig_frame + 42, 100), 0);
	close(fd);
	finish();
}

static void the_switch_learns_who_is_behind_an_uplink(void)
{
	const struct vnet_fdb_entry *entry;

	if (!start())
		return;
	rig_send(0, arp_request());
	await_frame(ETHERTYPE_ARP);
	entry = fdb_find(&rig.v.fdb, fdb_key(mac_number(kernel_mac), 1), rig.now);
	EXPECT_EQ(entry && entry->port == tap.port.index, true);
	finish();
}

static void an_interface_in_use_is_refused(void)
{
	static struct tap second;

	if (!start())
		return;
	EXPECT_EQ(tap_open(&second, &rig.v, &config, "pl0"), -EBUSY);
	finish();
}

static const struct unit_test tests[] = {
	{"the kernel answers ARP", the_kernel_answers_arp},
	{"the kernel answers ping", the_kernel_answers_ping},
	{"a checksum left to others is accepted by the kernel",
		a_checksum_left_to_others_is_accepted_by_the_kernel},
	{"the switch learns who is behind an uplink", the_switch_learns_who_is_behind_an_uplink},
	{"an interface in use is refused", an_interface_in_use_is_refused},
};

UNIT_MAIN("vnet-tap", tests)
