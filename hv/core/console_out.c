/* The queue of finished lines, and the real UART. */
#include "hv/core/console.h"
#include "hv/core/lock.h"

#include <errno.h>
#include <stddef.h>

#define QUEUE_LINES 128
#define EARLY_LINES 16 /* of start-up, before there is a pool */
_Static_assert(
	QUEUE_LINES >= (PL_MAX_PARTITIONS + 1) * CONSOLE_LINES, "a full console never fills the queue");

#define NAME_MAX   16
#define PREFIX_MAX 128

struct line {
	struct console *console;
	uint64_t time;
	uint32_t start; /* position in the console's text, which is far shorter than 4 GiB */
	uint16_t length;
	uint16_t lost; /* lines of this console that were dropped before it */
};

static struct line early[EARLY_LINES];
static struct {
	struct line *line;
	uint32_t lines;
	uint32_t head, tail; /* ever queued, ever finished */
	/* the line at tail, under way */
	char prefix[PREFIX_MAX];
	uint32_t prefix_bytes; /* 0: not begun */
	uint32_t prefix_next;
	uint32_t next; /* characters of it written; length: its newline is due */
} out = {.line = early, .lines = EARLY_LINES};
static uint32_t name_width;
static bool ready; /* names are known and the UART is there */
static struct hv_timer pump_timer;

void console_queue(struct console *c, uint32_t length)
{
	if (c->queued >= CONSOLE_LINES || out.head - out.tail >= out.lines) {
		c->lost++;
		return;
	}
	c->queued++;
	out.line[out.head++ % out.lines] = (struct line){
		.console = c,
		.start = (uint32_t)c->line_start,
		.time = length > 0 ? c->line_time : time_now(),
		.length = (uint16_t)length,
		.lost = c->lost < UINT16_MAX ? (uint16_t)c->lost : UINT16_MAX,
	};
	c->lost = 0;
}

static void prefix_put(char ch)
{
	if (out.prefix_bytes < PREFIX_MAX)
		out.prefix[out.prefix_bytes++] = ch;
}

static void prefix_number(uint64_t value, uint32_t width, char fill)
{
	char digit[20];
	uint32_t n = 0;

	do {
		digit[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	for (uint32_t i = n; i < width; i++)
		prefix_put(fill);
	while (n > 0)
		prefix_put(digit[--n]);
}

static void prefix_string(const char *s)
{
	while (*s != '\0')
		prefix_put(*s++);
}

static uint32_t name_bytes(const char *name)
{
	uint32_t n = 0;

	while (n < NAME_MAX && name[n] != '\0')
		n++;
	return n;
}

static void prefix_name(const char *name)
{
	uint32_t bytes = name_bytes(name);

	for (uint32_t i = 0; i < bytes; i++)
		prefix_put(name[i]);
	for (uint32_t i = bytes; i < name_width; i++)
		prefix_put(' ');
}

/* "[   12.345678] call  | " */
static void prefix_stamp(const struct line *l)
{
	uint64_t hz = time_hz();

	prefix_put('[');
	prefix_number(l->time / hz, 5, ' ');
	prefix_put('.');
	prefix_number(l->time % hz * 1000000 / hz, 6, '0');
	prefix_string("] ");
	prefix_name(l->console->name);
	prefix_string(" | ");
}

static void line_begin(const struct line *l)
{
	out.prefix_bytes = out.prefix_next = out.next = 0;
	if (l->lost > 0) {
		prefix_stamp(l);
		prefix_number(l->lost, 0, ' ');
		prefix_string(" lines lost");
		prefix_put('\n');
	}
	prefix_stamp(l);
}

/* The next character of l's text. Text that its console has overwritten meanwhile is gone. */
static char line_char(struct line *l)
{
	const struct console *c = l->console;
	uint32_t position = l->start + out.next;

	if ((uint32_t)c->head - position > c->text_bytes) {
		l->length = (uint16_t)out.next;
		return '~';
	}
	out.next++;
	return c->text[position & (c->text_bytes - 1)];
}

static char next_char(struct line *l)
{
	if (out.prefix_bytes == 0)
		line_begin(l);
	if (out.prefix_next < out.prefix_bytes)
		return out.prefix[out.prefix_next++];
	if (out.next < l->length)
		return line_char(l);
	l->console->queued--;
	out.prefix_bytes = 0;
	out.tail++;
	return '\n';
}

/* A terminal wants a carriage return too; a log that is cut by lines does not mind it. */
static void pump(uint32_t max)
{
	while (max-- > 0 && out.head != out.tail && plat_uart_tx_ready())
		plat_uart_putc(next_char(&out.line[out.tail % out.lines]));
}

void console_pump(uint32_t max)
{
	if (!ready || out.head == out.tail)
		return;
	pump(max);
	if (out.head != out.tail && !pump_timer.armed)
		hv_timer_arm(&pump_timer, time_now() + time_hz() / 1000000 * CONSOLE_PUMP_US);
}

void console_wake(void)
{
	if (ready && !pump_timer.armed)
		hv_timer_arm(&pump_timer, time_now());
}

void console_flush(void)
{
	while (out.head != out.tail)
		plat_uart_putc(next_char(&out.line[out.tail % out.lines]));
}

static void pump_fire(struct hv_timer *t)
{
	(void)t;
	cold_lock();
	console_pump(CONSOLE_PUMP_CHARS);
	cold_unlock();
}

int console_out_init(const struct pl_config *c)
{
	struct line *line = pool_alloc(QUEUE_LINES * sizeof(*line));

	if (!line)
		return -ENOMEM;
	for (uint32_t i = 0; i < out.lines; i++) /* nothing is printed yet: they begin at 0 */
		line[i] = out.line[i];
	out.line = line;
	out.lines = QUEUE_LINES;
	name_width = 2; /* hv */
	for (uint32_t i = 0; i < c->partition_count; i++)
		if (name_bytes(c->partition[i].name) > name_width)
			name_width = name_bytes(c->partition[i].name);
	pump_timer.fire = pump_fire;
	ready = true;
	console_pump(CONSOLE_PUMP_CHARS);
	return 0;
}
