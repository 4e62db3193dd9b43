/*
 * An inih file that is taken whole or refused with file and line. Its user embeds a struct ini_file in what it parses
 * into, reads keys from the callback, and refuses with ini_file_refuse; the first reason stands.
 */
#ifndef BACKENDS_INI_INI_FILE_H
#define BACKENDS_INI_INI_FILE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct ini_file {
	const char *what; /* "policy": for the log line of a refusal */
	const char *name; /* of the file */
	char *error;	  /* the reason, as `name:line: text` */
	size_t error_bytes;
	unsigned line; /* being read; 0: the file as a whole */
	bool failed;
};

/* One `key = value`; what it returns is not looked at: a refusal is known by `failed`. Mandatory. */
typedef int ini_file_key(void *user, const char *section, const char *key, const char *value);
/* What only the whole file can tell, with `line` 0. Mandatory. */
typedef int ini_file_check(void *user);

/* Note the first reason why the file is refused, with file and line. Always -EINVAL. */
int ini_file_refuse(struct ini_file *ini, const char *format, va_list args);

/*
 * Reads `file` to its end and closes it, calling `key` for each pair and then `check`. `file` may be NULL right after
 * a failed open: errno is the reason. 0, -EINVAL when something refused it, or the negative errno of the open; the
 * reason is in ini->error and logged once.
 */
int ini_file_load(struct ini_file *ini, FILE *file, ini_file_key *key, ini_file_check *check, void *user);

#endif
