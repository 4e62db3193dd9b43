/* No bytes, however broken, do more than make plconf refuse them. Run it with SAN=1 too. */
#include <stdlib.h>

#include <libfdt.h>

#include "tests/unit/expect.h"
#include "tests/unit/plconf/support.h"

#define GOOD	  FIXTURES_BUILT "/good.dtb"
#define MUTATIONS 20000

static uint32_t state = 1;

static uint32_t draw(uint32_t limit)
{
	state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator: the same on every run */
	return (uint32_t)((uint64_t)state * limit >> 32);
}

static void try_tree(const void *fdt, size_t bytes)
{
	struct attempt *a = attempt_create_tree(fdt, bytes, "hostile", NULL);

	/* Whatever it is, refusing it has a reason. */
	if (a->result && a->messages_bytes == 0)
		CU_FAIL("refused without a word");
	attempt_destroy(a);
}

static void truncated(void)
{
	size_t bytes;
	uint8_t *whole = support_read(GOOD, &bytes);

	for (size_t n = 0; n < bytes; n++) {
		/* A block of its own, so that a sanitizer sees a read past its end. */
		uint8_t *part = malloc(n ? n : 1);
		struct attempt *a;

		memcpy(part, whole, n);
		a = attempt_create_tree(part, n, "truncated", NULL);
		if (a->result == 0)
			CU_FAIL("a truncated tree was accepted");
		attempt_destroy(a);
		free(part);
	}
	free(whole);
}

static void each_byte_changed(void)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	size_t bytes;
	uint8_t *fdt = support_read(GOOD, &bytes);

	for (size_t i = 0; i < bytes; i++)
		for (size_t k = 0; k < sizeof(masks); k++) {
			fdt[i] ^= masks[k];
			try_tree(fdt, bytes);
			fdt[i] ^= masks[k];
		}
	free(fdt);
	CU_PASS("no crash");
}

static void many_bytes_changed(void)
{
	size_t bytes;
	uint8_t *good = support_read(GOOD, &bytes), *fdt = malloc(bytes);

	for (int i = 0; i < MUTATIONS; i++) {
		memcpy(fdt, good, bytes);
		for (uint32_t n = 1 + draw(8); n; n--)
			fdt[draw((uint32_t)bytes)] = (uint8_t)draw(256);
		try_tree(fdt, bytes);
	}
	free(fdt);
	free(good);
	CU_PASS("no crash");
}

static void garbage(void)
{
	uint8_t fdt[4096];

	for (int i = 0; i < 200; i++) {
		for (size_t n = 0; n < sizeof(fdt); n++)
			fdt[n] = (uint8_t)draw(256);
		if (i & 1) /* past the first look */
			fdt32_st(fdt, FDT_MAGIC);
		try_tree(fdt, sizeof(fdt));
	}
	CU_PASS("no crash");
}

/* dtc merges nodes of one name; other tools need not. */
static void a_name_given_twice(void)
{
	size_t bytes;
	void *good = support_read(GOOD, &bytes);
	static uint8_t fdt[16384];
	struct attempt *a;

	EXPECT_EQ(fdt_open_into(good, fdt, sizeof(fdt)), 0);
	EXPECT_EQ(fdt_set_name(fdt, fdt_path_offset(fdt, "/devices/guest-fb"), "rt-fb"), 0);
	EXPECT_EQ(fdt_set_name(fdt, fdt_path_offset(fdt, "/partitions/guest"), "host"), 0);
	a = attempt_create_tree(fdt, sizeof(fdt), "twice", NULL);
	EXPECT_CONTAINS(a->messages, "twice:/devices/rt-fb: a second node of this name");
	EXPECT_CONTAINS(a->messages, "twice:/partitions/host: a second node of this name");
	attempt_destroy(a);
	free(good);
}

static const struct unit_test tests[] = {
	{"truncated-trees-are-refused", truncated},
	{"no-changed-byte-crashes-it", each_byte_changed},
	{"no-changed-bytes-crash-it", many_bytes_changed},
	{"no-garbage-crashes-it", garbage},
	{"a-name-given-twice-is-refused", a_name_given_twice},
};

UNIT_MAIN("plconf and hostile trees", tests)
