#include "backends/network/conf.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "backends/network/parse.h"
#include "vdev/log.h"
#include "vnet/vnet.h"

#define SNAP_DEFAULT 256u
#define HOLD_MAX_NS  1000000000ull
#define AGE_MAX_NS   86400000000000ull

int network_refuse(struct network_parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ini_file_refuse(&parse->ini, format, args);
	va_end(args);
	return -EINVAL;
}

/* An address of its own for a port that was given none: locally administered, the same on every start. */
static void mac_from_name(const char *name, uint8_t mac[6])
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619u;
	mac[0] = 0x02;
	mac[1] = 'P';
	for (unsigned i = 0; i < 4; i++)
		mac[2 + i] = (uint8_t)(hash >> 8 * i);
}

/* The port of that name, made when it is first met; -EINVAL after network_refuse. */
static int find_port(struct network_parse *parse, const char *name, enum network_device device)
{
	struct network_config *c = &parse->config;
	unsigned port = 0;

	if (!*name || strlen(name) > 15 || strchr(name, ' '))
		return network_refuse(parse, "\"%s\" is no port's name (1 to 15 characters)", name);
	while (port < c->port_count && strcmp(c->port[port].name, name) != 0)
		port++;
	if (port < c->port_count) {
		if ((c->device[port] == NETWORK_VIRTIO) != (device == NETWORK_VIRTIO))
			return network_refuse(parse, "%s is both a port and an uplink", name);
		return (int)port;
	}
	if (port == VNET_PORT_MAX)
		return network_refuse(parse, "more than %d ports", VNET_PORT_MAX);
	vnet_port_config_default(&c->port[port], name);
	mac_from_name(name, c->port[port].mac);
	c->device[port] = (uint8_t)device;
	if (device != NETWORK_VIRTIO) { /* many live behind it, and the kernel has a queue of its own */
		c->port[port].bind_mac = false;
		c->port[port].hold = false;
		c->port[port].mac_limit = 256;
	}
	c->port_count++;
	return (int)port;
}

static int switch_key(struct network_parse *parse, const char *key, const char *value)
{
	if (strcmp(key, "mac-age") == 0)
		return network_time(parse, key, value, AGE_MAX_NS, &parse->config.age_ns);
	if (strcmp(key, "hold") == 0)
		return network_time(parse, key, value, HOLD_MAX_NS, &parse->config.hold_ns);
	return network_refuse(parse, "unknown key \"%s\" in [switch]", key);
}

static int capture_key(struct network_parse *parse, const char *key, const char *value)
{
	uint64_t bytes = 0;

	if (strcmp(key, "file") == 0) {
		if (strlen(value) >= sizeof(parse->config.capture))
			return network_refuse(
				parse, "file: longer than %zu characters", sizeof(parse->config.capture) - 1);
		snprintf(parse->config.capture, sizeof(parse->config.capture), "%s", value);
		return 0;
	}
	if (strcmp(key, "bytes") != 0)
		return network_refuse(parse, "unknown key \"%s\" in [capture]", key);
	if (network_number(parse, key, value, 14, VNET_FRAME_MAX, &bytes))
		return -EINVAL;
	parse->config.capture_bytes = (uint32_t)bytes;
	return 0;
}

static int parse_section(void *user, const char *section, const char *key, const char *value)
{
	struct network_parse *parse = user;
	enum network_device device = strncmp(section, "uplink ", 7) == 0 ? NETWORK_NULL : NETWORK_VIRTIO;
	int port;

	if (strcmp(section, "switch") == 0)
		return switch_key(parse, key, value);
	if (strcmp(section, "capture") == 0)
		return capture_key(parse, key, value);
	if (device == NETWORK_VIRTIO && strncmp(section, "port ", 5) != 0)
		return network_refuse(parse, "unknown section [%s]", section);
	port = find_port(parse, section + (device == NETWORK_VIRTIO ? 5 : 7), device);
	return port < 0 ? port : network_port_key(parse, (unsigned)port, key, value);
}

static int check_port(struct network_parse *parse, unsigned port)
{
	const struct network_config *c = &parse->config;
	const struct vnet_port_config *p = &c->port[port];

	if (c->device[port] != NETWORK_VIRTIO && !parse->have_device[port])
		return network_refuse(parse, "[uplink %s] has no device", p->name);
	if (!p->vlan && !p->trunk)
		return network_refuse(parse, "%s belongs to no VLAN", p->name);
	for (unsigned other = 0; other < port; other++)
		if (memcmp(p->mac, c->port[other].mac, 6) == 0)
			return network_refuse(
				parse, "%s and %s have the same MAC address", c->port[other].name, p->name);
	return 0;
}

static int check(void *user)
{
	struct network_parse *parse = user;

	for (unsigned i = 0; i < parse->config.port_count && !parse->ini.failed; i++)
		check_port(parse, i);
	return 0;
}

static int load(struct network_config *config, const char *name, FILE *file, char *error)
{
	static struct network_parse parse; /* large */
	int rc;

	parse = (struct network_parse){.ini = {.what = "network configuration",
					       .name = name,
					       .error = error,
					       .error_bytes = NETWORK_ERROR_BYTES}};
	parse.config.age_ns = VNET_AGE_NS;
	parse.config.hold_ns = VNET_HOLD_NS;
	parse.config.capture_bytes = SNAP_DEFAULT;
	rc = ini_file_load(&parse.ini, file, parse_section, check, &parse);
	if (!rc)
		*config = parse.config;
	return rc;
}

int network_conf_load(struct network_config *config, const char *path, char *error)
{
	return load(config, path, fopen(path, "re"), error);
}

int network_conf_text(struct network_config *config, const char *name, const char *text, char *error)
{
	return load(config, name, fmemopen((void *)(uintptr_t)text, strlen(text), "r"), error);
}
