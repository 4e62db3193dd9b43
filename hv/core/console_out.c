/* The queue of finished lines, and the real UART. */
#include "hv/core/console.h"

#define QUEUE_LINES 128
#define EARLY_LINES 16 /* of start-up, before there is a pool */
_Static_assert(
	QUEUE_LINES >= (PL_MAX_PARTITIONS + 1) * CONSOLE_LINES, "a full console never fills the queue");

#define NAME_MAX 16
#define STAMP	 "[%5lu.%06lu] %s%s | "

struct line {
	struct console *console;
	uint64_t time;
	uint32_t start; /* position in the console's text, far shorter than 4 GiB; of hv: its record */
	uint16_t length;
	uint16_t lost; /* lines of this console that were dropped before it */
};

static struct line early[EARLY_LINES];
static struct {
	struct line *line;
	uint32_t lines;
	uint32_t head, tail; /* ever queued, ever finished */
	/* the line at tail, under way */
	bool begun, logged;
	struct print print;
	uint64_t arg[9];
	uint32_t next; /* characters of its text written */
} out = {.line = early, .lines = EARLY_LINES};
static uint32_t name_width;
static bool ready;					     /* names are known and the UART is there */
static struct hv_timer pump_timer = {.priority = UINT8_MAX}; /* the most urgent one that has a line queued */

void console_wake(void)
{
	if (ready && !pump_timer.armed)
		hv_timer_arm(&pump_timer, time_now() + time_hz() / 1000000 * CONSOLE_PUMP_US);
}

bool console_queue(struct console *c, uint32_t length)
{
	uint8_t priority = c->uart ? c->uart->owner->config->priority : 0;

	if (c->queued >= CONSOLE_LINES || out.head - out.tail >= out.lines) {
		c->lost++;
		return false;
	}
	c->queued++;
	if (priority < pump_timer.priority) {
		pump_timer.priority = priority;
		cpu_this()->resched = true; /* EL2's timer is set anew */
	}
	out.line[out.head++ % out.lines] = (struct line){
		.console = c,
		.start = (uint32_t)c->line_start,
		.time = length > 0 ? c->line_time : time_now(),
		.length = (uint16_t)length,
		.lost = c->lost < UINT16_MAX ? (uint16_t)c->lost : UINT16_MAX,
	};
	c->lost = 0;
	return true;
}

static uint32_t name_bytes(const char *name)
{
	uint32_t n = 0;

	while (n < NAME_MAX && name[n] != '\0')
		n++;
	return n;
}

/* Four arguments. */
static uint64_t *stamp(uint64_t *arg, const struct line *l)
{
	static const char blanks[] = "                ";
	uint32_t width = name_bytes(l->console->name);

	arg[0] = l->time / time_hz();
	arg[1] = l->time % time_hz() * 1000000 / time_hz();
	arg[2] = (uintptr_t)l->console->name;
	arg[3] = (uintptr_t)&blanks[NAME_MAX - (name_width > width ? name_width - width : 0)];
	return &arg[4];
}

static void line_begin(const struct line *l)
{
	uint64_t *arg = stamp(out.arg, l);

	out.begun = true;
	out.logged = false;
	out.next = 0;
	if (l->lost > 0) {
		*arg = l->lost;
		(void)stamp(arg + 1, l);
	}
	print_begin(&out.print, l->lost > 0 ? STAMP "%u lines lost\n" STAMP : STAMP, out.arg);
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

static char next_char(void)
{
	struct line *l = &out.line[out.tail % out.lines];
	char ch;

	if (!out.begun)
		line_begin(l);
	ch = print_next(&out.print);
	if (ch == '\0' && l->console == &console_hv && !out.logged) {
		out.logged = true;
		log_print(&out.print, l->start);
		ch = print_next(&out.print);
	}
	if (ch != '\0')
		return ch;
	if (out.next < l->length)
		return line_char(l);
	l->console->queued--;
	out.begun = false;
	out.tail++;
	return '\n'; /* a terminal wants a carriage return too; a log that is cut by lines does not mind it */
}

void console_pump(uint32_t max)
{
	if (!ready || out.head == out.tail)
		return;
	while (max-- > 0 && out.head != out.tail && plat_uart_tx_ready())
		plat_uart_putc(next_char());
	if (out.head == out.tail)
		pump_timer.priority = UINT8_MAX;
	else
		console_wake();
}

void console_flush(void)
{
	while (out.head != out.tail)
		plat_uart_putc(next_char());
}

static void pump_fire(struct hv_timer *t)
{
	(void)t;
	cold_lock();
	console_pump(CONSOLE_PUMP_CHARS);
	cold_unlock();
}

void console_out_init(const struct pl_config *c)
{
	struct line *line = pool_alloc(QUEUE_LINES * sizeof(*line));

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
}
