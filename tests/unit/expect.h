/*
 * CUnit assertions that fail with the two values that differ, and the main() that every unit test has.
 */
#ifndef TESTS_UNIT_EXPECT_H
#define TESTS_UNIT_EXPECT_H

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

static inline void expect_equal(
	long long actual, long long expected, const char *what, const char *file, unsigned line)
{
	char text[256];

	snprintf(text, sizeof(text), "%s is %lld (0x%llx), expected %lld (0x%llx)", what, actual,
		(unsigned long long)actual, expected, (unsigned long long)expected);
	CU_assertImplementation(actual == expected, line, text, file, "", CU_FALSE);
}

static inline void expect_string(
	const char *actual, const char *expected, const char *what, const char *file, unsigned line)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s is \"%.800s\", expected \"%.800s\"", what,
		actual ? actual : "(null)", expected);
	CU_assertImplementation(actual && strcmp(actual, expected) == 0, line, text, file, "", CU_FALSE);
}

static inline void expect_contains(
	const char *actual, const char *part, const char *what, const char *file, unsigned line)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s is \"%.800s\", expected to contain \"%.800s\"", what,
		actual ? actual : "(null)", part);
	CU_assertImplementation(actual && strstr(actual, part) != NULL, line, text, file, "", CU_FALSE);
}

#define EXPECT_EQ(actual, expected)                                                                          \
	expect_equal((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define EXPECT_STR(actual, expected)  expect_string(actual, expected, #actual, __FILE__, __LINE__)
#define EXPECT_CONTAINS(actual, part) expect_contains(actual, part, #actual, __FILE__, __LINE__)

struct unit_test {
	const char *promise;
	void (*run)(void);
};

/* Runs the tests of one suite; the process's exit status. */
static inline int unit_main(const char *suite_name, const struct unit_test *tests, unsigned count)
{
	CU_pSuite suite;
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	suite = CU_add_suite(suite_name, NULL, NULL);
	for (unsigned i = 0; i < count; i++)
		CU_add_test(suite, tests[i].promise, tests[i].run);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures() + (CU_get_number_of_tests_run() != count);
	CU_cleanup_registry();
	return failed ? 1 : 0;
}

#define UNIT_MAIN(suite, tests)                                                                              \
	int main(void)                                                                                       \
	{                                                                                                    \
		return unit_main(suite, tests, sizeof(tests) / sizeof((tests)[0]));                          \
	}

#endif
