/*
 * The real modem's AT line: requests of different urgency, one at a time on the line, with time-outs, and
 * aborted where V.250 5.6.1 allows when something more urgent waits. Unsolicited result codes (URCs) are
 * told from answers. Only trusted code submits requests; no byte of a client's line gets here unread.
 *
 *          request waits: send             final result code
 *   IDLE ---------------------> WAITING -----------------------------------> IDLE
 *     ^                          |    |  more urgent, and it may be aborted
 *     |  quiet for               |    `-------> ABORTING --- final result --> IDLE
 *     |  LINE_QUIET_MS           | time-out        | time-out
 *     `------------- DEAF <------'-----------------'
 *
 * After a time-out a late answer may still come: until the line has been quiet for a while nothing is
 * sent, so that it cannot be taken for the next one's. Emergency and voice requests have places in the
 * queue that others cannot take.
 */
#ifndef VDEV_MODEM_LINE_H
#define VDEV_MODEM_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_COMMAND_BYTES 128
#define LINE_PAYLOAD_BYTES 400
#define LINE_TEXT_BYTES	   512 /* a line from the modem */
#define LINE_SLOT_COUNT	   24
#define LINE_SLOT_URGENT   12 /* of them for voice and emergency only */
#define LINE_QUIET_MS	   300
#define LINE_DEAF_MS	   2000 /* a modem that never stops is spoken to nevertheless */
#define LINE_ABORT_WAIT_MS 125	/* V.250 5.6.1: what comes sooner after a command does not abort it */
#define LINE_ABORT_MS	   1000
#define LINE_LOST_TIMEOUTS 3
#define LINE_NEVER	   UINT64_MAX

enum line_state { LINE_IDLE, LINE_WAITING, LINE_ABORTING, LINE_DEAF, LINE_STATE_COUNT };
enum line_priority { LINE_EMERGENCY, LINE_VOICE, LINE_CONTROL, LINE_QUERY, LINE_PRIORITY_COUNT };

enum line_result {
	LINE_OK,
	LINE_ERROR,	 /* ERROR */
	LINE_CME,	 /* +CME ERROR: code */
	LINE_CMS,	 /* +CMS ERROR: code */
	LINE_NO_CARRIER, /* NO CARRIER, BUSY, NO ANSWER, when they end D or A */
	LINE_CONNECT,
	LINE_TIMEOUT,
	LINE_ABORTED,
	LINE_RESULT_COUNT,
};

struct line_request {
	char command[LINE_COMMAND_BYTES]; /* with AT, without the carriage return */
	char payload[LINE_PAYLOAD_BYTES]; /* sent behind a prompt, with Ctrl-Z; empty: there is none */
	uint8_t priority;		  /* enum line_priority */
	bool abortable;
	bool plain; /* its information has no prefix (+CGMI), or lines behind one (+CMGL) */
	uint32_t timeout_ms;
	/* Optional. A line of information. */
	void (*information)(void *data, const char *line);
	/* Optional. The end, exactly once unless cancelled. May submit. */
	void (*done)(void *data, enum line_result result, unsigned code);
	void *data;
};

struct line_impl {
	/* Mandatory. All of it or nothing; what is lost times out. */
	void (*send)(void *data, const char *bytes, size_t count);
	/* Mandatory. An unsolicited line. May submit. */
	void (*urc)(void *data, const char *text);
	/* Optional. LINE_LOST_TIMEOUTS in a row: no modem there. Each time that many more pass. */
	void (*lost)(void *data);
	/* Optional. It echoes the command that is under way. Telephony has switched that off: it has started anew. */
	void (*echoed)(void *data);
};

struct line_slot {
	bool used;
	uint32_t sequence;
	struct line_request request;
};

struct line {
	const struct line_impl *impl;
	void *data;
	enum line_state state;
	uint64_t deadline_ns; /* of the state */
	uint64_t sent_ns;     /* of the request under way */
	uint64_t deaf_ns;     /* when DEAF ends at the latest */
	struct line_slot slot[LINE_SLOT_COUNT];
	unsigned current; /* slot under way while WAITING or ABORTING */
	uint32_t sequence;
	bool prompted;
	/* the line being received */
	char text[LINE_TEXT_BYTES];
	size_t count;
	bool bad, carriage_return;
	uint32_t timeouts; /* in a row */
	uint32_t dropped_count, aborted_count, timeout_count;
};

const char *line_state_str(enum line_state state);
const char *line_result_str(enum line_result result);

void line_init(struct line *line, const struct line_impl *impl, void *data);
/*
 * Queues a copy. -EINVAL: empty, or a control character in it; -ENOSPC: no place for its priority; -EBUSY is
 * never returned: requests wait.
 */
int line_submit(struct line *line, uint64_t now_ns, const struct line_request *request);
/* Forget all requests with this `data`: no callback any more; one under way is aborted if it may be. */
void line_cancel(struct line *line, uint64_t now_ns, const void *data);
/* The same, by one who has waited long enough: what is under way has timed out. */
void line_give_up(struct line *line, uint64_t now_ns, const void *data);
void line_receive(struct line *line, uint64_t now_ns, const char *bytes, size_t count);
void line_tick(struct line *line, uint64_t now_ns);
uint64_t line_deadline(const struct line *line);

/* Is this text, by its beginning, an unsolicited one whatever is under way? */
bool line_is_urc(const char *text);

#endif
