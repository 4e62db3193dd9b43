#include <errno.h>
#include "examples/handset/call/at.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS 1000000ull

const char *at_state_str(enum at_state state)
{
	static const char *const names[] = {"idle", "waiting", "deaf"};

	return state <= AT_DEAF ? names[state] : "?";
}

const char *at_result_str(enum at_result result)
{
	static const char *const names[] = {"ok", "error", "no carrier", "time-out"};

	return result <= AT_RESULT_TIMEOUT ? names[result] : "?";
}

void at_init(struct at *at, const struct at_impl *impl, void *data)
{
	memset(at, 0, sizeof(*at));
	at->impl = impl;
	at->data = data;
	at->deadline_ns = AT_NEVER;
}

static void send_first(struct at *at, uint64_t now_ns)
{
	const struct at_queued *q = &at->queue[at->first];
	char text[AT_COMMAND_BYTES + 1];
	size_t count = strlen(q->text);

	if (at->state != AT_IDLE || !at->count)
		return;
	memcpy(text, q->text, count);
	text[count++] = '\r';
	at->information[0] = 0;
	at->state = AT_WAITING;
	at->deadline_ns = now_ns + q->timeout_ms * NS_PER_MS;
	at->impl->send(at->data, text, count);
}

static bool valid(const char *text)
{
	size_t count = 0;

	for (; text[count]; count++)
		if ((uint8_t)text[count] < 0x20)
			return false;
	return count > 0 && count < AT_COMMAND_BYTES;
}

/* Behind what is under way and what is urgent too. */
static struct at_queued *place(struct at *at, bool urgent)
{
	unsigned index = at->count;

	if (urgent)
		for (index = at->state == AT_WAITING; index < at->count; index++)
			if (!at->queue[(at->first + index) % AT_QUEUE_COUNT].urgent)
				break;
	for (unsigned i = at->count; i > index; i--)
		at->queue[(at->first + i) % AT_QUEUE_COUNT] = at->queue[(at->first + i - 1) % AT_QUEUE_COUNT];
	return &at->queue[(at->first + index) % AT_QUEUE_COUNT];
}

static int submit(struct at *at, uint64_t now_ns, const struct at_queued *command, const char *text)
{
	struct at_queued *q;

	if (!valid(text)) {
		log_line("at: command of %zu bytes refused: limit %d, printable only", strlen(text),
			AT_COMMAND_BYTES - 1);
		return -EINVAL;
	}
	if (at->count == AT_QUEUE_COUNT) {
		log_line("at: %s refused: %d commands wait already", text, AT_QUEUE_COUNT);
		return -ENOSPC;
	}
	q = place(at, command->urgent);
	*q = *command;
	memcpy(q->text, text, strlen(text) + 1);
	at->count++;
	send_first(at, now_ns);
	return 0;
}

int at_command(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms, at_done done)
{
	const struct at_queued command = {.timeout_ms = timeout_ms, .done = done};

	return submit(at, now_ns, &command, text);
}

int at_query(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms,
	at_information information, at_done done)
{
	const struct at_queued command = {.timeout_ms = timeout_ms, .information = information, .done = done};

	return submit(at, now_ns, &command, text);
}

int at_urgent(struct at *at, uint64_t now_ns, const char *text, uint32_t timeout_ms, at_done done)
{
	const struct at_queued command = {.timeout_ms = timeout_ms, .urgent = true, .done = done};

	return submit(at, now_ns, &command, text);
}

/* The command is taken from the queue before its owner hears of it, who may queue others. */
static void finish(struct at *at, enum at_result result)
{
	const struct at_queued q = at->queue[at->first];
	char information[AT_LINE_BYTES];

	memcpy(information, at->information, sizeof(information));
	at->first = (at->first + 1) % AT_QUEUE_COUNT;
	at->count--;
	if (q.done)
		q.done(at->data, result, information);
}

static void finish_answered(struct at *at, uint64_t now_ns, enum at_result result)
{
	at->state = AT_IDLE;
	at->deadline_ns = AT_NEVER;
	at->timeouts = 0;
	/* Its owner's commands queue up behind the others: nothing is sent before. */
	finish(at, result);
	send_first(at, now_ns);
}

static bool begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* ATA and ATD end with these when the call does not come about (V.250 6.3.1); to others they are unsolicited. */
static bool is_call_end(const char *line)
{
	return !strcmp(line, "NO CARRIER") || !strcmp(line, "BUSY") || !strcmp(line, "NO ANSWER");
}

static bool makes_call(const char *command)
{
	return begins(command, "ATA") || begins(command, "ATD");
}

static bool take_result(struct at *at, uint64_t now_ns, const char *line)
{
	const char *command = at->queue[at->first].text;

	if (!strcmp(line, "OK"))
		finish_answered(at, now_ns, AT_RESULT_OK);
	else if (!strcmp(line, "ERROR") || begins(line, "+CME ERROR:") || begins(line, "+CMS ERROR:"))
		finish_answered(at, now_ns, AT_RESULT_ERROR);
	else if (is_call_end(line) && makes_call(command))
		finish_answered(at, now_ns, AT_RESULT_NO_CARRIER);
	else
		return false;
	return true;
}

/* "+CSQ: …" answers AT+CSQ; any other line with a plus is unsolicited. */
static bool is_information(const char *command, const char *line)
{
	const char *name = command + 2; /* behind AT */
	size_t count = 0;

	if (name[0] != '+' || line[0] != '+')
		return false;
	while (name[count] && name[count] != '=' && name[count] != '?')
		count++;
	return !strncmp(name, line, count) && line[count] == ':';
}

static void take_line(struct at *at, uint64_t now_ns, const char *line)
{
	if (at->state == AT_WAITING && take_result(at, now_ns, line))
		return;
	if (at->state == AT_WAITING && is_information(at->queue[at->first].text, line)) {
		memcpy(at->information, line, strlen(line) + 1);
		if (at->queue[at->first].information)
			at->queue[at->first].information(at->data, line);
		return;
	}
	/* A late answer to a command that timed out. */
	if (!strcmp(line, "OK") || !strcmp(line, "ERROR") || begins(line, "+CME ERROR:")) {
		at->dropped_count++;
		return;
	}
	at->impl->urc(at->data, line);
}

static void end_line(struct at *at, uint64_t now_ns)
{
	char line[AT_LINE_BYTES];
	size_t count = at->line_count;
	bool bad = at->line_bad;

	at->line_count = 0;
	at->line_bad = false;
	if (bad)
		at->dropped_count++;
	if (bad || !count)
		return;
	memcpy(line, at->line, count);
	line[count] = 0;
	take_line(at, now_ns, line);
}

/* What stood before a carriage return that no line feed follows was an echo or noise. */
static void drop_line(struct at *at)
{
	at->dropped_count += at->line_count > 0;
	at->line_count = 0;
	at->line_bad = false;
}

static void receive_byte(struct at *at, uint64_t now_ns, char c)
{
	bool after_return = at->carriage_return;

	at->carriage_return = c == '\r';
	if (after_return && c == '\n') {
		end_line(at, now_ns);
		return;
	}
	if (after_return)
		drop_line(at);
	if (c == '\r')
		return;
	if ((uint8_t)c < 0x20 || c == 0x7f || at->line_count + 1 >= AT_LINE_BYTES)
		at->line_bad = true;
	else
		at->line[at->line_count++] = c;
}

void at_receive(struct at *at, uint64_t now_ns, const char *bytes, size_t count)
{
	if (at->state == AT_DEAF && count) {
		at->deadline_ns = now_ns + AT_QUIET_MS * NS_PER_MS;
		if (at->deadline_ns > at->deaf_ns)
			at->deadline_ns = at->deaf_ns;
	}
	for (size_t i = 0; i < count; i++)
		receive_byte(at, now_ns, bytes[i]);
}

void at_tick(struct at *at, uint64_t now_ns)
{
	if (now_ns < at->deadline_ns)
		return;
	if (at->state == AT_WAITING) {
		at->state = AT_DEAF;
		at->deaf_ns = now_ns + AT_DEAF_MS * NS_PER_MS;
		at->deadline_ns = now_ns + AT_QUIET_MS * NS_PER_MS;
		/* Said at the 1st, 2nd, 4th …: a modem that is off must not fill the console. */
		at->timeouts++;
		if ((at->timeouts & (at->timeouts - 1)) == 0)
			log_line("at: %s: no answer in %u ms (%u in a row)", at->queue[at->first].text,
				at->queue[at->first].timeout_ms, at->timeouts);
		finish(at, AT_RESULT_TIMEOUT);
	} else if (at->state == AT_DEAF) {
		at->state = AT_IDLE;
		at->deadline_ns = AT_NEVER;
		send_first(at, now_ns);
	}
}

uint64_t at_deadline(const struct at *at)
{
	return at->deadline_ns;
}
