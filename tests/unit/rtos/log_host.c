#include <stdarg.h>
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "tests/unit/rtos/log_host.h"

char log_host_last[512];
unsigned log_host_count;

void log_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	format_vprint(log_host_last, sizeof(log_host_last), format, args);
	va_end(args);
	log_host_count++;
}
