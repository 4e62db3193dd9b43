#include <errno.h>
#include "examples/handset/modem/modem.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

const char *modem_call_state_str(enum modem_call_state state)
{
	static const char *const names[MODEM_CALL_STATE_COUNT] = {
		"free", "active", "held", "dialing", "alerting", "incoming", "waiting"};

	return (unsigned)state < MODEM_CALL_STATE_COUNT ? names[state] : "?";
}

struct modem_call *modem_call_find(struct modem *m, enum modem_call_state state)
{
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (m->call[i].state == state)
			return &m->call[i];
	return NULL;
}

unsigned modem_call_count(const struct modem *m, enum modem_call_state state)
{
	unsigned count = 0;

	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		count += m->call[i].state == state;
	return count;
}

static bool has(const struct modem *m, enum modem_call_state state)
{
	return modem_call_count(m, state) != 0;
}

enum modem_state modem_state(const struct modem *m)
{
	if (has(m, MODEM_CALL_INCOMING))
		return MODEM_RINGING;
	if (has(m, MODEM_CALL_DIALING) || has(m, MODEM_CALL_ALERTING))
		return MODEM_DIALING;
	return modem_call_count(m, MODEM_CALL_FREE) == MODEM_CALL_COUNT ? MODEM_IDLE : MODEM_ACTIVE;
}

bool modem_talks(const struct modem *m)
{
	return has(m, MODEM_CALL_ACTIVE);
}

/* All calls that are in one state go to another. */
static void move(struct modem *m, enum modem_call_state from, enum modem_call_state to)
{
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (m->call[i].state == from)
			m->call[i].state = to;
}

/* What follows from any change: who is in a conference, and who rings because nobody else is left. */
static void settle(struct modem *m)
{
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++) {
		struct modem_call *c = &m->call[i];
		bool talked_to = c->state == MODEM_CALL_ACTIVE || c->state == MODEM_CALL_HELD;

		c->conference = talked_to && modem_call_count(m, c->state) > 1;
	}
	if (modem_call_count(m, MODEM_CALL_FREE) == MODEM_CALL_COUNT - 1 && has(m, MODEM_CALL_WAITING)) {
		modem_call_find(m, MODEM_CALL_WAITING)->state = MODEM_CALL_INCOMING;
		modem_ring(m);
	}
	if (!has(m, MODEM_CALL_INCOMING))
		m->ring_due = MODEM_NEVER;
	if (modem_call_count(m, MODEM_CALL_FREE) == MODEM_CALL_COUNT)
		m->muted = false;
}

void modem_calls_forget(struct modem *m)
{
	memset(m->call, 0, sizeof(m->call));
	settle(m);
}

static void add(struct modem *m, enum modem_call_state state, const char *number, const char *name)
{
	struct modem_call *c = modem_call_find(m, MODEM_CALL_FREE);

	*c = (struct modem_call){.state = state, .incoming = state != MODEM_CALL_DIALING};
	c->reply_due = MODEM_NEVER;
	format_print(c->number, sizeof(c->number), "%s", number);
	format_print(c->name, sizeof(c->name), "%s", name);
}

/* One call at a time may be neither talked to nor on hold. */
static bool is_being_set_up(const struct modem *m)
{
	return has(m, MODEM_CALL_INCOMING) || has(m, MODEM_CALL_WAITING) || has(m, MODEM_CALL_DIALING) ||
	       has(m, MODEM_CALL_ALERTING);
}

/*
 * The phone.
 */

int modem_calls_answer(struct modem *m)
{
	if (!has(m, MODEM_CALL_INCOMING))
		return -EPERM;
	move(m, MODEM_CALL_INCOMING, MODEM_CALL_ACTIVE);
	settle(m);
	return 0;
}

/* Who is talked to goes on hold, if nobody is there yet (TS 22.030 6.5.5.2). */
int modem_calls_dial(struct modem *m, const char *number)
{
	if (is_being_set_up(m) || (has(m, MODEM_CALL_ACTIVE) && has(m, MODEM_CALL_HELD)) ||
		!has(m, MODEM_CALL_FREE))
		return -EPERM;
	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_HELD);
	add(m, MODEM_CALL_DIALING, number, "");
	if (m->reply != MODEM_REPLY_MANUAL)
		modem_call_find(m, MODEM_CALL_DIALING)->reply_due = m->now + m->reply_ns;
	settle(m);
	return 0;
}

void modem_calls_hang_up(struct modem *m)
{
	bool all = !has(m, MODEM_CALL_ACTIVE) && !has(m, MODEM_CALL_DIALING) &&
		   !has(m, MODEM_CALL_ALERTING) && !has(m, MODEM_CALL_INCOMING);

	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_FREE);
	move(m, MODEM_CALL_DIALING, MODEM_CALL_FREE);
	move(m, MODEM_CALL_ALERTING, MODEM_CALL_FREE);
	move(m, MODEM_CALL_INCOMING, MODEM_CALL_FREE);
	if (all)
		move(m, MODEM_CALL_HELD, MODEM_CALL_FREE);
	settle(m);
}

/* The call that is named, or NULL. */
static struct modem_call *named(struct modem *m, char digit, enum modem_call_state state)
{
	unsigned index = (unsigned)(digit - '1');

	return index < MODEM_CALL_COUNT && m->call[index].state == state ? &m->call[index] : NULL;
}

/* 0: the waiting one is told that the user is busy; without one, those on hold are released. */
static int release_other(struct modem *m)
{
	enum modem_call_state which = has(m, MODEM_CALL_WAITING)    ? MODEM_CALL_WAITING
				      : has(m, MODEM_CALL_INCOMING) ? MODEM_CALL_INCOMING
								    : MODEM_CALL_HELD;

	if (!has(m, which))
		return -EPERM;
	move(m, which, MODEM_CALL_FREE);
	return 0;
}

/* The waiting one is accepted; without one, those on hold are talked to again. */
static void accept_other(struct modem *m)
{
	if (has(m, MODEM_CALL_WAITING))
		move(m, MODEM_CALL_WAITING, MODEM_CALL_ACTIVE);
	else
		move(m, MODEM_CALL_HELD, MODEM_CALL_ACTIVE);
}

static int release_active(struct modem *m)
{
	if (!has(m, MODEM_CALL_ACTIVE) && !has(m, MODEM_CALL_HELD) && !has(m, MODEM_CALL_WAITING))
		return -EPERM;
	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_FREE);
	accept_other(m);
	return 0;
}

static int release_one(struct modem *m, char digit)
{
	struct modem_call *c = NULL;

	for (enum modem_call_state s = MODEM_CALL_ACTIVE; !c && s <= MODEM_CALL_ALERTING; s++)
		c = named(m, digit, s);
	if (!c)
		return -EPERM;
	c->state = MODEM_CALL_FREE;
	return 0;
}

/* At most one party, or conference, is on hold (TS 22.083 2.2). */
static int swap(struct modem *m)
{
	bool active = has(m, MODEM_CALL_ACTIVE), held = has(m, MODEM_CALL_HELD);

	if ((!active && !held && !has(m, MODEM_CALL_WAITING)) ||
		(has(m, MODEM_CALL_WAITING) && active && held))
		return -EPERM;
	if (has(m, MODEM_CALL_WAITING)) {
		move(m, MODEM_CALL_ACTIVE, MODEM_CALL_HELD);
		move(m, MODEM_CALL_WAITING, MODEM_CALL_ACTIVE);
		return 0;
	}
	/* FREE would do for none of the three: a call under way must not be taken for an empty place. */
	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_STATE_COUNT);
	move(m, MODEM_CALL_HELD, MODEM_CALL_ACTIVE);
	move(m, MODEM_CALL_STATE_COUNT, MODEM_CALL_HELD);
	return 0;
}

/* A private talk with one of a conference: the others are put on hold. */
static int split(struct modem *m, char digit)
{
	struct modem_call *c = named(m, digit, MODEM_CALL_ACTIVE);

	if (!c || has(m, MODEM_CALL_HELD))
		return -EPERM;
	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_HELD);
	c->state = MODEM_CALL_ACTIVE;
	return 0;
}

static int join(struct modem *m)
{
	if (!has(m, MODEM_CALL_ACTIVE) || !has(m, MODEM_CALL_HELD))
		return -EPERM;
	move(m, MODEM_CALL_HELD, MODEM_CALL_ACTIVE);
	return 0;
}

/* The other two are connected with each other, and the phone is out of it (TS 22.091). */
static int transfer(struct modem *m)
{
	if (join(m))
		return -EPERM;
	move(m, MODEM_CALL_ACTIVE, MODEM_CALL_FREE);
	return 0;
}

static int run_operation(struct modem *m, const char *operation)
{
	bool one = operation[0] && operation[1];

	if (!operation[0] || (one && operation[2]) || (one && operation[0] != '1' && operation[0] != '2'))
		return -EINVAL;
	if (!one && operation[0] != '0' && (has(m, MODEM_CALL_DIALING) || has(m, MODEM_CALL_ALERTING)))
		return -EPERM;
	switch (operation[0]) {
	case '0': return release_other(m);
	case '1': return one ? release_one(m, operation[1]) : release_active(m);
	case '2': return one ? split(m, operation[1]) : swap(m);
	case '3': return join(m);
	case '4': return transfer(m);
	default: return -EINVAL;
	}
}

int modem_calls_hold(struct modem *m, const char *operation)
{
	int ret = run_operation(m, operation);

	if (!ret)
		settle(m);
	return ret;
}

/*
 * The other side.
 */

/* TS 27.007 7.12: +CCWA: <number>,<type>,<class>,<alpha>; class 1 is voice. */
static void send_waiting(struct modem *m, const struct modem_call *c)
{
	char text[MODEM_LINE_BYTES], name[MODEM_NAME_BYTES];

	modem_name(m, c, name);
	format_print(text, sizeof(text), "+CCWA: \"%s\",%d,1,\"%s\"", c->number, modem_number_type(c->number),
		name);
	if (m->ccwa)
		modem_send_line(m, text);
}

int modem_calls_ring(struct modem *m, const char *number, const char *name)
{
	bool waits = has(m, MODEM_CALL_ACTIVE) || has(m, MODEM_CALL_HELD);

	if (is_being_set_up(m) || !has(m, MODEM_CALL_FREE))
		return -EPERM;
	add(m, waits ? MODEM_CALL_WAITING : MODEM_CALL_INCOMING, number, name);
	if (waits)
		send_waiting(m, modem_call_find(m, MODEM_CALL_WAITING));
	else
		modem_ring(m);
	return 0;
}

void modem_calls_alert(struct modem *m, struct modem_call *call)
{
	(void)m;
	call->state = MODEM_CALL_ALERTING;
}

void modem_calls_connect(struct modem *m, struct modem_call *call)
{
	call->state = MODEM_CALL_ACTIVE;
	call->reply_due = MODEM_NEVER;
	settle(m);
}

void modem_calls_end(struct modem *m, struct modem_call *call, const char *text)
{
	bool waited = call->state == MODEM_CALL_WAITING;

	call->state = MODEM_CALL_FREE;
	if (!waited)
		modem_send_line(m, text);
	settle(m);
}

/* It rings there first, and the same time once more goes by until somebody does something about it. */
static void reply(struct modem *m, struct modem_call *c)
{
	if (c->state == MODEM_CALL_DIALING && m->reply != MODEM_REPLY_BUSY) {
		modem_calls_alert(m, c);
		c->reply_due = m->now + m->reply_ns;
		return;
	}
	c->reply_due = MODEM_NEVER;
	if (m->reply == MODEM_REPLY_ANSWER)
		modem_calls_connect(m, c);
	else
		modem_calls_end(m, c, m->reply == MODEM_REPLY_BUSY ? "BUSY" : "NO ANSWER");
}

static bool replies(const struct modem_call *c)
{
	return c->state == MODEM_CALL_DIALING || c->state == MODEM_CALL_ALERTING;
}

void modem_calls_tick(struct modem *m)
{
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (replies(&m->call[i]) && m->now >= m->call[i].reply_due)
			reply(m, &m->call[i]);
	if (has(m, MODEM_CALL_INCOMING) && m->now >= m->ring_due)
		modem_ring(m);
}

uint64_t modem_calls_deadline(const struct modem *m)
{
	uint64_t due = has(m, MODEM_CALL_INCOMING) ? m->ring_due : MODEM_NEVER;

	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (replies(&m->call[i]) && m->call[i].reply_due < due)
			due = m->call[i].reply_due;
	return due;
}
