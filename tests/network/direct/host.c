/*
 * A second RTOS that is linked directly to the call partition: it hosts that one's network card itself, with the
 * same switch that the I/O domain runs (vnet/), and its own stack (lwIP) is the switch's other port. Measures the
 * way there and back, reads the phone's state over TCP, sees the port's rules hold, and then does it all again after
 * a restart that the call partition does not notice.
 */
#include <errno.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include "backends/partylined/hvmmio.h"
#include "frontends/rtos/loop.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/tcpip.h"
#include "tests/guest/test.h"
#include "tests/network/ports.h"
#include "vdev/log.h"
#include "vnet/vnet.h"

#define RAM_BASE    0x52000000ull
#define RAM_BYTES   0x1000000ull
#define BANK_BASE   0x54000000ull
#define BANK_BYTES  0x800000ull
#define SELF	    1
#define ECHO_COUNT  1000u
#define ECHO_BYTES  1000u
#define FRAME_BYTES 1514u
#define QUEUE_COUNT 64u
#define ANSWER_NS   200000u
#define GIVE_UP_NS  5000000000ull

static const struct board_window windows[] = {BOARD_DEVICE_WINDOWS, {RAM_BASE, RAM_BYTES, BOARD_MEMORY},
	{BANK_BASE, BANK_BYTES, BOARD_MEMORY}, {BOARD_HOST_PAGE(0), 0x1000, BOARD_MEMORY}};
const struct board board = {windows, sizeof(windows) / sizeof(windows[0])};

enum { TASK_NET };

/* Frames for our stack: it may answer at once, and the switch must be done with the frame by then. */
static struct {
	uint8_t frame[QUEUE_COUNT][FRAME_BYTES];
	uint32_t bytes[QUEUE_COUNT];
	uint32_t put, taken;
} inbox;

static struct {
	struct virtio_net_hdr hdr;
	uint8_t frame[FRAME_BYTES];
} outgoing __attribute__((aligned(16)));

static struct vnet vnet;
static struct vnet_port call_port, own_port;
static struct vnet_port_config call_config, own_config;
static struct hvmmio device;
static struct timer timer;

static struct udp_pcb *echo_pcb;
static uint64_t sent_ns, due_ns, worst_ns;
static uint32_t echo_number, echo_good, echo_bad;
static struct tcp_pcb *http_pcb;
static char answer[1024];
static uint32_t answer_bytes;
static bool ended;

static int64_t hypercall(struct hv *hv, uint64_t function, const uint64_t arg[5])
{
	(void)hv;
	__asm__ volatile("dsb ish" ::: "memory");
	return hvc_call5(function, arg[0], arg[1], arg[2], arg[3], arg[4]).ret;
}

static struct hv hv = {.call = hypercall, .fd = -1};

static void say(enum vdev_log_level level, const char *line)
{
	(void)level;
	log_line("%s", line);
}

static uint64_t clock_now(void *data)
{
	(void)data;
	return time_ns();
}

static void post(void *data)
{
	loop_post((unsigned)(uintptr_t)data);
}

/*
 * The switch's port for our own stack.
 */

static int own_send(struct vnet_port *port, const struct vnet_wire *head, uint32_t head_bytes,
	const struct vnet_cursor *rest, uint32_t rest_bytes)
{
	struct vnet_cursor at = *rest;
	uint32_t slot = inbox.put % QUEUE_COUNT, n = head_bytes;

	(void)port;
	if (inbox.put - inbox.taken == QUEUE_COUNT || head_bytes + rest_bytes > FRAME_BYTES)
		return -EAGAIN;
	memcpy(inbox.frame[slot], head->head, head_bytes);
	while (rest_bytes) {
		uint32_t part = at.seg->bytes - at.skip;

		part = part < rest_bytes ? part : rest_bytes;
		memcpy(inbox.frame[slot] + n, (const uint8_t *)at.seg->data + at.skip, part);
		n += part;
		rest_bytes -= part;
		at = cursor_at(at, part);
	}
	inbox.bytes[slot] = n;
	inbox.put++;
	return 0;
}

static const struct vnet_external own_impl = {.send = own_send};

static uint8_t *stack_begin(void *data)
{
	(void)data;
	return outgoing.frame;
}

static int stack_end(void *data, uint32_t bytes)
{
	(void)data;
	outgoing.hdr = (struct virtio_net_hdr){0};
	return vnet_external_input(&own_port, &outgoing.hdr, (uint32_t)sizeof(outgoing.hdr) + bytes);
}

static void deliver_inbox(void)
{
	while (inbox.taken != inbox.put) {
		uint32_t slot = inbox.taken % QUEUE_COUNT;

		tcpip_received(inbox.frame[slot], inbox.bytes[slot]);
		inbox.taken++;
	}
}

static int start_switch(void)
{
	static const struct tcpip_card card = {stack_begin, stack_end, NULL};
	static const uint8_t call_mac[6] = {0x52, 0x54, 0, 0, 0, 1}, own_mac[6] = {0x52, 0x54, 0, 0, 0, 2};
	int ret;

	vnet_port_config_default(&call_config, "call");
	vnet_port_config_default(&own_config, "second");
	memcpy(call_config.mac, call_mac, 6);
	memcpy(own_config.mac, own_mac, 6);
	call_config.rule[0] = (struct vnet_rule){.direction = VNET_OUT,
		.deny = true,
		.match = VNET_MATCH_DPORT,
		.dport = {NETPHONE_PORT_FORBIDDEN, NETPHONE_PORT_FORBIDDEN}};
	call_config.rule_count = 1;
	vnet_init(&vnet, clock_now, NULL);
	ret = vnet_port_add(&vnet, &call_port, &call_config);
	ret = ret ? ret : vnet_external_add(&vnet, &own_port, &own_config, &own_impl, NULL);
	call_port.vdev.memory = (struct vmem){(uint8_t *)BANK_BASE, BANK_BASE, BANK_BYTES};
	ret = ret ? ret : hvmmio_start(&device, &hv, &call_port.vdev, 0, (const void *)BOARD_HOST_PAGE(0));
	ret = ret ? ret : tcpip_init(&card, TCPIP_ADDRESS(10, 9, 0, 2), TCPIP_ADDRESS(255, 255, 255, 0), 0);
	tcpip_link(true, own_mac, 1500);
	return ret;
}

/*
 * What is tried: one datagram after the other there and back, one that may not pass, then a page.
 */

static void send_datagram(uint16_t port)
{
	const ip4_addr_t to = {lwip_htonl(TCPIP_ADDRESS(10, 9, 0, 1))};
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, ECHO_BYTES, PBUF_RAM);
	uint32_t *word;

	if (!p)
		return;
	word = p->payload;
	for (uint32_t i = 0; i < ECHO_BYTES / 4; i++)
		word[i] = echo_number * 2654435761u + i;
	sent_ns = time_ns();
	due_ns = sent_ns + GIVE_UP_NS / 50;
	(void)udp_sendto(echo_pcb, p, &to, port);
	pbuf_free(p);
}

static bool is_ours(struct pbuf *p)
{
	static uint32_t word[ECHO_BYTES / 4];

	if (p->tot_len != ECHO_BYTES || pbuf_copy_partial(p, word, ECHO_BYTES, 0) != ECHO_BYTES)
		return false;
	for (uint32_t i = 0; i < ECHO_BYTES / 4; i++)
		if (word[i] != echo_number * 2654435761u + i)
			return false;
	return true;
}

static err_t page_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
	(void)argument;
	(void)error;
	if (!p) {
		(void)tcp_close(pcb);
		http_pcb = NULL;
		ended = true;
		return ERR_OK;
	}
	answer_bytes +=
		pbuf_copy_partial(p, answer + answer_bytes, (u16_t)(sizeof(answer) - 1 - answer_bytes), 0);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t page_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
	static const char request[] = "GET /state.json HTTP/1.1\r\nHost: phone\r\n\r\n";

	(void)argument;
	(void)error;
	return tcp_write(pcb, request, sizeof(request) - 1, 0);
}

static void ask_for_page(void)
{
	const ip4_addr_t to = {lwip_htonl(TCPIP_ADDRESS(10, 9, 0, 1))};
	u16_t local_port;

	due_ns = time_ns() + GIVE_UP_NS;
	/* Another one in each life: the phone remembers the connection of the one before. */
	local_port = (u16_t)(40000 + test_info(SELF, PL_INFO_RESTART_COUNT));
	http_pcb = tcp_new();
	if (!http_pcb || tcp_bind(http_pcb, IP4_ADDR_ANY, local_port) != ERR_OK ||
		tcp_connect(http_pcb, &to, 80, page_connected) != ERR_OK)
		ended = true;
	else
		tcp_recv(http_pcb, page_received);
}

static void echo_received(
	void *argument, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	uint64_t took = time_ns() - sent_ns;

	(void)argument;
	(void)pcb;
	(void)from;
	if (port != NETPHONE_PORT_ECHO || !is_ours(p))
		echo_bad++;
	else
		echo_good++;
	pbuf_free(p);
	/* The first asks for the neighbour's address, too. */
	if (echo_number && took > worst_ns)
		worst_ns = took;
	if (++echo_number < ECHO_COUNT) {
		send_datagram(NETPHONE_PORT_ECHO);
		return;
	}
	send_datagram(NETPHONE_PORT_FORBIDDEN);
	ask_for_page();
}

static bool answer_has(const char *part)
{
	size_t n = strlen(part);

	for (uint32_t i = 0; i + n <= answer_bytes; i++)
		if (!memcmp(answer + i, part, n))
			return true;
	return false;
}

static void verdicts(void)
{
	uint64_t life = test_info(SELF, PL_INFO_RESTART_COUNT);

	log_line("%s", life ? "bench: after the restart" : "bench: before the restart");
	test_equal("every datagram comes back over the direct link as it was", ECHO_COUNT, echo_good);
	test_equal("and nothing else does", 0, echo_bad);
	test_within("there and back takes at most 200 us", 1, ANSWER_NS, worst_ns);
	test_figure("vnet.direct_rtt_ns", worst_ns, "ns");
	test_equal("a datagram that a rule forbids is dropped on its sender's port", 1,
		own_port.count.drop[VNET_DROP_FILTER_OUT]);
	test_equal("the second RTOS reads the phone's state over TCP", true,
		answer_has("\"state\":\"active\",\"number\":\"+358401234567\""));
	if (life) {
		test_equal("the call partition did not notice the restart", 0,
			test_info(0, PL_INFO_RESTART_COUNT));
		test_done();
		ended = false;
		due_ns = UINT64_MAX;
		return;
	}
	rt_panic("the second RTOS ends, to see the link come back");
}

static void run_net(void *data)
{
	uint64_t next, now;

	(void)data;
	hvmmio_look(&device);
	if (hvmmio_work(&device))
		loop_post(TASK_NET);
	if (vnet_run(&vnet))
		loop_post(TASK_NET);
	deliver_inbox();
	tcpip_tick();
	if (call_port.vdev.live && !echo_number && !due_ns)
		send_datagram(NETPHONE_PORT_ECHO);
	now = time_ns();
	if (due_ns && now >= due_ns)
		ended = true;
	vnet_flush(&vnet);
	if (ended)
		verdicts();
	next = tcpip_deadline();
	next = vnet_deadline(&vnet) < next ? vnet_deadline(&vnet) : next;
	next = due_ns && due_ns < next ? due_ns : next;
	timer_arm_at(&timer, time_from_ns(next) + 1);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	vdev_log_hook = say;
	timer = (struct timer){.fire = post, .data = (void *)TASK_NET};
	(void)loop_add(TASK_NET, run_net, NULL);
	(void)irq_register(BOARD_HOST_INTID, 1, true, post, (void *)TASK_NET);
	test_equal("the second RTOS hosts the call partition's card", 0, (uint64_t)-start_switch());
	echo_pcb = udp_new();
	udp_recv(echo_pcb, echo_received, NULL);
	loop_post(TASK_NET);
	loop_run();
}
