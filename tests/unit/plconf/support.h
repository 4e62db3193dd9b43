/* A machine to try: a tree that dtc made, image files to go with it, and what plconf says to it. */
#ifndef TESTS_UNIT_PLCONF_SUPPORT_H
#define TESTS_UNIT_PLCONF_SUPPORT_H

#include "hv/config/plconf.h"

struct attempt {
	struct machine machine;
	struct pl_config config;
	char *messages;
	size_t messages_bytes;
	void *fdt;
	size_t fdt_bytes;
	int result; /* of the first stage that failed, or of the last one */
};

/* A new directory with the files that machines name: bare.bin, Image, initrd, empty, large.bin, … */
const char *support_images(void);
/* A new empty directory. */
const char *support_directory(void);
/* The bytes of a file, NUL-terminated, to be freed; ends the test program if there are none. */
void *support_read(const char *path, size_t *bytes);

/* Takes the tree at path through all stages, to the files in directory if that is not NULL. */
struct attempt *attempt_create(const char *path, const char *name, const char *directory);
/* The same with a tree in memory, which stays the caller's. */
struct attempt *attempt_create_tree(const void *fdt, size_t bytes, const char *name, const char *directory);
void attempt_destroy(struct attempt *a);

#endif
