/*
 * The same work by others, on the same processor, for vnet's figures to stand beside. A sender hands frames
 * to a switch and counts what comes out at the other side:
 *
 *   vnet_peers bridge SENDER RECEIVER BYTES SECONDS   frames into one veth, counted where they leave the bridge
 *   vnet_peers vde DIRECTORY PORTS BYTES SECONDS      frames through vde_switch's sockets
 *
 * Prints frames per second of processor time: of this process, of vde_switch, and of the kernel's
 * softirq thread of this processor. A wall clock on a busy machine would say less. The bridge's receiver does not take the
 * frames into a program, nor does its sender prepare them anew: both to its advantage.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BATCH	  64
#define PORTS_MAX 8
#define ETHERTYPE 0x88b5

static uint8_t frames[PORTS_MAX][1600];

static void fail(const char *what)
{
	fprintf(stderr, "vnet_peers: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double process_seconds(const char *pid)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	if (file)
		fclose(file);
	return (double)ns / 1e9;
}

/* Of this process and of the others whose pids the environment names. */
static double cpu_seconds(void)
{
	const char *others = getenv("PEER_PIDS");
	char list[256] = "";
	double sum = process_seconds("self");

	snprintf(list, sizeof(list), "%s", others ? others : "");
	for (char *pid = strtok(list, " "); pid; pid = strtok(NULL, " "))
		sum += process_seconds(pid);
	return sum;
}

static double wall_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_frame(uint8_t *frame, const uint8_t *to, const uint8_t *from)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = ETHERTYPE >> 8;
	frame[13] = ETHERTYPE & 0xff;
}

/*
 * The bridge.
 */

static void interface_mac(int fd, const char *name, uint8_t mac[6])
{
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		fail(name);
	memcpy(mac, request.ifr_hwaddr.sa_data, 6);
}

static int packet_socket(const char *interface)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(interface)};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), one = 1;

	if (fd < 0 || !address.sll_ifindex || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
		setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)))
		fail(interface);
	return fd;
}

/* /sys shows another network namespace's interfaces; /proc our own. */
static unsigned long long received(const char *interface)
{
	unsigned long long bytes, packets = 0;
	char line[512], name[64];
	FILE *file = fopen("/proc/net/dev", "r");

	if (!file)
		fail("/proc/net/dev");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " %63[^:]: %llu %llu", name, &bytes, &packets) == 3 &&
			strcmp(name, interface) == 0)
			break;
	fclose(file);
	return packets;
}

static void send_batch(int fd, uint8_t *frame, size_t bytes)
{
	struct mmsghdr messages[BATCH];
	struct iovec iov = {frame, bytes};

	for (unsigned i = 0; i < BATCH; i++)
		messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &iov, .msg_iovlen = 1}};
	if (sendmmsg(fd, messages, BATCH, 0) < 0 && errno != ENOBUFS && errno != EAGAIN)
		fail("sendmmsg");
}

/* SENDER and RECEIVER are lists of interfaces, with commas: the n-th sends to the n-th. */
static void bridge(char *senders, char *receivers, size_t bytes, double seconds)
{
	char *to[PORTS_MAX];
	int fd[PORTS_MAX];
	unsigned count = 0;
	unsigned long long before = 0, after = 0;
	double begin, cpu;
	char *at = receivers, *name;

	while (count < PORTS_MAX && (name = strsep(&senders, ",")) && (to[count] = strsep(&at, ","))) {
		uint8_t mac[2][6];

		fd[count] = packet_socket(name);
		interface_mac(fd[count], name, mac[0]);
		interface_mac(fd[count], to[count], mac[1]);
		make_frame(frames[count], mac[1], mac[0]);
		send_batch(packet_socket(to[count]), frames[count], 14); /* so that the bridge learns both */
		count++;
	}
	for (unsigned i = 0; i < count; i++)
		before += received(to[i]);
	begin = wall_seconds();
	cpu = cpu_seconds();
	while (wall_seconds() - begin < seconds)
		for (unsigned i = 0; i < count; i++)
			send_batch(fd[i], frames[i], bytes);
	cpu = cpu_seconds() - cpu;
	for (unsigned i = 0; i < count; i++)
		after += received(to[i]);
	printf("%.0f\n", (double)(after - before) / cpu);
}

/*
 * VDE: a stream connection asks for a port, frames are datagrams (vde2's own protocol, version 3).
 */

struct vde_request {
	uint32_t magic;
	uint32_t version;
	uint32_t type; /* 0: new port; the port's number << 8 */
	struct sockaddr_un sock;
	char description[128];
} __attribute__((packed));

struct vde_port {
	int control, data;
	struct sockaddr_un peer;
};

static void vde_open(struct vde_port *p, const char *directory, unsigned number)
{
	struct vde_request request = {.magic = 0xfeedface, .version = 3, .sock.sun_family = AF_UNIX};
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	p->control = socket(AF_UNIX, SOCK_STREAM, 0);
	p->data = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/ctl", directory);
	if (connect(p->control, (struct sockaddr *)&address, sizeof(address)))
		fail(address.sun_path);
	snprintf(request.sock.sun_path, sizeof(request.sock.sun_path), "%s/port%u.%d", directory, number,
		getpid());
	if (bind(p->data, (struct sockaddr *)&request.sock, sizeof(request.sock)) ||
		send(p->control, &request, sizeof(request) - sizeof(request.description), 0) < 0 ||
		recv(p->control, &p->peer, sizeof(p->peer), 0) < (ssize_t)sizeof(sa_family_t) ||
		connect(p->data, (struct sockaddr *)&p->peer, sizeof(p->peer)))
		fail("vde port");
}

static unsigned vde_receive(struct vde_port *p)
{
	uint8_t frame[2048];
	unsigned count = 0;

	while (count < 4 * BATCH && recv(p->data, frame, sizeof(frame), 0) > 0)
		count++;
	return count;
}

static void vde_send(struct vde_port *p, const uint8_t *frame, size_t bytes)
{
	for (unsigned i = 0; i < BATCH; i++)
		if (send(p->data, frame, bytes, 0) < 0)
			break; /* its socket is full */
}

static void vde(const char *directory, unsigned count, size_t bytes, double seconds)
{
	static struct vde_port port[PORTS_MAX];
	unsigned long long got = 0;
	double begin, cpu;

	for (unsigned i = 0; i < count; i++) {
		const uint8_t from[6] = {2, 0, 0, 0, 0, (uint8_t)i},
			      to[6] = {2, 0, 0, 0, 0, (uint8_t)(i ^ 1)};

		vde_open(&port[i], directory, i);
		make_frame(frames[i], to, from);
	}
	for (unsigned i = 0; i < count; i++)
		send(port[i].data, frames[i], 60, 0); /* so that the switch learns them */
	usleep(100000);
	for (unsigned i = 0; i < count; i++)
		vde_receive(&port[i]);
	begin = wall_seconds();
	cpu = cpu_seconds();
	while (wall_seconds() - begin < seconds)
		for (unsigned i = 0; i < count; i++) {
			vde_send(&port[i], frames[i], bytes);
			sched_yield();
			got += vde_receive(&port[i ^ 1]);
		}
	cpu = cpu_seconds() - cpu;
	printf("%.0f\n", (double)got / cpu);
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "bridge") == 0)
		bridge(argv[2], argv[3], strtoul(argv[4], NULL, 10), strtod(argv[5], NULL));
	else if (argc == 6 && strcmp(argv[1], "vde") == 0)
		vde(argv[2], (unsigned)strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10),
			strtod(argv[5], NULL));
	else
		return fprintf(stderr, "usage: see the source\n"), 2;
	return 0;
}
