#include <string.h>
#include "tests/unit/modem-mux/wire.h"

static uint32_t draw(struct wire *w, uint32_t limit)
{
	uint64_t z = w->seed += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (uint32_t)((z ^ z >> 31) % limit);
}

static size_t on_room(void *data)
{
	const struct wire_end *e = data;

	return WIRE_BYTES - e->count;
}

static void put(struct wire_end *e, uint8_t byte, uint64_t due_ns)
{
	size_t at = (e->first + e->count++) % WIRE_BYTES;

	e->byte[at] = byte;
	e->due_ns[at] = due_ns;
}

static void on_send(void *data, const uint8_t *bytes, size_t count)
{
	struct wire_end *e = data;
	struct wire *w = e->wire;

	for (size_t i = 0; i < count && e->count < WIRE_BYTES; i++) {
		uint8_t byte = bytes[i];

		if (w->cut || (w->drop && draw(w, 100000) < w->drop))
			continue;
		if (w->garble && draw(w, 100000) < w->garble)
			byte ^= (uint8_t)(1 + draw(w, 255));
		put(e, byte, w->now_ns + w->delay_ms * WIRE_MS);
	}
}

static void on_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	struct wire_end *e = data;

	if (e->frame_count < sizeof(e->first_dlci))
		e->first_dlci[e->frame_count] = (uint8_t)dlci;
	e->frame_count++;
	if (e->on_received)
		e->on_received(e, dlci, bytes, count);
	if (e->got_count[dlci] + count <= WIRE_LOG_MAX) {
		memcpy(e->got[dlci] + e->got_count[dlci], bytes, count);
		e->got_count[dlci] += count;
	}
}

static void on_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	struct wire_end *e = data;

	e->opened[dlci] += state == MUX_OPEN;
	e->closed[dlci] += state == MUX_CLOSED;
}

static void on_signals(void *data, unsigned dlci, uint8_t v24)
{
	struct wire_end *e = data;

	e->v24[dlci] = v24;
}

/* DLC 7 is nobody's. */
static bool on_accepts(void *data, unsigned dlci)
{
	(void)data;
	return dlci != 7;
}

static void on_down(void *data, const char *reason)
{
	struct wire_end *e = data;

	(void)reason;
	e->downs++;
}

static const struct mux_impl impl = {
	on_room, on_send, on_received, on_changed, on_signals, on_accepts, on_down};

void wire_init(struct wire *w, const struct mux_params *params)
{
	struct mux_params p = *params;

	memset(w, 0, sizeof(*w));
	w->bytes_per_ms = 12; /* 115,200 bit/s */
	w->a.wire = w->b.wire = w;
	w->a.other = &w->b;
	w->b.other = &w->a;
	p.role = MUX_INITIATOR;
	(void)mux_init(&w->a.mux, &impl, &w->a, &p);
	p.role = MUX_RESPONDER;
	(void)mux_init(&w->b.mux, &impl, &w->b, &p);
}

static void deliver(struct wire *w, struct wire_end *from)
{
	uint8_t bytes[256];
	size_t count = 0;

	while (from->count && count < w->bytes_per_ms && count < sizeof(bytes) &&
		from->due_ns[from->first] <= w->now_ns) {
		bytes[count++] = from->byte[from->first];
		from->first = (from->first + 1) % WIRE_BYTES;
		from->count--;
	}
	if (count)
		mux_receive(&from->other->mux, w->now_ns, bytes, count);
	mux_run(&from->mux, w->now_ns);
}

void wire_pass(struct wire *w, unsigned ms)
{
	for (unsigned i = 0; i < ms; i++) {
		w->now_ns += WIRE_MS;
		deliver(w, &w->a);
		deliver(w, &w->b);
		if (mux_deadline(&w->a.mux) <= w->now_ns)
			mux_tick(&w->a.mux, w->now_ns);
		if (mux_deadline(&w->b.mux) <= w->now_ns)
			mux_tick(&w->b.mux, w->now_ns);
	}
}

bool wire_open(struct wire *w, unsigned dlci)
{
	(void)mux_open(&w->a.mux, w->now_ns, dlci);
	for (unsigned i = 0; i < 100; i++) {
		wire_pass(w, 50);
		if (w->a.mux.dlc[dlci].state == MUX_OPEN && w->b.mux.dlc[dlci].state == MUX_OPEN)
			return true;
		if (w->a.mux.dlc[dlci].state == MUX_CLOSED)
			return false;
	}
	return false;
}
