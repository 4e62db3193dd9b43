#include <errno.h>
#include "examples/handset/modem/prompt.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define RING_PERIOD_NS 3000000000ull
#define NS_PER_MS      1000000ull
#define NS_PER_US      1000ull
#define DRIFT_MAX_PPM  100000
#define BURST_MAX      10000
#define GAP_MAX_MS     60000
#define PHASE_US       33334 /* two frames of a 60 Hz screen */
#define PPM	       1000000ll

const char *modem_state_str(enum modem_state state)
{
	static const char *const names[MODEM_STATE_COUNT] = {"idle", "ringing", "dialing", "active"};

	return (unsigned)state < MODEM_STATE_COUNT ? names[state] : "?";
}

/* The own clock: time * (1 + drift), without overflow for centuries. */
static uint64_t own_time(const struct modem *m, uint64_t ns)
{
	int64_t drift = m->drift_ppm;

	return ns + (uint64_t)((int64_t)(ns / (uint64_t)PPM) * drift +
			       (int64_t)(ns % (uint64_t)PPM) * drift / PPM);
}

/* The other way, rounded up so that what is due has really come. */
static uint64_t outer_time(const struct modem *m, uint64_t own)
{
	uint64_t rate = (uint64_t)(PPM + m->drift_ppm);

	return own / rate * (uint64_t)PPM + own % rate * (uint64_t)PPM / rate + 2;
}

uint64_t modem_own_ns(const struct modem *m, uint64_t now_ns)
{
	return own_time(m, now_ns);
}

uint64_t modem_outer_ns(const struct modem *m, uint64_t own_ns)
{
	return outer_time(m, own_ns);
}

uint32_t modem_voice_rate(const struct modem *m)
{
	if (!m->pcm || !modem_talks(m))
		return 0;
	return m->pcm_wide ? 16000 : 8000;
}

void modem_send_text(struct modem *m, const char *text)
{
	struct modem_port *p = modem_port_now(m);

	if (p->data)
		return; /* a plain line in a data call has no place for it */
	modem_port_send(m, p, "\r\n", 2);
	modem_port_send(m, p, text, strlen(text));
	modem_port_send(m, p, "\r\n", 2);
	modem_say(m, "modem: < %s", text);
}

void modem_send_line(struct modem *m, const char *text)
{
	modem_send_text(m, text);
}

static void copy_ascii(char *to, const char *from)
{
	for (; *from; from++)
		*to++ = (uint8_t)*from < 0x80 ? *from : '?';
	*to = 0;
}

/* TS 27.007 7.11: +CLIP: <number>,<type>,<subaddr>,<satype>,<alpha>[,<CLI validity>]; validity 1: withheld by the caller. */
void modem_name(const struct modem *m, const struct modem_call *call, char *to)
{
	if (m->utf8)
		format_print(to, MODEM_NAME_BYTES, "%s", call->name);
	else
		copy_ascii(to, call->name);
}

int modem_number_type(const char *number)
{
	return number[0] == '+' ? 145 : number[0] ? 129 : 128;
}

static void send_clip(struct modem *m, const struct modem_call *call)
{
	char text[MODEM_LINE_BYTES], name[MODEM_NAME_BYTES];

	modem_name(m, call, name);
	if (!call->number[0])
		format_print(text, sizeof(text), "+CLIP: \"\",128,,,,1");
	else
		format_print(text, sizeof(text), "+CLIP: \"%s\",%d,,,\"%s\"", call->number,
			modem_number_type(call->number), name);
	modem_send_line(m, text);
}

void modem_ring(struct modem *m)
{
	modem_send_line(m, m->cring ? "+CRING: VOICE" : "RING");
	if (m->clip)
		send_clip(m, modem_call_find(m, MODEM_CALL_INCOMING));
	m->ring_due = m->now + RING_PERIOD_NS;
}

bool modem_number_valid(const char *number)
{
	size_t digits = 0;

	if (*number == '+')
		number++;
	for (; *number; number++, digits++)
		if (!((*number >= '0' && *number <= '9') || *number == '*' || *number == '#'))
			return false;
	return digits > 0 && digits <= MODEM_NUMBER_BYTES - 2;
}

/*
 * The prompt.
 */

static const char *skip_spaces(const char *t)
{
	while (*t == ' ' || *t == '\t')
		t++;
	return t;
}

/* One word; -ENAMETOOLONG. */
static int take_word(const char **text, char *to, size_t bytes)
{
	const char *t = skip_spaces(*text);
	size_t count = 0;

	for (; *t && *t != ' ' && *t != '\t'; t++) {
		if (count + 1 == bytes)
			return -ENAMETOOLONG;
		to[count++] = *t;
	}
	to[count] = 0;
	*text = skip_spaces(t);
	return 0;
}

static int parse_name(struct modem *m, const char *text, char *name)
{
	const char *end = *text == '"' ? strchr(text + 1, '"') : NULL;
	size_t count = end ? (size_t)(end - text - 1) : 0;

	if (!*text) {
		name[0] = 0;
		return 0;
	}
	if (!end || *skip_spaces(end + 1)) {
		modem_say(
			m, "modem: ring: name must stand in double quotes, as \"Reception\", got: %s", text);
		return -EINVAL;
	}
	if (count >= MODEM_NAME_BYTES) {
		modem_say(m, "modem: ring: name has %zu bytes, limit %d", count, MODEM_NAME_BYTES - 1);
		return -EINVAL;
	}
	memcpy(name, text + 1, count);
	name[count] = 0;
	for (const char *c = name; *c; c++)
		if ((uint8_t)*c < 0x20 || *c == 0x7f) {
			modem_say(m, "modem: ring: name contains control character 0x%02x", (uint8_t)*c);
			return -EINVAL;
		}
	return 0;
}

static int expect_state(struct modem *m, const char *command, unsigned allowed)
{
	if (allowed & 1u << modem_state(m))
		return 0;
	modem_say(
		m, "modem: %s: not possible while the line is %s", command, modem_state_str(modem_state(m)));
	return -EINVAL;
}

static int command_ring(struct modem *m, const char *arguments)
{
	char number[MODEM_NUMBER_BYTES], name[MODEM_NAME_BYTES];
	bool withheld;

	if (expect_state(m, "ring", 1u << MODEM_IDLE | 1u << MODEM_ACTIVE))
		return -EINVAL;
	if (take_word(&arguments, number, sizeof(number))) {
		modem_say(m, "modem: ring: number longer than %d characters", MODEM_NUMBER_BYTES - 1);
		return -EINVAL;
	}
	withheld = !strcmp(number, "withheld");
	if (!withheld && !modem_number_valid(number)) {
		modem_say(m, "modem: ring: '%s' is no number: digits, *, # after an optional +, or withheld",
			number);
		return -EINVAL;
	}
	if (parse_name(m, arguments, name))
		return -EINVAL;
	if (modem_calls_ring(m, withheld ? "" : number, name)) {
		modem_say(m, "modem: ring: somebody waits already");
		return -EINVAL;
	}
	return 0;
}

/* A number from *text (advanced) within the limits; says what is wrong. */
static int take_number(struct modem *m, const char *what, const char **text, long low, long high, long *value)
{
	char word[16];
	const char *t = word;
	bool negative;
	long v = 0;

	if (take_word(text, word, sizeof(word)))
		word[0] = 0;
	negative = *t == '-';
	t += negative;
	for (; *t >= '0' && *t <= '9' && v <= high; t++)
		v = v * 10 + (*t - '0');
	v = negative ? -v : v;
	if (!word[negative] || *t || v < low || v > high) {
		modem_say(m, "modem: %s must be a number from %ld to %ld, got '%s'", what, low, high, word);
		return -EINVAL;
	}
	*value = v;
	return 0;
}

/* The call that a command without a number is about: what changes next, or else what is talked to. */
static struct modem_call *current(struct modem *m)
{
	static const enum modem_call_state order[] = {MODEM_CALL_INCOMING, MODEM_CALL_DIALING,
		MODEM_CALL_ALERTING, MODEM_CALL_ACTIVE, MODEM_CALL_HELD, MODEM_CALL_WAITING};
	struct modem_call *call = NULL;

	for (size_t i = 0; !call && i < sizeof(order) / sizeof(order[0]); i++)
		call = modem_call_find(m, order[i]);
	return call;
}

static int command_hangup(struct modem *m, const char *arguments)
{
	struct modem_call *call = current(m);
	long id;

	if (expect_state(m, "hangup", ~(1u << MODEM_IDLE)))
		return -EINVAL;
	if (*arguments) {
		if (take_number(m, "hangup: call", &arguments, 1, MODEM_CALL_COUNT, &id))
			return -EINVAL;
		call = &m->call[id - 1];
	}
	if (call->state == MODEM_CALL_FREE) {
		modem_say(m, "modem: hangup: there is no call %ld", id);
		return -EINVAL;
	}
	modem_calls_end(m, call, "NO CARRIER");
	return 0;
}

/* The call that the phone makes. */
static struct modem_call *outgoing(struct modem *m, const char *command)
{
	return expect_state(m, command, 1u << MODEM_DIALING) ? NULL : current(m);
}

static int command_alert(struct modem *m, const char *arguments)
{
	struct modem_call *call = outgoing(m, "alert");

	(void)arguments;
	if (call)
		modem_calls_alert(m, call);
	return call ? 0 : -EINVAL;
}

static int command_answer(struct modem *m, const char *arguments)
{
	struct modem_call *call = outgoing(m, "answer");

	(void)arguments;
	if (!call)
		return -EINVAL;
	modem_calls_connect(m, call);
	modem_say(m, "modem: %s answered", call->number);
	return 0;
}

static int command_busy(struct modem *m, const char *arguments)
{
	struct modem_call *call = outgoing(m, "busy");

	(void)arguments;
	if (call)
		modem_calls_end(m, call, "BUSY");
	return call ? 0 : -EINVAL;
}

static int command_noanswer(struct modem *m, const char *arguments)
{
	struct modem_call *call = outgoing(m, "noanswer");

	(void)arguments;
	if (call)
		modem_calls_end(m, call, "NO ANSWER");
	return call ? 0 : -EINVAL;
}

static int command_reply(struct modem *m, const char *arguments)
{
	static const char *const words[] = {"manual", "answer", "busy", "noanswer"};
	char word[16];
	unsigned reply = 0;
	long ms = 0;

	if (take_word(&arguments, word, sizeof(word)))
		word[0] = 0;
	while (reply < sizeof(words) / sizeof(words[0]) && strcmp(word, words[reply]) != 0)
		reply++;
	if (reply == sizeof(words) / sizeof(words[0])) {
		modem_say(m, "modem: reply: manual, answer MS, busy MS or noanswer MS, not '%s'", word);
		return -EINVAL;
	}
	if (reply && take_number(m, "reply: MS", &arguments, 1, GAP_MAX_MS, &ms))
		return -EINVAL;
	m->reply = (enum modem_reply)reply;
	m->reply_ns = (uint64_t)ms * NS_PER_MS;
	return 0;
}

static int command_status(struct modem *m, const char *arguments)
{
	(void)arguments;
	modem_say(m, "modem: line %s, clip %s, drift %d ppm", modem_state_str(modem_state(m)),
		m->clip ? "on" : "off", m->drift_ppm);
	for (unsigned i = 0; i < MODEM_CALL_COUNT; i++)
		if (m->call[i].state != MODEM_CALL_FREE)
			modem_say(m, "modem: call %u %s, %s %s%s", i + 1,
				modem_call_state_str(m->call[i].state), m->call[i].incoming ? "from" : "to",
				m->call[i].number[0] ? m->call[i].number : "(withheld)",
				m->call[i].conference ? ", in a conference" : "");
	return 0;
}

static int command_drift(struct modem *m, const char *arguments)
{
	long ppm;

	if (take_number(m, "drift: PPM", &arguments, -DRIFT_MAX_PPM, DRIFT_MAX_PPM, &ppm))
		return -EINVAL;
	/* Deadlines are in own time, which jumps now: what was armed is due a little sooner or later, once. */
	m->drift_ppm = (int32_t)ppm;
	return 0;
}

static int command_burst(struct modem *m, const char *arguments)
{
	long count, gap;

	if (expect_state(m, "burst", 1u << MODEM_IDLE))
		return -EINVAL;
	if (take_number(m, "burst: number of calls", &arguments, 1, BURST_MAX, &count) ||
		take_number(m, "burst: gap in ms", &arguments, 1, GAP_MAX_MS, &gap))
		return -EINVAL;
	m->burst = (struct modem_burst){(uint32_t)count, 0, (uint32_t)gap, 1, m->now};
	return 0;
}

static int command_help(struct modem *m, const char *arguments);

static const struct {
	const char *name, *usage;
	int (*run)(struct modem *m, const char *arguments);
} commands[] = {
	{"ring", "ring NUMBER [\"NAME\"]   a call comes in (NUMBER may be withheld)", command_ring},
	{"hangup", "hangup [CALL]          the other side ends a call", command_hangup},
	{"alert", "alert                  it rings at the other side", command_alert},
	{"answer", "answer                 the other side takes the phone's call", command_answer},
	{"busy", "busy                   the other side is busy", command_busy},
	{"noanswer", "noanswer               nobody takes the phone's call", command_noanswer},
	{"reply", "reply HOW MS           the same by itself: manual, answer, busy, noanswer", command_reply},
	{"burst", "burst N GAP_MS         N calls, each rung for GAP_MS, with varied pauses", command_burst},
	{"drift", "drift PPM              run the modem's clock fast or slow", command_drift},
	{"status", "status                 what the line does", command_status},
	{"help", "help                   this list", command_help},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static int command_help(struct modem *m, const char *arguments)
{
	(void)arguments;
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		modem_say(m, "modem: %s", commands[i].usage);
	modem_prompt_help(m);
	return 0;
}

int modem_prompt_line(struct modem *m, const char *line)
{
	char word[16];
	int ret;

	ret = take_word(&line, word, sizeof(word));
	if (!ret && !word[0])
		return 0;
	for (size_t i = 0; !ret && i < COMMAND_COUNT; i++)
		if (!strcmp(word, commands[i].name))
			return commands[i].run(m, line);
	ret = ret ? ret : modem_prompt_run(m, word, line);
	if (!ret || ret == -EINVAL)
		return ret;
	modem_say(m, "modem: unknown command; help lists those that there are");
	return -EINVAL;
}

int modem_command(struct modem *m, uint64_t now_ns, const char *line)
{
	modem_tick(m, now_ns);
	return modem_prompt_line(m, line);
}

/*
 * Time.
 */

/* Numerical Recipes' generator: any will do that is the same in every run. */
static uint64_t next_phase_ns(struct modem_burst *b)
{
	b->random = b->random * 1664525u + 1013904223u;
	return (uint64_t)((b->random >> 8) % PHASE_US) * NS_PER_US;
}

static void burst_ring(struct modem *m)
{
	struct modem_burst *b = &m->burst;
	char number[MODEM_NUMBER_BYTES], name[MODEM_NAME_BYTES];

	b->done++;
	format_print(number, sizeof(number), "+35840%07u", b->done);
	format_print(name, sizeof(name), "Caller %u of %u", b->done, b->count);
	(void)modem_calls_ring(m, number, name);
	b->due = m->now + b->gap_ms * NS_PER_MS;
}

/* Ring, let it ring or talk for the gap, hang up, wait for the gap and a bit, ring the next. */
static void burst_step(struct modem *m)
{
	struct modem_burst *b = &m->burst;

	struct modem_call *call = current(m);

	if (call) {
		modem_calls_end(m, call, "NO CARRIER");
		b->due = m->now + b->gap_ms * NS_PER_MS + next_phase_ns(b);
		return;
	}
	if (b->done < b->count) {
		burst_ring(m);
		return;
	}
	modem_say(m, "modem: burst done: %u calls", b->done);
	b->count = 0;
}

void modem_tick(struct modem *m, uint64_t now_ns)
{
	uint64_t now = own_time(m, now_ns);

	/* Never backwards, whatever drift was set. */
	if (now > m->now)
		m->now = now;
	modem_wire_tick(m);
	ppp_tick(&m->data.ppp, m->now);
	modem_network_tick(m);
	modem_script_tick(m);
	if (m->burst.count && m->now >= m->burst.due)
		burst_step(m);
	modem_calls_tick(m);
}

uint64_t modem_deadline(const struct modem *m)
{
	const uint64_t all[] = {modem_calls_deadline(m), modem_wire_deadline(m), ppp_deadline(&m->data.ppp),
		modem_network_deadline(m), modem_script_deadline(m)};
	uint64_t due = MODEM_NEVER;

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		due = all[i] < due ? all[i] : due;
	if (m->burst.count && m->burst.due < due)
		due = m->burst.due;
	return due == MODEM_NEVER ? due : outer_time(m, due);
}

void modem_receive(struct modem *m, uint64_t now_ns, const void *bytes, size_t count)
{
	modem_tick(m, now_ns);
	modem_wire_receive(m, bytes, count);
}

void modem_room(struct modem *m, uint64_t now_ns)
{
	modem_tick(m, now_ns);
	modem_wire_run(m);
}

void modem_reset(struct modem *m)
{
	modem_calls_forget(m);
	m->ring_due = MODEM_NEVER;
	m->running = NULL;
	modem_data_forget(m);
	modem_network_init(m);
	modem_sms_init(m);
	modem_sim_init(m);
	modem_wire_init(m);
	modem_at_init(m);
}

void modem_init(struct modem *m, const struct modem_io *io)
{
	memset(m, 0, sizeof(*m));
	m->io = io;
	modem_reset(m);
}
