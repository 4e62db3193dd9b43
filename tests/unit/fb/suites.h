/* The suites of tests/unit/fb, one a file. */
#ifndef TESTS_UNIT_FB_SUITES_H
#define TESTS_UNIT_FB_SUITES_H

#include <CUnit/CUnit.h>
#include "tests/unit/fb/rig.h"

extern CU_TestInfo protocol_tests[];
extern CU_TestInfo attack_tests[];
extern CU_TestInfo resume_tests[];
extern CU_TestInfo edid_tests[];
extern CU_TestInfo backing_tests[];
extern CU_TestInfo compose_tests[];
extern CU_TestInfo screen_tests[];

#endif
