#include "backends/network/conf.h"
#include <errno.h>
#include <ini.h>
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
	int used;

	if (parse->failed)
		return -EINVAL;
	parse->failed = true;
	if (parse->line)
		used = snprintf(parse->error, NETWORK_ERROR_BYTES, "%s:%u: ", parse->name, parse->line);
	else
		used = snprintf(parse->error, NETWORK_ERROR_BYTES, "%s: ", parse->name);
	va_start(args, format);
	if (used > 0 && used < NETWORK_ERROR_BYTES)
		vsnprintf(parse->error + used, (size_t)(NETWORK_ERROR_BYTES - used), format, args);
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

static int parse_section(struct network_parse *parse, const char *section, const char *key, const char *value)
{
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

/* inih's callback: 1 is success. */
static int handle(void *user, const char *section, const char *key, const char *value)
{
	struct network_parse *parse = user;

	return !parse->failed && parse_section(parse, section, key, value) == 0;
}

/* inih does not tell its handler which line it is at: the reader counts. */
struct source {
	struct network_parse *parse;
	FILE *file;
};

static char *read_line(char *to, int bytes, void *stream)
{
	struct source *source = stream;
	char *line = source->parse->failed ? NULL : fgets(to, bytes, source->file);

	if (!line)
		return NULL;
	source->parse->line++;
	if (!strchr(line, '\n') && !feof(source->file)) {
		network_refuse(source->parse, "line longer than %d characters", bytes - 2);
		return NULL;
	}
	return line;
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

static int parse_file(struct network_config *config, const char *name, FILE *file, char *error)
{
	static struct network_parse parse; /* large */
	struct source source = {.parse = &parse, .file = file};
	int line;

	parse = (struct network_parse){.name = name, .error = error};
	parse.config.age_ns = VNET_AGE_NS;
	parse.config.hold_ns = VNET_HOLD_NS;
	parse.config.capture_bytes = SNAP_DEFAULT;
	line = ini_parse_stream(read_line, &source, handle, &parse);
	if (line && !parse.failed) {
		parse.line = line > 0 ? (unsigned)line : parse.line;
		network_refuse(&parse, "neither [section] nor key = value");
	}
	parse.line = 0;
	for (unsigned i = 0; i < parse.config.port_count && !parse.failed; i++)
		check_port(&parse, i);
	if (parse.failed) {
		vdev_log(VDEV_LOG_ERROR, "network configuration refused: %s", error);
		return -EINVAL;
	}
	*config = parse.config;
	return 0;
}

static int load(struct network_config *config, const char *name, FILE *file, char *error)
{
	int rc = errno;

	if (!file) {
		snprintf(error, NETWORK_ERROR_BYTES, "%s: %s", name, strerror(rc));
		vdev_log(VDEV_LOG_ERROR, "network configuration refused: %s", error);
		return -rc;
	}
	rc = parse_file(config, name, file, error);
	fclose(file);
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
