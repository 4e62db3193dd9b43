/*
 * Each fixture spoils a good machine in one way and says in its `// expect:` lines what plconf
 * answers: all of it, with * for what may differ. A fixture without such a line is accepted.
 */
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>

#include "tests/unit/expect.h"
#include "tests/unit/plconf/support.h"

#define MARK	     "// expect: "
#define MAX_FIXTURES 256

static glob_t sources;
static char names[MAX_FIXTURES][64];
static size_t next; /* CUnit runs tests in the order in which they were added */

/* What the fixture expects, each line as plconf prints it; to be freed. */
static char *expectation(const char *path, const char *name)
{
	size_t bytes;
	char *source = support_read(path, &bytes), *out = NULL, *rest = source, *line;
	FILE *f = open_memstream(&out, &bytes);

	while ((line = strsep(&rest, "\n")))
		if (!strncmp(line, MARK, strlen(MARK)))
			fprintf(f, "%s.dts:%s\n", name, line + strlen(MARK));
	fclose(f);
	free(source);
	return out;
}

static void fixture(void)
{
	const char *name = names[next];
	char path[256], file_name[80], text[4096];
	char *expected = expectation(sources.gl_pathv[next++], name);
	struct attempt *a;

	snprintf(path, sizeof(path), "%s/%s.dtb", FIXTURES_BUILT, name);
	snprintf(file_name, sizeof(file_name), "%s.dts", name);
	a = attempt_create(path, file_name, NULL);
	snprintf(text, sizeof(text), "plconf says \"%s\", expected \"%s\"", a->messages, expected);
	CU_assertImplementation(fnmatch(expected, a->messages, 0) == 0, __LINE__, text, path, "", CU_FALSE);
	EXPECT_EQ(a->result != 0, *expected != '\0');
	attempt_destroy(a);
	free(expected);
}

int main(void)
{
	static struct unit_test tests[MAX_FIXTURES];

	if (glob(FIXTURES "/*.dts", 0, NULL, &sources) || sources.gl_pathc > MAX_FIXTURES)
		return 1;
	for (size_t i = 0; i < sources.gl_pathc; i++) {
		const char *base = strrchr(sources.gl_pathv[i], '/') + 1;

		snprintf(names[i], sizeof(names[i]), "%.*s", (int)(strlen(base) - strlen(".dts")), base);
		tests[i] = (struct unit_test){names[i], fixture};
	}
	return unit_main("plconf refuses", tests, (unsigned)sources.gl_pathc);
}
