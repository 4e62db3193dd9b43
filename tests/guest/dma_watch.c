/* The one that is attacked: its memory stays as it is, and it finds each attack in the record. */
#include "tests/guest/dma.h"
#include "tests/guest/test.h"

static uint64_t secret_wrong(void)
{
	const volatile uint64_t *word = (const volatile uint64_t *)SECRET_FIRST;
	uint64_t i, wrong = 0;

	for (i = 0; i < SECRET_BYTES / 8; i++)
		wrong += word[i] != SECRET_WORD;
	return wrong;
}

static void secret_fill(void)
{
	volatile uint64_t *word = (volatile uint64_t *)SECRET_FIRST;
	uint64_t i;

	for (i = 0; i < SECRET_BYTES / 8; i++)
		word[i] = SECRET_WORD;
}

static bool await_field(enum pl_info field, uint64_t value)
{
	uint32_t ms;

	for (ms = 0; ms < 4000; ms++) {
		if (test_info(BAD, field) >= value)
			return true;
		test_sleep_ms(1);
	}
	return false;
}

static void attack_check(uint32_t n)
{
	const struct attack *a = &attacks[n];
	struct pl_fault f = {.number = 0};

	(void)await_field(PL_INFO_FAULT_COUNT, n + 1);
	if (!test_fault_read(BAD, &f) || f.cause != PL_FAULT_DMA || f.ipa != a->address ||
		f.far != edu_stream(a->edu) || f.fatal)
		log_line("fail %s: expected dma of stream %u to 0x%lx got cause %u, stream %lu, 0x%lx, fatal "
			 "%u",
			a->name, edu_stream(a->edu), a->address, f.cause, f.far, f.ipa, f.fatal);
	else
		log_line("pass %s is recorded with stream and address", a->name);
}

void firmware_main(uint64_t arg)
{
	uint32_t n;

	(void)arg;
	secret_fill();
	for (n = 0; n < ATTACK_COUNT; n++)
		attack_check(n);
	test_equal("it restarts", true, await_field(PL_INFO_RESTART_COUNT, 1));
	test_sleep_ms(800);
	test_equal("none of it touched the neighbour", 0, secret_wrong());
	test_equal("it restarted once", 1, test_info(BAD, PL_INFO_RESTART_COUNT));
	test_done();
}
