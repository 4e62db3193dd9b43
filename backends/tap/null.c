#include "backends/tap/tap.h"

static int null_send(struct vnet_port *port, const struct vnet_wire *head, uint32_t head_bytes,
	const struct vnet_cursor *rest, uint32_t rest_bytes)
{
	(void)port;
	(void)head;
	(void)head_bytes;
	(void)rest;
	(void)rest_bytes;
	return 0;
}

int null_uplink_open(struct vnet_port *port, struct vnet *v, const struct vnet_port_config *config)
{
	static const struct vnet_external null_uplink = {.send = null_send};

	return vnet_external_add(v, port, config, &null_uplink, NULL);
}
