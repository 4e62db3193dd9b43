/* rule = in|out allow|deny FIELD VALUE … */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "backends/network/parse.h"

struct name {
	const char *name;
	uint16_t number;
};

static const struct name ethertypes[] = {
	{"ipv4", 0x0800}, {"arp", 0x0806}, {"ipv6", 0x86dd}, {"vlan", 0x8100}};
static const struct name protocols[] = {
	{"icmp", 1}, {"igmp", 2}, {"tcp", 6}, {"udp", 17}, {"esp", 50}, {"icmpv6", 58}, {"sctp", 132}};

static bool named(const struct name *names, size_t count, const char *word, uint16_t *number)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, names[i].name) == 0) {
			*number = names[i].number;
			return true;
		}
	}
	return false;
}

static int ethertype(struct network_parse *parse, const char *word, struct vnet_rule *rule)
{
	unsigned long number;
	char *end;

	if (named(ethertypes, sizeof(ethertypes) / sizeof(ethertypes[0]), word, &rule->ethertype))
		return 0;
	number = strtoul(word, &end, 16);
	if (strncmp(word, "0x", 2) != 0 || *end || number < 0x600 || number > 0xffff)
		return network_refuse(
			parse, "ethertype: \"%s\" is neither a name nor 0x0600 to 0xffff", word);
	rule->ethertype = (uint16_t)number;
	return 0;
}

static int protocol(struct network_parse *parse, const char *word, struct vnet_rule *rule)
{
	uint16_t range[2];

	if (!named(protocols, sizeof(protocols) / sizeof(protocols[0]), word, &range[0]) &&
		network_range(parse, "proto", word, 255, range))
		return -EINVAL;
	rule->protocol = (uint8_t)range[0];
	return 0;
}

static int field(struct network_parse *parse, struct vnet_rule *rule, const char *name, const char *word)
{
	static const struct name fields[] = {{"smac", VNET_MATCH_SMAC}, {"dmac", VNET_MATCH_DMAC},
		{"ethertype", VNET_MATCH_ETHERTYPE}, {"from", VNET_MATCH_FROM}, {"to", VNET_MATCH_TO},
		{"proto", VNET_MATCH_PROTOCOL}, {"sport", VNET_MATCH_SPORT}, {"dport", VNET_MATCH_DPORT},
		{"type", VNET_MATCH_DPORT}};
	uint16_t bit;

	if (!named(fields, sizeof(fields) / sizeof(fields[0]), name, &bit))
		return network_refuse(parse, "rule: unknown word \"%s\"", name);
	if (rule->match & bit)
		return network_refuse(parse, "rule: \"%s\" twice", name);
	rule->match |= bit;
	switch (bit) {
	case VNET_MATCH_SMAC: return network_mac(parse, word, rule->smac);
	case VNET_MATCH_DMAC: return network_mac(parse, word, rule->dmac);
	case VNET_MATCH_ETHERTYPE: return ethertype(parse, word, rule);
	case VNET_MATCH_FROM: return network_prefix(parse, word, &rule->from);
	case VNET_MATCH_TO: return network_prefix(parse, word, &rule->to);
	case VNET_MATCH_PROTOCOL: return protocol(parse, word, rule);
	case VNET_MATCH_SPORT: return network_range(parse, name, word, 65535, rule->sport);
	default: return network_range(parse, name, word, 65535, rule->dport);
	}
}

static int verdict(struct network_parse *parse, struct vnet_rule *rule, const char **at)
{
	char word[NETWORK_WORD_BYTES];

	if (!network_word(at, word) || (strcmp(word, "in") != 0 && strcmp(word, "out") != 0))
		return network_refuse(parse, "rule: begins with in or out");
	rule->direction = strcmp(word, "in") == 0 ? VNET_IN : VNET_OUT;
	if (!network_word(at, word) || (strcmp(word, "allow") != 0 && strcmp(word, "deny") != 0))
		return network_refuse(parse, "rule: allow or deny comes second");
	rule->deny = strcmp(word, "deny") == 0;
	return 0;
}

int network_rule(struct network_parse *parse, struct vnet_port_config *config, const char *value)
{
	char name[NETWORK_WORD_BYTES], word[NETWORK_WORD_BYTES];
	struct vnet_rule rule = {0};

	if (config->rule_count == VNET_RULE_MAX)
		return network_refuse(parse, "more than %d rules for %s", VNET_RULE_MAX, config->name);
	if (verdict(parse, &rule, &value))
		return -EINVAL;
	while (network_word(&value, name)) {
		if (!network_word(&value, word))
			return network_refuse(parse, "rule: nothing after \"%s\"", name);
		if (field(parse, &rule, name, word))
			return -EINVAL;
	}
	if (rule.match & VNET_MATCH_FROM && rule.match & VNET_MATCH_TO && rule.from.family != rule.to.family)
		return network_refuse(parse, "rule: from and to are of different families");
	config->rule[config->rule_count++] = rule;
	return 0;
}
