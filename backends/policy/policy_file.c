#include "backends/policy/policy_file.h"
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "backends/policy/parse.h"
#include "vdev/log.h"

int parse_refuse(struct policy_parse *parse, const char *format, ...)
{
	va_list args;
	int used;

	if (parse->failed)
		return -EINVAL;
	parse->failed = true;
	if (parse->line)
		used = snprintf(parse->error, POLICY_ERROR_BYTES, "%s:%u: ", parse->name, parse->line);
	else
		used = snprintf(parse->error, POLICY_ERROR_BYTES, "%s: ", parse->name);
	va_start(args, format);
	if (used > 0 && used < POLICY_ERROR_BYTES)
		vsnprintf(parse->error + used, (size_t)(POLICY_ERROR_BYTES - used), format, args);
	va_end(args);
	return -EINVAL;
}

static int parse_section(struct policy_parse *parse, const char *section, const char *key, const char *value)
{
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

/* inih's callback: 1 is success. */
static int handle(void *user, const char *section, const char *key, const char *value)
{
	struct policy_parse *parse = user;

	return !parse->failed && parse_section(parse, section, key, value) == 0;
}

/*
 * inih takes lines from a reader and does not tell the handler which one it is at: the reader counts.
 */
struct source {
	struct policy_parse *parse;
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
		parse_refuse(source->parse, "line longer than %d characters", bytes - 2);
		return NULL;
	}
	return line;
}

static int parse_file(struct policy *policy, const char *name, FILE *file, char *error)
{
	struct policy_parse parse = {.name = name, .error = error};
	struct source source = {.parse = &parse, .file = file};
	int line;

	parse.policy.telephony = POLICY_NONE;
	audio_policy_default(&parse.policy.audio);
	line = ini_parse_stream(read_line, &source, handle, &parse);
	if (line && !parse.failed) {
		parse.line = line > 0 ? (unsigned)line : parse.line;
		parse_refuse(&parse, "neither [section] nor key = value");
	}
	if (!parse.failed) {
		parse.line = 0;
		parse_check(&parse);
	}
	if (parse.failed) {
		vdev_log(VDEV_LOG_ERROR, "policy refused: %s", error);
		return -EINVAL;
	}
	*policy = parse.policy;
	return 0;
}

static int load(struct policy *policy, const char *name, FILE *file, char *error)
{
	int rc = errno;

	if (!file) {
		snprintf(error, POLICY_ERROR_BYTES, "%s: %s", name, strerror(rc));
		vdev_log(VDEV_LOG_ERROR, "policy refused: %s", error);
		return -rc;
	}
	rc = parse_file(policy, name, file, error);
	fclose(file);
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
