/* Each kind of guest says itself that it runs; here: how it came to its end. */
#include "tests/guest/kinds/kinds.h"
#include "tests/guest/test.h"

#define GUARD_MS 60000u

void firmware_main(uint64_t arg)
{
	static const char *const name[] = {NULL, "ELF", "compressed ELF", "no MMU", "16 KiB pages",
		"64 KiB pages", "Linux of 16 KiB pages"};
	struct pl_fault f;

	(void)arg;
	for (uint32_t p = KINDS_ELF; p < KINDS_COUNT; p++) {
		bool confined = p == KINDS_16K || p == KINDS_64K;

		for (uint32_t ms = 0; ms < GUARD_MS && test_info(p, PL_INFO_STATE) != PL_PARTITION_STOPPED;
			ms++)
			test_sleep_ms(1);
		log_line("%s:", name[p]);
		if (!test_fault_read(p, &f))
			f.cause = PL_FAULT_NONE;
		test_equal(confined ? "with large pages too it sees nothing but its own"
				    : "it ends by its own will",
			confined ? PL_FAULT_MEMORY : PL_FAULT_OFF, f.cause);
		if (confined)
			test_equal("the record says where it looked", KINDS_OUTSIDE, f.ipa);
	}
	test_done();
}
