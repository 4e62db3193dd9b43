#include "backends/ini/ini_file.h"
#include <errno.h>
#include <ini.h>
#include <string.h>
#include "vdev/log.h"

int ini_file_refuse(struct ini_file *ini, const char *format, va_list args)
{
	int used;

	if (ini->failed)
		return -EINVAL;
	ini->failed = true;
	if (ini->line)
		used = snprintf(ini->error, ini->error_bytes, "%s:%u: ", ini->name, ini->line);
	else
		used = snprintf(ini->error, ini->error_bytes, "%s: ", ini->name);
	if (used > 0 && (size_t)used < ini->error_bytes)
		vsnprintf(ini->error + used, ini->error_bytes - (size_t)used, format, args);
	return -EINVAL;
}

static int refuse(struct ini_file *ini, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int refuse(struct ini_file *ini, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	ini_file_refuse(ini, format, args);
	va_end(args);
	return -EINVAL;
}

struct source {
	struct ini_file *ini;
	FILE *file;
	ini_file_key *key;
	void *user;
};

/* inih's callback: 1 is success. */
static int handle(void *context, const char *section, const char *key, const char *value)
{
	struct source *source = context;

	if (!source->ini->failed)
		source->key(source->user, section, key, value);
	return !source->ini->failed;
}

/* inih takes lines from a reader and does not tell its handler which one it is at: the reader counts. */
static char *read_line(char *to, int bytes, void *stream)
{
	struct source *source = stream;
	char *line = source->ini->failed ? NULL : fgets(to, bytes, source->file);

	if (!line)
		return NULL;
	source->ini->line++;
	if (!strchr(line, '\n') && !feof(source->file)) {
		refuse(source->ini, "line longer than %d characters", bytes - 2);
		return NULL;
	}
	return line;
}

static void read_all(struct source *source)
{
	struct ini_file *ini = source->ini;
	int line = ini_parse_stream(read_line, source, handle, source);

	if (line > 0 && !ini->failed)
		ini->line = (unsigned)line;
	if (line)
		refuse(ini, "neither [section] nor key = value");
	ini->line = 0;
}

int ini_file_load(struct ini_file *ini, FILE *file, ini_file_key *key, ini_file_check *check, void *user)
{
	struct source source = {.ini = ini, .file = file, .key = key, .user = user};
	int rc = file ? 0 : -errno;

	if (rc) {
		refuse(ini, "%s", strerror(-rc));
	} else {
		read_all(&source);
		if (!ini->failed)
			check(user);
		fclose(file);
		rc = ini->failed ? -EINVAL : 0;
	}
	if (rc)
		vdev_log(VDEV_LOG_ERROR, "%s refused: %s", ini->what, ini->error);
	return rc;
}
