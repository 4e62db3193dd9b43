/* Words, numbers, times and addresses. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backends/network/parse.h"

bool network_word(const char **at, char word[NETWORK_WORD_BYTES])
{
	const char *blanks = " \t,";
	size_t bytes;

	*at += strspn(*at, blanks);
	bytes = strcspn(*at, blanks);
	if (bytes == 0)
		return false;
	snprintf(word, NETWORK_WORD_BYTES, "%.*s", (int)bytes, *at);
	*at += bytes;
	return true;
}

/* What a suffix multiplies by, or 0. */
static uint64_t factor(const char *suffix)
{
	static const struct {
		const char *name;
		uint64_t factor;
	} known[] = {{"", 1}, {"k", 1000}, {"M", 1000000}, {"G", 1000000000}, {"Ki", 1024}, {"Mi", 1048576}};

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(suffix, known[i].name) == 0)
			return known[i].factor;
	return 0;
}

int network_number(struct network_parse *parse, const char *what, const char *word, uint64_t min,
	uint64_t max, uint64_t *number)
{
	char *end;
	uint64_t times;

	errno = 0;
	*number = strtoull(word, &end, 10);
	times = factor(end);
	if (end == word || errno || !times || strchr("+-", word[0]))
		return network_refuse(parse, "%s: \"%s\" is no number", what, word);
	if (*number > UINT64_MAX / times || *number * times < min || *number * times > max)
		return network_refuse(parse, "%s: %s is outside %llu to %llu", what, word,
			(unsigned long long)min, (unsigned long long)max);
	*number *= times;
	return 0;
}

int network_time(
	struct network_parse *parse, const char *what, const char *word, uint64_t max_ns, uint64_t *ns)
{
	uint64_t unit;
	char *end;

	errno = 0;
	*ns = strtoull(word, &end, 10);
	unit = strcmp(end, "us") == 0	? 1000
	       : strcmp(end, "ms") == 0 ? 1000000
	       : strcmp(end, "s") == 0	? 1000000000
					: 0;
	if (end == word || errno || !unit || strchr("+-", word[0]))
		return network_refuse(parse, "%s: \"%s\" is no time (us, ms or s)", what, word);
	if (*ns > max_ns / unit)
		return network_refuse(
			parse, "%s: %s is over %llu ms", what, word, (unsigned long long)(max_ns / 1000000));
	*ns *= unit;
	return 0;
}

int network_yes(struct network_parse *parse, const char *what, const char *word, bool *yes)
{
	*yes = strcmp(word, "yes") == 0;
	if (!*yes && strcmp(word, "no") != 0)
		return network_refuse(parse, "%s: \"%s\" is neither yes nor no", what, word);
	return 0;
}

int network_mac(struct network_parse *parse, const char *word, uint8_t mac[6])
{
	unsigned byte[6];
	char rest;

	if (strlen(word) != 17 || sscanf(word, "%2x:%2x:%2x:%2x:%2x:%2x%c", &byte[0], &byte[1], &byte[2],
					  &byte[3], &byte[4], &byte[5], &rest) != 6)
		return network_refuse(parse, "\"%s\" is no MAC address", word);
	for (unsigned i = 0; i < 6; i++)
		mac[i] = (uint8_t)byte[i];
	return 0;
}

/* Bits beyond the prefix must be zero: who wrote 10.0.0.1/24 meant something else. */
static bool bits_fit(const struct vnet_prefix *prefix, unsigned bytes)
{
	for (unsigned bit = prefix->bits; bit < bytes * 8; bit++)
		if (prefix->address[bit / 8] >> (7 - bit % 8) & 1)
			return false;
	return true;
}

int network_prefix(struct network_parse *parse, const char *word, struct vnet_prefix *prefix)
{
	bool v6 = strchr(word, ':') != NULL;
	unsigned most = v6 ? 128 : 32;
	char address[NETWORK_WORD_BYTES];
	const char *slash = strchr(word, '/');
	uint64_t bits = most;

	*prefix = (struct vnet_prefix){.family = v6 ? 6 : 4};
	snprintf(address, sizeof(address), "%.*s", (int)(slash ? slash - word : (long)strlen(word)), word);
	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, prefix->address) != 1)
		return network_refuse(parse, "\"%s\" is no IPv4 or IPv6 address", word);
	if (slash && network_number(parse, word, slash + 1, 0, most, &bits))
		return -EINVAL;
	prefix->bits = (uint8_t)bits;
	if (!bits_fit(prefix, most / 8))
		return network_refuse(parse, "\"%s\" has bits set beyond its prefix", word);
	return 0;
}

int network_range(
	struct network_parse *parse, const char *what, const char *word, uint16_t max, uint16_t range[2])
{
	char first[NETWORK_WORD_BYTES];
	const char *dash = strchr(word, '-');
	uint64_t a, b;

	snprintf(first, sizeof(first), "%.*s", (int)(dash ? dash - word : (long)strlen(word)), word);
	if (network_number(parse, what, first, 0, max, &a))
		return -EINVAL;
	b = a;
	if (dash && network_number(parse, what, dash + 1, a, max, &b))
		return -EINVAL;
	range[0] = (uint16_t)a;
	range[1] = (uint16_t)b;
	return 0;
}
