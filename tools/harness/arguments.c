#include "tools/harness/harness.h"

char **harness_arguments(struct harness_options *options, const char *own, int argc, char **argv)
{
	int own_count = *own != '\0';
	int first = 3;

	for (const char *c = own; *c; c++)
		own_count += *c == ' ';
	if (argc <= first + own_count) {
		fprintf(stderr, "usage: %s DIRECTORY MEMORY_FILE %s%sEMULATOR ARGUMENT...\n", argv[0], own,
			own_count ? " " : "");
		return NULL;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	options->directory = argv[1];
	options->memory = argv[2];
	options->argv = argv + first + own_count;
	return argv + first;
}
