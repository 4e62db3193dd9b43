/* policy.conf with garbage in it: read or refused with a reason, and a refused one changes nothing. */
#include <errno.h>
#include <stdlib.h>
#include "backends/policy/policy_file.h"
#include "tests/unit/expect.h"

#define CASES 4000

static uint32_t seed;

static uint32_t below(uint32_t limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static size_t reference(char *text, size_t bytes)
{
	FILE *file = fopen("examples/handset/policy.conf", "r");
	size_t got = file ? fread(text, 1, bytes - 1, file) : 0;

	if (file)
		fclose(file);
	text[got] = '\0';
	return got;
}

/* Change, cut out or double pieces. */
static void spoil(char *text, size_t bytes)
{
	static const char alphabet[] = "[]=.;#:+-%x0129 \n\tkeysnoneKEY_\x80\xff";
	size_t used = strlen(text);

	for (uint32_t i = 1 + below(4); i > 0 && used > 64; i--) {
		uint32_t at = below((uint32_t)used - 32), length = 1 + below(31);

		switch (below(3)) {
		case 0: text[at] = alphabet[below(sizeof(alphabet) - 1)]; break;
		case 1: memmove(text + at, text + at + length, used + 1 - at - length); break;
		default:
			if (used + length + 1 < bytes)
				memmove(text + at + length, text + at, used + 1 - at);
			break;
		}
		used = strlen(text);
	}
}

static void garbage_is_read_or_refused_with_a_reason(void)
{
	static struct policy policy, before;
	static char text[32768];
	char error[POLICY_ERROR_BYTES];
	unsigned refused = 0;

	for (unsigned n = 0; n < CASES; n++) {
		int rc;

		seed = n;
		EXPECT_EQ(reference(text, sizeof(text)) > 0, 1);
		spoil(text, sizeof(text));
		before = policy;
		error[0] = '\0';
		rc = policy_load_text(&policy, "p", text, error);
		if (rc == 0)
			continue;
		refused++;
		EXPECT_EQ(rc, -EINVAL);
		EXPECT_EQ(strncmp(error, "p:", 2), 0);
		EXPECT_EQ(strlen(error) > 5, 1);
		EXPECT_EQ(memcmp(&policy, &before, sizeof(policy)), 0);
	}
	EXPECT_EQ(refused > 0 && refused < CASES, 1);
}

static const struct unit_test tests[] = {
	{"garbage in policy.conf is read or refused with a reason", garbage_is_read_or_refused_with_a_reason},
};

UNIT_MAIN("fuzz-policy", tests)
