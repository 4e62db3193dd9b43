#include <errno.h>
#include "examples/handset/call/phone.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS	   1000000ull
#define STEP_TIMEOUT_MS	   1000
#define COMMAND_TIMEOUT_MS 3000
#define ANSWER_TIMEOUT_MS  15000
#define STEP_PAUSE_NS	   (500 * NS_PER_MS)
#define POLL_IDLE_NS	   (60000 * NS_PER_MS)
#define POLL_DIALING_NS	   (1000 * NS_PER_MS)
#define POLL_ACTIVE_NS	   (10000 * NS_PER_MS)
#define TIMEOUTS_MAX	   3

static void step_done(void *data, enum at_result result, const char *line);
static void carrier_done(void *data, enum at_result result, const char *line);
static void wide_done(void *data, enum at_result result, const char *line);
static void voice_done(void *data, enum at_result result, const char *line);
static void signal_done(void *data, enum at_result result, const char *line);
static void calls_done(void *data, enum at_result result, const char *line);

/* required: without it there are no calls; what the others would tell is then not shown. */
static const struct {
	const char *command;
	at_done also;
	bool required;
} steps[] = {
	{"ATE0", NULL, true},
	{"ATV1", NULL, true},
	{"AT+CMEE=1", NULL, false},
	{"AT+CSCS=\"UTF-8\"", NULL, false}, /* names in +CLIP (TS 27.007 5.5) */
	{"AT+CLIP=1", NULL, true},
	{"AT+CRC=0", NULL, false}, /* RING, not +CRING: … (TS 27.007 6.11) */
	{"AT+CPCMFRM=1", wide_done, false},
	{"AT+CPCMREG=1", voice_done, false},
	{"AT+COPS=3,0", NULL, false},
	{"AT+COPS?", carrier_done, false},
	{"AT+CSQ", signal_done, false},
	{"AT+CLCC", calls_done, false},
};
#define STEP_COUNT (sizeof(steps) / sizeof(steps[0]))

bool phone_field(const char *line, unsigned index, char *to, size_t bytes)
{
	const char *t = strchr(line, ':');
	size_t count = 0;
	bool quoted = false;

	if (!t)
		return false;
	for (t++; *t && index; t++) {
		quoted ^= *t == '"';
		index -= *t == ',' && !quoted;
	}
	if (index)
		return false;
	for (quoted = false; *t && (quoted || *t != ','); t++) {
		if (*t == '"')
			quoted = !quoted;
		else if ((quoted || *t != ' ') && count + 1 < bytes)
			to[count++] = *t;
	}
	to[count] = 0;
	return true;
}

/* A small number, or -1. */
static int field_number(const char *line, unsigned index)
{
	char text[8];
	int value = 0;

	if (!phone_field(line, index, text, sizeof(text)) || !text[0])
		return -1;
	for (const char *t = text; *t; t++) {
		if (*t < '0' || *t > '9')
			return -1;
		value = value * 10 + (*t - '0');
	}
	return value;
}

static int command(struct phone *p, const char *text, uint32_t timeout_ms, at_done done)
{
	return at_command(&p->at, p->now_ns, text, timeout_ms, done);
}

/*
 * Bringing the modem up.
 */

static void begin_bring_up(struct phone *p, uint64_t pause_ns)
{
	p->ready = false;
	p->step = 0;
	p->step_ns = p->now_ns + pause_ns;
}

static void next_step(struct phone *p)
{
	if (p->step < STEP_COUNT) {
		(void)command(p, steps[p->step].command, STEP_TIMEOUT_MS, step_done);
		return;
	}
	p->ready = true;
	p->hanging_up = false;
	p->poll_ns = p->now_ns + POLL_IDLE_NS;
	log_line("call: modem ready, carrier %s, signal %d of 4", p->carrier[0] ? p->carrier : "unknown",
		p->signal_bars);
}

static void step_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;
	unsigned step = p->step;

	if (result == AT_RESULT_TIMEOUT) {
		begin_bring_up(p, STEP_PAUSE_NS);
		return;
	}
	if (result != AT_RESULT_OK && steps[step].required) {
		log_line("call: modem refuses %s: no calls until it takes it", steps[step].command);
		begin_bring_up(p, 10 * STEP_PAUSE_NS);
		return;
	}
	p->step++;
	if (steps[step].also)
		steps[step].also(data, result, line);
	next_step(p);
}

/* Voice on a line of its own, as SIMCom's modules have it; 8 kHz is what a modem without wide voice has. */
static void wide_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	p->voice_rate = result == AT_RESULT_OK ? 16000 : 8000;
}

static void voice_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	if (result != AT_RESULT_OK)
		p->voice_rate = 0;
	p->impl->shown(p->data);
}

static void carrier_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	/* +COPS: <mode>[,<format>,<oper>] (TS 27.007 7.3) */
	if (result == AT_RESULT_OK && !phone_field(line, 2, p->carrier, sizeof(p->carrier)))
		p->carrier[0] = 0;
	p->impl->shown(p->data);
}

/* The modem no longer answers: whatever call it had is over for us. */
static void check_alive(struct phone *p, enum at_result result)
{
	if (result != AT_RESULT_TIMEOUT || !p->ready || p->at.timeouts < TIMEOUTS_MAX)
		return;
	log_line("call: modem lost after %u time-outs", p->at.timeouts);
	call_handle(&p->call, p->now_ns, CALL_LOST);
	begin_bring_up(p, STEP_PAUSE_NS);
}

static void signal_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;
	int level = result == AT_RESULT_OK ? field_number(line, 0)
					   : -1; /* 0 to 31, 99: unknown (TS 27.007 8.5) */

	check_alive(p, result);
	p->signal_bars = level < 0 || level > 31 ? -1
			 : level < 2		 ? 0
			 : level < 10		 ? 1
			 : level < 15		 ? 2
			 : level < 20		 ? 3
						 : 4;
	p->impl->shown(p->data);
}

/* +CLCC: <id>,<dir>,<stat>,… (TS 27.007 7.18); no line: no call. */
static void calls_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;
	int stat = field_number(line, 2);

	check_alive(p, result);
	if (result != AT_RESULT_OK || p->hanging_up)
		return;
	if (stat == 0 && (p->call.info.state == PL_CALL_IDLE || p->call.info.state == PL_CALL_DIALING)) {
		if (p->call.info.state == PL_CALL_IDLE)
			(void)phone_field(line, 5, p->call.info.number, sizeof(p->call.info.number));
		call_handle(
			&p->call, p->now_ns, p->call.info.state == PL_CALL_IDLE ? CALL_FOUND : CALL_ANSWERED);
	}
	if (!line[0] && (p->call.info.state == PL_CALL_ACTIVE || p->call.info.state == PL_CALL_DIALING))
		call_handle(&p->call, p->now_ns, CALL_LOST);
}

/*
 * What the call wants of the modem.
 */

static void answer_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	check_alive(p, result);
	call_handle(&p->call, p->now_ns, result == AT_RESULT_OK ? CALL_ANSWERED : CALL_FAILED);
}

static void call_answer(void *data)
{
	struct phone *p = data;

	if (command(p, "ATA", ANSWER_TIMEOUT_MS, answer_done))
		call_handle(&p->call, p->now_ns, CALL_FAILED);
}

static void last_hang_up_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	p->hanging_up = false;
	if (result != AT_RESULT_OK)
		log_line("call: modem does not hang up: %s", at_result_str(result));
	check_alive(p, result);
}

/* Not every modem has +CHUP. */
static void hang_up_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	if (result == AT_RESULT_OK || command(p, "ATH", COMMAND_TIMEOUT_MS, last_hang_up_done))
		last_hang_up_done(data, result, line);
}

static void call_hang_up(void *data)
{
	struct phone *p = data;

	p->hanging_up = command(p, "AT+CHUP", COMMAND_TIMEOUT_MS, hang_up_done) == 0;
}

static void dial_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	check_alive(p, result);
	if (result != AT_RESULT_OK)
		call_handle(&p->call, p->now_ns, CALL_FAILED);
}

static void call_dial_number(void *data, const char *number)
{
	struct phone *p = data;
	char text[AT_COMMAND_BYTES];

	format_print(text, sizeof(text), "ATD%s;", number);
	if (command(p, text, ANSWER_TIMEOUT_MS, dial_done))
		call_handle(&p->call, p->now_ns, CALL_FAILED);
}

static void call_changed(void *data, enum pl_call_state old, const char *reason)
{
	struct phone *p = data;

	if (p->call.info.state != old) {
		p->digits[0] = 0;
		p->mute_wish = false;
		p->poll_ns = p->now_ns + (p->call.info.state == PL_CALL_DIALING		? POLL_DIALING_NS
						 : p->call.info.state == PL_CALL_ACTIVE ? POLL_ACTIVE_NS
											: POLL_IDLE_NS);
	}
	p->impl->changed(p->data, old, reason);
}

static const struct call_impl call_impl = {call_answer, call_hang_up, call_dial_number, call_changed};

/*
 * What the modem says.
 */

static void take_clip(struct phone *p, const char *line)
{
	char number[48], name[48];

	/* +CLIP: <number>,<type>,<subaddr>,<satype>,<alpha> (TS 27.007 7.11) */
	if (!phone_field(line, 0, number, sizeof(number)))
		return;
	if (!phone_field(line, 4, name, sizeof(name)))
		name[0] = 0;
	call_set_caller(&p->call, number, name);
}

static void at_urc(void *data, const char *line)
{
	struct phone *p = data;

	if (!strcmp(line, "RING") || !strncmp(line, "+CRING:", 7)) {
		/* One that crossed our hanging up is no new call. */
		if (!p->hanging_up)
			call_handle(&p->call, p->now_ns, CALL_RING);
	} else if (!strncmp(line, "+CLIP:", 6)) {
		take_clip(p, line);
	} else if (!strcmp(line, "NO CARRIER") || !strcmp(line, "NO ANSWER")) {
		call_handle(&p->call, p->now_ns, CALL_REMOTE_END);
	} else if (!strcmp(line, "BUSY")) {
		call_handle(&p->call, p->now_ns, CALL_BUSY);
	}
}

static void at_send(void *data, const char *bytes, size_t count)
{
	struct phone *p = data;

	p->impl->send(p->data, bytes, count);
}

static const struct at_impl at_impl = {at_send, at_urc};

/*
 * Keys.
 */

/* The tone of a key, or 0. */
static char tone_of(uint16_t code)
{
	if (code >= 2 && code <= 11) /* KEY_1 to KEY_9, KEY_0 */
		return "1234567890"[code - 2];
	if (code >= 0x200 && code <= 0x20b) /* KEY_NUMERIC_0 … _STAR, _POUND */
		return "0123456789*#"[code - 0x200];
	return code == 55 ? '*' : 0; /* KEY_KPASTERISK */
}

static void send_tone(struct phone *p, char tone)
{
	char text[16];
	size_t count = strlen(p->digits);

	format_print(text, sizeof(text), "AT+VTS=%c", tone);
	if (command(p, text, COMMAND_TIMEOUT_MS, NULL))
		return;
	/* The newest ones are shown. */
	if (count + 1 == sizeof(p->digits))
		memmove(p->digits, p->digits + 1, count--);
	p->digits[count] = tone;
	p->digits[count + 1] = 0;
	p->impl->shown(p->data);
}

static void mute_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	if (result == AT_RESULT_OK)
		call_set_muted(&p->call, p->mute_wish);
	else
		p->mute_wish = (p->call.info.flags & PL_CALL_FLAG_MUTED) != 0;
}

static void toggle_mute(struct phone *p)
{
	bool wish = !p->mute_wish;

	if (!command(p, wish ? "AT+CMUT=1" : "AT+CMUT=0", COMMAND_TIMEOUT_MS, mute_done))
		p->mute_wish = wish;
}

void phone_key(struct phone *p, uint64_t now_ns, uint16_t code, bool down)
{
	p->now_ns = now_ns;
	if (!down)
		return;
	if (code == KEY_PICKUP_PHONE)
		call_handle(&p->call, now_ns, CALL_ANSWER_KEY);
	else if (code == KEY_HANGUP_PHONE)
		call_handle(&p->call, now_ns, CALL_END_KEY);
	else if (p->call.info.state != PL_CALL_ACTIVE)
		return;
	else if (code == KEY_UP || code == KEY_MUTE)
		toggle_mute(p);
	else if (tone_of(code))
		send_tone(p, tone_of(code));
}

int phone_dial(struct phone *p, uint64_t now_ns, const char *number)
{
	p->now_ns = now_ns;
	return p->ready ? call_dial(&p->call, now_ns, number) : -ENODEV;
}

/*
 * Time.
 */

void phone_init(struct phone *p, const struct phone_impl *impl, void *data)
{
	memset(p, 0, sizeof(*p));
	p->impl = impl;
	p->data = data;
	p->signal_bars = -1;
	p->step_ns = p->poll_ns = AT_NEVER;
	at_init(&p->at, &at_impl, p);
	call_init(&p->call, &call_impl, p);
}

void phone_start(struct phone *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	begin_bring_up(p, 0);
	phone_tick(p, now_ns);
}

void phone_receive(struct phone *p, uint64_t now_ns, const char *bytes, size_t count)
{
	p->now_ns = now_ns;
	at_receive(&p->at, now_ns, bytes, count);
}

static void poll_modem(struct phone *p)
{
	bool calling = p->call.info.state == PL_CALL_DIALING || p->call.info.state == PL_CALL_ACTIVE;

	if (calling)
		(void)command(p, "AT+CLCC", COMMAND_TIMEOUT_MS, calls_done);
	if (p->call.info.state != PL_CALL_DIALING)
		(void)command(p, "AT+CSQ", COMMAND_TIMEOUT_MS, signal_done);
	p->poll_ns = p->now_ns + (p->call.info.state == PL_CALL_DIALING ? POLL_DIALING_NS
					 : calling			? POLL_ACTIVE_NS
									: POLL_IDLE_NS);
}

void phone_tick(struct phone *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	at_tick(&p->at, now_ns);
	call_tick(&p->call, now_ns);
	if (now_ns >= p->step_ns) {
		p->step_ns = AT_NEVER;
		next_step(p);
	}
	if (p->ready && now_ns >= p->poll_ns)
		poll_modem(p);
}

uint64_t phone_deadline(const struct phone *p)
{
	uint64_t due = at_deadline(&p->at), call = call_deadline(&p->call);

	due = call < due ? call : due;
	due = p->step_ns < due ? p->step_ns : due;
	return p->ready && p->poll_ns < due ? p->poll_ns : due;
}
