/* The switch's ports: virtio-net devices and uplinks. */
#include <errno.h>
#include "abi/virtio_mmio.h"
#include "vdev/log.h"
#include "vnet/bytes.h"
#include "vnet/switch.h"

#define BIT(n) (1ull << (n))
#define CLASS_FEATURES                                                                                       \
	(BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_GUEST_CSUM) | BIT(VIRTIO_NET_F_MTU) |                     \
		BIT(VIRTIO_NET_F_MAC) | BIT(VIRTIO_NET_F_GUEST_TSO4) | BIT(VIRTIO_NET_F_GUEST_TSO6) |        \
		BIT(VIRTIO_NET_F_GUEST_ECN) | BIT(VIRTIO_NET_F_HOST_TSO4) | BIT(VIRTIO_NET_F_HOST_TSO6) |    \
		BIT(VIRTIO_NET_F_HOST_ECN) | BIT(VIRTIO_NET_F_MRG_RXBUF) | BIT(VIRTIO_NET_F_STATUS))

/*
 * Work.
 */

/* The driver sees what was staged, and is told if it asked for it. */
static void show(struct vnet_port *port, unsigned q)
{
	if (port->vdev.queue[q].ready)
		vq_commit(&port->vdev.queue[q]);
	vdev_kick(&port->vdev, q);
}

static void flush_port(struct vnet_port *port)
{
	port->touched = false;
	if (!port->external)
		show(port, VIRTIO_NET_RXQ);
	else if (port->external->flush)
		port->external->flush(port);
}

void vnet_flush(struct vnet *v)
{
	for (unsigned i = 0; i < v->port_count; i++)
		if (v->port[i]->touched)
			flush_port(v->port[i]);
}

static int take_frame(struct vnet_port *port)
{
	struct vq_chain *chain = &port->vnet->tx;
	struct vnet_cursor data = {.seg = chain->seg, .count = chain->read_count};

	if (frame_read(&port->vnet->frame, data, chain->read_bytes))
		return switch_runt(port);
	return switch_input(port);
}

/*
 * The sender waits for a receiver's buffers: the receiver's next ones are to be told. True: there are
 * some by now.
 */
static bool ask_for_buffers(const struct vnet_port *port)
{
	struct vq *rxq = &port->held_on->vdev.queue[VIRTIO_NET_RXQ];

	return vq_wait_prepare_beyond(rxq, vq_pending(rxq));
}

/* The queue is empty, or its next frame is held. True: not any more. */
static bool round_end(struct vnet_port *port, bool held)
{
	struct vq *txq = &port->vdev.queue[VIRTIO_NET_TXQ];

	if (!port->vdev.live)
		return false;
	return held ? ask_for_buffers(port) : vq_wait_prepare(txq);
}

bool port_work(struct vnet_port *port)
{
	struct vnet *v = port->vnet;
	struct vq *txq = &port->vdev.queue[VIRTIO_NET_TXQ];
	uint32_t frames = 0, bytes = 0;
	bool held = false, more = true;
	int rc = 0;

	v->flow.to = NULL;
	vq_poll_mode(txq);
	while (frames < VNET_ROUND_FRAMES && bytes < VNET_ROUND_BYTES) {
		rc = vq_pop(txq, &v->tx);
		if (rc <= 0)
			break;
		if (take_frame(port) == VNET_HELD) {
			vq_unpop(txq, 1);
			held = true;
			break;
		}
		vq_stage(txq, v->tx.head, 0);
		frames++;
		bytes += v->tx.read_bytes;
	}
	if (frames)
		show(port, VIRTIO_NET_TXQ);
	if (rc < 0)
		vdev_break_queue(&port->vdev, VIRTIO_NET_TXQ);
	if (rc <= 0 || held)
		more = round_end(port, held);
	port->backlog = more && port->vdev.live;
	return port->backlog;
}

/* Those whose next frame is held, or who had more than a round's work, by priority. `to` NULL: whoever they wait for. */
static bool run_waiting(struct vnet *v, const struct vnet_port *to)
{
	bool more = false;

	switch_begin(v);
	for (unsigned priority = 0; priority < VNET_PRIORITY_MAX; priority++)
		for (unsigned i = 0; i < v->port_count; i++) {
			struct vnet_port *port = v->port[i];

			if (port->config->priority != priority || port->external || !port->vdev.live ||
				!port->vdev.queue[VIRTIO_NET_TXQ].ready)
				continue;
			if (port->backlog || (port->held_on && (!to || port->held_on == to)))
				more |= port_work(port);
		}
	vnet_flush(v);
	return more;
}

bool vnet_run(struct vnet *v)
{
	return run_waiting(v, NULL);
}

uint64_t vnet_deadline(const struct vnet *v)
{
	uint64_t least = VNET_NEVER;

	for (unsigned i = 0; i < v->port_count; i++)
		if (v->port[i]->held_on && v->port[i]->held_until < least)
			least = v->port[i]->held_until;
	return least;
}

int vnet_external_input(struct vnet_port *port, void *wire, uint32_t bytes)
{
	struct vnet *v = port->vnet;
	const struct vq_seg seg = {.data = wire, .bytes = bytes};
	int verdict;

	switch_begin(v);
	v->flow.to = NULL;
	if (!bytes || frame_read(&v->frame, (struct vnet_cursor){.seg = &seg, .count = 1}, bytes))
		verdict = switch_runt(port);
	else
		verdict = switch_input(port);
	if (verdict == VNET_HELD)
		return -EAGAIN;
	return verdict >= 0 ? -EPERM : 0;
}

/*
 * The device class.
 */

static bool queue_work(struct vdev *dev, unsigned q)
{
	struct vnet_port *port = dev->class_data;
	bool more;

	if (q == VIRTIO_NET_RXQ) {
		vq_poll_mode(&dev->queue[q]);
		return run_waiting(port->vnet, port);
	}
	switch_begin(port->vnet);
	more = port_work(port);
	vnet_flush(port->vnet);
	return more;
}

static void reset(struct vdev *dev)
{
	struct vnet_port *port = dev->class_data;
	struct vnet *v = port->vnet;

	port->features = 0;
	port->held_on = NULL;
	port->backlog = false;
	port->slow = false;
	port->buffers = 0;
	port->touched = false;
	/* Who waited for it finds nobody there: the next vnet_run lets them go on. */
	for (unsigned i = 0; i < v->port_count; i++)
		if (v->port[i]->held_on == port)
			v->port[i]->held_until = 0;
}

static void driver_ok(struct vdev *dev)
{
	struct vnet_port *port = dev->class_data;

	port->features = dev->driver_features & CLASS_FEATURES;
	if (!(port->features & BIT(VIRTIO_NET_F_GUEST_CSUM))) /* 5.1.3.1 */
		port->features &= ~(BIT(VIRTIO_NET_F_GUEST_TSO4) | BIT(VIRTIO_NET_F_GUEST_TSO6));
}

static const struct vdev_impl net_impl = {
	.name = "net",
	.device_id = VIRTIO_ID_NET,
	.queue_count = VIRTIO_NET_QUEUE_COUNT,
	.queue_size = VNET_QUEUE_SIZE,
	.config_bytes = sizeof(struct virtio_net_config),
	.features = CLASS_FEATURES,
	.queue_work = queue_work,
	.reset = reset,
	.driver_ok = driver_ok,
};

static void show_config(struct vnet_port *port)
{
	struct virtio_net_config config = {
		.status = port->link ? VIRTIO_NET_S_LINK_UP : 0,
		.max_virtqueue_pairs = 1,
		.mtu = port->config->mtu,
	};

	__builtin_memcpy(config.mac, port->config->mac, sizeof(config.mac));
	vdev_config_set(&port->vdev, 0, &config, sizeof(config));
}

void vnet_port_link(struct vnet_port *port, bool up)
{
	if (port->link == up)
		return;
	port->link = up;
	if (!up)
		fdb_forget(&port->vnet->fdb, port->index);
	if (port->external)
		return;
	show_config(port);
	vdev_config_changed(&port->vdev);
}

/*
 * Set-up.
 */

void vnet_port_config_default(struct vnet_port_config *config, const char *name)
{
	*config = (struct vnet_port_config){.priority = 1,
		.hold = true,
		.bind_mac = true,
		.mtu = 1500,
		.mac_limit = 64,
		.vlan = 1,
		.broadcast = {1000, 200},
		.multicast = {2000, 400},
		.unknown = {2000, 400}};
	for (unsigned i = 0; i + 1 < sizeof(config->name) && name[i]; i++)
		config->name[i] = name[i];
}

static int refuse(const struct vnet_port_config *config, const char *what, unsigned value, unsigned limit)
{
	vdev_log(VDEV_LOG_ERROR, "network port %s: %s %u, limit %u", config->name, what, value, limit);
	return -EINVAL;
}

static int check_config(const struct vnet_port_config *config)
{
	if (config->priority >= VNET_PRIORITY_MAX)
		return refuse(config, "priority", config->priority, VNET_PRIORITY_MAX - 1);
	if (config->mtu < VNET_MTU_MIN || config->mtu > VNET_MTU_MAX)
		return refuse(config, "MTU", config->mtu, VNET_MTU_MAX);
	if (config->vlan > VNET_VLAN_MAX)
		return refuse(config, "VLAN", config->vlan, VNET_VLAN_MAX);
	if (config->rule_count > VNET_RULE_MAX)
		return refuse(config, "rules", config->rule_count, VNET_RULE_MAX);
	if (config->address_count > VNET_ADDRESS_MAX)
		return refuse(config, "addresses", config->address_count, VNET_ADDRESS_MAX);
	if (config->other_mac_count > VNET_MAC_MAX)
		return refuse(config, "MAC addresses", config->other_mac_count, VNET_MAC_MAX);
	if (mac_group(config->mac))
		return refuse(config, "group MAC address, first byte", config->mac[0], 0xfe);
	return 0;
}

static int set_meters(struct vnet_port *port, const struct vnet_port_config *config)
{
	if (meter_init(&port->bytes, &config->bytes) || meter_init(&port->frames, &config->frames) ||
		meter_init(&port->broadcast, &config->broadcast) ||
		meter_init(&port->multicast, &config->multicast) ||
		meter_init(&port->unknown, &config->unknown))
		return refuse(config, "rate or burst out of range, limit per second in millions", 0,
			(unsigned)(VNET_RATE_MAX / 1000000));
	return 0;
}

int vnet_port_configure(struct vnet_port *port, const struct vnet_port_config *config)
{
	struct vnet_port meters = {.index = 0};
	int rc = check_config(config);

	rc = rc ? rc : set_meters(&meters, config);
	if (rc)
		return rc;
	port->config = config;
	set_meters(port, config);
	port->limited = config->bytes.per_second || config->frames.per_second;
	fdb_forget(&port->vnet->fdb, port->index);
	if (!port->external)
		show_config(port);
	return 0;
}

static int add(struct vnet *v, struct vnet_port *port, const struct vnet_port_config *config)
{
	int rc;

	if (v->port_count == VNET_PORT_MAX)
		return -ENOSPC;
	port->vnet = v;
	port->index = (uint8_t)v->port_count;
	port->link = true;
	rc = vnet_port_configure(port, config);
	if (!rc)
		v->port[v->port_count++] = port;
	return rc;
}

int vnet_port_add(struct vnet *v, struct vnet_port *port, const struct vnet_port_config *config)
{
	*port = (struct vnet_port){0};
	vdev_init(&port->vdev, &net_impl, config->name, port);
	return add(v, port, config);
}

int vnet_external_add(struct vnet *v, struct vnet_port *port, const struct vnet_port_config *config,
	const struct vnet_external *external, void *data)
{
	*port = (struct vnet_port){.external = external, .external_data = data, .features = UINT64_MAX};
	return add(v, port, config);
}

void vnet_init(struct vnet *v, uint64_t (*now_ns)(void *data), void *data)
{
	*v = (struct vnet){.now_ns = now_ns, .data = data, .hold_ns = VNET_HOLD_NS};
	v->now = now_ns(data);
	v->fdb.age_ns = VNET_AGE_NS;
	/* Not a secret worth keeping from the hypervisor; other partitions do not see our clock's low bits. */
	v->fdb.seed = v->now * 0xd6e8feb86659fd93ull ^ (uintptr_t)v;
}
