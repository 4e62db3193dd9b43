/* The lowest of all, on another CPU: rings the watch's doorbell as often as it can when told to. */
#include "tests/guest/smp4/smp4.h"
#include "tests/guest/test.h"

static volatile uint32_t go;

static void on_go(void *data)
{
	(void)data;
	go++;
}

void firmware_main(uint64_t arg)
{
	(void)arg;
	irq_register(BOARD_DOORBELL_INTID(0), 4, true, on_go, NULL);
	for (uint32_t i = 1;; i++) {
		while (go < i)
			cpu_wait();
		for (uint32_t n = 0; n < FLOOD_RINGS; n++)
			(void)hvc_call(PL_HVC_DOORBELL, BELL_FLOOD, 0, 0);
	}
}
