/* Control messages of the multiplexer (TS 27.010 5.4.6.3): each command is repeated until its response comes. */
#include <errno.h>
#include "vdev-modem/mux_int.h"
#include "vdev/log.h"

#define EA 0x01
#define CR 0x02

/* Type octets with EA, without C/R. */
enum {
	CTL_PN = 0x81,
	CTL_PSC = 0x41,
	CTL_CLD = 0xc1,
	CTL_TEST = 0x21,
	CTL_FCON = 0xa1,
	CTL_FCOFF = 0x61,
	CTL_MSC = 0xe1,
	CTL_NSC = 0x11,
	CTL_RPN = 0x91,
	CTL_RLS = 0x51,
};

#define PN_BYTES 8

/* By role, so that our own coming back is told from the other side's. */
static const uint8_t keep_alive[2][5] = {
	[MUX_INITIATOR] = {'p', 'a', 'r', 't', 'y'}, [MUX_RESPONDER] = {'P', 'A', 'R', 'T', 'Y'}};

static struct mux_command *add(struct mux *m, bool response, uint8_t type, const uint8_t *value, size_t count)
{
	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++) {
		struct mux_command *c = &m->command[i];

		if (c->used)
			continue;
		*c = (struct mux_command){.used = true,
			.response = response,
			.type = type,
			.count = (uint8_t)count,
			.deadline_ns = MUX_NEVER};
		if (count)
			__builtin_memcpy(c->value, value, count);
		return c;
	}
	/* The other side sends faster than it reads: what is lost is repeated by its timer. */
	m->refused_count++;
	return NULL;
}

/* The command that a response belongs to; MSC, PN, RPN and RLS name their DLCI in the first octet. */
static struct mux_command *find(struct mux *m, uint8_t type, const uint8_t *value, size_t count)
{
	bool by_dlci = type == CTL_MSC || type == CTL_PN || type == CTL_RPN || type == CTL_RLS;

	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++) {
		struct mux_command *c = &m->command[i];
		uint8_t mask = type == CTL_PN ? 0x3f : 0xfc;

		if (c->used && !c->response && c->type == type &&
			(!by_dlci || (count && ((c->value[0] ^ value[0]) & mask) == 0)))
			return c;
	}
	return NULL;
}

static void command(struct mux *m, uint8_t type, const uint8_t *value, size_t count)
{
	struct mux_command *c = find(m, type, value, count);

	/* The newest values are the ones that count. */
	if (c)
		c->used = false;
	(void)add(m, false, type, value, count);
}

static void send_signals(struct mux *m, unsigned dlci)
{
	const struct mux_dlc *d = &m->dlc[dlci];
	const uint8_t value[2] = {
		(uint8_t)(dlci << 2 | CR | EA), (uint8_t)(d->v24 | (d->stopped ? MUX_V24_FC : 0) | EA)};

	command(m, CTL_MSC, value, sizeof(value));
}

void mux_ctl_opened(struct mux *m, unsigned dlci)
{
	if (dlci)
		send_signals(m, dlci);
}

void mux_set_signals(struct mux *m, uint64_t now_ns, unsigned dlci, uint8_t v24)
{
	if (dlci == 0 || dlci >= MUX_DLC_COUNT)
		return;
	m->dlc[dlci].v24 = v24 & (uint8_t)~(MUX_V24_FC | EA);
	m->dlc[dlci].stopped = (v24 & MUX_V24_FC) != 0;
	if (m->dlc[dlci].state == MUX_OPEN)
		send_signals(m, dlci);
	mux_run(m, now_ns);
}

void mux_stop_all(struct mux *m, uint64_t now_ns, bool stop)
{
	struct mux_command *other = find(m, stop ? CTL_FCON : CTL_FCOFF, NULL, 0);

	if (other)
		other->used = false;
	m->off = stop;
	command(m, stop ? CTL_FCOFF : CTL_FCON, NULL, 0);
	mux_run(m, now_ns);
}

void mux_sleep(struct mux *m, uint64_t now_ns)
{
	command(m, CTL_PSC, NULL, 0);
	mux_run(m, now_ns);
}

void mux_ctl_test(struct mux *m)
{
	if (!find(m, CTL_TEST, NULL, 0))
		command(m, CTL_TEST, keep_alive[m->params.role], sizeof(keep_alive[0]));
}

/* A modem that has lost its multiplexer, and echoes what it takes for typing, is no sign of life. */
static bool is_echo(const struct mux *m, const uint8_t *value, size_t count)
{
	return count == sizeof(keep_alive[0]) && !__builtin_memcmp(value, keep_alive[m->params.role], count);
}

bool mux_ctl_close_down(struct mux *m)
{
	command(m, CTL_CLD, NULL, 0);
	return find(m, CTL_CLD, NULL, 0) != NULL;
}

/* TS 27.010 5.4.6.3.1: DLCI, frame type, priority, T1 in 10 ms, N1 low and high, N2, window. */
void mux_ctl_negotiate(struct mux *m, unsigned dlci)
{
	const struct mux_params *p = &m->params;
	const uint8_t value[PN_BYTES] = {(uint8_t)dlci, p->ui ? 1 : 0, m->dlc[dlci].priority,
		(uint8_t)(p->t1_ms / 10 < 255 ? p->t1_ms / 10 : 255), (uint8_t)p->n1, (uint8_t)(p->n1 >> 8),
		p->n2, 0};

	command(m, CTL_PN, value, sizeof(value));
}

void mux_ctl_forget(struct mux *m, unsigned dlci)
{
	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++) {
		struct mux_command *c = &m->command[i];

		if (dlci == 0 || (c->type == CTL_MSC && c->value[0] >> 2 == dlci) ||
			(c->type == CTL_PN && (c->value[0] & 0x3f) == dlci))
			c->used = false;
	}
}

/*
 * What comes.
 */

/* The smaller frame is what both can take. */
static uint16_t agree_n1(const struct mux *m, const uint8_t *value)
{
	unsigned n1 = value[4] | (unsigned)value[5] << 8;

	if (n1 < 1)
		n1 = 1;
	return (uint16_t)(n1 < m->params.n1 ? n1 : m->params.n1);
}

static void take_pn(struct mux *m, bool is_command, const uint8_t *value, size_t count)
{
	uint8_t answer[PN_BYTES];
	unsigned dlci = count ? value[0] & 0x3f : 0;

	if (count != PN_BYTES || dlci >= MUX_DLC_COUNT)
		return;
	m->dlc[dlci].n1 = agree_n1(m, value);
	if (!is_command)
		return;
	__builtin_memcpy(answer, value, sizeof(answer));
	answer[1] = value[1] & 1 && m->params.ui ? 1 : 0;
	answer[4] = (uint8_t)m->dlc[dlci].n1;
	answer[5] = (uint8_t)(m->dlc[dlci].n1 >> 8);
	(void)add(m, true, CTL_PN, answer, sizeof(answer));
}

static void take_msc(struct mux *m, const uint8_t *value, size_t count)
{
	unsigned dlci = count >= 2 ? value[0] >> 2 : 0;

	if (!dlci || dlci >= MUX_DLC_COUNT)
		return;
	m->dlc[dlci].peer_stopped = (value[1] & MUX_V24_FC) != 0;
	if (m->impl->signals)
		m->impl->signals(m->data, dlci, value[1] & (uint8_t)~EA);
}

/* True: the response is the same type with the same value, and has been queued. */
static bool take_command(struct mux *m, uint8_t type, const uint8_t *value, size_t count)
{
	switch (type) {
	case CTL_PN: take_pn(m, true, value, count); return true;
	case CTL_MSC: take_msc(m, value, count); break;
	case CTL_FCON: m->peer_off = false; break;
	case CTL_FCOFF: m->peer_off = true; break;
	case CTL_PSC: m->drowsy = true; break;
	case CTL_TEST:
		if (is_echo(m, value, count))
			return true;
		break;
	case CTL_RPN:
	case CTL_RLS: break;
	case CTL_CLD: (void)add(m, true, CTL_CLD, NULL, 0); return true;
	default: return false;
	}
	(void)add(m, true, type, value, count);
	return true;
}

static void take_message(struct mux *m, uint8_t octet, const uint8_t *value, size_t count)
{
	uint8_t type = octet & (uint8_t)~CR;
	struct mux_command *waiting;

	if (octet & CR) {
		/* TS 27.010 5.4.6.3.8: a command that is not known here. */
		if (!take_command(m, type, value, count))
			(void)add(m, true, CTL_NSC, &octet, 1);
		return;
	}
	if (type == CTL_NSC && count)
		waiting = find(m, value[0] & (uint8_t)~CR, value, 0);
	else
		waiting = find(m, type, value, count);
	if (type == CTL_PN && waiting)
		take_pn(m, false, value, count);
	if (waiting)
		waiting->used = false;
	if (waiting && waiting->type == CTL_PN)
		mux_negotiated(m, waiting->value[0]);
	if (type == CTL_CLD && waiting)
		mux_down(m, "closed down");
}

/* Type, length in octets of seven bits, value; one frame may hold several (TS 27.010 5.4.6.1). */
void mux_ctl_received(struct mux *m, const uint8_t *bytes, size_t count)
{
	while (count) {
		uint8_t type = *bytes++;
		size_t length = 0, shift = 0;
		bool more = true;

		/* A length may be missing, as in the frame that everyone sends to recover a modem. */
		for (count--; count && more; count--, bytes++, shift += 7) {
			length |= shift < 14 ? (size_t)(*bytes >> 1) << shift : 0;
			more = !(*bytes & EA);
		}
		if (length > count || length > MUX_COMMAND_BYTES) {
			m->refused_count++;
			return;
		}
		take_message(m, type, bytes, length);
		if ((type & ~CR) == CTL_CLD)
			return;
		bytes += length;
		count -= length;
	}
}

/*
 * What goes.
 */

size_t mux_ctl_next(struct mux *m, uint8_t to[MUX_COMMAND_BYTES + 2])
{
	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++) {
		struct mux_command *c = &m->command[i];

		if (!c->used || c->sent)
			continue;
		to[0] = c->type | (c->response ? 0 : CR);
		to[1] = (uint8_t)(c->count << 1 | EA);
		__builtin_memcpy(to + 2, c->value, c->count);
		c->sent = true;
		c->used = !c->response;
		c->deadline_ns = m->now_ns + m->params.t2_ms * MUX_NS_PER_MS;
		return c->count + 2u;
	}
	return 0;
}

void mux_ctl_tick(struct mux *m)
{
	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++) {
		struct mux_command *c = &m->command[i];

		if (!c->used || !c->sent || m->now_ns < c->deadline_ns)
			continue;
		m->retry_count++;
		c->sent = false;
		c->deadline_ns = MUX_NEVER;
		if (++c->tries <= m->params.n2)
			continue;
		c->used = false;
		if (c->type == CTL_TEST || c->type == CTL_CLD) {
			mux_down(m, c->type == CTL_TEST ? "the other side does not answer"
							: "closed down, unanswered");
			return;
		}
		if (c->type == CTL_PN)
			mux_negotiated(m, c->value[0]);
		vdev_log(VDEV_LOG_WARN, "mux: control message 0x%02x: no response after %u tries", c->type,
			c->tries);
	}
}

uint64_t mux_ctl_deadline(const struct mux *m)
{
	uint64_t due = MUX_NEVER;

	for (unsigned i = 0; i < MUX_COMMAND_COUNT; i++)
		if (m->command[i].used && m->command[i].sent && m->command[i].deadline_ns < due)
			due = m->command[i].deadline_ns;
	return due;
}
