/* Between the files of backends/network that read network.conf. */
#ifndef BACKENDS_NETWORK_PARSE_H
#define BACKENDS_NETWORK_PARSE_H

#include "backends/ini/ini_file.h"
#include "backends/network/conf.h"

struct network_parse {
	struct network_config config; /* as far as it was read */
	struct ini_file ini;
	bool have_device[VNET_PORT_MAX];
};

/* Refuse the file: note the first reason, with file and line. Always -EINVAL. */
int network_refuse(struct network_parse *parse, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The next word of a value, blanks and commas between: false at the end. */
#define NETWORK_WORD_BYTES 64
bool network_word(const char **at, char word[NETWORK_WORD_BYTES]);

/* Values. 0, or -EINVAL after network_refuse, which names `what`. */
int network_number(struct network_parse *parse, const char *what, const char *word, uint64_t min,
	uint64_t max, uint64_t *number); /* with k, M, G: thousands; Ki, Mi: 1,024s */
int network_time(
	struct network_parse *parse, const char *what, const char *word, uint64_t max_ns, uint64_t *ns);
int network_yes(struct network_parse *parse, const char *what, const char *word, bool *yes);
int network_mac(struct network_parse *parse, const char *word, uint8_t mac[6]);
int network_prefix(struct network_parse *parse, const char *word, struct vnet_prefix *prefix);
int network_range(
	struct network_parse *parse, const char *what, const char *word, uint16_t max, uint16_t range[2]);

/* One `key = value` of a port. */
int network_port_key(struct network_parse *parse, unsigned port, const char *key, const char *value);
/* A rule's words, into the port's list. */
int network_rule(struct network_parse *parse, struct vnet_port_config *config, const char *value);

#endif
