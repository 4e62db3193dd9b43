/* The simulator's line to the phone: plain, or multiplexed (TS 27.010); and what befalls it. */
#ifndef MODEM_WIRE_H
#define MODEM_WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-modem/mux.h"

#define MODEM_HELD_BYTES  8192
#define MODEM_PIECE_COUNT 128

/* In both directions; times are the modem's own. */
struct modem_fault {
	uint16_t drop_permille, garble_permille; /* of the bytes */
	uint32_t delay_ms;			 /* of what goes to the phone */
	uint64_t silent_until;			 /* nothing comes or goes before */
	uint32_t random;
};

struct modem_piece {
	uint64_t due;
	uint32_t count;
};

struct modem_wire {
	bool no_mux;	 /* a modem that does not know +CMUX */
	bool basic_only; /* one that has only its basic option */
	bool begin;	 /* +CMUX has been answered: what follows is multiplexed */
	bool muxing;
	struct mux_params params;
	struct mux mux;
	struct modem_fault fault;
	/* delayed */
	struct modem_piece piece[MODEM_PIECE_COUNT];
	uint32_t piece_first, piece_count, held_first, held_count;
	char held[MODEM_HELD_BYTES];
};

struct modem;

void modem_wire_init(struct modem *m); /* plain; what befalls it goes on */
void modem_wire_send(struct modem *m, unsigned port, const char *bytes, size_t count);
void modem_wire_receive(struct modem *m, const char *bytes, size_t count);
void modem_wire_run(struct modem *m); /* there is room again */
void modem_wire_tick(struct modem *m);
uint64_t modem_wire_deadline(const struct modem *m); /* own time */

#endif
