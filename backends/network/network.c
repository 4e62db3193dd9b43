#include "backends/network/network.h"
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "vdev/log.h"

#define CAPTURE_MAX_BYTES (64ull << 20) /* the I/O domain has no disk */

static struct network_config *ruling(struct network *n)
{
	return &n->config[n->ruling];
}

static unsigned find_port(const struct network_config *c, const char *name)
{
	unsigned i = 0;

	while (i < c->port_count && strcmp(c->port[i].name, name) != 0)
		i++;
	return i;
}

/*
 * Captures.
 */

static void capture_write(void *data, const void *bytes, uint32_t count)
{
	struct network *n = data;

	if (count > n->capture_left)
		n->capture_left = 0; /* ended by network_run: not in the middle of a frame's blocks */
	else if (fwrite(bytes, count, 1, n->capture) == 1)
		n->capture_left -= count;
}

static void capture_end(struct network *n)
{
	vnet_capture(&n->v, NULL, NULL, 0);
	if (n->capture)
		fclose(n->capture);
	n->capture = NULL;
}

static void capture_begin(struct network *n)
{
	const struct network_config *c = ruling(n);

	if (n->capture || !c->capture[0])
		return;
	n->capture = fopen(c->capture, "we");
	if (!n->capture) {
		vdev_log(VDEV_LOG_ERROR, "capture %s: %s", c->capture, strerror(errno));
		return;
	}
	n->capture_left = CAPTURE_MAX_BYTES;
	vnet_capture(&n->v, capture_write, n, c->capture_bytes);
}

/*
 * Uplinks.
 */

static int open_tap(struct network *n, unsigned place)
{
	struct network_config *c = ruling(n);
	struct tap *tap = &n->tap[n->tap_count];
	struct epoll_event event = {.events = EPOLLIN};
	int rc;

	if (n->tap_count == NETWORK_UPLINK_MAX) {
		vdev_log(VDEV_LOG_ERROR, "uplink %s: more than %d TAPs", c->port[place].name,
			NETWORK_UPLINK_MAX);
		return -ENOSPC;
	}
	rc = tap_open(tap, &n->v, &c->port[place], c->interface[place]);
	if (rc)
		return rc;
	n->tap_of[n->tap_count++] = place;
	return epoll_ctl(n->epoll_fd, EPOLL_CTL_ADD, tap->fd, &event) ? -errno : 0;
}

/* What fails was logged. */
static void open_uplinks(struct network *n)
{
	struct network_config *c = ruling(n);

	for (unsigned i = 0; i < c->port_count; i++) {
		int rc = 0;

		if (c->device[i] == NETWORK_TAP)
			rc = open_tap(n, i);
		else if (c->device[i] == NETWORK_NULL)
			rc = null_uplink_open(&n->port[i], &n->v, &c->port[i]);
		n->added[i] = c->device[i] != NETWORK_VIRTIO && !rc;
	}
}

int network_start(struct network *n, const char *path, uint64_t (*now_ns)(void *data), void *data)
{
	char error[NETWORK_ERROR_BYTES];
	int rc;

	memset(n, 0, sizeof(*n));
	n->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (n->epoll_fd < 0)
		return -errno;
	vnet_init(&n->v, now_ns, data);
	n->open_to_all = !path || access(path, F_OK) != 0;
	if (n->open_to_all)
		return network_conf_text(ruling(n), "no file", "", error);
	rc = network_conf_load(ruling(n), path, error);
	if (rc) {
		n->closed = true;
		return 0;
	}
	n->v.fdb.age_ns = ruling(n)->age_ns;
	n->v.hold_ns = ruling(n)->hold_ns;
	open_uplinks(n);
	capture_begin(n);
	return 0;
}

/* Without a file every partition has a port: its configuration is as good as an empty [port …]. */
static unsigned make_port(struct network *n, const char *partition)
{
	char text[64], error[NETWORK_ERROR_BYTES];
	struct network_config *c = ruling(n);
	static struct network_config one;

	snprintf(text, sizeof(text), "[port %.15s]\nmtu = 1500\n", partition);
	if (c->port_count == VNET_PORT_MAX || network_conf_text(&one, partition, text, error))
		return VNET_PORT_MAX;
	c->port[c->port_count] = one.port[0];
	return c->port_count++;
}

struct vdev *network_add(struct network *n, const char *partition, const char *name)
{
	struct network_config *c = ruling(n);
	unsigned place = find_port(c, partition);

	if (place == c->port_count && (n->open_to_all || n->closed))
		place = make_port(n, partition);
	if (place >= c->port_count || c->device[place] != NETWORK_VIRTIO || n->added[place]) {
		vdev_log(VDEV_LOG_ERROR, "%s: no [port %s] that is free in the network's configuration", name,
			partition);
		return NULL;
	}
	if (vnet_port_add(&n->v, &n->port[place], &c->port[place]))
		return NULL;
	n->added[place] = true;
	n->port[place].vdev.name = name;
	if (n->closed)
		vnet_port_link(&n->port[place], false);
	if (n->capture) { /* it lists its interfaces at its beginning */
		capture_end(n);
		capture_begin(n);
	}
	return &n->port[place].vdev;
}

/*
 * Another configuration.
 */

static struct vnet_port *port_at(struct network *n, unsigned place)
{
	for (unsigned i = 0; i < n->tap_count; i++)
		if (n->tap_of[i] == place)
			return &n->tap[i].port;
	return &n->port[place];
}

static int same_ports(const struct network_config *old, const struct network_config *new)
{
	for (unsigned i = 0; i < old->port_count || i < new->port_count; i++) {
		if (old->port_count == new->port_count && strcmp(old->port[i].name, new->port[i].name) == 0 &&
			old->device[i] == new->device[i] && strcmp(old->interface[i], new->interface[i]) == 0)
			continue;
		vdev_log(VDEV_LOG_ERROR,
			"network configuration refused: other ports or uplinks need a restart");
		return -EINVAL;
	}
	return 0;
}

int network_reload(struct network *n, const char *path)
{
	char error[NETWORK_ERROR_BYTES];
	struct network_config *new = &n->config[!n->ruling];
	int rc = network_conf_load(new, path, error);

	if (n->closed && !rc) {
		vdev_log(VDEV_LOG_ERROR, "network: the configuration is right now; it needs a restart");
		return -EINVAL;
	}
	rc = rc ? rc : same_ports(ruling(n), new);
	if (rc)
		return rc;
	n->ruling = !n->ruling;
	for (unsigned i = 0; i < new->port_count && !rc; i++)
		if (n->added[i]) /* cannot fail: the parser lets nothing through that vnet refuses */
			rc = vnet_port_configure(port_at(n, i), &new->port[i]);
	n->v.fdb.age_ns = new->age_ns;
	n->v.hold_ns = new->hold_ns;
	capture_end(n);
	capture_begin(n);
	return rc;
}

/*
 * The loop.
 */

bool network_run(struct network *n)
{
	bool more;

	if (!n->v.port_count)
		return false;
	more = vnet_run(&n->v);
	for (unsigned i = 0; i < n->tap_count; i++)
		more |= tap_dispatch(&n->tap[i]);
	if (n->capture && !n->capture_left) {
		vdev_log(VDEV_LOG_WARN, "capture %s: ended at %llu bytes", ruling(n)->capture,
			(unsigned long long)CAPTURE_MAX_BYTES);
		capture_end(n);
	}
	return more;
}

uint64_t network_deadline(const struct network *n)
{
	return vnet_deadline(&n->v);
}

int network_fd(const struct network *n)
{
	return n->tap_count ? n->epoll_fd : -1;
}

static void log_drops(const struct vnet_port *port)
{
	for (unsigned i = 0; i < VNET_DROP_COUNT; i++)
		if (port->count.drop[i])
			vdev_log(VDEV_LOG_INFO, "network %s: dropped %llu: %s", port->config->name,
				(unsigned long long)port->count.drop[i], vnet_drop_str(i));
}

void network_log_counts(const struct network *n)
{
	for (unsigned i = 0; i < n->v.port_count; i++) {
		const struct vnet_port_count *c = &n->v.port[i]->count;

		vdev_log(VDEV_LOG_INFO,
			"network %s: sent %llu frames, %llu bytes; received %llu, %llu; missed %llu",
			n->v.port[i]->config->name, (unsigned long long)c->sent_frames,
			(unsigned long long)c->sent_bytes, (unsigned long long)c->received_frames,
			(unsigned long long)c->received_bytes, (unsigned long long)c->missed_frames);
		log_drops(n->v.port[i]);
	}
}

void network_stop(struct network *n)
{
	capture_end(n);
	for (unsigned i = 0; i < n->tap_count; i++)
		tap_close(&n->tap[i]);
	n->tap_count = 0;
	if (n->epoll_fd > 0)
		close(n->epoll_fd);
	n->epoll_fd = -1;
}
