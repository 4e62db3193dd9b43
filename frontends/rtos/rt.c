#include <stdarg.h>
#include "frontends/rtos/format.h"
#include "frontends/rtos/hvc.h"
#include "frontends/rtos/irq.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/rt.h"
#include "frontends/rtos/sysreg.h"
#include "frontends/rtos/timer.h"

void rt_start(uint64_t arg)
{
	irq_init();
	timer_init();
	log_init();
	irq_restore(0);
	firmware_main(arg);
}

void rt_panic(const char *format, ...)
{
	char line[192];
	va_list args;

	(void)irq_save();
	va_start(args, format);
	format_vprint(line, sizeof(line), format, args);
	va_end(args);
	log_emergency("panic: ");
	log_emergency(line);
	log_emergency("\n");
	(void)hvc_call(PSCI_SYSTEM_RESET, 0, 0, 0);
	for (;;)
		cpu_wait();
}
