/* Telephony's calls: the one in the foreground (call.h), and those beside it, as +CLCC tells them (roster.h). */
#include <errno.h>
#include "examples/handset/call/phone_int.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/log.h"
#include "frontends/rtos/mem.h"

#define POLL_IDLE_NS (60000 * NS_PER_MS)
#define POLL_DIALING_NS                                                                                      \
	(1000 * NS_PER_MS) /* who waits may give up, and nothing says so: so also with several */
#define POLL_ACTIVE_NS (10000 * NS_PER_MS)
#define NOTE_NS	       (3000 * NS_PER_MS)
#define REDIAL_NS      (1000 * NS_PER_MS)
#define NO_EVENT       CALL_EVENT_COUNT

static enum pl_call_state state_of(const struct phone *p)
{
	return (enum pl_call_state)p->call.info.state;
}

static int urgent(struct phone *p, const char *text, uint32_t timeout_ms, at_done done)
{
	return at_urgent(&p->at, p->now_ns, text, timeout_ms, done);
}

/*
 * What is said on the screen.
 */

void phone_say(struct phone *p, const char *note)
{
	format_print(p->note, sizeof(p->note), "%s", note);
	p->note_ns = p->now_ns + NOTE_NS;
	p->impl->shown(p->data);
}

static const char *note_of(const struct phone *p, enum call_event event, enum pl_call_state old)
{
	switch (event) {
	case CALL_BUSY: return "Line busy";
	case CALL_NO_ANSWER: return "No answer";
	case CALL_FAILED: return "Call failed";
	case CALL_LOST: return p->lost ? "Modem lost" : "Connection lost";
	case CALL_REMOTE_END: return old == PL_CALL_DIALING ? "No connection" : "Call ended";
	default: return "Call ended";
	}
}

/*
 * The state machine's wishes.
 */

static void answer_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	phone_check_alive(p, result);
	phone_event(p, result == AT_RESULT_OK ? CALL_ANSWERED : CALL_FAILED);
}

static void call_answer(void *data)
{
	struct phone *p = data;

	if (urgent(p, "ATA", ANSWER_TIMEOUT_MS, answer_done))
		phone_event(p, CALL_FAILED);
}

static void last_hang_up_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	p->hanging_up = false;
	if (result != AT_RESULT_OK)
		log_line("call: modem does not hang up: %s", at_result_str(result));
	phone_check_alive(p, result);
	if (state_of(p) == PL_CALL_ACTIVE)
		phone_refresh(p);
}

/* Not every modem has +CHUP. */
static void hang_up_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	if (result == AT_RESULT_OK || urgent(p, "ATH", COMMAND_TIMEOUT_MS, last_hang_up_done))
		last_hang_up_done(data, result, line);
}

static void call_hang_up(void *data)
{
	struct phone *p = data;

	p->hanging_up = urgent(p, "AT+CHUP", COMMAND_TIMEOUT_MS, hang_up_done) == 0;
}

static void dial_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	phone_check_alive(p, result);
	if (result != AT_RESULT_OK)
		phone_ended(p, CALL_FAILED);
}

/* The modem has taken the number, or it is given it once more: the user alone gives up. */
static void emergency_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	phone_check_alive(p, result);
	if (result == AT_RESULT_OK)
		p->emergency[0] = 0;
	else if (p->emergency[0])
		p->redial_ns = p->now_ns + REDIAL_NS;
}

static void call_dial_number(void *data, const char *number)
{
	struct phone *p = data;
	char text[AT_COMMAND_BYTES];

	format_print(text, sizeof(text), "ATD%s;", number);
	if (p->emergency[0]) {
		if (p->ready && urgent(p, text, ANSWER_TIMEOUT_MS, emergency_done))
			p->redial_ns = p->now_ns + REDIAL_NS;
	} else if (urgent(p, text, ANSWER_TIMEOUT_MS, dial_done)) {
		phone_event(p, CALL_FAILED);
	}
}

static bool call_emergency(void *data, const char *number)
{
	struct phone *p = data;

	return p->impl->emergency && p->impl->emergency(p->data, number);
}

/* What a new state brings with it for telephony. */
static void entered(struct phone *p, enum pl_call_state old)
{
	enum pl_call_state now = state_of(p);

	p->digits[0] = 0;
	p->mute_wish = p->on_hold = p->resuming = false;
	if (now != PL_CALL_ACTIVE)
		p->note[0] = 0;
	if (now == PL_CALL_ENDED)
		format_print(p->note, sizeof(p->note), "%s", note_of(p, p->event, old));
	p->note_ns = now == PL_CALL_ACTIVE ? p->note_ns : AT_NEVER;
	if (now == PL_CALL_RINGING || now == PL_CALL_DIALING)
		p->incoming = now == PL_CALL_RINGING;
	if (now != PL_CALL_ACTIVE && now != PL_CALL_DIALING) {
		p->roster.count = 0;
		p->why = NO_EVENT;
	}
	if (now != PL_CALL_IDLE)
		phone_dialler_close(p);
	else
		p->call.info.flags |= phone_idle_flags(p);
}

static uint64_t poll_interval(const struct phone *p)
{
	if (state_of(p) == PL_CALL_DIALING || (state_of(p) == PL_CALL_ACTIVE && phone_several(p)))
		return POLL_DIALING_NS;
	return state_of(p) == PL_CALL_ACTIVE ? POLL_ACTIVE_NS : POLL_IDLE_NS;
}

static void call_changed(void *data, enum pl_call_state old, const char *reason)
{
	struct phone *p = data;

	if (state_of(p) != old) {
		entered(p, old);
		p->poll_ns = p->now_ns + poll_interval(p);
	}
	p->impl->changed(p->data, old, reason);
}

const struct call_impl phone_call_impl = {
	call_answer, call_hang_up, call_dial_number, call_changed, call_emergency};

void phone_event(struct phone *p, enum call_event event)
{
	p->event = event;
	call_handle(&p->call, p->now_ns, event);
}

/*
 * Several calls.
 */

/* What is known of the first call goes into the roster before the second one does. */
static void seed(struct phone *p)
{
	const struct pl_call_info *info = &p->call.info;
	struct party *party = &p->roster.party[0];

	if (p->roster.count || info->state != PL_CALL_ACTIVE)
		return;
	*party = (struct party){.stat = PARTY_ACTIVE, .incoming = p->incoming, .since_ns = p->call.since_ns};
	memcpy(party->number, info->number, sizeof(party->number));
	memcpy(party->name, info->name, sizeof(party->name));
	p->roster.count = 1;
}

bool phone_several(const struct phone *p)
{
	return p->roster.count > 1;
}

static bool has(const struct phone *p, enum party_stat stat)
{
	return roster_find(&p->roster, stat) != NULL;
}

void phone_refresh(struct phone *p)
{
	seed(p);
	if (p->refreshing || !p->ready) {
		p->refresh_again = p->refreshing;
		return;
	}
	p->fresh.count = 0;
	p->refreshing = at_query(&p->at, p->now_ns, "AT+CLCC", COMMAND_TIMEOUT_MS, phone_roster_line,
				phone_roster_done) == 0;
}

void phone_waiting(struct phone *p, const char *number, const char *name)
{
	if (state_of(p) != PL_CALL_ACTIVE)
		return;
	seed(p);
	roster_wait(&p->roster, number, name);
	call_set_flags(&p->call, PL_CALL_FLAG_WAITING, PL_CALL_FLAG_WAITING, "another one waits");
	phone_refresh(p);
}

void phone_ended(struct phone *p, enum call_event event)
{
	/* What ended was in its way. */
	if (p->emergency[0])
		return;
	if (!phone_several(p) || (state_of(p) != PL_CALL_ACTIVE && state_of(p) != PL_CALL_DIALING)) {
		phone_event(p, event);
		return;
	}
	p->why = event;
	phone_refresh(p);
}

static void hold_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;

	(void)line;
	p->resuming = false;
	phone_check_alive(p, result);
	if (result != AT_RESULT_OK && state_of(p) == PL_CALL_ACTIVE)
		phone_say(p, "Not possible now");
	phone_refresh(p);
}

void phone_hold(struct phone *p, const char *operation)
{
	char text[16];

	format_print(text, sizeof(text), "AT+CHLD=%s", operation);
	seed(p);
	(void)urgent(p, text, COMMAND_TIMEOUT_MS, hold_done);
}

/* Who is talked to by what the modem says, and who waits. */
static void show_parties(struct phone *p, bool several)
{
	const struct party *party = roster_foreground(&p->roster);
	uint32_t flags = has(p, PARTY_ACTIVE) ? 0 : PL_CALL_FLAG_HELD;

	if (party && several)
		call_set_party(&p->call, party->number, party->name, party->since_ns);
	if (party)
		p->incoming = party->incoming;
	flags |= has(p, PARTY_WAITING) ? PL_CALL_FLAG_WAITING : 0;
	call_set_flags(&p->call, PL_CALL_FLAG_HELD | PL_CALL_FLAG_WAITING, flags,
		flags & PL_CALL_FLAG_HELD ? "on hold" : "talking");
	p->impl->shown(p->data);
	/* The one that was talked to is gone: back to the one on hold, unless it is there by the user's wish. */
	if ((flags & PL_CALL_FLAG_HELD) && !(flags & PL_CALL_FLAG_WAITING) && !p->on_hold && !p->resuming) {
		p->resuming = true;
		phone_hold(p, "2");
	}
}

/* Of two, is the one that was dialled the one that is talked to now? */
static bool second_is_answered(const struct phone *p, bool several)
{
	const struct party *active = roster_find(&p->roster, PARTY_ACTIVE);

	if (!active || !several)
		return active != NULL;
	return has(p, PARTY_HELD) || (!active->incoming && !strcmp(active->number, p->call.info.number));
}

static void take_back(struct phone *p, enum call_event why)
{
	const struct party *party = roster_foreground(&p->roster);

	memcpy(p->call.info.number, party->number, sizeof(p->call.info.number));
	memcpy(p->call.info.name, party->name, sizeof(p->call.info.name));
	phone_event(p, CALL_BACK);
	if (why != NO_EVENT)
		phone_say(p, note_of(p, why, PL_CALL_DIALING));
}

/* There is a call that is talked to, or on hold, and none is being made. */
static void take_talking(struct phone *p, enum call_event why, bool several)
{
	const struct party *party = roster_foreground(&p->roster);

	if (state_of(p) == PL_CALL_IDLE) {
		memcpy(p->call.info.number, party->number, sizeof(p->call.info.number));
		memcpy(p->call.info.name, party->name, sizeof(p->call.info.name));
		phone_event(p, CALL_FOUND);
	} else if (state_of(p) == PL_CALL_RINGING && !has(p, PARTY_INCOMING)) {
		phone_event(p, CALL_ANSWERED);
	} else if (state_of(p) == PL_CALL_DIALING) {
		if (second_is_answered(p, several))
			phone_event(p, CALL_ANSWERED);
		else
			take_back(p, why);
	}
	if (state_of(p) == PL_CALL_ACTIVE)
		show_parties(p, several);
}

/* The one who waited rings now. */
static void take_incoming(struct phone *p)
{
	const struct party party = *roster_find(&p->roster, PARTY_INCOMING);

	phone_event(p, CALL_RING);
	call_set_caller(&p->call, party.number, party.name);
}

static void reconcile(struct phone *p, bool several)
{
	enum call_event why = p->why;
	bool incoming = has(p, PARTY_INCOMING);
	struct roster roster = p->roster;

	if (p->hanging_up || p->emergency[0])
		return;
	p->why = NO_EVENT;
	if (has(p, PARTY_DIALING) || has(p, PARTY_ALERTING))
		return;
	if (has(p, PARTY_ACTIVE) || has(p, PARTY_HELD)) {
		take_talking(p, why, several);
	} else if (state_of(p) == PL_CALL_ACTIVE || state_of(p) == PL_CALL_DIALING) {
		phone_event(p, why == NO_EVENT ? CALL_LOST : why);
		p->roster = roster;
		if (incoming)
			take_incoming(p);
		p->roster.count = 0;
	}
}

void phone_roster_line(void *data, const char *line)
{
	struct phone *p = data;

	if (roster_add(&p->fresh, line))
		log_line("call: not understood: %s", line);
}

void phone_roster_done(void *data, enum at_result result, const char *line)
{
	struct phone *p = data;
	bool again = p->refresh_again, several = phone_several(p);

	(void)line;
	p->refreshing = p->refresh_again = false;
	phone_check_alive(p, result);
	if (result == AT_RESULT_OK) {
		roster_replace(&p->roster, &p->fresh, p->now_ns);
		reconcile(p, several || phone_several(p));
	}
	p->poll_ns = p->now_ns + poll_interval(p);
	if (again)
		phone_refresh(p);
}

/*
 * Keys that mean a call.
 */

void phone_call_key(struct phone *p)
{
	if (state_of(p) == PL_CALL_RINGING)
		phone_event(p, CALL_ANSWER_KEY);
	else if (state_of(p) != PL_CALL_ACTIVE)
		return;
	else if (has(p, PARTY_WAITING))
		phone_hold(p, has(p, PARTY_ACTIVE) && has(p, PARTY_HELD) ? "1" : "2");
	else if (has(p, PARTY_HELD))
		phone_hold(p, "2");
}

/* The second call is given up; the first one, on hold, is there. */
static void give_up_second(struct phone *p)
{
	const struct party *held = roster_find(&p->roster, PARTY_HELD);

	call_hang_up(p);
	memcpy(p->call.info.number, held->number, sizeof(p->call.info.number));
	memcpy(p->call.info.name, held->name, sizeof(p->call.info.name));
	phone_event(p, CALL_BACK);
}

void phone_end_key(struct phone *p)
{
	p->emergency[0] = 0;
	if (state_of(p) == PL_CALL_ACTIVE && has(p, PARTY_WAITING))
		phone_hold(p, "0");
	else if (state_of(p) == PL_CALL_ACTIVE && has(p, PARTY_ACTIVE) && has(p, PARTY_HELD))
		phone_hold(p, "1");
	else if (state_of(p) == PL_CALL_DIALING && has(p, PARTY_HELD))
		give_up_second(p);
	else
		phone_event(p, CALL_END_KEY);
}

void phone_hang_up(struct phone *p, uint64_t now_ns)
{
	p->now_ns = now_ns;
	phone_event(p, CALL_END_KEY);
}

/*
 * Calls that are made.
 */

bool phone_in_emergency(const struct phone *p)
{
	return (state_of(p) == PL_CALL_DIALING || state_of(p) == PL_CALL_ACTIVE) &&
	       (p->call.info.flags & PL_CALL_FLAG_EMERGENCY);
}

/* All that there is ends; a waiting one and one on hold each want an order of their own. */
static void clear_the_way(struct phone *p)
{
	for (unsigned i = 1; i < p->roster.count; i++)
		(void)urgent(p, "AT+CHLD=0", COMMAND_TIMEOUT_MS, NULL);
	if (state_of(p) != PL_CALL_IDLE)
		phone_event(p, CALL_END_KEY);
}

void phone_emergency(struct phone *p, uint64_t now_ns, const char *number)
{
	p->now_ns = now_ns;
	if (phone_in_emergency(p))
		return;
	clear_the_way(p);
	format_print(p->emergency, sizeof(p->emergency), "%s", number);
	p->event = CALL_DIAL;
	if (call_dial(&p->call, now_ns, number)) {
		log_line("call: emergency call to '%s' refused", number);
		p->emergency[0] = 0;
	}
}

/* The first call goes on hold by the modem itself (TS 22.030 6.5.5.2). */
static int dial_second(struct phone *p, const char *number)
{
	struct roster *r = &p->roster;
	int ret;

	seed(p);
	if (has(p, PARTY_HELD) || has(p, PARTY_WAITING) || r->count == ROSTER_COUNT)
		return -EBUSY;
	ret = call_dial(&p->call, p->now_ns, number);
	if (ret)
		return ret;
	for (unsigned i = 0; i < r->count; i++)
		r->party[i].stat = PARTY_HELD;
	r->party[r->count] = (struct party){.stat = PARTY_DIALING};
	format_print(r->party[r->count].number, sizeof(r->party[0].number), "%s", number);
	r->count++;
	return 0;
}

int phone_dial(struct phone *p, uint64_t now_ns, const char *number)
{
	p->now_ns = now_ns;
	if (call_is_emergency(&p->call, number)) {
		phone_emergency(p, now_ns, number);
		return 0;
	}
	if (!p->ready)
		return -ENODEV;
	p->event = CALL_DIAL;
	return state_of(p) == PL_CALL_ACTIVE ? dial_second(p, number) : call_dial(&p->call, now_ns, number);
}

/*
 * The modem goes and comes; time.
 */

void phone_calls_lost(struct phone *p)
{
	p->roster.count = 0;
	p->hanging_up = p->resuming = false;
	if (state_of(p) == PL_CALL_DIALING && phone_in_emergency(p))
		format_print(p->emergency, sizeof(p->emergency), "%s", p->call.info.number);
	else
		phone_event(p, CALL_LOST);
	p->redial_ns = AT_NEVER;
}

void phone_calls_ready(struct phone *p)
{
	p->poll_ns = p->now_ns + poll_interval(p);
	p->hanging_up = false;
	if (p->emergency[0])
		call_dial_number(p, p->emergency);
}

void phone_calls_tick(struct phone *p)
{
	if (p->now_ns >= p->redial_ns) {
		p->redial_ns = AT_NEVER;
		if (p->emergency[0] && p->ready)
			call_dial_number(p, p->emergency);
	}
	if (p->now_ns >= p->note_ns) {
		p->note_ns = AT_NEVER;
		p->note[0] = 0;
		p->impl->shown(p->data);
	}
	if (!p->ready || p->now_ns < p->poll_ns)
		return;
	if (state_of(p) == PL_CALL_DIALING || state_of(p) == PL_CALL_ACTIVE)
		phone_refresh(p);
	p->poll_ns = p->now_ns + poll_interval(p);
}

uint64_t phone_calls_deadline(const struct phone *p)
{
	uint64_t due = p->redial_ns < p->note_ns ? p->redial_ns : p->note_ns;

	return p->ready && p->poll_ns < due ? p->poll_ns : due;
}
