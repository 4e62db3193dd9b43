/*
 * Emulated PL011 (ARM DDI 0183), 32-deep FIFOs, no rate of its own: what is sent arrives at once.
 * A console UART writes into its partition's console; a line UART is wired to a peer, see line.h.
 */
#ifndef HV_CORE_VUART_H
#define HV_CORE_VUART_H

#include "hv/core/partition.h"
#include "hv/core/pl011.h"

#define VUART_FIFO_DEPTH       32
#define VUART_CONSOLE_RX_BYTES 2048 /* behind a console's receive FIFO: pasted lines arrive whole */

struct console;

struct vuart_fifo {
	uint8_t *byte;
	uint32_t size; /* a power of two */
	uint32_t head; /* bytes ever put */
	uint32_t tail; /* bytes ever taken */
};

struct vuart {
	/* fixed at start-up */
	const struct pl_config_uart *config;
	struct partition *owner;
	struct console *console; /* or NULL: a line */
	struct vuart *peer;	 /* or NULL: a console */
	uint32_t index;
	/* registers, DDI 0183 3.2 */
	uint16_t cr, lcr_h, ifls, imsc, ilpr, ibrd, fbrd, dmacr;
	uint16_t latched; /* interrupts that stay until ICR: transmit and modem lines */
	uint16_t modem;	  /* CTS, DSR, DCD as FR shows them */
	bool level;	  /* of the interrupt output */
	struct vuart_fifo rx, tx;
	uint8_t rx_line[VUART_FIFO_DEPTH], tx_line[VUART_FIFO_DEPTH];
	/* line: the sender's view of a receiver that does not read */
	struct hv_timer stall;
	bool given_up;
	uint64_t dropped; /* bytes sent to nobody, or typed into a full receiver */
};

void vuart_init(const struct pl_config *c);
struct vuart *vuart_get(uint32_t index);
/* A trapped access at `offset` of u's page. 0, or -EINVAL: no such register or size. */
int vuart_access(struct vuart *u, uint32_t offset, struct mmio *m);
/* A byte for u's receiver; false: no room. */
bool vuart_receive(struct vuart *u, uint8_t byte);
/* Recompute the interrupt output and tell the interrupt controller if it changed. */
void vuart_update(struct vuart *u);
/* The receiver of u is on and its partition runs. */
bool vuart_is_live(const struct vuart *u);
/* Depth of u's FIFOs as LCR_H.FEN has it. */
uint32_t vuart_depth(const struct vuart *u);
/* The transmitter of u drained to or below its trigger level. */
void vuart_transmitted(struct vuart *u);

static inline uint32_t fifo_count(const struct vuart_fifo *f)
{
	return f->head - f->tail;
}

static inline void fifo_put(struct vuart_fifo *f, uint8_t byte)
{
	f->byte[f->head++ & (f->size - 1)] = byte;
}

static inline uint8_t fifo_take(struct vuart_fifo *f)
{
	return f->byte[f->tail++ & (f->size - 1)];
}

#endif
