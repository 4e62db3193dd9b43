/* Outranks the guest under test: asked once, it rings all its doorbells before the asker goes on. */
#include "tests/guest/test.h"

enum { FIRST_BELL = 1, BELL_COUNT = 6 };

static void on_ask(void *data)
{
	uint32_t i;

	(void)data;
	for (i = 0; i < BELL_COUNT; i++)
		(void)hvc_doorbell(FIRST_BELL + i);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_ask, NULL);
	for (;;)
		cpu_wait();
}
