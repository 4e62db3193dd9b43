#include <errno.h>
#include "vdev-modem/line.h"
#include "vdev-modem/text.h"
#include "vdev/log.h"

#define NS_PER_MS 1000000ull
#define CTRL_Z	  "\x1a"
#define ESCAPE	  "\x1b"

const char *line_state_str(enum line_state state)
{
	static const char *const names[LINE_STATE_COUNT] = {"idle", "waiting", "aborting", "deaf"};

	return (unsigned)state < LINE_STATE_COUNT ? names[state] : "?";
}

const char *line_result_str(enum line_result result)
{
	static const char *const names[LINE_RESULT_COUNT] = {
		"ok", "error", "CME error", "CMS error", "no carrier", "connect", "time-out", "aborted"};

	return (unsigned)result < LINE_RESULT_COUNT ? names[result] : "?";
}

void line_init(struct line *line, const struct line_impl *impl, void *data)
{
	__builtin_memset(line, 0, sizeof(*line));
	line->impl = impl;
	line->data = data;
	line->deadline_ns = LINE_NEVER;
}

/*
 * The queue.
 */

static bool under_way(const struct line *l)
{
	return l->state == LINE_WAITING || l->state == LINE_ABORTING;
}

static bool waits(const struct line *l, unsigned slot)
{
	return l->slot[slot].used && !(under_way(l) && slot == l->current);
}

/* The most urgent one that waits, the oldest of those; LINE_SLOT_COUNT: none. */
static unsigned most_urgent(const struct line *l)
{
	unsigned best = LINE_SLOT_COUNT;

	for (unsigned i = 0; i < LINE_SLOT_COUNT; i++) {
		const struct line_slot *s = &l->slot[i], *b = &l->slot[best % LINE_SLOT_COUNT];

		if (!waits(l, i))
			continue;
		if (best == LINE_SLOT_COUNT || s->request.priority < b->request.priority ||
			(s->request.priority == b->request.priority &&
				(int32_t)(s->sequence - b->sequence) < 0))
			best = i;
	}
	return best;
}

static void send(struct line *l, const char *text)
{
	l->impl->send(l->data, text, text_length(text));
}

static void send_next(struct line *l, uint64_t now_ns)
{
	unsigned next = most_urgent(l);
	char text[LINE_COMMAND_BYTES + 1];
	const struct line_request *r;
	size_t count;

	if (l->state != LINE_IDLE || next == LINE_SLOT_COUNT)
		return;
	r = &l->slot[next].request;
	count = text_length(r->command);
	__builtin_memcpy(text, r->command, count);
	text[count++] = '\r';
	l->current = next;
	l->state = LINE_WAITING;
	l->sent_ns = now_ns;
	l->prompted = false;
	l->deadline_ns = now_ns + r->timeout_ms * NS_PER_MS;
	l->impl->send(l->data, text, count);
}

/* Does something wait that is more urgent than what is under way? */
static bool outranked(const struct line *l)
{
	unsigned next = most_urgent(l);

	return next != LINE_SLOT_COUNT && l->slot[next].request.priority <= LINE_VOICE &&
	       l->slot[next].request.priority < l->slot[l->current].request.priority;
}

static uint64_t abort_due(const struct line *l)
{
	return l->sent_ns + LINE_ABORT_WAIT_MS * NS_PER_MS;
}

static void abort_current(struct line *l, uint64_t now_ns)
{
	l->state = LINE_ABORTING;
	l->deadline_ns = now_ns + LINE_ABORT_MS * NS_PER_MS;
	l->aborted_count++;
	/* Any character does (V.250 5.6.1); ESC also leaves a prompt (TS 27.005 3.5.1). */
	send(l, ESCAPE);
}

static void abort_if_outranked(struct line *l, uint64_t now_ns)
{
	if (l->state == LINE_WAITING && l->slot[l->current].request.abortable && outranked(l) &&
		now_ns >= abort_due(l))
		abort_current(l, now_ns);
}

static bool printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static int free_slot(const struct line *l, unsigned priority)
{
	unsigned used = 0;
	int found = -ENOSPC;

	for (unsigned i = 0; i < LINE_SLOT_COUNT; i++) {
		used += l->slot[i].used;
		if (!l->slot[i].used)
			found = (int)i;
	}
	return priority > LINE_VOICE && used >= LINE_SLOT_COUNT - LINE_SLOT_URGENT ? -ENOSPC : found;
}

int line_submit(struct line *l, uint64_t now_ns, const struct line_request *request)
{
	int slot = free_slot(l, request->priority);

	if (!request->command[0] || !printable(request->command) || !printable(request->payload)) {
		vdev_log(VDEV_LOG_ERROR, "modem line: a command that is empty or holds a control character");
		return -EINVAL;
	}
	if (slot < 0) {
		vdev_log(VDEV_LOG_ERROR, "modem line: %s: no place, %d requests wait, limit %d",
			request->command,
			LINE_SLOT_COUNT - (request->priority > LINE_VOICE ? LINE_SLOT_URGENT : 0),
			LINE_SLOT_COUNT);
		return slot;
	}
	l->slot[slot].request = *request;
	l->slot[slot].sequence = l->sequence++;
	l->slot[slot].used = true;
	send_next(l, now_ns);
	abort_if_outranked(l, now_ns);
	return 0;
}

void line_cancel(struct line *l, uint64_t now_ns, const void *data)
{
	for (unsigned i = 0; i < LINE_SLOT_COUNT; i++) {
		if (!l->slot[i].used || l->slot[i].request.data != data)
			continue;
		l->slot[i].used = under_way(l) && i == l->current;
		l->slot[i].request.information = NULL;
		l->slot[i].request.done = NULL;
		/* Nobody waits for it any more: whoever wants the line next need not either. */
		if (l->slot[i].used && l->state == LINE_WAITING && l->slot[i].request.abortable &&
			now_ns >= abort_due(l))
			abort_current(l, now_ns);
	}
}

/*
 * Answers.
 */

/* The owner hears of it when the line is free again, and may submit. */
static void finish(struct line *l, enum line_state state, enum line_result result, unsigned code)
{
	struct line_slot *s = &l->slot[l->current];
	void (*done)(void *, enum line_result, unsigned) = s->request.done;
	void *data = s->request.data;

	l->state = state;
	s->used = false;
	if (done)
		done(data, result, code);
}

static void finish_answered(struct line *l, uint64_t now_ns, enum line_result result, unsigned code)
{
	l->timeouts = 0;
	l->deadline_ns = LINE_NEVER;
	finish(l, LINE_IDLE, l->state == LINE_ABORTING ? LINE_ABORTED : result, code);
	send_next(l, now_ns);
}

static unsigned code_of(const char *text)
{
	unsigned code = 0;

	while (*text && *text != ':')
		text++;
	for (text += *text == ':'; *text == ' ';)
		text++;
	for (; text_is_digit(*text) && code < 10000; text++)
		code = code * 10 + (unsigned)(*text - '0');
	return code;
}

/* V.250 6.3.1: to others they are unsolicited. */
static bool ends_call(const char *command, const char *text)
{
	return (text_begins(command, "ATD") || text_begins(command, "ATA")) &&
	       (text_equal(text, "NO CARRIER") || text_equal(text, "BUSY") || text_equal(text, "NO ANSWER") ||
		       text_equal(text, "NO DIALTONE"));
}

static bool take_result(struct line *l, uint64_t now_ns, const char *text)
{
	const char *command = l->slot[l->current].request.command;

	if (text_equal(text, "OK"))
		finish_answered(l, now_ns, LINE_OK, 0);
	else if (text_equal(text, "ERROR") || text_equal(text, "ABORTED"))
		finish_answered(l, now_ns, LINE_ERROR, 0);
	else if (text_begins(text, "+CME ERROR:"))
		finish_answered(l, now_ns, LINE_CME, code_of(text));
	else if (text_begins(text, "+CMS ERROR:"))
		finish_answered(l, now_ns, LINE_CMS, code_of(text));
	else if (text_begins(text, "CONNECT"))
		finish_answered(l, now_ns, LINE_CONNECT, 0);
	else if (ends_call(command, text))
		finish_answered(l, now_ns, LINE_NO_CARRIER, 0);
	else
		return false;
	return true;
}

bool line_is_urc(const char *text)
{
	static const char *const urcs[] = {"RING", "+CRING:", "+CLIP:", "+CCWA:", "NO CARRIER", "BUSY",
		"NO ANSWER", "+CMTI:", "+CMT:", "+CDS:", "+CDSI:", "+CBM:", "+CUSD:", "+CIEV:", "+CSSI:",
		"+CSSU:", "+CGEV:", "+CTZV:", "+CTZE:", "+CNAP:", "+CDIP:", "+CEN1:", "+CEN2:", "+CCWV",
		"+COLP:"};

	for (unsigned i = 0; i < sizeof(urcs) / sizeof(urcs[0]); i++)
		if (text_begins(text, urcs[i]))
			return true;
	return false;
}

/* TS 27.007 7.2: +CREG: <n>,<stat>… answers, +CREG: <stat>[,"…] is unsolicited: what follows tells. */
static bool is_registration_urc(const char *text)
{
	const char *t = text;

	if (!text_begins(text, "+CREG:") && !text_begins(text, "+CGREG:") && !text_begins(text, "+CEREG:"))
		return false;
	while (*t && *t != ',')
		t++;
	return *t != ',' || !text_is_digit(t[1] == ' ' ? t[2] : t[1]);
}

/* "+CSQ: …" answers AT+CSQ and AT+COPS=3,0;+CSQ. */
static bool has_prefix_of(const char *command, const char *text)
{
	for (; *command; command++) {
		size_t count = 0;

		if (*command != '+')
			continue;
		while (command[count] && !text_in(command[count], "=?;"))
			count++;
		if (!__builtin_strncmp(command, text, count) && text[count] == ':')
			return true;
	}
	return false;
}

static bool is_information(const struct line_request *r, const char *text)
{
	if (is_registration_urc(text))
		return false;
	return has_prefix_of(r->command, text) || (r->plain && !line_is_urc(text));
}

static bool is_stray_result(const char *text)
{
	return text_equal(text, "OK") || text_equal(text, "ERROR") || text_begins(text, "+CME ERROR:") ||
	       text_begins(text, "+CMS ERROR:");
}

static void take_line(struct line *l, uint64_t now_ns, const char *text)
{
	const struct line_request *r = &l->slot[l->current].request;

	if (under_way(l) && take_result(l, now_ns, text))
		return;
	if (under_way(l) && is_information(r, text)) {
		if (r->information)
			r->information(r->data, text);
	} else if (is_stray_result(text)) {
		l->dropped_count++; /* late, to one that timed out */
	} else {
		l->impl->urc(l->data, text);
	}
}

static void end_line(struct line *l, uint64_t now_ns)
{
	char text[LINE_TEXT_BYTES];
	size_t count = l->count;
	bool bad = l->bad;

	l->count = 0;
	l->bad = false;
	l->dropped_count += bad;
	if (bad || !count)
		return;
	__builtin_memcpy(text, l->text, count);
	text[count] = 0;
	take_line(l, now_ns, text);
}

/* TS 27.005 3.5.1: CR LF > space, and no line end: the payload, or a way out. */
static void take_prompt(struct line *l)
{
	const struct line_request *r = &l->slot[l->current].request;

	l->count = 0;
	if (l->state == LINE_WAITING && r->payload[0] && !l->prompted) {
		l->prompted = true;
		send(l, r->payload);
		send(l, CTRL_Z);
	} else {
		send(l, ESCAPE);
	}
}

/* What stood before a carriage return that no line feed follows was an echo or noise. */
static void drop_line(struct line *l)
{
	bool echo = under_way(l) && l->count && !l->bad;

	l->text[l->count] = 0;
	echo = echo && text_equal(l->text, l->slot[l->current].request.command);
	l->dropped_count += l->count > 0;
	l->count = 0;
	l->bad = false;
	if (echo && l->impl->echoed)
		l->impl->echoed(l->data);
}

static void receive_byte(struct line *l, uint64_t now_ns, char c)
{
	bool after_return = l->carriage_return;

	l->carriage_return = c == '\r';
	if (after_return && c == '\n') {
		end_line(l, now_ns);
		return;
	}
	if (after_return)
		drop_line(l);
	if (c == '\r')
		return;
	if ((unsigned char)c < 0x20 || c == 0x7f || l->count + 1 >= sizeof(l->text))
		l->bad = true;
	else
		l->text[l->count++] = c;
	if (l->count == 2 && !l->bad && l->text[0] == '>' && l->text[1] == ' ')
		take_prompt(l);
}

void line_receive(struct line *l, uint64_t now_ns, const char *bytes, size_t count)
{
	if (l->state == LINE_DEAF && count) {
		l->deadline_ns = now_ns + LINE_QUIET_MS * NS_PER_MS;
		if (l->deadline_ns > l->deaf_ns)
			l->deadline_ns = l->deaf_ns;
	}
	for (size_t i = 0; i < count; i++)
		receive_byte(l, now_ns, bytes[i]);
}

/*
 * Time.
 */

static void time_out(struct line *l, uint64_t now_ns)
{
	const struct line_request *r = &l->slot[l->current].request;

	l->timeout_count++;
	l->timeouts++;
	/* Said at the 1st, 2nd, 4th …: a modem that is off must not fill the console. */
	if ((l->timeouts & (l->timeouts - 1)) == 0)
		vdev_log(VDEV_LOG_WARN, "modem line: %s: no answer in %u ms (%u in a row)", r->command,
			r->timeout_ms, l->timeouts);
	/* It may stand in a prompt. */
	if (r->payload[0])
		send(l, ESCAPE);
	l->deaf_ns = now_ns + LINE_DEAF_MS * NS_PER_MS;
	l->deadline_ns = now_ns + LINE_QUIET_MS * NS_PER_MS;
	finish(l, LINE_DEAF, l->state == LINE_ABORTING ? LINE_ABORTED : LINE_TIMEOUT, 0);
	if (l->timeouts % LINE_LOST_TIMEOUTS == 0 && l->impl->lost)
		l->impl->lost(l->data);
}

void line_give_up(struct line *l, uint64_t now_ns, const void *data)
{
	bool current = under_way(l) && l->slot[l->current].request.data == data;

	line_cancel(l, now_ns, data);
	if (current && under_way(l))
		time_out(l, now_ns);
}

void line_tick(struct line *l, uint64_t now_ns)
{
	abort_if_outranked(l, now_ns);
	if (now_ns < l->deadline_ns)
		return;
	if (under_way(l)) {
		time_out(l, now_ns);
	} else if (l->state == LINE_DEAF) {
		l->state = LINE_IDLE;
		l->deadline_ns = LINE_NEVER;
		send_next(l, now_ns);
	}
}

uint64_t line_deadline(const struct line *l)
{
	if (l->state == LINE_WAITING && l->slot[l->current].request.abortable && outranked(l) &&
		abort_due(l) < l->deadline_ns)
		return abort_due(l);
	return l->deadline_ns;
}
