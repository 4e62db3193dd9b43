/*
 * How fast the switch forwards, natively, on one processor: drivers and switch in one thread. Each port
 * sends to its partner, both ways, in batches as a busy driver makes them. `mpps` and `gbit` count all that
 * is done for a frame, both drivers' work included; `switch_mpps` only the switch's part.
 *   vnet SECONDS_PER_FIGURE                 all figures
 *   vnet SECONDS_PER_FIGURE PORTS BYTES     frames per second of that one
 * Time is this thread's on the processor: what others do on the machine does not count.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include "vdev/device.h"
#include "vnet/vnet.h"

#define PORTS_MAX  8
#define QUEUE	   256
#define BATCH	   64
#define BANK_BASE  0x7c000000ull
#define BANK_BYTES (4u << 20)
#define TXQ_AT	   0x10000u
#define RX_AT	   0x20000u
#define TX_AT	   0x200000u
#define SLOT	   0x840u /* not a power of two: buffers spread over the caches, as those of real drivers do */

struct driver {
	struct vnet_port port;
	struct vnet_port_config config;
	struct vmem mem;
	struct vq rxq, txq;
	uint64_t received;
};

static struct vnet v;
static struct driver driver[PORTS_MAX];
static unsigned ports;
static uint64_t switch_ns;

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* What the switch goes by, as in partylined. */
static uint64_t now_ns(void *data)
{
	(void)data;
	return read_clock(CLOCK_MONOTONIC);
}

/* What the figures go by. */
static uint64_t spent_ns(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

static void fail(const char *what)
{
	fprintf(stderr, "vnet bench: %s\n", what);
	exit(1);
}

static void queue_up(struct driver *d, unsigned q, struct vq *vq, uint32_t at)
{
	uint64_t features = VDEV_FEATURES_OFFERED;
	uint64_t area[3];

	if (vq_driver_init(vq, &d->mem, QUEUE, BANK_BASE + at, features))
		fail("queue");
	area[0] = vq_desc_addr(vq);
	area[1] = vq_avail_addr(vq);
	area[2] = vq_used_addr(vq);
	if (vdev_do_queue_enable(&d->port.vdev, q, features, QUEUE, area, false))
		fail("enable");
}

static void fill_frames(struct driver *d, unsigned index, uint32_t bytes)
{
	unsigned partner = index ^ 1;

	for (unsigned i = 0; i < QUEUE; i++) {
		uint8_t *frame = d->mem.base + TX_AT + i * SLOT + sizeof(struct virtio_net_hdr);

		memset(frame, (int)i, bytes);
		memcpy(frame, driver[partner].config.mac, 6);
		memcpy(frame + 6, d->config.mac, 6);
		frame[12] = 0x88;
		frame[13] = 0xb5;
	}
}

static void driver_up(struct driver *d, unsigned index)
{
	const uint8_t mac[6] = {0x52, 0x54, 0, 0, 0, (uint8_t)(index + 1)};

	d->mem = (struct vmem){.guest_base = BANK_BASE, .bytes = BANK_BYTES};
	if (!d->mem.base)
		d->mem.base = mmap(NULL, BANK_BYTES, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (d->mem.base == MAP_FAILED)
		fail("memory");
	vnet_port_config_default(&d->config, "port");
	memcpy(d->config.mac, mac, 6);
	if (vnet_port_add(&v, &d->port, &d->config))
		fail("port");
	d->port.vdev.memory = d->mem;
	queue_up(d, VIRTIO_NET_RXQ, &d->rxq, 0);
	queue_up(d, VIRTIO_NET_TXQ, &d->txq, TXQ_AT);
	for (unsigned i = 0; i < QUEUE; i++) {
		struct vq_buf buf = {BANK_BASE + RX_AT + i * SLOT, SLOT};

		vq_add(&d->rxq, &buf, 0, 1);
	}
	vq_publish(&d->rxq);
	vdev_do_driver_ok(&d->port.vdev, VDEV_FEATURES_OFFERED | 1ull << VIRTIO_NET_F_MRG_RXBUF);
}

static void driver_send(struct driver *d, uint32_t bytes)
{
	uint32_t unused;
	int id;

	while (vq_get(&d->txq, &unused) >= 0)
		;
	for (unsigned i = 0; i < BATCH; i++) {
		struct vq_buf buf = {BANK_BASE + TX_AT + d->txq.free_head * SLOT,
			bytes + (uint32_t)sizeof(struct virtio_net_hdr)};

		id = vq_add(&d->txq, &buf, 1, 0);
		if (id < 0)
			break;
	}
	vq_publish(&d->txq);
}

static void driver_receive(struct driver *d)
{
	uint32_t bytes;
	int id;

	while ((id = vq_get(&d->rxq, &bytes)) >= 0) {
		struct vq_buf buf = {BANK_BASE + RX_AT + (uint32_t)id * SLOT, SLOT};

		vq_add(&d->rxq, &buf, 0, 1);
		d->received++;
	}
	vq_publish(&d->rxq);
}

static uint64_t total(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < ports; i++)
		sum += driver[i].received;
	return sum;
}

static void set_up(unsigned count, uint32_t bytes)
{
	for (unsigned i = 0; i < PORTS_MAX; i++)
		if (driver[i].mem.base)
			munmap(driver[i].mem.base, BANK_BYTES);
	memset(driver, 0, sizeof(driver));
	ports = count;
	vnet_init(&v, now_ns, NULL);
	for (unsigned i = 0; i < count; i++)
		driver_up(&driver[i], i);
	for (unsigned i = 0; i < count; i++)
		fill_frames(&driver[i], i, bytes);
}

/* One turn over all ports, the switch's part timed when asked for. */
static void turn(uint32_t bytes, bool timed)
{
	for (unsigned i = 0; i < ports; i++)
		driver_send(&driver[i], bytes);
	if (timed)
		switch_ns -= spent_ns();
	for (unsigned i = 0; i < ports; i++)
		vdev_do_queue(&driver[i].port.vdev, VIRTIO_NET_TXQ);
	if (timed)
		switch_ns += spent_ns();
	for (unsigned i = 0; i < ports; i++)
		driver_receive(&driver[i]);
}

/* Frames per second over `ns`; in *share those of the switch's time alone. */
static double measure(uint32_t bytes, uint64_t ns, double *share)
{
	uint64_t begin = spent_ns(), now, before = total();
	double frames;

	switch_ns = 0;
	do {
		for (unsigned i = 0; i < 64; i++)
			turn(bytes, share != NULL);
		now = spent_ns();
	} while (now - begin < ns);
	frames = (double)(total() - before);
	if (share)
		*share = frames * 1e9 / (double)switch_ns;
	return frames * 1e9 / (double)(now - begin);
}

/* Every frame arrives: a figure with losses in it would be none. */
static void check(void)
{
	for (unsigned i = 0; i < ports; i++)
		if (driver[i].received != driver[i ^ 1].port.count.sent_frames)
			fail("frames were lost");
}

/* Frames per second, after a warm-up. */
static double one(unsigned count, uint32_t bytes, uint64_t ns)
{
	double frames;

	set_up(count, bytes);
	measure(bytes, ns / 4, NULL);
	frames = measure(bytes, ns, NULL);
	check();
	return frames;
}

static void figures(unsigned count, const char *suffix, uint64_t ns)
{
	double share;

	printf("vnet.forward_mpps_64%s\t%.3f\tMpps\n", suffix, one(count, 64, ns) / 1e6);
	measure(64, ns, &share);
	printf("vnet.switch_mpps_64%s\t%.3f\tMpps\n", suffix, share / 1e6);
	printf("vnet.forward_gbit_1500%s\t%.3f\tGbit/s\n", suffix, one(count, 1500, ns) * 1500 * 8 / 1e9);
	printf("vnet.copy_ratio%s\t%.4f\tbytes/byte\n", suffix,
		(double)v.copied_bytes / (double)v.payload_bytes);
	printf("vnet.header_read_ratio%s\t%.4f\tbytes/byte\n", suffix,
		(double)v.peeked_bytes / (double)v.payload_bytes);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.5;
	unsigned count = argc > 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	uint32_t bytes = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
	uint64_t ns = (uint64_t)(seconds * 1e9);

	if (!count) {
		figures(2, "", ns);
		figures(8, "_8ports", ns);
	} else if (count <= PORTS_MAX && count % 2 == 0 && bytes >= 14 && bytes <= 1514) {
		printf("%.0f\n", one(count, bytes, ns));
	} else {
		fail("2, 4, 6 or 8 ports, 14 to 1514 bytes");
	}
	return 0;
}
