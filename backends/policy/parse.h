/* Between the files of backends/policy. */
#ifndef BACKENDS_POLICY_PARSE_H
#define BACKENDS_POLICY_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include "backends/ini/ini_file.h"
#include "backends/policy/policy_file.h"

struct policy_parse {
	struct policy policy; /* as far as it was read */
	struct ini_file ini;
	bool have_telephony;
	bool have_role[ROLE_COUNT];
	bool have_matrix[ROLE_COUNT];
	bool have_route[SITUATION_COUNT][ROLE_COUNT];
	bool have_keys[PHONE_STATE_COUNT];
	bool have_layer[PHONE_STATE_COUNT][POLICY_PARTITION_MAX];
	bool have_modem[PHONE_STATE_COUNT][POLICY_PARTITION_MAX];
};

/* Refuse the file: note the first reason, with file and line. Always -EINVAL. */
int parse_refuse(struct policy_parse *parse, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One `key = value` of a section. 0, or -EINVAL after parse_refuse. */
int parse_phone(struct policy_parse *parse, const char *key, const char *value);
int parse_keymap(struct policy_parse *parse, const char *key, const char *value);
int parse_role(struct policy_parse *parse, const char *key, const char *value);
int parse_matrix(struct policy_parse *parse, const char *key, const char *value);
int parse_audio(struct policy_parse *parse, const char *key, const char *value);
int parse_route(struct policy_parse *parse, const char *key, const char *value);
int parse_state(struct policy_parse *parse, unsigned state, const char *key, const char *value);

/* What only the whole file can tell: something is missing, or calls would not win. */
int parse_check(struct policy_parse *parse);
int parse_check_audio(struct policy_parse *parse);

/* Words of a value, one by one: false at the end, or when a word is too long (it is cut). */
#define WORD_BYTES 48
struct words {
	const char *at;
};
bool words_next(struct words *words, char word[WORD_BYTES]);

/* Index of `word` among the names that `str` gives for 0 to count - 1, or count. */
unsigned parse_name(const char *word, const char *(*str)(unsigned), unsigned count);
/* "NUMBERunit" with limits. -EINVAL after parse_refuse, which names `what`. */
int parse_number(struct policy_parse *parse, const char *what, const char *word, const char *unit, long min,
	long max, long *number);
/* A partition by its name, POLICY_NONE for "none" where allowed. -EINVAL after parse_refuse. */
int parse_partition(struct policy_parse *parse, const char *name, bool none_allowed, uint8_t *index);
int parse_key(struct policy_parse *parse, const char *name, uint16_t *code);

#endif
