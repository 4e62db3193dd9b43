/* The keys of [port NAME] and [uplink NAME]. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "backends/network/parse.h"

#define BURST_MIN_BYTES (128u << 10) /* a large frame fits */

static int one_word(
	struct network_parse *parse, const char *key, const char *value, char word[NETWORK_WORD_BYTES])
{
	char more[NETWORK_WORD_BYTES];

	if (!network_word(&value, word) || network_word(&value, more))
		return network_refuse(parse, "%s: one value, not \"%s\"", key, value);
	return 0;
}

/* NUMBER [burst NUMBER] or none. Without a burst: a tenth of a second's worth, and at least `burst_min`. */
static int limit(struct network_parse *parse, const char *key, const char *value, uint64_t divide,
	uint64_t burst_min, struct vnet_limit *limit)
{
	char word[NETWORK_WORD_BYTES] = "";
	struct vnet_limit new;

	*limit = (struct vnet_limit){0};
	network_word(&value, word);
	if (strcmp(word, "none") == 0)
		return 0;
	if (network_number(parse, key, word, divide, VNET_RATE_MAX, &new.per_second))
		return -EINVAL;
	new.per_second /= divide;
	new.burst = new.per_second / 10 > burst_min ? new.per_second / 10 : burst_min;
	if (network_word(&value, word)) {
		if (strcmp(word, "burst") != 0 || !network_word(&value, word))
			return network_refuse(parse, "%s: \"%s\" where burst NUMBER may follow", key, word);
		if (network_number(parse, key, word, 1, VNET_RATE_MAX, &new.burst))
			return -EINVAL;
	}
	if (new.burst / new.per_second >= 3600)
		return network_refuse(parse, "%s: the burst is worth more than an hour", key);
	*limit = new;
	return 0;
}

static int vlan(struct network_parse *parse, struct vnet_port_config *config, const char *value)
{
	char word[NETWORK_WORD_BYTES];
	uint64_t number;

	if (one_word(parse, "vlan", value, word))
		return -EINVAL;
	config->vlan = 0;
	if (strcmp(word, "none") == 0)
		return 0;
	if (network_number(parse, "vlan", word, 1, VNET_VLAN_MAX, &number))
		return -EINVAL;
	config->vlan = (uint16_t)number;
	return 0;
}

static int trunk(struct network_parse *parse, struct vnet_port_config *config, const char *value)
{
	char word[NETWORK_WORD_BYTES];
	uint16_t range[2];

	config->trunk = true;
	while (network_word(&value, word)) {
		if (network_range(parse, "trunk", word, VNET_VLAN_MAX, range))
			return -EINVAL;
		if (range[0] == 0)
			return network_refuse(parse, "trunk: VLAN 0 is none");
		for (unsigned v = range[0]; v <= range[1]; v++)
			vnet_vlan_allow(config, v);
	}
	return 0;
}

static int addresses(struct network_parse *parse, struct vnet_port_config *config, const char *value)
{
	char word[NETWORK_WORD_BYTES];

	while (network_word(&value, word)) {
		if (config->address_count == VNET_ADDRESS_MAX)
			return network_refuse(parse, "more than %d addresses", VNET_ADDRESS_MAX);
		if (network_prefix(parse, word, &config->address[config->address_count]))
			return -EINVAL;
		config->address_count++;
	}
	return 0;
}

static int other_macs(struct network_parse *parse, struct vnet_port_config *config, const char *value)
{
	char word[NETWORK_WORD_BYTES];

	while (network_word(&value, word)) {
		if (config->other_mac_count == VNET_MAC_MAX)
			return network_refuse(parse, "more than %d other MAC addresses", VNET_MAC_MAX);
		if (network_mac(parse, word, config->other_mac[config->other_mac_count]))
			return -EINVAL;
		config->other_mac_count++;
	}
	return 0;
}

static int own_mac(struct network_parse *parse, struct vnet_port_config *config, const char *word)
{
	if (network_mac(parse, word, config->mac))
		return -EINVAL;
	if (config->mac[0] & 1)
		return network_refuse(parse, "\"%s\" is the address of a group", word);
	return 0;
}

static int default_verdict(struct network_parse *parse, const char *key, const char *word, bool *deny)
{
	*deny = strcmp(word, "deny") == 0;
	if (!*deny && strcmp(word, "allow") != 0)
		return network_refuse(parse, "%s: \"%s\" is neither allow nor deny", key, word);
	return 0;
}

static int device(struct network_parse *parse, unsigned port, const char *value)
{
	char word[NETWORK_WORD_BYTES] = "";

	if (parse->config.device[port] == NETWORK_VIRTIO)
		return network_refuse(parse, "device: only an [uplink] has one");
	parse->have_device[port] = true;
	network_word(&value, word);
	if (strcmp(word, "null") == 0) {
		parse->config.device[port] = NETWORK_NULL;
		return 0;
	}
	if (strcmp(word, "tap") != 0 || !network_word(&value, word) || strlen(word) > 15 || strchr(word, '/'))
		return network_refuse(parse, "device: tap INTERFACE (at most 15 characters) or null");
	parse->config.device[port] = NETWORK_TAP;
	snprintf(parse->config.interface[port], sizeof(parse->config.interface[port]), "%.15s", word);
	return 0;
}

/* Keys of one word. */
static int simple(
	struct network_parse *parse, struct vnet_port_config *config, const char *key, const char *word)
{
	uint64_t number = 0;
	int rc;

	if (strcmp(key, "mac") == 0)
		return own_mac(parse, config, word);
	if (strcmp(key, "bind-mac") == 0)
		return network_yes(parse, key, word, &config->bind_mac);
	if (strcmp(key, "hold") == 0)
		return network_yes(parse, key, word, &config->hold);
	if (strcmp(key, "default-in") == 0)
		return default_verdict(parse, key, word, &config->default_deny[VNET_IN]);
	if (strcmp(key, "default-out") == 0)
		return default_verdict(parse, key, word, &config->default_deny[VNET_OUT]);
	if (strcmp(key, "priority") == 0) {
		rc = network_number(parse, key, word, 0, VNET_PRIORITY_MAX - 1, &number);
		config->priority = (uint8_t)number;
	} else if (strcmp(key, "mtu") == 0) {
		rc = network_number(parse, key, word, VNET_MTU_MIN, VNET_MTU_MAX, &number);
		config->mtu = (uint16_t)number;
	} else if (strcmp(key, "mac-limit") == 0) {
		rc = network_number(parse, key, word, 0, 1024, &number);
		config->mac_limit = (uint32_t)number;
	} else {
		rc = network_refuse(parse, "unknown key \"%s\"", key);
	}
	return rc;
}

int network_port_key(struct network_parse *parse, unsigned port, const char *key, const char *value)
{
	struct vnet_port_config *config = &parse->config.port[port];
	char word[NETWORK_WORD_BYTES];

	if (strcmp(key, "rule") == 0)
		return network_rule(parse, config, value);
	if (strcmp(key, "rate") == 0) /* in bits */
		return limit(parse, key, value, 8, BURST_MIN_BYTES, &config->bytes);
	if (strcmp(key, "frames") == 0)
		return limit(parse, key, value, 1, 256, &config->frames);
	if (strcmp(key, "broadcast") == 0)
		return limit(parse, key, value, 1, 1, &config->broadcast);
	if (strcmp(key, "multicast") == 0)
		return limit(parse, key, value, 1, 1, &config->multicast);
	if (strcmp(key, "unknown") == 0)
		return limit(parse, key, value, 1, 1, &config->unknown);
	if (strcmp(key, "vlan") == 0)
		return vlan(parse, config, value);
	if (strcmp(key, "trunk") == 0)
		return trunk(parse, config, value);
	if (strcmp(key, "address") == 0)
		return addresses(parse, config, value);
	if (strcmp(key, "other-mac") == 0)
		return other_macs(parse, config, value);
	if (strcmp(key, "device") == 0)
		return device(parse, port, value);
	return one_word(parse, key, value, word) ? -EINVAL : simple(parse, config, key, word);
}
