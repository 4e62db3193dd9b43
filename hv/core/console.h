/*
 * The console stream: what all partitions and the hypervisor print, on one real UART, whole lines only.
 *
 * Output. Each console keeps its newest CONSOLE_TEXT_BYTES characters; a finished line is queued by
 * reference, and console_pump writes queued lines out, a few characters at a time, so that nobody ever
 * waits for the real UART: at most CONSOLE_PUMP_CHARS per call, from a trapped character, or from a
 * timer every CONSOLE_PUMP_US while lines are queued and nobody runs who is more urgent than all that wrote them. A console that prints faster than that loses
 * its own lines (counted and shown), nobody else's. Escape sequences and control characters of
 * partitions end here. An unfinished line is shown as a line after CONSOLE_IDLE_MS without another
 * character, or when its partition gets the input.
 *
 * Input. Typed characters go to one partition. Ctrl-T: the next one; Ctrl-T and a digit: that one.
 */
#ifndef HV_CORE_CONSOLE_H
#define HV_CORE_CONSOLE_H

#include "hv/core/vuart.h"

#define CONSOLE_TEXT_BYTES 4096 /* a power of two, at least twice CONSOLE_LINE_MAX */
#define CONSOLE_LINE_MAX   512	/* longer lines are broken */
#define CONSOLE_LINES	   14	/* finished lines of one console waiting for the UART */
#define CONSOLE_PUMP_CHARS 2
#define CONSOLE_PUMP_US	   31
#define CONSOLE_IDLE_MS	   500

struct console {
	const char *name;
	struct vuart *uart; /* receives typed characters; NULL: the hypervisor's own */
	char *text;	    /* ring of the newest characters, lines ended by '\n' */
	uint32_t text_bytes;
	uint64_t head;	      /* characters ever put into text */
	uint64_t line_start;  /* position of the unfinished line's first character */
	uint64_t line_time;   /* when that came, CNTVCT */
	uint64_t newest_time; /* when the newest came */
	uint32_t queued;      /* lines in the queue */
	uint32_t lost;	      /* lines since the last one that was queued */
	/* what the character stream is in the middle of */
	uint8_t escape;	   /* enum escape */
	uint8_t utf8_left; /* continuation bytes to come */
	bool utf8_c2;	   /* the first of them after 0xc2: 0x80 to 0x9f would be a control character */
	bool cr;	   /* a carriage return waits for its newline */
};

void console_init(const struct pl_config *c);
/* Give UART u its partition's console and a receive buffer of VUART_CONSOLE_RX_BYTES. */
void console_attach(struct vuart *u);
/* A character that a partition prints. */
void console_put(struct console *c, char ch);
/* What has been printed so far is a line. */
void console_end_line(struct console *c);
/* Lines are queued: they are written out soon, in somebody's timer interrupt, not now. */
void console_wake(void);
/* Write out at most `max` characters of queued lines, as far as the UART takes them. */
void console_pump(uint32_t max);
extern struct console console_hv; /* its lines are log.c's */

/* Among console*.c. */
struct console *console_of(uint32_t partition); /* NULL: has none */
/* Queue the `length` characters from c->line_start on as a line. False: too many are queued, it is counted as lost. */
bool console_queue(struct console *c, uint32_t length);
void console_out_init(const struct pl_config *c);
void console_input_init(void);

/*
 * log.c. A format on its way out, a character at a time: %s %u %x %lu %lx %%, numbers with a width, filled with
 * blanks or zeroes. Arguments are a word each; strings must be there until they are shown.
 */
struct print {
	const char *format;
	const uint64_t *arg;
	const char *piece; /* what is left of the newest conversion */
	char digit[24];
};
void print_begin(struct print *p, const char *format, const uint64_t *arg);
char print_next(struct print *p); /* '\0': all shown */
/* The hypervisor's line whose `start` is number. */
void log_print(struct print *p, uint32_t number);

#endif
