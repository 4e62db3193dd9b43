#include "hv/core/console.h"

enum escape {
	ESCAPE_NONE,
	ESCAPE_START,	/* after ESC */
	ESCAPE_CSI,	/* after ESC [, until 0x40 to 0x7e */
	ESCAPE_STRING,	/* OSC, DCS, APC, PM, SOS: until BEL or ESC \ */
	ESCAPE_CHARSET, /* one more byte */
};

#define ESC 0x1b
#define BEL 0x07
#define DEL 0x7f

#define PIECE 32u /* bytes */

struct console console_hv = {.name = "hv"};
static struct console *consoles; /* PL_MAX_PARTITIONS of them */
static struct hv_timer idle_timer;

struct console *console_of(uint32_t partition)
{
	return partition < PL_MAX_PARTITIONS && consoles[partition].uart ? &consoles[partition] : NULL;
}

static char *at(struct console *c, uint64_t position)
{
	return &c->text[position & (c->text_bytes - 1)];
}

static void end_line(struct console *c)
{
	console_queue(c, (uint32_t)(c->head - c->line_start));
	*at(c, c->head++) = '\n';
	c->line_start = c->head;
	c->utf8_left = 0;
}

void console_end_line(struct console *c)
{
	if (c->head == c->line_start)
		return;
	end_line(c);
	console_wake();
}

/* A character that is fit to show. */
static void text_put(struct console *c, char ch)
{
	if (c->head == c->line_start)
		c->line_time = time_now();
	*at(c, c->head++) = ch;
	if (c->head - c->line_start >= CONSOLE_LINE_MAX)
		end_line(c);
}

/*
 * Bytes above 0x7f pass as well-formed UTF-8 only, and U+0080 to U+009F, which terminals obey as
 * control characters, not at all.
 */
static void put_high(struct console *c, uint8_t byte)
{
	if (byte < 0xc0) {
		bool good = c->utf8_left > 0 && !(c->utf8_c2 && byte < 0xa0);

		if (c->utf8_left > 0)
			c->utf8_left--;
		c->utf8_c2 = false;
		text_put(c, good ? (char)byte : '?');
		return;
	}
	c->utf8_left = byte >= 0xf5 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
	c->utf8_c2 = byte == 0xc2;
	text_put(c, c->utf8_left > 0 ? (char)byte : '?');
}

/* The rest of an escape sequence is swallowed, however it goes on. */
static void put_escape(struct console *c, uint8_t byte)
{
	switch ((enum escape)c->escape) {
	case ESCAPE_START:
		if (byte == '[')
			c->escape = ESCAPE_CSI;
		else if (byte == ']' || byte == 'P' || byte == '_' || byte == '^' || byte == 'X')
			c->escape = ESCAPE_STRING;
		else if (byte == '(' || byte == ')' || byte == '#' || byte == '%')
			c->escape = ESCAPE_CHARSET;
		else
			c->escape = ESCAPE_NONE;
		break;
	case ESCAPE_CSI:
		if (byte >= 0x40 && byte <= 0x7e)
			c->escape = ESCAPE_NONE;
		break;
	case ESCAPE_STRING:
		if (byte == BEL)
			c->escape = ESCAPE_NONE;
		break;
	default: c->escape = ESCAPE_NONE; break;
	}
}

static void put_control(struct console *c, uint8_t byte)
{
	switch (byte) {
	case '\n': end_line(c); break;
	case '\r': c->cr = true; break;
	case '\t': text_put(c, ' '); break;
	case '\b':
		if (c->head > c->line_start)
			c->head--;
		break;
	default: break;
	}
}

static void accept(struct console *c, char ch)
{
	uint8_t byte = (uint8_t)ch;

	if (byte == ESC) {
		c->escape = ESCAPE_START;
		return;
	}
	/* A line ends whatever a guest left unfinished: a crash in a sequence must not hide what follows. */
	if (c->escape != ESCAPE_NONE && byte != '\n') {
		put_escape(c, byte);
		return;
	}
	c->escape = ESCAPE_NONE;
	/* A carriage return alone starts the line over (progress bars): what was there is a line. */
	if (c->cr && byte != '\r') {
		c->cr = false;
		if (byte != '\n' && c->head != c->line_start)
			end_line(c);
	}
	if (byte < 0x20 || byte == DEL)
		put_control(c, byte);
	else if (byte >= 0x80)
		put_high(c, byte);
	else
		text_put(c, (char)byte);
}

void console_put(struct console *c, char ch)
{
	accept(c, ch);
	c->newest_time = time_now();
	if (c->head != c->line_start && !idle_timer.armed)
		hv_timer_arm(&idle_timer, c->newest_time + time_hz() / 1000 * CONSOLE_IDLE_MS);
	console_pump(CONSOLE_PUMP_CHARS);
}

/* One timer for all consoles: ends lines that have been quiet for long enough, and waits for the next. */
static void idle_fire(struct hv_timer *t)
{
	uint64_t now = time_now();
	uint64_t bound = time_hz() / 1000 * CONSOLE_IDLE_MS;
	uint64_t next = UINT64_MAX;

	cold_lock();
	for (struct console *c = consoles; c < consoles + PL_MAX_PARTITIONS; c++) {
		if (c->head == c->line_start)
			continue;
		if (now - c->newest_time >= bound)
			console_end_line(c);
		else if (c->newest_time + bound < next)
			next = c->newest_time + bound;
	}
	if (next != UINT64_MAX)
		hv_timer_arm(t, next);
	cold_unlock();
}

uint32_t console_last_words(const struct partition *p, char *to, uint32_t bytes)
{
	struct console *c = console_of(p->index);
	uint64_t from, n;

	if (!c)
		return 0;
	/* Whole pieces, which is what arch_copy is quick with: this runs masked. Some characters less at the front. */
	from = c->head > bytes ? (c->head - bytes + PIECE - 1) & ~(uint64_t)(PIECE - 1) : 0;
	bytes = (uint32_t)(c->head - from);
	for (uint32_t done = 0; done < bytes; done += (uint32_t)n) {
		/* up to where the ring begins anew */
		n = c->text_bytes - ((from + done) & (c->text_bytes - 1));
		n = bytes - done < n ? (bytes - done + PIECE - 1) & ~(PIECE - 1) : n;
		arch_copy(to + done, at(c, from + done), n);
	}
	return bytes;
}

void console_attach(struct vuart *u)
{
	struct console *c = &consoles[u->config->partition];
	char *memory = pool_alloc(CONSOLE_TEXT_BYTES + VUART_CONSOLE_RX_BYTES);

	*c = (struct console){
		.name = u->owner->config->name, .uart = u, .text = memory, .text_bytes = CONSOLE_TEXT_BYTES};
	u->console = c;
	u->rx = (struct vuart_fifo){
		.byte = (uint8_t *)memory + CONSOLE_TEXT_BYTES, .size = VUART_CONSOLE_RX_BYTES};
}

void console_init(const struct pl_config *c)
{
	consoles = pool_alloc(PL_MAX_PARTITIONS * sizeof(*consoles));
	idle_timer.fire = idle_fire;
	console_input_init();
	console_out_init(c);
}
