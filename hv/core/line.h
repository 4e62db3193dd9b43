/*
 * Serial lines: two emulated PL011s wired to each other, with flow control.
 *
 *   sender's TX FIFO ──> receiver's RX FIFO
 *
 * A full receiver fills the sender's FIFO (TXFF). A receiver that is off, or whose partition does
 * not run, takes nothing and costs nothing: bytes are dropped. One that is on but has not read for
 * LINE_STALL_MS is taken for dead until it reads again: bytes are dropped and counted.
 */
#ifndef HV_CORE_LINE_H
#define HV_CORE_LINE_H

#include "hv/core/vuart.h"

#define LINE_STALL_MS 500

/* The receiver has not read for LINE_STALL_MS. */
void line_stall_fire(struct hv_timer *t);
/* Move what `from` has in its transmitter, as far as its peer takes it. At most VUART_FIFO_DEPTH bytes. */
void line_move(struct vuart *from);
/* `to` took bytes from its receiver: its peer may go on. */
void line_received(struct vuart *to);
/* RTS, DTR or life of u changed: its peer sees CTS, DSR and DCD change. */
void line_modem_changed(struct vuart *u);

#endif
