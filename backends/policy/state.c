/* A section for each state of the phone: screen.NAME, keys, key.KEY_…, modem.NAME. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "abi/rights.h"
#include "backends/policy/parse.h"

static int layer_region(struct policy_parse *parse, struct policy_layer *layer, const char *word)
{
	const struct policy *policy = &parse->policy;
	char rest;

	if (sscanf(word, "%ux%u+%d+%d%c", &layer->width, &layer->height, &layer->x, &layer->y, &rest) != 4)
		return parse_refuse(parse, "region: \"%s\" is not WIDTHxHEIGHT+X+Y", word);
	if (!policy->panel_width)
		return parse_refuse(parse, "[phone] panel must come before the first region");
	if (!layer->width || !layer->height || layer->x < 0 || layer->y < 0 ||
		layer->width > policy->panel_width || layer->height > policy->panel_height ||
		(uint32_t)layer->x > policy->panel_width - layer->width ||
		(uint32_t)layer->y > policy->panel_height - layer->height)
		return parse_refuse(parse, "region: %s is empty or not inside the panel, %ux%u", word,
			policy->panel_width, policy->panel_height);
	return 0;
}

static int layer_backdrop(struct policy_parse *parse, struct policy_layer *layer, const char *word)
{
	unsigned long colour;
	char *end;

	colour = strtoul(*word == '#' ? word + 1 : word, &end, 16);
	if (*word != '#' || *end || strlen(word) != 9)
		return parse_refuse(parse, "backdrop: \"%s\" is not #AARRGGBB", word);
	layer->backdrop = (uint32_t)colour;
	return 0;
}

static int layer_option(
	struct policy_parse *parse, struct policy_layer *layer, const char *option, const char *word)
{
	long number;

	if (strcmp(option, "opacity") == 0) {
		if (parse_number(parse, option, word, "%", 0, 100, &number))
			return -EINVAL;
		layer->opacity = (uint8_t)((number * 255 + 50) / 100);
	} else if (strcmp(option, "z") == 0) {
		if (parse_number(parse, option, word, "", -1000, 1000, &number))
			return -EINVAL;
		layer->z = (int32_t)number;
	} else if (strcmp(option, "fade") == 0) {
		if (parse_number(parse, option, word, "ms", 0, 5000, &number))
			return -EINVAL;
		layer->fade_ms = (uint32_t)number;
	} else if (strcmp(option, "backdrop") == 0) {
		return layer_backdrop(parse, layer, word);
	} else {
		return parse_refuse(parse, "unknown \"%s\" of a layer", option);
	}
	return 0;
}

/* BAND WIDTHxHEIGHT+X+Y [opacity N%] [z N] [fade Nms] [backdrop #AARRGGBB], or: off [fade Nms] */
static int parse_layer(struct policy_parse *parse, struct policy_layer *layer, const char *value)
{
	struct words words = {value};
	char option[WORD_BYTES] = "", word[WORD_BYTES] = "";

	*layer = (struct policy_layer){.opacity = 255};
	words_next(&words, option);
	layer->shown = strcmp(option, "off") != 0;
	if (layer->shown) {
		layer->band = (uint8_t)parse_name(option, policy_band_str, BAND_COUNT);
		if (layer->band == BAND_COUNT)
			return parse_refuse(
				parse, "\"%s\" is not background, bottom, top, overlay or off", option);
		words_next(&words, word);
		if (layer_region(parse, layer, word))
			return -EINVAL;
	}
	while (words_next(&words, option)) {
		if (!words_next(&words, word))
			return parse_refuse(parse, "%s of a layer has no value", option);
		if (layer_option(parse, layer, option, word))
			return -EINVAL;
	}
	return 0;
}

static int state_layer(struct policy_parse *parse, unsigned state, const char *name, const char *value)
{
	uint8_t partition;

	if (parse_partition(parse, name, false, &partition))
		return -EINVAL;
	if (parse->have_layer[state][partition])
		return parse_refuse(parse, "screen.%s is given twice in [%s]", name, phone_state_str(state));
	parse->have_layer[state][partition] = true;
	return parse_layer(parse, &parse->policy.state[state].layer[partition], value);
}

static int state_key(struct policy_parse *parse, unsigned state, const char *name, const char *value)
{
	struct policy_state *rules = &parse->policy.state[state];
	struct policy_key key;

	if (parse_key(parse, name, &key.code) || parse_partition(parse, value, true, &key.owner))
		return -EINVAL;
	for (uint32_t i = 0; i < rules->key_count; i++)
		if (rules->key[i].code == key.code)
			return parse_refuse(
				parse, "key.%s is given twice in [%s]", name, phone_state_str(state));
	if (rules->key_count == POLICY_KEY_MAX)
		return parse_refuse(
			parse, "more than %d keys in [%s]", POLICY_KEY_MAX, phone_state_str(state));
	rules->key[rules->key_count++] = key;
	return 0;
}

static int modem_right(struct policy_parse *parse, const char *word, uint32_t *rights)
{
	static const struct {
		const char *name;
		uint32_t right;
	} names[] = {{"none", 0}, {"all", PL_RIGHT_ALL}, {"dial", PL_RIGHT_DIAL}, {"answer", PL_RIGHT_ANSWER},
		{"hangup", PL_RIGHT_HANGUP}, {"sms", PL_RIGHT_SMS}, {"data", PL_RIGHT_DATA},
		{"query", PL_RIGHT_QUERY}, {"ussd", PL_RIGHT_USSD}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i].name, word) == 0) {
			*rights |= names[i].right;
			return 0;
		}
	}
	return parse_refuse(parse, "no right to the modem \"%s\"", word);
}

static int state_modem(struct policy_parse *parse, unsigned state, const char *name, const char *value)
{
	struct words words = {value};
	char word[WORD_BYTES];
	uint8_t partition;

	if (parse_partition(parse, name, false, &partition))
		return -EINVAL;
	if (parse->have_modem[state][partition])
		return parse_refuse(parse, "modem.%s is given twice in [%s]", name, phone_state_str(state));
	parse->have_modem[state][partition] = true;
	while (words_next(&words, word))
		if (modem_right(parse, word, &parse->policy.state[state].modem[partition]))
			return -EINVAL;
	return 0;
}

int parse_state(struct policy_parse *parse, unsigned state, const char *key, const char *value)
{
	struct policy_state *rules = &parse->policy.state[state];

	rules->defined = true;
	if (strncmp(key, "screen.", 7) == 0)
		return state_layer(parse, state, key + 7, value);
	if (strncmp(key, "key.", 4) == 0)
		return state_key(parse, state, key + 4, value);
	if (strncmp(key, "modem.", 6) == 0)
		return state_modem(parse, state, key + 6, value);
	if (strcmp(key, "keys") != 0)
		return parse_refuse(parse, "unknown \"%s\" in [%s]", key, phone_state_str(state));
	if (parse->have_keys[state])
		return parse_refuse(parse, "keys is given twice in [%s]", phone_state_str(state));
	parse->have_keys[state] = true;
	return parse_partition(parse, value, true, &rules->key_owner);
}
