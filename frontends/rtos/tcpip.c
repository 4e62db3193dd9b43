#include "frontends/rtos/tcpip.h"
#include <errno.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>
#include "frontends/rtos/mem.h"
#include "frontends/rtos/net.h"
#include "frontends/rtos/timer.h"

#define NS_PER_MS   1000000ull
#define ETHER_BYTES 14u

static struct netif netif;
static struct tcpip_card card;

/* lwIP's clock (lwip/sys.h). */
u32_t sys_now(void)
{
	return (u32_t)(time_ns() / NS_PER_MS);
}

static err_t output(struct netif *n, struct pbuf *p)
{
	uint8_t *frame;

	(void)n;
	if (p->tot_len > netif.mtu + ETHER_BYTES)
		return ERR_BUF;
	frame = card.begin(card.data);
	if (!frame)
		return ERR_MEM; /* TCP sends it again, all others may lose frames */
	pbuf_copy_partial(p, frame, p->tot_len, 0);
	return card.end(card.data, p->tot_len) ? ERR_IF : ERR_OK;
}

static err_t set_up(struct netif *n)
{
	n->name[0] = 'v';
	n->name[1] = 'n';
	n->output = etharp_output;
	n->linkoutput = output;
	n->hwaddr_len = ETH_HWADDR_LEN;
	n->mtu = 1500;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
	return ERR_OK;
}

int tcpip_init(const struct tcpip_card *c, uint32_t address, uint32_t mask, uint32_t gateway)
{
	const ip4_addr_t ip = {lwip_htonl(address)}, net = {lwip_htonl(mask)}, gw = {lwip_htonl(gateway)};

	card = *c;
	lwip_init();
	if (!netif_add(&netif, &ip, &net, &gw, NULL, set_up, ethernet_input))
		return -EINVAL;
	netif_set_default(&netif);
	netif_set_up(&netif);
	return 0;
}

static uint8_t *virtio_begin(void *data)
{
	return virtio_net_begin(data, time_ns());
}

static int virtio_end(void *data, uint32_t bytes)
{
	int ret = virtio_net_end(data, bytes);

	virtio_net_flush(data);
	return ret;
}

struct tcpip_card tcpip_virtio_card(struct virtio_net *net)
{
	return (struct tcpip_card){virtio_begin, virtio_end, net};
}

void tcpip_link(bool up, const uint8_t mac[6], uint16_t mtu)
{
	if (!up) {
		netif_set_link_down(&netif);
		return;
	}
	memcpy(netif.hwaddr, mac, sizeof(netif.hwaddr));
	netif.mtu = mtu && mtu < 1500 ? mtu : 1500;
	netif_set_link_up(&netif);
}

void tcpip_received(const uint8_t *frame, uint32_t bytes)
{
	struct pbuf *p = bytes <= UINT16_MAX ? pbuf_alloc(PBUF_RAW, (u16_t)bytes, PBUF_POOL) : NULL;

	if (!p)
		return;
	if (pbuf_take(p, frame, (u16_t)bytes) != ERR_OK || netif.input(p, &netif) != ERR_OK)
		pbuf_free(p);
}

void tcpip_tick(void)
{
	sys_check_timeouts();
}

uint64_t tcpip_deadline(void)
{
	u32_t ms = sys_timeouts_sleeptime();

	/* One more: sys_now has cut off a part of the present millisecond. */
	return ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? UINT64_MAX
						     : (time_ns() / NS_PER_MS + ms + 1) * NS_PER_MS;
}
