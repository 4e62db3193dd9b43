/* On the other CPU: never sleeps in its first life, and always in its second; answers its doorbell in both. */
#include "tests/guest/test.h"

#define SELF   1u
#define ANSWER 1u

static void on_ask(void *data)
{
	(void)data;
	(void)hvc_doorbell(ANSWER);
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	(void)irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_ask, NULL);
	(void)hvc_doorbell(ANSWER); /* up */
	while (test_info(SELF, PL_INFO_RESTART_COUNT) == 0)
		;
	for (;;)
		cpu_wait();
}
