/* An RTOS on the Ethernet: answers ping, and sends each datagram to port 7 back to where it came from. */
#include "frontends/rtos/board.h"
#include "frontends/rtos/inet.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"

#define RAM_BASE   0x50000000ull
#define RAM_BYTES  0x1000000ull
#define BANK_BASE  0x54000000ull
#define BANK_BYTES 0x800000ull
#define NET_AREA   (BANK_BASE + 0x10000)
#define PORT_ECHO  7

enum { TASK_NET };

static const struct board_window windows[] = {
	{RAM_BASE, RAM_BYTES, BOARD_MEMORY}, {BANK_BASE, BANK_BYTES, BOARD_MEMORY}, BOARD_DEVICE_WINDOWS};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static const struct vmem bank = {(uint8_t *)BANK_BASE, BANK_BASE, BANK_BYTES};
static struct virtio_net net;
static struct inet inet;
static struct timer timer;

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

static void received(void *data, const uint8_t *frame, uint32_t bytes)
{
	inet_received(data, time_ns(), frame, bytes);
}

static void link_changed(void *data, bool up)
{
	log_line("call: network %s", up ? "up" : "down");
	if (up)
		inet_announce(data, time_ns());
}

static void datagram(
	void *data, uint32_t from, uint16_t sport, uint16_t dport, const uint8_t *payload, uint32_t bytes)
{
	if (dport == PORT_ECHO)
		(void)inet_udp_send(data, time_ns(), from, PORT_ECHO, sport, payload, bytes);
}

static void run_net(void *data)
{
	uint64_t due;

	(void)data;
	if (virtio_net_run(&net, time_ns()))
		loop_post(TASK_NET);
	due = virtio_net_deadline(&net);
	if (due == VIRTIO_NO_DEADLINE)
		timer_cancel(&timer);
	else
		timer_arm_at(&timer, time_from_ns(due) + 1);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	timer = (struct timer){.fire = post, .data = (void *)TASK_NET};
	inet = (struct inet){.net = &net,
		.address = INET_ADDRESS(10, 9, 0, 1),
		.mask = 0xffffff00,
		.udp = datagram,
		.data = &inet};
	net = (struct virtio_net){.mmio = {.name = "call-net", .base = BOARD_VIRTIO(0), .memory = &bank},
		.area_addr = NET_AREA,
		.received = received,
		.link = link_changed,
		.data = &inet};
	(void)virtio_net_init(&net);
	(void)loop_add(TASK_NET, run_net, NULL);
	(void)irq_register(BOARD_VIRTIO_INTID(0), 1, true, post, (void *)TASK_NET);
	loop_post(TASK_NET);
	log_line("call: started");
	loop_run();
}
