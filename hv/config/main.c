#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plconf.h"

#define TREE_BYTES_MAX	(1u << 20)
#define MAX_DIRECTORIES 32

static const char usage[] =
	"usage: plconf [-I DIRECTORY]... [-n NAME] -o OUTPUT-DIRECTORY machine.dtb\n"
	"Checks a machine (dtc makes machine.dtb from machine.dts) and writes hv.blob, the partitions'\n"
	"device trees, partylined.map and load.args.\n"
	"  -I  where images are looked for, in this order\n"
	"  -n  the machine's name in messages, as a rule its .dts\n";

static int run(struct machine *m, const char *path, const char *directory)
{
	static struct pl_config config;
	void *fdt = NULL;
	size_t bytes = 0;
	int e = file_read(path, TREE_BYTES_MAX, &fdt, &bytes);

	if (e) {
		fprintf(stderr, "plconf: %s: %s\n", path, strerror(-e));
		return e;
	}
	e = machine_parse(m, fdt, bytes);
	if (!e)
		e = machine_check(m);
	if (!e)
		e = machine_layout(m);
	if (!e)
		e = blob_make(m, &config);
	if (!e)
		e = output_write(m, &config, directory);
	machine_finish(m);
	free(fdt);
	return e;
}

int main(int argc, char **argv)
{
	static struct machine m;
	static const char *directories[MAX_DIRECTORIES + 1];
	const char *output = NULL;
	int option, n = 0;

	while ((option = getopt(argc, argv, "I:n:o:")) != -1) {
		if (option == 'I' && n < MAX_DIRECTORIES)
			directories[n++] = optarg;
		else if (option == 'n')
			m.file_name = optarg;
		else if (option == 'o')
			output = optarg;
		else
			output = NULL, optind = argc;
	}
	if (!output || argc - optind != 1) {
		fputs(usage, stderr);
		return 2;
	}
	if (!m.file_name)
		m.file_name = argv[optind];
	m.messages = stderr;
	m.directories = directories;
	return run(&m, argv[optind], output) ? 1 : 0;
}
