/* An RTOS on the Ethernet with lwIP, as the handset's call partition has it, and a phone that is always on a call. */
#include <lwip/udp.h>
#include "examples/handset/call/network.h"
#include "examples/handset/call/status.h"
#include "frontends/rtos/board.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/timer.h"
#include "tests/network/ports.h"

#define RAM_BASE   0x50000000ull
#define RAM_BYTES  0x1000000ull
#define BANK_BASE  0x54000000ull
#define BANK_BYTES 0x800000ull
#define NET_AREA   (BANK_BASE + 0x10000)
#define SECOND_NS  1000000000ull

enum { TASK_NET };

static const struct board_window windows[] = {
	{RAM_BASE, RAM_BYTES, BOARD_MEMORY}, {BANK_BASE, BANK_BYTES, BOARD_MEMORY}, BOARD_DEVICE_WINDOWS};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

static const struct vmem bank = {(uint8_t *)BANK_BASE, BANK_BASE, BANK_BYTES};
static struct ui_model model = {.state = PL_CALL_ACTIVE,
	.number = "+358401234567",
	.name = "Reception",
	.carrier = "Partyline",
	.signal = 4};
static struct timer timer;

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

static void echo(void *argument, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	(void)argument;
	(void)udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

static void start_echo(void)
{
	struct udp_pcb *pcb = udp_new();

	if (pcb && udp_bind(pcb, IP4_ADDR_ANY, NETPHONE_PORT_ECHO) == ERR_OK)
		udp_recv(pcb, echo, NULL);
}

static void run_net(void *data)
{
	uint64_t now = time_ns();
	uint64_t due, second = (now / SECOND_NS + 1) * SECOND_NS;

	(void)data;
	model.seconds = (uint32_t)(now / SECOND_NS);
	if (network_run())
		loop_post(TASK_NET);
	due = network_deadline();
	timer_arm_at(&timer, time_from_ns(due < second ? due : second) + 1);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	timer = (struct timer){.fire = post, .data = (void *)TASK_NET};
	network_init(&(struct network_card){BOARD_VIRTIO(0), NET_AREA, &bank}, &model);
	start_echo();
	(void)loop_add(TASK_NET, run_net, NULL);
	(void)irq_register(BOARD_VIRTIO_INTID(0), 1, true, post, (void *)TASK_NET);
	loop_post(TASK_NET);
	log_line("call: started");
	loop_run();
}
