/*
 * The I/O domain's network: the switch as network.conf has it, with its uplinks and its capture, for a
 * program that serves devices. Each partition's device is one line:
 *
 *   case VIRTIO_ID_NET: return network_add(&d->network, partition, name);
 *
 * and the program's loop calls network_run on every wake-up, waits for network_fd too, and no longer
 * than until network_deadline. One thread.
 */
#ifndef BACKENDS_NETWORK_NETWORK_H
#define BACKENDS_NETWORK_NETWORK_H

#include <stdbool.h>
#include <stdio.h>
#include "backends/network/conf.h"
#include "backends/tap/tap.h"

#define NETWORK_UPLINK_MAX 4

struct network {
	struct network_config config[2];
	unsigned ruling; /* of config */
	struct vnet v;
	struct vnet_port port[VNET_PORT_MAX]; /* by their place in the configuration */
	bool added[VNET_PORT_MAX];
	struct tap tap[NETWORK_UPLINK_MAX];
	unsigned tap_of[NETWORK_UPLINK_MAX]; /* their places in the configuration */
	unsigned tap_count;
	bool open_to_all; /* there is no file */
	bool closed;	  /* the file was refused: ports exist, with their links down */
	int epoll_fd;
	FILE *capture;
	uint64_t capture_left;
};

/*
 * Read `path` and open the uplinks. Without such a file each partition that network_add names gets a
 * port of default configuration, and there is no uplink. A phone stays a phone: with a file that is refused each gets a port
 * whose link is down, and an uplink that cannot be opened is left out; both are logged. Negative errno: no resources.
 */
int network_start(struct network *n, const char *path, uint64_t (*now_ns)(void *data), void *data);
/* The device of `partition`, shown as `name` (which must outlive it); NULL, logged: not in the configuration. */
struct vdev *network_add(struct network *n, const char *partition, const char *name);
/* Take another configuration of the same ports and uplinks: -EINVAL, logged, and the old one holds. */
int network_reload(struct network *n, const char *path);
/* One bounded round of what is not a device's own queue. True: call again without waiting. */
bool network_run(struct network *n);
uint64_t network_deadline(const struct network *n);
/* Readable when an uplink is; -1: there is none. */
int network_fd(const struct network *n);
/* One line for each port: frames, bytes, and what was dropped for which reason. */
void network_log_counts(const struct network *n);
void network_stop(struct network *n);

#endif
