/* The RTOS's small stack against this kernel's, over the switch and a TAP; and against what lies. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "backends/tap/tap.h"
#include "frontends/rtos/inet.h"
#include "frontends/rtos/mmio.h"
#include "tests/unit/vnet/rig.h"

#define BASE	0x0a000000ull
#define AREA	(RIG_BANK_BASE + 0x10000)
#define KERNEL	INET_ADDRESS(10, 0, 0, 254)
#define WAIT_MS 5000 /* a guard: what is awaited comes at once */

static struct virtio_net net;
static struct inet inet;
static struct tap tap;
static struct vnet_port_config config;
static uint8_t got[2048];
static uint32_t got_bytes, got_count, got_from;
static uint16_t got_ports[2];

uint32_t mmio_read32(uint64_t addr)
{
	return loopback_read(&rig.d[0].lb, (uint32_t)(addr - BASE));
}

void mmio_write32(uint64_t addr, uint32_t value)
{
	loopback_write(&rig.d[0].lb, (uint32_t)(addr - BASE), value, 4);
}

void mmio_barrier(void)
{
}

static void received(void *data, const uint8_t *frame, uint32_t bytes)
{
	inet_received(data, rig.now, frame, bytes);
}

static void datagram(
	void *data, uint32_t from, uint16_t sport, uint16_t dport, const uint8_t *payload, uint32_t bytes)
{
	(void)data;
	memcpy(got, payload, bytes);
	got_bytes = bytes;
	got_from = from;
	got_ports[0] = sport;
	got_ports[1] = dport;
	got_count++;
}

static void work(void)
{
	for (unsigned i = 0; i < 4; i++) {
		rig_wait(0);
		virtio_net_run(&net, rig.now);
	}
}

static void start_rtos(void)
{
	got_count = 0;
	net = (struct virtio_net){.mmio = {.name = "net", .base = BASE, .memory = &rig.d[0].mem},
		.area_addr = AREA,
		.received = received,
		.data = &inet};
	inet = (struct inet){
		.net = &net, .address = INET_ADDRESS(10, 0, 0, 1), .mask = 0xffffff00, .udp = datagram};
	EXPECT_EQ(virtio_net_init(&net), 0);
	virtio_net_run(&net, rig.now);
	work();
}

/* The RTOS at port 0, an honest driver of the rig's at port 1. */
static void start(void)
{
	rig_start(2);
	rig_up(1, RIG_MERGEABLE, 2048, 32);
	start_rtos();
}

static uint32_t arp(unsigned operation, unsigned from, uint32_t target)
{
	static const uint8_t head[6] = {0, 1, 8, 0, 6, 4};

	rig_ether(from, RIG_ALL, ETHERTYPE_ARP, 42);
	memcpy(rig_frame + 14, head, 6);
	be16_put(rig_frame + 20, operation);
	memcpy(rig_frame + 22, rig_frame + 6, 6);
	be32_put(rig_frame + 28, 0x0a000001 + from);
	memset(rig_frame + 32, 0, 6);
	be32_put(rig_frame + 38, target);
	return 42;
}

static uint32_t udp(uint32_t bytes)
{
	rig_ipv4(1, 0, PROTOCOL_UDP, 5000, 7, bytes);
	be16_put(rig_frame + 40, 0);
	return bytes;
}

static void send_to_rtos(uint32_t bytes)
{
	rig_send(1, bytes);
	work();
}

static void a_question_for_the_address_is_answered(void)
{
	start();
	send_to_rtos(arp(1, 1, 0x0a000001));
	EXPECT_EQ(rig_take(1), 42);
	EXPECT_EQ(rig.d[1].got[21], 2);
	EXPECT_EQ(memcmp(rig.d[1].got + 22, net.mac, 6), 0);
	EXPECT_EQ(be32(rig.d[1].got + 28), 0x0a000001);
	send_to_rtos(arp(1, 1, 0x0a000009)); /* for another */
	EXPECT_EQ(rig_take(1), 0);
	rig_finish();
}

static void a_datagram_waits_for_its_neighbours_address(void)
{
	start();
	EXPECT_EQ(inet_udp_send(&inet, rig.now, 0x0a000002, 7, 8, "hello", 5), -EAGAIN);
	work();
	EXPECT_EQ(rig_take(1), 42);
	EXPECT_EQ(inet_udp_send(&inet, rig.now, 0x0a000002, 7, 8, "hello", 5), -EAGAIN);
	work();
	EXPECT_EQ(rig_take(1), 0); /* asked once */
	send_to_rtos(arp(2, 1, 0x0a000001));
	EXPECT_EQ(inet_udp_send(&inet, rig.now, 0x0a000002, 7, 8, "hello", 5), 0);
	work();
	EXPECT_EQ(rig_take(1), 47);
	EXPECT_EQ(rig_sum_right(rig.d[1].got, 47), true);
	EXPECT_EQ(memcmp(rig.d[1].got + 42, "hello", 5), 0);
	rig_finish();
}

static void a_datagram_arrives(void)
{
	start();
	send_to_rtos(udp(100));
	EXPECT_EQ(got_count, 1);
	EXPECT_EQ(got_bytes, 58);
	EXPECT_EQ(got_from, 0x0a000002);
	EXPECT_EQ(got_ports[1], 7);
	EXPECT_EQ(memcmp(got, rig_frame + 42, 58), 0);
	rig_finish();
}

static void datagrams_that_lie_do_not_arrive(void)
{
	start();
	udp(100);
	be16_put(rig_frame + 40, 0x1234); /* checksum */
	send_to_rtos(100);
	udp(100);
	be16_put(rig_frame + 38, 67); /* longer than the packet */
	send_to_rtos(100);
	udp(100);
	be16_put(rig_frame + 38, 7); /* shorter than its header */
	send_to_rtos(100);
	udp(100);
	rig_frame[22]++; /* TTL: the header's checksum is wrong */
	send_to_rtos(100);
	udp(100);
	be16_put(rig_frame + 20, 0x2000); /* a fragment */
	be16_put(rig_frame + 24, 0);
	be16_put(rig_frame + 24, rig_sum(rig_frame + 14, 20, 0));
	send_to_rtos(100);
	EXPECT_EQ(got_count, 0);
	EXPECT_EQ(inet.dropped_count, 5);
	rig_finish();
}

static void senders_that_cannot_be_are_not_believed(void)
{
	static const uint32_t impossible[] = {0, 0x7f000001, 0xe0000001, 0xffffffff, 0x0a000001, 0x0a0000ff};

	start();
	for (unsigned i = 0; i < 6; i++) {
		udp(100);
		be32_put(rig_frame + 26, impossible[i]);
		be16_put(rig_frame + 24, 0);
		be16_put(rig_frame + 24, rig_sum(rig_frame + 14, 20, 0));
		send_to_rtos(100);
	}
	EXPECT_EQ(got_count, 0);
	EXPECT_EQ(inet.dropped_count, 6);
	rig_finish();
}

static void a_flood_of_neighbours_leaves_room_for_the_newest(void)
{
	start();
	for (unsigned i = 0; i < 100; i++) {
		arp(1, 1, 0x0a000001);
		be32_put(rig_frame + 28, 0x0a000010 + i);
		rig.now++;
		send_to_rtos(42);
		rig_drain(1);
	}
	EXPECT_EQ(inet_udp_send(&inet, rig.now, 0x0a000010 + 99, 7, 8, "x", 1), 0);
	EXPECT_EQ(inet_udp_send(&inet, rig.now, 0x0a000010, 7, 8, "x", 1), -EAGAIN);
	rig_finish();
}

/*
 * This kernel.
 */

static void interface_up(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(KERNEL)};
	struct ifreq request = {.ifr_name = "pl0"};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	memcpy(&request.ifr_addr, &address, sizeof(address));
	EXPECT_EQ(ioctl(fd, SIOCSIFADDR, &request), 0);
	address.sin_addr.s_addr = htonl(0xffffff00);
	memcpy(&request.ifr_netmask, &address, sizeof(address));
	EXPECT_EQ(ioctl(fd, SIOCSIFNETMASK, &request), 0);
	memset(&request.ifr_ifru, 0, sizeof(request.ifr_ifru));
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	EXPECT_EQ(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
}

static bool start_with_kernel(void)
{
	if (unshare(CLONE_NEWNET)) {
		printf(" (skipped: no network namespace for us: %s) ", strerror(errno));
		return false;
	}
	rig_start(1);
	vnet_port_config_default(&config, "world");
	config.bind_mac = false;
	EXPECT_EQ(tap_open(&tap, &rig.v, &config, "pl0"), 0);
	start_rtos();
	interface_up();
	return true;
}

/* Let both work until `fd` has something to read. */
static bool await(int fd)
{
	struct pollfd poller[2] = {{.fd = tap.fd, .events = POLLIN}, {.fd = fd, .events = POLLIN}};

	while (poll(poller, 2, WAIT_MS) > 0) {
		tap_dispatch(&tap);
		work();
		if (poller[1].revents)
			return true;
	}
	return false;
}

/* A raw socket, as ping uses: its replies come with their IP header. */
static void the_kernel_pings_the_rtos(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001)};
	uint8_t echo[1200] = {8, 0, 0, 0, 0, 1, 0, 1}, reply[1400];
	int fd;

	if (!start_with_kernel())
		return;
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	for (uint32_t i = 8; i < sizeof(echo); i++)
		echo[i] = (uint8_t)i;
	be16_put(echo + 2, rig_sum(echo, sizeof(echo), 0));
	EXPECT_EQ(sendto(fd, echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to)), sizeof(echo));
	EXPECT_EQ(await(fd), true);
	EXPECT_EQ(recv(fd, reply, sizeof(reply), 0), sizeof(echo) + 20);
	EXPECT_EQ(reply[20], 0);
	EXPECT_EQ(memcmp(reply + 28, echo + 8, sizeof(echo) - 8), 0);
	EXPECT_EQ(inet.echo_count, 1);
	close(fd);
	tap_close(&tap);
	rig_finish();
}

static void datagrams_go_both_ways_between_the_kernel_and_the_rtos(void)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(9)};
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(7), .sin_addr.s_addr = htonl(0x0a000001)};
	uint8_t text[1000], back[1000];
	int fd;

	if (!start_with_kernel())
		return;
	memset(text, 'x', sizeof(text));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	EXPECT_EQ(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	EXPECT_EQ(sendto(fd, text, sizeof(text), 0, (struct sockaddr *)&to, sizeof(to)), sizeof(text));
	for (unsigned i = 0; i < 1000 && !got_count; i++)
		await(tap.fd);
	EXPECT_EQ(got_bytes, sizeof(text));
	EXPECT_EQ(memcmp(got, text, sizeof(text)), 0);
	EXPECT_EQ(inet_udp_send(&inet, rig.now, got_from, 7, 9, "an answer", 9), 0);
	EXPECT_EQ(await(fd), true);
	EXPECT_EQ(recv(fd, back, sizeof(back), 0), 9);
	EXPECT_EQ(memcmp(back, "an answer", 9), 0);
	close(fd);
	tap_close(&tap);
	rig_finish();
}

static const struct unit_test tests[] = {
	{"a question for the address is answered", a_question_for_the_address_is_answered},
	{"a datagram waits for its neighbour's address", a_datagram_waits_for_its_neighbours_address},
	{"a datagram arrives", a_datagram_arrives},
	{"datagrams that lie do not arrive", datagrams_that_lie_do_not_arrive},
	{"senders that cannot be are not believed", senders_that_cannot_be_are_not_believed},
	{"a flood of neighbours leaves room for the newest",
		a_flood_of_neighbours_leaves_room_for_the_newest},
	{"the kernel pings the RTOS", the_kernel_pings_the_rtos},
	{"datagrams go both ways between the kernel and the RTOS",
		datagrams_go_both_ways_between_the_kernel_and_the_rtos},
};

UNIT_MAIN("vnet-inet", tests)
