#include "examples/handset/call/network.h"
#include "examples/handset/call/status.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/tcpip.h"
#include "frontends/rtos/timer.h"

static struct virtio_net net;
static const struct ui_model *model;
static struct ui_model told; /* as the clients have it */

static void received(void *data, const uint8_t *frame, uint32_t bytes)
{
	(void)data;
	tcpip_received(frame, bytes);
}

static void link_changed(void *data, bool up)
{
	(void)data;
	tcpip_link(up, net.mac, net.mtu);
	log_line("call: network %s", up ? "up" : "down");
}

void network_init(const struct network_card *at, const struct ui_model *m)
{
	struct tcpip_card card = tcpip_virtio_card(&net);
	int ret;

	model = m;
	net = (struct virtio_net){.mmio = {.name = "call-net", .base = at->base, .memory = at->bank},
		.area_addr = at->area,
		.received = received,
		.link = link_changed};
	ret = virtio_net_init(&net);
	ret = ret ? ret : tcpip_init(&card, TCPIP_ADDRESS(10, 9, 0, 1), TCPIP_ADDRESS(255, 255, 255, 0), 0);
	ret = ret ? ret : status_init(model);
	if (ret)
		log_line("call: no network: errno %d", -ret);
}

bool network_run(void)
{
	bool more = virtio_net_run(&net, time_ns());

	tcpip_tick();
	if (memcmp(&told, model, sizeof(told)) != 0) {
		told = *model;
		status_changed();
	}
	return more;
}

uint64_t network_deadline(void)
{
	uint64_t card = virtio_net_deadline(&net), stack = tcpip_deadline();

	return card < stack ? card : stack;
}
