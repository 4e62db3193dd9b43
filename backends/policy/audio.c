/* [audio] and [routes]: how sound is treated, and where each role is heard. */
#include <errno.h>
#include <string.h>
#include "backends/policy/parse.h"

/* OUTPUT [N%] …, 100% where none is given; the row as a whole. */
static int parse_gains(
	struct policy_parse *parse, const char *key, const char *value, long max, uint16_t row[OUTPUT_COUNT])
{
	struct words words = {value};
	char word[WORD_BYTES];
	unsigned output = OUTPUT_COUNT;
	long percent;

	memset(row, 0, OUTPUT_COUNT * sizeof(row[0]));
	while (words_next(&words, word)) {
		unsigned named = parse_name(word, audio_output_str, OUTPUT_COUNT);

		if (named < OUTPUT_COUNT) {
			output = named;
			row[output] = POLICY_GAIN_FULL;
		} else if (output == OUTPUT_COUNT || !strchr("-0123456789", word[0])) {
			return parse_refuse(parse, "%s: no output \"%s\"", key, word);
		} else if (parse_number(parse, key, word, "%", 0, max, &percent)) {
			return -EINVAL;
		} else {
			row[output] = (uint16_t)(percent * (POLICY_GAIN_FULL / 100));
		}
	}
	return 0;
}

/* ROLE or ROLE.SITUATION = OUTPUT [N%] …; "none" is heard nowhere. */
int parse_route(struct policy_parse *parse, const char *key, const char *value)
{
	const char *dot = strchr(key, '.');
	size_t bytes = dot ? (size_t)(dot - key) : strlen(key);
	unsigned situation = SITUATION_HANDSET, role;
	char name[WORD_BYTES];

	if (bytes >= sizeof(name))
		return parse_refuse(parse, "no role \"%s\"", key);
	memcpy(name, key, bytes);
	name[bytes] = '\0';
	role = parse_name(name, audio_role_str, ROLE_COUNT);
	if (role == ROLE_COUNT)
		return parse_refuse(parse, "no role \"%s\"", name);
	if (dot)
		situation = parse_name(dot + 1, audio_situation_str, SITUATION_COUNT);
	if (situation == SITUATION_COUNT)
		return parse_refuse(parse, "\"%s\" is not handset, speaker or headset", dot + 1);
	if (parse->have_route[situation][role])
		return parse_refuse(parse, "route %s is given twice", key);
	parse->have_route[situation][role] = true;
	return parse_gains(parse, key, strcmp(value, "none") == 0 ? "" : value, AUDIO_GAIN_MAX / 10,
		parse->policy.audio.route[situation][role]);
}

static int parse_switch(struct policy_parse *parse, const char *key, const char *value, bool *on)
{
	*on = strcmp(value, "on") == 0;
	if (!*on && strcmp(value, "off") != 0)
		return parse_refuse(parse, "%s: \"%s\" is not on or off", key, value);
	return 0;
}

/* Nothing follows. */
static int parse_end(struct policy_parse *parse, const char *key, struct words *words)
{
	char word[WORD_BYTES];

	return words_next(words, word) ? parse_refuse(parse, "%s: \"%s\" is one word too many", key, word)
				       : 0;
}

/* Nms [SHAPE] */
static int parse_ramp(struct policy_parse *parse, const char *value)
{
	struct words words = {value};
	char word[WORD_BYTES] = "";
	unsigned shape;
	long ms;

	words_next(&words, word);
	if (parse_number(parse, "ramp", word, "ms", 0, AUDIO_RAMP_MS_MAX, &ms))
		return -EINVAL;
	parse->policy.audio.ramp_ms = (uint16_t)ms;
	if (!words_next(&words, word))
		return 0;
	shape = parse_name(word, gain_shape_str, GAIN_SHAPE_COUNT);
	if (shape == GAIN_SHAPE_COUNT)
		return parse_refuse(parse, "ramp: \"%s\" is not linear or smooth", word);
	parse->policy.audio.ramp_shape = (uint8_t)shape;
	return parse_end(parse, "ramp", &words);
}

/* Nms Nms: least and most slack */
static int parse_jitter(struct policy_parse *parse, const char *value)
{
	struct words words = {value};
	char least[WORD_BYTES] = "", most[WORD_BYTES] = "";
	long low, high;

	words_next(&words, least);
	words_next(&words, most);
	if (parse_number(parse, "jitter", least, "ms", 1, AUDIO_SLACK_MS_MAX, &low) ||
		parse_number(parse, "jitter", most, "ms", low, AUDIO_SLACK_MS_MAX, &high))
		return -EINVAL;
	parse->policy.audio.slack_min_ms = (uint16_t)low;
	parse->policy.audio.slack_max_ms = (uint16_t)high;
	return parse_end(parse, "jitter", &words);
}

/* Of the speaker it would be howling. */
static int parse_sidetone(struct policy_parse *parse, const char *value)
{
	uint16_t *sidetone = parse->policy.audio.sidetone;

	if (parse_gains(parse, "sidetone", strcmp(value, "none") == 0 ? "" : value, 100, sidetone))
		return -EINVAL;
	return sidetone[OUTPUT_SPEAKER] ? parse_refuse(parse, "sidetone: never on the speaker") : 0;
}

int parse_audio(struct policy_parse *parse, const char *key, const char *value)
{
	struct audio_policy *audio = &parse->policy.audio;

	if (strcmp(key, "ramp") == 0)
		return parse_ramp(parse, value);
	if (strcmp(key, "sidetone") == 0)
		return parse_sidetone(parse, value);
	if (strcmp(key, "echo") == 0)
		return parse_switch(parse, key, value, &audio->echo);
	if (strcmp(key, "noise") == 0)
		return parse_switch(parse, key, value, &audio->noise);
	if (strcmp(key, "jitter") == 0)
		return parse_jitter(parse, value);
	if (strcmp(key, "microphone") == 0)
		return parse_partition(parse, value, true, &audio->microphone);
	return parse_refuse(parse, "unknown \"%s\" in [audio]", key);
}

int parse_check_audio(struct policy_parse *parse)
{
	char reason[AUDIO_REASON_BYTES];

	if (audio_policy_check(&parse->policy.audio, reason))
		return parse_refuse(parse, "[routes] %s", reason);
	return 0;
}
