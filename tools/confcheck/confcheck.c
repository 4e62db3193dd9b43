/*
 * confcheck: would the handset take these configurations? Each is read by the code that reads it there: policy.conf,
 * sound.conf and network.conf by partylined's, modem.conf by the virtual modem's. With a policy among them, also
 * whether the others name partitions that it has, which nobody looks at there.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "backends/network/conf.h"
#include "backends/policy/policy_file.h"
#include "backends/sound/conf.h"
#include "vdev-modem/policy.h"
#include "vdev-modem/uplink.h"
#include "vdev/log.h"

#define ERROR_BYTES 512
#define MODEM_BYTES 65536

_Static_assert(ERROR_BYTES >= POLICY_ERROR_BYTES && ERROR_BYTES >= SOUND_CONF_ERROR_BYTES &&
		       ERROR_BYTES >= NETWORK_ERROR_BYTES,
	"one buffer for all reasons");

/* partylined's letters; it has none for modem.conf, which is in the call partition's image. */
static const char usage[] =
	"usage: confcheck [-p POLICY] [-s SOUND] [-w NETWORK] [-m MODEM] [FILE]...\n"
	"Reads configurations as the handset does. 0: all are good, 1: the reasons are printed, 2: not "
	"understood.\n"
	"With a policy, the others may name its partitions only.\n"
	"  FILE  its kind is its name: policy.conf, sound.conf, network.conf or modem.conf; one of each\n";

static struct policy policy;
static struct sound_conf sound;
static struct network_config network;
static struct modem_policy modem;
static char error[ERROR_BYTES]; /* why the file at hand is refused, with its name */
static char logged[VDEV_LOG_LINE];

static void keep_line(enum vdev_log_level level, const char *line)
{
	(void)level;
	snprintf(logged, sizeof(logged), "%s", line);
}

static int load_policy(const char *path)
{
	return policy_load(&policy, path, error);
}

static int load_sound(const char *path)
{
	return sound_conf_load(&sound, path, error);
}

static int load_network(const char *path)
{
	return network_conf_load(&network, path, error);
}

static int read_text(const char *path, char *text, size_t bytes)
{
	FILE *file = fopen(path, "re");
	size_t count = file ? fread(text, 1, bytes, file) : 0;
	int rc = !file || ferror(file) ? -errno : count == bytes ? -EFBIG : 0;

	if (file)
		fclose(file);
	if (rc)
		snprintf(error, sizeof(error), "%s: %s", path, strerror(-rc));
	else
		text[count] = '\0';
	return rc;
}

/* The reader says "line N: reason", for it knows no file. What [line] says is tried as the call partition does. */
static int load_modem(const char *path)
{
	static char text[MODEM_BYTES], reason[VDEV_LOG_LINE];
	static struct uplink uplink;
	unsigned line = 0;
	int at = 0, rc = read_text(path, text, sizeof(text));

	if (rc)
		return rc;
	rc = modem_policy_parse(&modem, text, reason, sizeof(reason));
	if (rc && sscanf(reason, "line %u: %n", &line, &at) == 1)
		snprintf(error, sizeof(error), "%s:%u: %s", path, line, reason + at);
	if (!rc) {
		rc = uplink_init(&uplink, NULL, NULL, &modem.line);
		snprintf(error, sizeof(error), "%s: %s", path, logged);
	}
	return rc;
}

/* `section`: how the file names what should be a partition. */
static int known(const char *path, const char *section, const char *name)
{
	if (policy_partition(&policy, name) != POLICY_NONE)
		return 0;
	snprintf(error, sizeof(error), "%s: [%s%s]: the policy has no partition %s", path, section, name,
		name);
	return -ENOENT;
}

static int fit_sound(const char *path)
{
	int rc = 0;

	for (unsigned i = 0; i < sound.device_count && !rc; i++)
		rc = known(path, "streams ", sound.device[i].partition);
	return rc;
}

static int fit_network(const char *path)
{
	int rc = 0;

	for (unsigned i = 0; i < network.port_count && !rc; i++)
		if (network.device[i] == NETWORK_VIRTIO)
			rc = known(path, "port ", network.port[i].name);
	return rc;
}

static int fit_modem(const char *path)
{
	int rc = 0;

	for (unsigned i = 0; i < modem.count && !rc; i++)
		rc = known(path, "", modem.client[i].name);
	return rc;
}

/* The policy first: the others are held against it. */
static const struct kind {
	char option;
	const char *name;
	int (*load)(const char *path);
	int (*fit)(const char *path); /* after load, with a policy; NULL: fits */
} kinds[] = {{'p', "policy.conf", load_policy, NULL}, {'s', "sound.conf", load_sound, fit_sound},
	{'w', "network.conf", load_network, fit_network}, {'m', "modem.conf", load_modem, fit_modem}};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* The place of a file of the kind that has that letter, or that name if `option` is 0. */
static int take(const char *paths[KIND_COUNT], int option, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (unsigned k = 0; k < KIND_COUNT; k++) {
		if (option ? option != kinds[k].option : strcmp(name, kinds[k].name) != 0)
			continue;
		if (paths[k]) {
			fprintf(stderr, "confcheck: %s: %s is given already\n", path, kinds[k].name);
			return -EEXIST;
		}
		paths[k] = path;
		return 0;
	}
	if (!option)
		fprintf(stderr, "confcheck: %s: of no kind that is known by its name\n", path);
	return -EINVAL;
}

/* 0, or why the file is refused: what is wrong is in `error`. */
static int check(const struct kind *kind, const char *path, bool have_policy)
{
	int rc = kind->load(path);

	if (!rc && have_policy && kind->fit)
		rc = kind->fit(path);
	if (rc)
		fprintf(stderr, "%s\n", error);
	else
		printf("%s: good\n", path);
	return rc;
}

/* All are looked at, whatever the first is. */
static bool check_all(const char *const paths[KIND_COUNT])
{
	bool have_policy = false, good = true;

	for (unsigned k = 0; k < KIND_COUNT; k++) {
		int rc = paths[k] ? check(&kinds[k], paths[k], have_policy) : 0;

		if (k == 0)
			have_policy = paths[k] && !rc;
		good &= !rc;
	}
	return good;
}

int main(int argc, char **argv)
{
	const char *paths[KIND_COUNT] = {NULL};
	int option, rc = 0;
	unsigned given = 0;

	vdev_log_hook = keep_line;
	for (; !rc && (option = getopt(argc, argv, "p:s:w:m:")) != -1; given++)
		rc = option == '?' ? -EINVAL : take(paths, option, optarg);
	for (; !rc && optind < argc; optind++, given++)
		rc = take(paths, 0, argv[optind]);
	if (rc || !given) {
		fputs(usage, stderr);
		return 2;
	}
	return check_all(paths) ? 0 : 1;
}
