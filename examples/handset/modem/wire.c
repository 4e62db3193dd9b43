/*
 * The line to the phone: plain, or multiplexed (TS 27.010) after +CMUX; and what may befall it. What it does to
 * bytes is chosen by a generator of its own, so that a run can be had again.
 */
#include <errno.h>
#include "examples/handset/modem/modem_at.h"
#include "frontends/rtos/format.h"
#include "frontends/rtos/mem.h"

#define NS_PER_MS     1000000ull
#define PER_MILLE     1000u
#define KEEP_ALIVE_MS 10000
#define T1_MS	      100
#define T2_MS	      300
#define RETRIES	      3
#define N1_BASIC      31 /* TS 27.010 5.7.2 */
#define N1_ADVANCED   64

/*
 * What befalls it.
 */

static bool befalls(struct modem_fault *f, unsigned permille)
{
	if (!permille)
		return false;
	f->random = f->random * 1664525u + 1013904223u;
	return (f->random >> 8) % PER_MILLE < permille;
}

static bool is_silent(const struct modem *m)
{
	return m->now < m->wire.fault.silent_until;
}

/* Drops and garbles in place; the bytes that are left. */
static size_t spoil(struct modem *m, char *bytes, size_t count)
{
	struct modem_fault *f = &m->wire.fault;
	size_t left = 0;

	if (is_silent(m))
		return 0;
	for (size_t i = 0; i < count; i++) {
		char c = bytes[i];

		if (befalls(f, f->drop_permille))
			continue;
		if (befalls(f, f->garble_permille))
			c ^= (char)(1u << (f->random >> 8) % 8);
		bytes[left++] = c;
	}
	return left;
}

static void hold(struct modem *m, const char *bytes, size_t count)
{
	struct modem_wire *w = &m->wire;
	struct modem_piece *p = &w->piece[(w->piece_first + w->piece_count) % MODEM_PIECE_COUNT];

	/* A line that holds no more loses it. */
	if (w->held_count + count > sizeof(w->held) || w->piece_count == MODEM_PIECE_COUNT)
		return;
	for (size_t i = 0; i < count; i++)
		w->held[(w->held_first + w->held_count++) % sizeof(w->held)] = bytes[i];
	*p = (struct modem_piece){m->now + w->fault.delay_ms * NS_PER_MS, (uint32_t)count};
	w->piece_count++;
}

static void let_go(struct modem *m)
{
	struct modem_wire *w = &m->wire;

	while (w->piece_count && w->piece[w->piece_first].due <= m->now) {
		uint32_t count = w->piece[w->piece_first].count;

		w->piece_first = (w->piece_first + 1) % MODEM_PIECE_COUNT;
		w->piece_count--;
		for (; count; count--, w->held_count--) {
			m->io->send(m->io->data, &w->held[w->held_first], 1);
			w->held_first = (w->held_first + 1) % sizeof(w->held);
		}
	}
}

/* To the phone. */
static void put(struct modem *m, const char *bytes, size_t count)
{
	char piece[128];

	while (count) {
		size_t part = count < sizeof(piece) ? count : sizeof(piece), left;

		memcpy(piece, bytes, part);
		left = spoil(m, piece, part);
		if (left && (m->wire.fault.delay_ms || m->wire.piece_count))
			hold(m, piece, left);
		else if (left)
			m->io->send(m->io->data, piece, left);
		bytes += part;
		count -= part;
	}
}

/*
 * Multiplexed.
 */

static size_t wire_room(void *data)
{
	struct modem *m = data;
	size_t room = m->io->room ? m->io->room(m->io->data) : sizeof(m->wire.held);
	size_t free = sizeof(m->wire.held) - m->wire.held_count;

	return room < free ? room : free;
}

static void wire_put(void *data, const uint8_t *bytes, size_t count)
{
	put(data, (const char *)bytes, count);
}

static void wire_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct modem *m = data;

	if (dlci < MODEM_PORT_COUNT)
		modem_port_receive(m, &m->port[dlci], (const char *)bytes, count);
}

static bool wire_accepts(void *data, unsigned dlci)
{
	(void)data;
	return dlci < MODEM_PORT_COUNT;
}

static void wire_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	struct modem *m = data;

	(void)state;
	if (!dlci || dlci >= MODEM_PORT_COUNT)
		return;
	if (m->port[dlci].data)
		modem_data_forget(m);
	modem_port_init(&m->port[dlci], dlci);
}

/* DTR (V.250 6.2.6, &D2). */
static void wire_signals(void *data, unsigned dlci, uint8_t v24)
{
	if (dlci < MODEM_PORT_COUNT && !(v24 & MUX_V24_RTC))
		modem_data_hang_up(data, dlci);
}

static void wire_down(void *data, const char *reason)
{
	struct modem *m = data;
	char text[96];

	m->wire.muxing = false;
	modem_port_init(&m->port[MODEM_PORT_PLAIN], MODEM_PORT_PLAIN);
	format_print(text, sizeof(text), "modem: multiplexer down: %s", reason);
	m->io->say(m->io->data, text);
}

static const struct mux_impl wire_impl = {.room = wire_room,
	.send = wire_put,
	.received = wire_received,
	.accepts = wire_accepts,
	.changed = wire_changed,
	.signals = wire_signals,
	.down = wire_down};

/* TS 27.007 5.7: +CMUX=<mode>[,<subset>[,<port_speed>[,<N1>…]]]. */
enum at_result modem_at_cmux(struct modem *m, enum at_form form, const char *argument)
{
	long mode = modem_argument_number(argument, 0, 1),
	     n1 = modem_argument_number(argument, 3, MUX_N1_MAX);
	long subset = modem_argument_number(argument, 1, 1);

	if (m->wire.no_mux)
		return AT_ERROR;
	if (form == AT_TEST) {
		modem_at_reply(m, "+CMUX: (%s),(0,1),(1-8),(31-1500),(10),(3),(30)",
			m->wire.basic_only ? "0" : "0,1");
		return AT_OK;
	}
	if (form != AT_SET || m->wire.muxing)
		return AT_NOT_ALLOWED;
	if (mode == 1 && m->wire.basic_only)
		return AT_NOT_ALLOWED;
	if (mode < 0 || subset == -1 || n1 == -1 || (n1 >= 0 && n1 < MUX_N1_MIN))
		return AT_BAD_PARAMETER;
	m->wire.params = (struct mux_params){.role = MUX_RESPONDER,
		.option = mode ? MUX_ADVANCED : MUX_BASIC,
		.ui = subset == 1,
		.n1 = (uint16_t)(n1 > 0 ? n1
				 : mode ? N1_ADVANCED
					: N1_BASIC),
		.n2 = RETRIES,
		.t1_ms = T1_MS,
		.t2_ms = T2_MS,
		.keep_alive_ms = KEEP_ALIVE_MS};
	m->wire.begin = true;
	return AT_OK;
}

/* The byte that ends +CMUX is the last one of the plain line. */
static void begin(struct modem *m)
{
	m->wire.begin = false;
	m->wire.muxing = mux_init(&m->wire.mux, &wire_impl, m, &m->wire.params) == 0;
	m->io->say(m->io->data, "modem: multiplexed");
}

/*
 * Both.
 */

void modem_wire_send(struct modem *m, unsigned port, const char *bytes, size_t count)
{
	if (!m->wire.muxing)
		put(m, bytes, count);
	else
		(void)mux_write(&m->wire.mux, m->now, port, (const uint8_t *)bytes, count);
}

void modem_wire_receive(struct modem *m, const char *bytes, size_t count)
{
	char piece[128];

	while (count) {
		size_t part = count < sizeof(piece) ? count : sizeof(piece), left, i = 0;

		memcpy(piece, bytes, part);
		left = spoil(m, piece, part);
		for (; i < left && !m->wire.muxing; i++) {
			modem_port_receive(m, &m->port[MODEM_PORT_PLAIN], piece + i, 1);
			if (m->wire.begin)
				begin(m);
		}
		if (i < left)
			mux_receive(&m->wire.mux, m->now, (const uint8_t *)piece + i, left - i);
		bytes += part;
		count -= part;
	}
}

void modem_wire_run(struct modem *m)
{
	if (m->wire.muxing)
		mux_run(&m->wire.mux, m->now);
}

void modem_wire_tick(struct modem *m)
{
	let_go(m);
	if (m->wire.muxing)
		mux_tick(&m->wire.mux, m->now);
}

uint64_t modem_wire_deadline(const struct modem *m)
{
	const struct modem_wire *w = &m->wire;
	uint64_t due = w->muxing ? mux_deadline(&w->mux) : MODEM_NEVER;

	if (w->piece_count && w->piece[w->piece_first].due < due)
		due = w->piece[w->piece_first].due;
	return due;
}

void modem_wire_init(struct modem *m)
{
	struct modem_wire *w = &m->wire;
	const struct modem_fault fault = w->fault;
	bool no_mux = w->no_mux, basic_only = w->basic_only;

	memset(w, 0, sizeof(*w));
	w->fault = fault;
	w->no_mux = no_mux;
	w->basic_only = basic_only;
	for (unsigned i = 0; i < MODEM_PORT_COUNT; i++)
		modem_port_init(&m->port[i], i);
}
