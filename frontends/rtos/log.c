#include <stdarg.h>
#include "frontends/rtos/board.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"
#include "frontends/rtos/uart.h"

#define CONSOLE_PRIORITY 14

static struct uart console;
static uint32_t dropped_told;

void log_init(void)
{
	(void)uart_init(&console, BOARD_CONSOLE, BOARD_CONSOLE_INTID, CONSOLE_PRIORITY, NULL, NULL);
}

static void tell_dropped(void)
{
	char line[64];
	uint32_t dropped = console.tx_dropped - dropped_told;
	size_t length;

	if (!dropped)
		return;
	length = format_print(line, sizeof(line), "log: %u bytes lost, console full\n", dropped);
	if (uart_write(&console, line, length))
		dropped_told += dropped;
	else
		dropped_told += (uint32_t)length; /* the notice itself is no loss */
}

void log_line(const char *format, ...)
{
	char line[LOG_LINE_BYTES];
	va_list args;
	size_t length;

	va_start(args, format);
	length = format_vprint(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[length++] = '\n';
	tell_dropped();
	(void)uart_write(&console, line, length);
}

void log_text(const char *text)
{
	(void)uart_write(&console, text, strlen(text));
}

void log_emergency(const char *text)
{
	if (!console.base)
		console.base = BOARD_CONSOLE;
	uart_write_polled(&console, text);
}

void log_on_receive(void (*on_receive)(void *data), void *data)
{
	console.data = data;
	console.on_receive = on_receive;
}

size_t log_read(void *to, size_t bytes)
{
	return uart_read(&console, to, bytes);
}
