/*
 * The phone's side of the AT line: commands one at a time with time-outs, answers, and unsolicited
 * result codes (URCs). Lines count only in their exact framing, \r\n text \r\n (V.250 5.7.1); echoes,
 * noise and lines that are too long are dropped and counted.
 *
 *          queue not empty: send              OK, ERROR, +CME ERROR: n, NO CARRIER …
 *   IDLE ---------------------------> WAITING ------------------------------> IDLE
 *     ^                                  |
 *     |  quiet for AT_QUIET_MS           |  time-out
 *     `------------- DEAF <--------------'
 *
 * After a time-out a late answer may still come; until the line has been quiet for a while no command
 * is sent, so that it cannot be taken for the next one's.
 */
#ifndef CALL_AT_H
#define CALL_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AT_LINE_BYTES	 160
#define AT_COMMAND_BYTES 64
#define AT_QUEUE_COUNT	 16
#define AT_QUIET_MS	 300
#define AT_DEAF_MS	 2000 /* a modem that never stops talking is spoken to nevertheless */
#define AT_NEVER	 UINT64_MAX

enum at_state { AT_IDLE, AT_WAITING, AT_DEAF };

enum at_result {
	AT_RESULT_OK,
	AT_RESULT_ERROR,      /* ERROR, +CME ERROR, +CMS ERROR */
	AT_RESULT_NO_CARRIER, /* also BUSY and NO ANSWER, when they end a command */
	AT_RESULT_TIMEOUT,
};

/* How a command ended. line: its information text (the last line of it), or empty. */
typedef void (*at_done)(void *data, enum at_result result, const char *line);
/* A line of its information text, as it comes. */
typedef void (*at_information)(void *data, const char *line);

struct at_impl {
	/* Mandatory. Send all of it; what does not fit is lost, and the command will time out. */
	void (*send)(void *data, const char *bytes, size_t count);
	/* Mandatory. An unsolicited line. May queue commands. */
	void (*urc)(void *data, const char *line);
};

struct at_queued {
	char text[AT_COMMAND_BYTES]; /* with AT, without the carriage return */
	uint32_t timeout_ms;
	bool urgent;
	at_done done;		    /* optional */
	at_information information; /* optional */
};

struct at {
	const struct at_impl *impl;
	void *data;
	enum at_state state;
	uint64_t deadline_ns;
	uint64_t deaf_ns;			/* when DEAF ends at the latest */
	struct at_queued queue[AT_QUEUE_COUNT]; /* [first] is the one under way while WAITING */
	unsigned first, count;
	char information[AT_LINE_BYTES];
	/* the line being received */
	char line[AT_LINE_BYTES];
	size_t line_count;
	bool line_bad, carriage_return;
	uint32_t timeouts;	/* in a row */
	uint32_t dropped_count; /* lines, since start */
};

const char *at_state_str(enum at_state state);
const char *at_result_str(enum at_result result);

void at_init(struct at *at, const struct at_impl *impl, void *data);
/* Queue a command. -ENOSPC: AT_QUEUE_COUNT wait already; -EINVAL: too long, or it holds a control character. */
int at_command(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms, at_done done);
/* The same, for one whose information is more than a line. */
int at_query(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms,
	at_information information, at_done done);
/* The same as at_command, but next in turn: the user waits. */
int at_urgent(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms, at_done done);
void at_receive(struct at *at, uint64_t now_ns, const char *bytes, size_t count);
void at_tick(struct at *at, uint64_t now_ns);
uint64_t at_deadline(const struct at *at);

#endif
