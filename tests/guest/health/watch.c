/* Depends on the patient: told of each change of its state, it looks, and wakes the patient in the end. */
#include "tests/guest/test.h"

enum { WATCH = 0, PATIENT = 1, POKE = 0, LIVES = 4 };
#define BACKOFF_MS 10u
#define IDLE_MS	   200u

static volatile uint32_t runs, deaths;
static uint64_t began[LIVES + 1], died[LIVES + 1], cause[LIVES + 1];

static void state_changed(void *data)
{
	uint64_t state = test_info(PATIENT, PL_INFO_STATE);

	(void)data;
	if (state == PL_PARTITION_RUNNING && runs < LIVES) {
		began[runs++] = time_ticks();
	} else if (state == PL_PARTITION_RESTARTING && runs && deaths < runs) {
		/* struct pl_fault: time, then cause and number */
		cause[deaths] = (uint32_t)hvc_call5(PL_HVC_FAULT_READ, PATIENT, 0, 0, 0, 0).x2;
		died[deaths++] = time_ticks();
	}
}

static uint64_t gap_ms(uint32_t life)
{
	return (began[life + 1] - died[life]) / (time_hz() / 1000);
}

static uint64_t busy(void)
{
	return test_info(WATCH, PL_INFO_CPU_TICKS) + test_info(PATIENT, PL_INFO_CPU_TICKS);
}

static void idle(void)
{
	uint64_t before = busy();

	test_sleep_ms(IDLE_MS);
	test_within("with all asleep nobody has the CPU: ticks of 200 ms", 0,
		time_hz() / 1000 * IDLE_MS / 1000, busy() - before);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 8, true, state_changed, NULL);
	(void)test_await(&runs, LIVES, 1000);
	test_equal("who depends on it is told of each death", LIVES - 1, deaths);
	test_equal("and of each start", LIVES, runs);
	test_equal("an unheard watchdog bites", PL_FAULT_WATCHDOG, cause[0]);
	test_equal("a reset is one", PL_FAULT_RESET, cause[1]);
	test_within("the first restart is at once: ms", 0, 3, gap_ms(0));
	test_within("the second waits", BACKOFF_MS - 1, BACKOFF_MS + 3, gap_ms(1));
	test_within("the third twice as long", 2 * BACKOFF_MS - 1, 2 * BACKOFF_MS + 3, gap_ms(2));
	test_sleep_ms(30);
	(void)hvc_doorbell(POKE);
	test_sleep_ms(20);
	idle();
	test_done();
}
