/*
 * A serial line between two multiplexers, in time that is moved by hand: so many bytes a millisecond, delayed, and
 * from a seed dropped or garbled.
 */
#ifndef TESTS_MODEM_MUX_WIRE_H
#define TESTS_MODEM_MUX_WIRE_H

#include "vdev-modem/mux.h"

#define WIRE_BYTES   8192
#define WIRE_MS	     1000000ull
#define WIRE_LOG_MAX 65536

struct wire_end {
	struct mux mux;
	struct wire *wire;
	struct wire_end *other;
	/* bytes on their way to the other end */
	uint8_t byte[WIRE_BYTES];
	uint64_t due_ns[WIRE_BYTES];
	size_t first, count;
	/* what came, by DLC */
	uint8_t got[MUX_DLC_COUNT][WIRE_LOG_MAX];
	size_t got_count[MUX_DLC_COUNT];
	unsigned opened[MUX_DLC_COUNT], closed[MUX_DLC_COUNT], downs;
	uint8_t v24[MUX_DLC_COUNT];
	uint8_t first_dlci[256]; /* order in which data frames came */
	unsigned frame_count;
	void (*on_received)(struct wire_end *end, unsigned dlci, const uint8_t *bytes, size_t count);
};

struct wire {
	struct wire_end a, b; /* a begins */
	uint64_t now_ns, seed;
	unsigned bytes_per_ms, delay_ms;
	unsigned drop, garble; /* of 100,000 bytes */
	bool cut;	       /* nothing gets through */
};

/* Both ends with these parameters; b is the responder. */
void wire_init(struct wire *wire, const struct mux_params *params);
void wire_pass(struct wire *wire, unsigned ms);
/* Open a DLC from a and wait until both know; false: it did not open. */
bool wire_open(struct wire *wire, unsigned dlci);

#endif
