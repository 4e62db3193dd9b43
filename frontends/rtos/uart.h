/*
 * PL011 (ARM DDI 0183), interrupt-driven, with a ring for each direction. Nothing here waits:
 * what does not fit is dropped and counted, so a peer that never reads costs characters, not time.
 */
#ifndef RTOS_UART_H
#define RTOS_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UART_RX_BYTES 4096 /* powers of two */
#define UART_TX_BYTES 16384

struct uart {
	uint64_t base;
	/* Optional. Characters came in; interrupt context: post a task that calls uart_read. */
	void (*on_receive)(void *data);
	/* Optional, interrupt context. All that was written has gone out; the DTR of the other end has changed. */
	void (*on_sent)(void *data);
	void (*on_lines)(void *data);
	void *data;
	bool hold; /* a full ring stops the line, whose sender waits if it knows flow control; else it drops */
	bool held;
	uint8_t depth; /* of the device's FIFOs */
	uint32_t rx_dropped;
	uint32_t tx_dropped;
	/* Producer and consumer indices run freely; rx: interrupt produces; tx: interrupt consumes. */
	uint32_t rx_head, rx_tail;
	uint32_t tx_head, tx_tail;
	uint8_t rx[UART_RX_BYTES];
	uint8_t tx[UART_TX_BYTES];
};

/* Set up for 8N1 with FIFOs and handle `intid` at `priority`. 0 or -EINVAL (irq_register). */
int uart_init(struct uart *uart, uint64_t base, unsigned intid, unsigned priority,
	void (*on_receive)(void *data), void *data);
/* Queue all of it or none: true if it fitted. Callable from anywhere. */
bool uart_write(struct uart *uart, const void *text, size_t bytes);
/* Bytes that uart_write takes now. */
size_t uart_room(const struct uart *uart);
/* Is there a terminal at the other end: its DTR, our DSR? */
bool uart_peer_ready(const struct uart *uart);
/* Take what has come in; returns bytes, 0 if nothing. */
size_t uart_read(struct uart *uart, void *to, size_t bytes);
/* Polled, bounded, for last words: what is queued goes out first. */
void uart_write_polled(struct uart *uart, const char *text);

#endif
