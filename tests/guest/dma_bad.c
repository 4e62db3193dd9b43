/* In its first life its devices attack; then it restarts while they go on writing into what was its memory. */
#include "tests/guest/dma.h"
#include "tests/guest/test.h"

#define OWN_SOURCE  0x52300000ull
#define OWN_TARGET  0x52301000ull
#define LATE_FIRST  0x52400000ull /* the second half of its memory */
#define LATE_STEP   0x1000ull
#define MARK	    0x77726974u
#define NOTHING	    0x60000000ull
#define FLOOD_TURNS 4u
#define DELAY_MS    100u /* edu's */

static volatile uint32_t *word_at(uint64_t address)
{
	return (volatile uint32_t *)address;
}

static void run(uint32_t n, uint64_t address, bool write)
{
	uint32_t ms;

	edu_start(n, address, write);
	for (ms = 0; ms < 2 * DELAY_MS && edu_is_busy(n); ms++)
		test_sleep_ms(1);
}

static void run_all(uint64_t address, bool write)
{
	uint32_t n;

	for (n = 0; n < EDU_COUNT; n++)
		edu_start(n, address, write);
	test_sleep_ms(DELAY_MS + 5);
}

static uint64_t faults(void)
{
	return test_info(BAD, PL_INFO_FAULT_COUNT);
}

static bool own_memory_works(uint32_t n, uint32_t word)
{
	*word_at(OWN_SOURCE) = word;
	*word_at(OWN_TARGET) = 0;
	run(n, OWN_SOURCE, false);
	run(n, OWN_TARGET, true);
	return *word_at(OWN_TARGET) == word;
}

static void secret_stays_secret(uint32_t n)
{
	run(n, OWN_TARGET, true);
	test_equal("a device reads nothing of a neighbour", false,
		*word_at(OWN_TARGET) == (uint32_t)SECRET_WORD);
}

static void attack(void)
{
	uint32_t i;

	for (i = 0; i < ATTACK_COUNT; i++) {
		run(attacks[i].edu, attacks[i].address, attacks[i].write);
		test_sleep_ms(5);
		test_equal(attacks[i].name, i + 1, faults());
	}
	secret_stays_secret(1);
}

/* All at one moment: more than the event queue holds. Then so many that they are no longer told. */
static void flood(void)
{
	uint64_t before = faults(), told;
	uint32_t i;

	run_all(NOTHING, true);
	told = faults() - before;
	test_within("more DMA faults at once than the event queue holds", 1, EDU_COUNT, told);
	run(0, NOTHING, true);
	test_equal("and the next is recorded again", before + told + 1, faults());
	for (i = 0; i < FLOOD_TURNS; i++)
		run_all(NOTHING, true);
	before = faults();
	run_all(NOTHING, true);
	test_equal("a flood of DMA faults comes to its end", before, faults());
	test_equal("and its devices still reach its own memory", true, own_memory_works(2, 0x1234567));
}

/* Each device's write comes to pass a millisecond after the one's before: in the restart, and after it. */
static void leave_writing(void)
{
	uint32_t n;

	*word_at(OWN_SOURCE) = MARK;
	run_all(OWN_SOURCE, false);
	run(EDU_BEHIND, OWN_SOURCE, false);
	for (n = 0; n <= EDU_COUNT; n++) {
		edu_start(n, LATE_FIRST + n * LATE_STEP, true);
		test_sleep_ms(1);
	}
	test_sleep_ms(DELAY_MS - EDU_COUNT);
	(void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0);
}

static uint64_t late_words(void)
{
	const volatile uint32_t *word = word_at(LATE_FIRST);
	uint64_t i, left = 0;

	for (i = 0; i < (EDU_COUNT + 1) * LATE_STEP / 4; i++)
		left += word[i] != 0;
	return left;
}

static void second_life(void)
{
	uint32_t n, masters = 0;
	uint64_t before = faults();

	test_equal("devices went on writing: memory is scrubbed", 0, late_words());
	for (n = 0; n <= EDU_COUNT; n++)
		masters += edu_is_master(n);
	test_equal("bus mastering is off when a life begins", 0, masters);
	test_equal("the bus behind a port was reset", true, port_was_reset());
	test_sleep_ms(DELAY_MS + 20);
	test_equal("devices went on writing: memory stays scrubbed", 0, late_words());
	test_equal("silenced devices cause no faults", before, faults());
	edu_init();
	edu_master(true);
	test_equal("after a restart, DMA within its own memory works", true, own_memory_works(0, 0x7654321));
	run(3, SECRET_FIRST, true);
	test_sleep_ms(5);
	test_equal("after a restart, DMA to a neighbour is a fault", before + 1, faults());
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	if (test_info(BAD, PL_INFO_RESTART_COUNT) == 0) {
		edu_init();
		edu_master(true);
		test_equal("DMA within its own memory works", true, own_memory_works(0, 0x7f4a7c15));
		test_equal("DMA from behind a bridge works", true, own_memory_works(EDU_BEHIND, 0x9e3779b9));
		attack();
		flood();
		leave_writing();
	}
	second_life();
	for (;;)
		cpu_wait();
}
