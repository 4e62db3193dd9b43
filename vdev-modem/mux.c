#include <errno.h>
#include "vdev-modem/mux_int.h"
#include "vdev/log.h"

#define WAKE_FLAGS 16 /* TS 27.010 5.4.7: flags wake a sleeper */

const uint8_t mux_recovery[MUX_RECOVERY_BYTES] = {0xf9, 0x03, 0xef, 0x03, 0xc3, 0x16, 0xf9};

const char *mux_dlc_state_str(enum mux_dlc_state state)
{
	static const char *const names[MUX_DLC_STATE_COUNT] = {"closed", "opening", "open", "closing"};

	return (unsigned)state < MUX_DLC_STATE_COUNT ? names[state] : "?";
}

bool mux_is_initiator(const struct mux *m)
{
	return m->params.role == MUX_INITIATOR;
}

static void reset_dlc(struct mux *m, unsigned dlci)
{
	struct mux_dlc *d = &m->dlc[dlci];

	d->n1 = m->params.n1;
	d->peer_stopped = d->stopped = false;
	d->v24 = MUX_V24_RTC | MUX_V24_RTR | MUX_V24_DV;
	d->deadline_ns = MUX_NEVER;
	d->tries = 0;
	d->tx_first = d->tx_count = 0;
}

int mux_init(struct mux *m, const struct mux_impl *impl, void *data, const struct mux_params *params)
{
	if (params->n1 < MUX_N1_MIN || params->n1 > MUX_N1_MAX || !params->n2 || !params->t1_ms ||
		!params->t2_ms) {
		vdev_log(VDEV_LOG_ERROR, "mux: N1 %u (limit %d to %d), N2 %u, T1 %u ms, T2 %u ms", params->n1,
			MUX_N1_MIN, MUX_N1_MAX, params->n2, params->t1_ms, params->t2_ms);
		return -EINVAL;
	}
	__builtin_memset(m, 0, sizeof(*m));
	m->impl = impl;
	m->data = data;
	m->params = *params;
	mux_decoder_init(&m->decoder, params->option, params->n1);
	for (unsigned i = 0; i < MUX_DLC_COUNT; i++) {
		reset_dlc(m, i);
		m->dlc[i].priority = i ? 7 : 0; /* TS 27.010 5.6 */
	}
	return 0;
}

void mux_dlc_set(struct mux *m, unsigned dlci, enum mux_dlc_state state)
{
	enum mux_dlc_state old = m->dlc[dlci].state;

	if (state == MUX_CLOSED) {
		reset_dlc(m, dlci);
		mux_ctl_forget(m, dlci);
	}
	m->dlc[dlci].state = state;
	m->dlc[dlci].deadline_ns = MUX_NEVER;
	if (dlci == 0)
		m->up = state == MUX_OPEN;
	if (state == MUX_OPEN && old != MUX_OPEN)
		mux_ctl_opened(m, dlci);
	if (m->impl->changed && state != old && (state == MUX_OPEN || state == MUX_CLOSED))
		m->impl->changed(m->data, dlci, state);
}

void mux_down(struct mux *m, const char *reason)
{
	for (unsigned i = MUX_DLC_COUNT; i-- > 0;)
		if (m->dlc[i].state != MUX_CLOSED)
			mux_dlc_set(m, i, MUX_CLOSED);
	m->reply_count = 0;
	m->peer_off = m->off = m->asleep = m->drowsy = false;
	vdev_log(VDEV_LOG_INFO, "mux: down: %s", reason);
	if (m->impl->down)
		m->impl->down(m->data, reason);
}

/*
 * Sending.
 */

void mux_reply_add(struct mux *m, unsigned dlci, enum mux_type type, bool is_command, bool poll)
{
	const struct mux_reply r = {(uint8_t)dlci, (uint8_t)type, is_command, poll};

	if (m->reply_count < sizeof(m->reply) / sizeof(m->reply[0]))
		m->reply[m->reply_count++] = r;
	else
		m->refused_count++;
}

/* The C/R bit on the line says who began, not only what it is (TS 27.010 5.2.1.2). */
static bool send_frame(struct mux *m, struct mux_frame f, bool is_command)
{
	size_t bytes = f.count, most = m->params.option == MUX_BASIC ? bytes + MUX_HEADER_BYTES
								     : 2 * (bytes + MUX_HEADER_BYTES);

	if (m->impl->room(m->data) < most + (m->asleep ? WAKE_FLAGS : 0))
		return false;
	if (m->asleep) {
		__builtin_memset(m->frame, m->params.option == MUX_BASIC ? 0xf9 : 0x7e, WAKE_FLAGS);
		m->impl->send(m->data, m->frame, WAKE_FLAGS);
		m->asleep = false;
	}
	f.command = is_command == mux_is_initiator(m);
	m->impl->send(m->data, m->frame, mux_frame_encode(m->params.option, &f, m->frame));
	m->frame_count++;
	return true;
}

static bool send_replies(struct mux *m)
{
	unsigned sent = 0;

	while (sent < m->reply_count) {
		const struct mux_reply *r = &m->reply[sent];

		if (!send_frame(m, (struct mux_frame){.dlci = r->dlci, .type = r->type, .poll = r->poll},
			    r->command))
			break;
		sent++;
	}
	m->reply_count -= sent;
	__builtin_memmove(m->reply, m->reply + sent, m->reply_count * sizeof(m->reply[0]));
	return m->reply_count == 0;
}

static bool room_for_control(struct mux *m)
{
	return m->impl->room(m->data) >= 2 * (MUX_COMMAND_BYTES + 2 + MUX_HEADER_BYTES) + WAKE_FLAGS;
}

static bool send_control(struct mux *m)
{
	uint8_t message[MUX_COMMAND_BYTES + 2];
	size_t count;

	while (m->up && room_for_control(m) && (count = mux_ctl_next(m, message)) != 0)
		(void)send_frame(
			m, (struct mux_frame){.type = MUX_UIH, .info = message, .count = count}, true);
	/* It sleeps from when it has our response. */
	if (m->drowsy && m->up && room_for_control(m)) {
		m->asleep = true;
		m->drowsy = false;
	}
	return !m->up || room_for_control(m);
}

/* The most urgent DLC that has something and may send it. */
static unsigned next_dlc(const struct mux *m)
{
	unsigned best = 0;

	for (unsigned i = 1; i < MUX_DLC_COUNT; i++) {
		const struct mux_dlc *d = &m->dlc[i];

		if (d->state == MUX_OPEN && d->tx_count && !d->peer_stopped &&
			(!best || d->priority < m->dlc[best].priority))
			best = i;
	}
	return m->peer_off ? 0 : best;
}

static bool send_data(struct mux *m, unsigned dlci)
{
	struct mux_dlc *d = &m->dlc[dlci];
	uint8_t bytes[MUX_N1_MAX];
	size_t count = d->tx_count < d->n1 ? d->tx_count : d->n1;

	for (size_t i = 0; i < count; i++)
		bytes[i] = d->tx[(d->tx_first + i) % MUX_TX_BYTES];
	if (!send_frame(m,
		    (struct mux_frame){.dlci = (uint8_t)dlci,
			    .type = m->params.ui ? MUX_UI : MUX_UIH,
			    .info = bytes,
			    .count = count},
		    true))
		return false;
	d->tx_first = (d->tx_first + (uint32_t)count) % MUX_TX_BYTES;
	d->tx_count -= (uint32_t)count;
	return true;
}

void mux_run(struct mux *m, uint64_t now_ns)
{
	unsigned dlci;

	m->now_ns = now_ns;
	if (!send_replies(m) || !send_control(m))
		return;
	while ((dlci = next_dlc(m)) != 0 && send_data(m, dlci))
		;
}

int mux_write(struct mux *m, uint64_t now_ns, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct mux_dlc *d = &m->dlc[dlci % MUX_DLC_COUNT];
	size_t taken = MUX_TX_BYTES - d->tx_count;

	if (!dlci || dlci >= MUX_DLC_COUNT || d->state != MUX_OPEN)
		return -ENOTCONN;
	taken = count < taken ? count : taken;
	for (size_t i = 0; i < taken; i++)
		d->tx[(d->tx_first + d->tx_count + i) % MUX_TX_BYTES] = bytes[i];
	d->tx_count += (uint32_t)taken;
	mux_run(m, now_ns);
	return (int)taken;
}

size_t mux_write_room(const struct mux *m, unsigned dlci)
{
	return dlci && dlci < MUX_DLC_COUNT && m->dlc[dlci].state == MUX_OPEN
		       ? MUX_TX_BYTES - m->dlc[dlci].tx_count
		       : 0;
}

void mux_set_priority(struct mux *m, unsigned dlci, uint8_t priority)
{
	if (dlci && dlci < MUX_DLC_COUNT)
		m->dlc[dlci].priority = priority < MUX_PRIORITY_LOWEST ? priority : MUX_PRIORITY_LOWEST;
}

/*
 * Opening and closing.
 */

static void ask(struct mux *m, unsigned dlci, enum mux_type type)
{
	mux_reply_add(m, dlci, type, true, true);
	m->dlc[dlci].deadline_ns = m->now_ns + m->params.t1_ms * MUX_NS_PER_MS;
}

/* The frame size is agreed on before the DLC opens (TS 27.010 5.4.6.3.1). */
static void begin_opening(struct mux *m, unsigned dlci)
{
	if (dlci)
		mux_ctl_negotiate(m, dlci);
	else
		ask(m, dlci, MUX_SABM);
}

void mux_negotiated(struct mux *m, unsigned dlci)
{
	if (m->dlc[dlci].state == MUX_OPENING && m->dlc[dlci].deadline_ns == MUX_NEVER)
		ask(m, dlci, MUX_SABM);
}

int mux_open(struct mux *m, uint64_t now_ns, unsigned dlci)
{
	m->now_ns = now_ns;
	if (dlci >= MUX_DLC_COUNT)
		return -EINVAL;
	if (m->dlc[dlci].state != MUX_CLOSED)
		return -EALREADY;
	if (dlci && m->dlc[0].state == MUX_CLOSED)
		(void)mux_open(m, now_ns, 0);
	m->dlc[dlci].state = MUX_OPENING;
	m->heard_ns = now_ns;
	if (!dlci || m->up)
		begin_opening(m, dlci);
	mux_run(m, now_ns);
	return 0;
}

int mux_close(struct mux *m, uint64_t now_ns, unsigned dlci)
{
	m->now_ns = now_ns;
	if (dlci >= MUX_DLC_COUNT || m->dlc[dlci].state == MUX_CLOSED)
		return -EINVAL;
	m->dlc[dlci].state = MUX_CLOSING;
	m->dlc[dlci].tries = 0;
	m->dlc[dlci].tx_count = 0;
	ask(m, dlci, MUX_DISC);
	mux_run(m, now_ns);
	return 0;
}

void mux_shut_down(struct mux *m, uint64_t now_ns)
{
	m->now_ns = now_ns;
	if (!m->up || !mux_ctl_close_down(m))
		mux_down(m, "closed down");
	else
		mux_run(m, now_ns);
}

/* DLC 0 has opened: the others that wait for it follow. */
static void open_others(struct mux *m)
{
	for (unsigned i = 1; i < MUX_DLC_COUNT; i++)
		if (m->dlc[i].state == MUX_OPENING)
			begin_opening(m, i);
}

static void take_sabm(struct mux *m, unsigned dlci)
{
	bool yes = (dlci == 0 || m->up) && (!dlci || !m->impl->accepts || m->impl->accepts(m->data, dlci));

	/* A second one: ours was lost, or the other side has begun anew. */
	if (yes && m->dlc[dlci].state != MUX_OPEN)
		mux_dlc_set(m, dlci, MUX_OPEN);
	mux_reply_add(m, dlci, yes ? MUX_UA : MUX_DM, false, true);
}

static void take_disc(struct mux *m, unsigned dlci)
{
	bool open = m->dlc[dlci].state != MUX_CLOSED;

	if (dlci == 0 && open)
		mux_down(m, "the other side has closed the control channel");
	else if (open)
		mux_dlc_set(m, dlci, MUX_CLOSED);
	mux_reply_add(m, dlci, open ? MUX_UA : MUX_DM, false, true);
}

static void take_ua(struct mux *m, unsigned dlci)
{
	if (m->dlc[dlci].state == MUX_OPENING && (dlci == 0 || m->up)) {
		mux_dlc_set(m, dlci, MUX_OPEN);
		if (dlci == 0)
			open_others(m);
	} else if (m->dlc[dlci].state == MUX_CLOSING) {
		if (dlci == 0)
			mux_down(m, "closed");
		else
			mux_dlc_set(m, dlci, MUX_CLOSED);
	}
}

static void take_dm(struct mux *m, unsigned dlci)
{
	if (m->dlc[dlci].state == MUX_CLOSED)
		return;
	if (dlci == 0)
		mux_down(m, "the other side has no control channel");
	else
		mux_dlc_set(m, dlci, MUX_CLOSED);
}

/* CLD is answered before all is over, so that the other side hears it. */
static bool is_close_down(const struct mux_frame *f)
{
	return f->dlci == 0 && f->count && (f->info[0] & 0xfd) == 0xc1 && (f->info[0] & 2);
}

static void take_data(struct mux *m, const struct mux_frame *f)
{
	if (m->dlc[f->dlci].state != MUX_OPEN) {
		/* Somebody recovers us whose control channel never opened. */
		if (is_close_down(f)) {
			mux_down(m, "the other side closes down");
			return;
		}
		/* TS 27.010 5.4.1: on a DLC that is not there. */
		if (m->dlc[f->dlci].state == MUX_CLOSED)
			mux_reply_add(m, f->dlci, MUX_DM, false, false);
		return;
	}
	if (f->dlci) {
		m->impl->received(m->data, f->dlci, f->info, f->count);
		return;
	}
	mux_ctl_received(m, f->info, f->count);
	if (is_close_down(f)) {
		mux_run(m, m->now_ns);
		mux_down(m, "the other side closes down");
	}
}

/* Is its C/R bit the one that the other side has for this kind? (TS 27.010 5.2.1.2) */
static bool direction_fits(const struct mux *m, const struct mux_frame *f)
{
	bool response = f->type == MUX_UA || f->type == MUX_DM;

	/* Some send data with either. */
	if (f->type == MUX_UIH || f->type == MUX_UI)
		return true;
	return f->command == (mux_is_initiator(m) == response);
}

static void take_frame(struct mux *m, const struct mux_frame *f)
{
	if (f->dlci >= MUX_DLC_COUNT) {
		if (f->type == MUX_SABM || f->type == MUX_DISC)
			mux_reply_add(m, f->dlci, MUX_DM, false, true);
		m->refused_count++;
		return;
	}
	/* An echo of our own is nobody's. */
	if (!direction_fits(m, f)) {
		m->refused_count++;
		return;
	}
	m->heard_ns = m->now_ns;
	switch (f->type) {
	case MUX_SABM: take_sabm(m, f->dlci); break;
	case MUX_DISC: take_disc(m, f->dlci); break;
	case MUX_UA: take_ua(m, f->dlci); break;
	case MUX_DM: take_dm(m, f->dlci); break;
	default: take_data(m, f); break;
	}
}

void mux_receive(struct mux *m, uint64_t now_ns, const uint8_t *bytes, size_t count)
{
	m->now_ns = now_ns;
	for (size_t i = 0; i < count; i++)
		if (mux_decoder_byte(&m->decoder, bytes[i]))
			take_frame(m, &m->decoder.frame);
	mux_run(m, now_ns);
}

/*
 * Time.
 */

static void dlc_time(struct mux *m, unsigned dlci)
{
	struct mux_dlc *d = &m->dlc[dlci];
	bool opening = d->state == MUX_OPENING;

	if (m->now_ns < d->deadline_ns)
		return;
	m->retry_count++;
	if (++d->tries <= m->params.n2) {
		ask(m, dlci, opening ? MUX_SABM : MUX_DISC);
		return;
	}
	vdev_log(VDEV_LOG_WARN, "mux: DLC %u: no answer to %s after %u tries", dlci,
		opening ? "SABM" : "DISC", d->tries);
	if (dlci == 0)
		mux_down(m, "no answer");
	else
		mux_dlc_set(m, dlci, MUX_CLOSED);
}

static uint64_t keep_alive_due(const struct mux *m)
{
	if (!m->up || !m->params.keep_alive_ms)
		return MUX_NEVER;
	return m->heard_ns + m->params.keep_alive_ms * MUX_NS_PER_MS;
}

void mux_tick(struct mux *m, uint64_t now_ns)
{
	m->now_ns = now_ns;
	for (unsigned i = 0; i < MUX_DLC_COUNT; i++)
		dlc_time(m, i);
	if (now_ns >= keep_alive_due(m)) {
		mux_ctl_test(m);
		m->heard_ns = now_ns; /* the test has its own time-out */
	}
	mux_ctl_tick(m);
	mux_run(m, now_ns);
}

uint64_t mux_deadline(const struct mux *m)
{
	uint64_t due = mux_ctl_deadline(m);

	for (unsigned i = 0; i < MUX_DLC_COUNT; i++)
		if (m->dlc[i].deadline_ns < due)
			due = m->dlc[i].deadline_ns;
	return keep_alive_due(m) < due ? keep_alive_due(m) : due;
}
