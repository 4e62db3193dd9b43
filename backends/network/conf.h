/*
 * network.conf → struct network_config. docs/network.md explains the file; inih splits it into lines. A
 * file that has anything wrong is refused as a whole, with `file:line: reason`, and whatever
 * configuration held before goes on holding.
 */
#ifndef BACKENDS_NETWORK_CONF_H
#define BACKENDS_NETWORK_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include "vnet/config.h"

#define NETWORK_ERROR_BYTES 256

enum network_device { NETWORK_VIRTIO, NETWORK_TAP, NETWORK_NULL };

struct network_config {
	unsigned port_count;
	struct vnet_port_config port[VNET_PORT_MAX];
	uint8_t device[VNET_PORT_MAX];	   /* enum network_device */
	char interface[VNET_PORT_MAX][16]; /* of a TAP */
	uint64_t age_ns;
	uint64_t hold_ns;
	char capture[128];	/* file; empty: none */
	uint32_t capture_bytes; /* of each frame */
};

/*
 * Read `path` into *config. 0, or -errno (cannot be read) or -EINVAL (refused): the reason is in `error`
 * (NETWORK_ERROR_BYTES), logged once, and *config is what it was.
 */
int network_conf_load(struct network_config *config, const char *path, char *error);
/* The same from a text in memory; `name` stands for the file in messages. */
int network_conf_text(struct network_config *config, const char *name, const char *text, char *error);

#endif
