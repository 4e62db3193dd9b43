#include <errno.h>
#include "examples/handset/call/phone_int.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

#define STEP_TIMEOUT_MS 1000
#define STEP_PAUSE_NS	(500 * NS_PER_MS)
#define POLL_SIGNAL_NS	(60000 * NS_PER_MS)
#define TIMEOUTS_MAX	3

static void step_done(void *data, enum at_result result, const char *line);
static void carrier_done(void *data, enum at_result result, const char *line);
static void wide_done(void *data, enum at_result result, const char *line);
static void voice_done(void *data, enum at_result result, const char *line);
static void signal_done(void *data, enum at_result result, const char *line);

/* required: without it there are no calls; what the others would tell is then not shown. */
static const struct {
	const char *command;
	at_done also;
	bool required;
	at_information information;
} steps[] = {
	{"ATE0", NULL, true, NULL},
	{"ATV1", NULL, true, NULL},
	{"AT+CMEE=1", NULL, false, NULL},
	{"AT+CSCS=\"UTF-8\"", NULL, false, NULL}, /* names in +CLIP (TS 27.007 5.5) */
	{"AT+CLIP=1", NULL, true, NULL},
	{"AT+CCWA=1", NULL, false, NULL}, /* waiting calls (TS 27.007 7.12) */
	{"AT+CRC=0", NULL, false, NULL},  /* RING, not +CRING: … (TS 27.007 6.11) */
	{"AT+CPCMFRM=1", wide_done, false, NULL},
	{"AT+CPCMREG=1", voice_done, false, NULL},
	{"AT+COPS=3,0", NULL, false, NULL},
	{"AT+COPS?", carrier_done, false, NULL},
	{"AT+CSQ", signal_done, false, NULL},
	{"AT+CLCC", phone_roster_done, false, phone_roster_line},
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
	p->fresh.count = 0;
	p->step_ns = p->now_ns + pause_ns;
}

static void next_step(struct phone *p)
{
	if (p->step < STEP_COUNT) {
		(void)at_query(&p->at, p->now_ns, steps[p->step].command, STEP_TIMEOUT_MS,
			steps[p->step].information, step_done);
		return;
	}
	p->ready = true;
	p->lost = p->dismissed = false;
	p->signal_ns = p->now_ns + POLL_SIGNAL_NS;
	log_line("call: modem ready, carrier %s, signal %d of 4", p->carrier[0] ? p->carrier : "unknown",
		p->signal_bars);
	phone_calls_ready(p);
	phone_show_idle(p);
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

/* Whatever call it had is over for us; the user is told. */
static void lose_modem(struct phone *p)
{
	p->lost = true;
	p->refreshing = p->refresh_again = false;
	begin_bring_up(p, STEP_PAUSE_NS);
	phone_calls_lost(p);
	phone_show_idle(p);
}

/* It no longer answers: after the first time-out it is asked again at once. */
void phone_check_alive(struct phone *p, enum at_result result)
{
	if (result != AT_RESULT_TIMEOUT || !p->ready)
		return;
	p->signal_ns = p->now_ns;
	if (p->at.timeouts < TIMEOUTS_MAX)
		return;
	log_line("call: modem lost after %u time-outs", p->at.timeouts);
	lose_modem(p);
}

void phone_modem_reset(struct phone *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	if (!p->ready)
		return;
	log_line("call: modem lost: it has started anew");
	lose_modem(p);
}

void phone_line_back(struct phone *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	if (!p->ready)
		return;
	p->refreshing = p->refresh_again = false;
	begin_bring_up(p, 0);
}

static void signal_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;
	int level = result == AT_RESULT_OK ? field_number(line, 0)
					   : -1; /* 0 to 31, 99: unknown (TS 27.007 8.5) */

	phone_check_alive(p, result);
	p->signal_bars = level < 0 || level > 31 ? -1
			 : level < 2		 ? 0
			 : level < 10		 ? 1
			 : level < 15		 ? 2
			 : level < 20		 ? 3
						 : 4;
	p->impl->shown(p->data);
}

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

static void take_ccwa(struct phone *p, const char *line)
{
	char number[48], name[48];

	/* +CCWA: <number>,<type>,<class>,<alpha> (TS 27.007 7.12) */
	if (!phone_field(line, 0, number, sizeof(number)))
		return;
	if (!phone_field(line, 3, name, sizeof(name)))
		name[0] = 0;
	phone_waiting(p, number, name);
}

static void take_ring(struct phone *p)
{
	/* One that crossed our hanging up is no new call; in a call, the one who waited is alone now. */
	if (p->hanging_up || p->emergency[0])
		return;
	if (p->call.info.state == PL_CALL_ACTIVE)
		phone_refresh(p);
	else
		phone_event(p, CALL_RING);
}

static void at_urc(void *data, const char *line)
{
	struct phone *p = data;

	if (!strcmp(line, "RING") || !strncmp(line, "+CRING:", 7)) {
		take_ring(p);
	} else if (!strncmp(line, "+CLIP:", 6)) {
		take_clip(p, line);
	} else if (!strncmp(line, "+CCWA:", 6)) {
		take_ccwa(p, line);
	} else if (!strcmp(line, "NO CARRIER")) {
		phone_ended(p, CALL_REMOTE_END);
	} else if (!strcmp(line, "NO ANSWER")) {
		phone_ended(p, CALL_NO_ANSWER);
	} else if (!strcmp(line, "BUSY")) {
		phone_ended(p, CALL_BUSY);
	} else if (!strncmp(line, "+CMTI:", 6)) {
		log_line("call: a message has come: %s", line);
		if (p->call.info.state == PL_CALL_ACTIVE || p->dialler.open)
			phone_say(p, "New message");
	} else if (!strcmp(line, "RDY") || !strcmp(line, "^SYSSTART")) {
		phone_modem_reset(p, p->now_ns); /* as two families of modems say that they have */
	}
}

static void at_send(void *data, const char *bytes, size_t count)
{
	struct phone *p = data;

	p->impl->send(p->data, bytes, count);
}

static const struct at_impl at_impl = {at_send, at_urc};

/*
 * Time.
 */

void phone_init(struct phone *p, const struct phone_impl *impl, void *data)
{
	memset(p, 0, sizeof(*p));
	p->impl = impl;
	p->data = data;
	p->signal_bars = -1;
	p->step_ns = p->poll_ns = p->signal_ns = p->redial_ns = p->note_ns = p->dialler.zero_ns = AT_NEVER;
	p->why = CALL_EVENT_COUNT;
	at_init(&p->at, &at_impl, p);
	call_init(&p->call, &phone_call_impl, p);
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

/* Not while a call is being made: it wants the line. */
static void poll_signal(struct phone *p)
{
	p->signal_ns =
		p->now_ns + (p->call.info.state == PL_CALL_ACTIVE ? POLL_SIGNAL_NS / 6 : POLL_SIGNAL_NS);
	if (p->call.info.state != PL_CALL_DIALING)
		(void)command(p, "AT+CSQ", COMMAND_TIMEOUT_MS, signal_done);
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
	phone_calls_tick(p);
	if (p->ready && now_ns >= p->signal_ns)
		poll_signal(p);
}

uint64_t phone_deadline(const struct phone *p)
{
	uint64_t due = at_deadline(&p->at), call = call_deadline(&p->call);

	due = call < due ? call : due;
	call = phone_calls_deadline(p);
	due = call < due ? call : due;
	due = p->step_ns < due ? p->step_ns : due;
	return p->ready && p->signal_ns < due ? p->signal_ns : due;
}
