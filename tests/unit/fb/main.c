#include <CUnit/Basic.h>
#include "tests/unit/fb/suites.h"

int main(void)
{
	CU_SuiteInfo suites[] = {
		{"fb: protocol", NULL, NULL, NULL, NULL, protocol_tests},
		{"fb: attacks", NULL, NULL, NULL, NULL, attack_tests},
		{"fb: resume", NULL, NULL, NULL, NULL, resume_tests},
		{"fb: EDID", NULL, NULL, NULL, NULL, edid_tests},
		{"fb: backing", NULL, NULL, NULL, NULL, backing_tests},
		{"fb: compositor", NULL, NULL, NULL, NULL, compose_tests},
		{"fb: frame clock and buffers", NULL, NULL, NULL, NULL, screen_tests},
		CU_SUITE_INFO_NULL,
	};
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS)
		return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed = CU_get_number_of_failures();
	CU_cleanup_registry();
	return failed != 0;
}
