#include "backends/policy/policy_file.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "backends/policy/parse.h"
#include "vdev/log.h"

int parse_refuse(struct policy_parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ini_file_refuse(&parse->ini, format, args);
	va_end(args);
	return -EINVAL;
}

static int parse_section(void *user, const char *section, const char *key, const char *value)
{
	struct policy_parse *parse = user;
	unsigned state = parse_name(section, phone_state_str, PHONE_STATE_COUNT);

	if (strcmp(section, "phone") == 0)
		return parse_phone(parse, key, value);
	if (!parse->policy.partition_count)
		return parse_refuse(parse, "[phone] with partitions must come first, before [%s]", section);
	if (state < PHONE_STATE_COUNT)
		return parse_state(parse, state, key, value);
	if (strcmp(section, "keymap") == 0)
		return parse_keymap(parse, key, value);
	if (strcmp(section, "roles") == 0)
		return parse_role(parse, key, value);
	if (strcmp(section, "matrix") == 0)
		return parse_matrix(parse, key, value);
	if (strcmp(section, "audio") == 0)
		return parse_audio(parse, key, value);
	if (strcmp(section, "routes") == 0)
		return parse_route(parse, key, value);
	return parse_refuse(parse, "unknown section [%s]", section);
}

static int check(void *user)
{
	return parse_check(user);
}

static int load(struct policy *policy, const char *name, FILE *file, char *error)
{
	struct policy_parse parse = {
		.ini = {.what = "policy", .name = name, .error = error, .error_bytes = POLICY_ERROR_BYTES}};
	int rc;

	parse.policy.telephony = POLICY_NONE;
	audio_policy_default(&parse.policy.audio);
	rc = ini_file_load(&parse.ini, file, parse_section, check, &parse);
	if (!rc)
		*policy = parse.policy;
	return rc;
}

int policy_load(struct policy *policy, const char *path, char *error)
{
	return load(policy, path, fopen(path, "re"), error);
}

int policy_load_text(struct policy *policy, const char *name, const char *text, char *error)
{
	return load(policy, name, fmemopen((void *)(uintptr_t)text, strlen(text), "r"), error);
}
