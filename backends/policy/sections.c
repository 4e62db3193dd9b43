/* [phone], [keymap], [roles] and [matrix]. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "backends/policy/parse.h"

static int add_partition(struct policy_parse *parse, const char *name)
{
	struct policy *policy = &parse->policy;

	if (policy->partition_count == POLICY_PARTITION_MAX)
		return parse_refuse(parse, "more than %d partitions", POLICY_PARTITION_MAX);
	if (strlen(name) >= POLICY_NAME_BYTES)
		return parse_refuse(
			parse, "partition \"%s\" is longer than %d characters", name, POLICY_NAME_BYTES - 1);
	if (strcmp(name, "none") == 0 || policy_partition(policy, name) != POLICY_NONE)
		return parse_refuse(parse, "partition \"%s\" is given twice or reserved", name);
	strcpy(policy->partition[policy->partition_count++], name);
	return 0;
}

static int parse_partitions(struct policy_parse *parse, const char *value)
{
	struct words words = {value};
	char word[WORD_BYTES];

	if (parse->policy.partition_count)
		return parse_refuse(parse, "partitions is given twice");
	while (words_next(&words, word))
		if (add_partition(parse, word))
			return -EINVAL;
	return parse->policy.partition_count ? 0 : parse_refuse(parse, "partitions is empty");
}

static int parse_panel(struct policy_parse *parse, const char *value)
{
	unsigned width, height;
	char rest;

	if (parse->policy.panel_width)
		return parse_refuse(parse, "panel is given twice");
	if (sscanf(value, "%ux%u%c", &width, &height, &rest) != 2)
		return parse_refuse(parse, "panel: \"%s\" is not WIDTHxHEIGHT", value);
	if (!width || !height || width > 4095 || height > 4095)
		return parse_refuse(parse, "panel: %ux%u is outside 1x1 to 4095x4095", width, height);
	parse->policy.panel_width = width;
	parse->policy.panel_height = height;
	return 0;
}

int parse_phone(struct policy_parse *parse, const char *key, const char *value)
{
	if (strcmp(key, "partitions") == 0)
		return parse_partitions(parse, value);
	if (!parse->policy.partition_count)
		return parse_refuse(parse, "partitions must come first in [phone]");
	if (strcmp(key, "panel") == 0)
		return parse_panel(parse, value);
	if (strcmp(key, "telephony") != 0)
		return parse_refuse(parse, "unknown \"%s\" in [phone]", key);
	if (parse->have_telephony)
		return parse_refuse(parse, "telephony is given twice");
	parse->have_telephony = true;
	return parse_partition(parse, value, false, &parse->policy.telephony);
}

int parse_keymap(struct policy_parse *parse, const char *key, const char *value)
{
	struct policy *policy = &parse->policy;
	struct policy_keymap entry;

	if (parse_key(parse, key, &entry.from) || parse_key(parse, value, &entry.to))
		return -EINVAL;
	for (uint32_t i = 0; i < policy->keymap_count; i++)
		if (policy->keymap[i].from == entry.from)
			return parse_refuse(parse, "%s is mapped twice", key);
	if (policy->keymap_count == POLICY_KEY_MAX)
		return parse_refuse(parse, "more than %d keys in [keymap]", POLICY_KEY_MAX);
	policy->keymap[policy->keymap_count++] = entry;
	return 0;
}

static int role_of(struct policy_parse *parse, const char *name, unsigned *role)
{
	*role = parse_name(name, audio_role_str, ROLE_COUNT);
	return *role < ROLE_COUNT ? 0 : parse_refuse(parse, "no role \"%s\"", name);
}

/* priority N [duck N%] [ramp Nms] */
static int role_option(
	struct policy_parse *parse, struct policy_role *role, const char *option, const char *word)
{
	long number;

	if (strcmp(option, "priority") == 0) {
		if (parse_number(parse, option, word, "", 1, 255, &number))
			return -EINVAL;
		role->priority = (uint8_t)number;
	} else if (strcmp(option, "duck") == 0) {
		if (parse_number(parse, option, word, "%", 0, 100, &number))
			return -EINVAL;
		role->duck_permille = (uint16_t)(number * (POLICY_GAIN_FULL / 100));
	} else if (strcmp(option, "ramp") == 0) {
		if (parse_number(parse, option, word, "ms", 0, 5000, &number))
			return -EINVAL;
		role->ramp_ms = (uint32_t)number;
	} else {
		return parse_refuse(parse, "unknown \"%s\" of a role", option);
	}
	return 0;
}

int parse_role(struct policy_parse *parse, const char *key, const char *value)
{
	struct policy_role role = {0};
	struct words words = {value};
	char option[WORD_BYTES], word[WORD_BYTES];
	unsigned index;

	if (role_of(parse, key, &index))
		return -EINVAL;
	if (parse->have_role[index])
		return parse_refuse(parse, "role %s is given twice", key);
	while (words_next(&words, option)) {
		if (!words_next(&words, word))
			return parse_refuse(parse, "%s of role %s has no value", option, key);
		if (role_option(parse, &role, option, word))
			return -EINVAL;
	}
	if (!role.priority)
		return parse_refuse(parse, "role %s has no priority", key);
	parse->have_role[index] = true;
	parse->policy.role[index] = role;
	return 0;
}

/* HOLDER = OTHER:ACTION …; what is not named is mixed. */
int parse_matrix(struct policy_parse *parse, const char *key, const char *value)
{
	struct words words = {value};
	char word[WORD_BYTES];
	unsigned holder, other, action;

	if (role_of(parse, key, &holder))
		return -EINVAL;
	if (parse->have_matrix[holder])
		return parse_refuse(parse, "matrix row %s is given twice", key);
	parse->have_matrix[holder] = true;
	while (words_next(&words, word)) {
		char *colon = strchr(word, ':');

		if (!colon)
			return parse_refuse(parse, "\"%s\" is not ROLE:ACTION", word);
		*colon = '\0';
		if (role_of(parse, word, &other))
			return -EINVAL;
		action = parse_name(colon + 1, role_action_str, ACTION_COUNT);
		if (action == ACTION_COUNT)
			return parse_refuse(parse, "\"%s\" is not mix, duck, cork or reject", colon + 1);
		parse->policy.matrix[holder][other] = (uint8_t)action;
	}
	return 0;
}
