/*
 * ModemManager and oFono as Debian packages them, at the virtual modem, in the Linux partition of a
 * handset whose real modem belongs to the call partition. Prints `pass NAME` and `fail NAME …`.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/harness/harness.h"

#define GUARD_MS 150000

static unsigned failed, ran;
static struct harness *harness;

static bool verdict(bool held, const char *name, const char *detail)
{
	printf("%s %s%s%s\n", held ? "pass" : "fail", name, held || !*detail ? "" : ": ", held ? "" : detail);
	failed += !held;
	return held;
}

/* Runs a command in Linux; returns the position of its first line, or a negative errno. */
static ssize_t run(const char *format, ...)
{
	char command[400], line[480], over[32];
	size_t from = harness_now(harness);
	va_list list;
	ssize_t end;

	va_start(list, format);
	vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	snprintf(over, sizeof(over), "^over %u [0-9]+", ++ran);
	snprintf(line, sizeof(line), "\n%s; echo over %u $?\n", command, ran);
	harness_type(harness, "linux", line);
	end = harness_await(harness, from, "linux", over);
	return end < 0 ? end : (ssize_t)from;
}

static double seconds_between(size_t a, size_t b)
{
	return (double)(harness->event[b].time_ns - harness->event[a].time_ns) / 1e9;
}

int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};

	if (argc < 4) {
		fprintf(stderr, "usage: clients DIRECTORY MEMORY_FILE EMULATOR ARGUMENT...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	options.directory = argv[1];
	options.memory = argv[2];
	options.argv = argv + 3;
	harness = harness_create(&options);
	if (!harness || !verdict(harness_await(harness, 0, "linux", "^clients: ready") >= 0, "Debian starts", ""))
		return 1;
	(void)seconds_between;
	{
		char *l = NULL; size_t n = 0; ssize_t from; size_t pos = 0;
		while (getline(&l, &n, stdin) > 0) {
			l[strcspn(l, "\n")] = 0;
			if (l[0] == '@') { char *sp = strchr(l, ' '); *sp = 0; harness_type(harness, l + 1, sp + 1); harness_type(harness, l+1, "\n"); continue; }
			from = run("%s", l);
			printf("# %s -> %zd\n", l, from);
			for (; pos < harness_now(harness); pos++) printf("%8.3f %s| %s\n", (double)harness->event[pos].time_ns/1e9, harness->event[pos].name, harness->event[pos].text);
		}
	}
	harness_destroy(harness);
	return failed != 0;
}
