#include "frontends/rtos/irq.h"
#include "frontends/rtos/mmio.h"
#include "frontends/rtos/uart.h"

#define UARTDR	      0x00
#define UARTFR	      0x18
#define UARTIBRD      0x24
#define UARTFBRD      0x28
#define UARTLCRH      0x2c
#define UARTCR	      0x30
#define UARTIFLS      0x34
#define UARTIMSC      0x38
#define UARTMIS	      0x40
#define UARTICR	      0x44
#define UARTPERIPHID2 0xfe8
#define FR_DSR	      (1u << 1)
#define FR_RXFE	      (1u << 4)
#define FR_TXFF	      (1u << 5)
#define FR_RXFF	      (1u << 6)
#define FR_TXFE	      (1u << 7)
#define INT_DSR	      (1u << 3)
#define INT_RX	      (1u << 4)
#define INT_TX	      (1u << 5)
#define INT_RT	      (1u << 6)
#define LCRH_8N1_FIFO (3u << 5 | 1u << 4)
/* On, both ways, DTR and RTS up: a peer with flow control, oFono for one, sends nothing without them. */
#define CR_ON (1u | 1u << 8 | 1u << 9 | 3u << 10)

#define RX_BURST   256	   /* characters taken in one interrupt; the level brings the next */
#define POLL_TRIES 1000000 /* of a transmitter that stays full: then its characters are dropped */

/*
 * Each access of an emulated one is an exit, so the flags are read once for as many characters as they
 * vouch for: a FIFO that is empty takes all its depth, one that is full gives it.
 */

/* Ask for an interrupt only for what can be done then. Interrupts masked. */
static void set_mask(struct uart *u)
{
	mmio_write32(u->base + UARTIMSC, (u->on_lines ? INT_DSR : 0) | (u->held ? 0 : INT_RX | INT_RT) |
						 (u->tx_tail != u->tx_head ? INT_TX : 0));
}

/* Fill the FIFO. Interrupts masked. */
static void pump(struct uart *u)
{
	while (u->tx_tail != u->tx_head) {
		uint32_t flags = mmio_read32(u->base + UARTFR), room = flags & FR_TXFE ? u->depth : 1;

		if (flags & FR_TXFF)
			break;
		while (room-- && u->tx_tail != u->tx_head)
			mmio_write32(u->base + UARTDR, u->tx[u->tx_tail++ % UART_TX_BYTES]);
	}
	set_mask(u);
}

static void take(struct uart *u)
{
	uint8_t c = (uint8_t)mmio_read32(u->base + UARTDR);

	if (u->rx_head - u->rx_tail == UART_RX_BYTES) {
		u->rx_dropped++;
		return;
	}
	u->rx[u->rx_head % UART_RX_BYTES] = c;
	/* Pairs with the acquire in uart_read. */
	__atomic_store_n(&u->rx_head, u->rx_head + 1, __ATOMIC_RELEASE);
}

static bool receive(struct uart *u)
{
	unsigned count = 0;

	while (count < RX_BURST) {
		uint32_t flags = mmio_read32(u->base + UARTFR), there = flags & FR_RXFF ? u->depth : 1;

		if (flags & FR_RXFE)
			break;
		u->held = u->hold && UART_RX_BYTES - (u->rx_head - u->rx_tail) < there;
		if (u->held)
			break;
		for (count += there; there; there--)
			take(u);
	}
	return count > 0;
}

static void handle_interrupt(void *data)
{
	struct uart *u = data;
	uint32_t why = u->on_lines ? mmio_read32(u->base + UARTMIS) : 0;
	bool emptied;
	uint64_t flags;

	/* Cleared before looking: what comes in afterwards raises it anew. */
	mmio_write32(u->base + UARTICR, INT_RX | INT_RT | INT_TX | INT_DSR);
	if (receive(u) && u->on_receive)
		u->on_receive(u->data);
	flags = irq_save();
	emptied = u->tx_tail != u->tx_head;
	pump(u);
	emptied &= u->tx_tail == u->tx_head;
	irq_restore(flags);
	if (emptied && u->on_sent)
		u->on_sent(u->data);
	if ((why & INT_DSR) && u->on_lines)
		u->on_lines(u->data);
}

int uart_init(struct uart *u, uint64_t base, unsigned intid, unsigned priority,
	void (*on_receive)(void *data), void *data)
{
	u->base = base;
	u->on_receive = on_receive;
	u->data = data;
	/* Revision 3 and later of the PL011 have 32-deep FIFOs (DDI 0183 3.3.12). */
	u->depth = mmio_read32(base + UARTPERIPHID2) >> 4 >= 3 ? 32 : 16;
	mmio_write32(base + UARTIMSC, 0);
	mmio_write32(base + UARTCR, 0);
	mmio_write32(base + UARTICR, 0x7ff);
	mmio_write32(base + UARTIBRD, 13); /* 115200 of 24 MHz; an emulated one does not care */
	mmio_write32(base + UARTFBRD, 1);
	mmio_write32(base + UARTLCRH, LCRH_8N1_FIFO);
	mmio_write32(base + UARTIFLS, 0); /* both triggers at 1/8 */
	mmio_write32(base + UARTCR, CR_ON);
	set_mask(u);
	return irq_register(intid, priority, false, handle_interrupt, u);
}

bool uart_write(struct uart *u, const void *text, size_t bytes)
{
	const uint8_t *from = text;
	uint64_t flags = irq_save();
	bool fits = bytes <= UART_TX_BYTES - (u->tx_head - u->tx_tail);

	if (fits) {
		for (size_t i = 0; i < bytes; i++)
			u->tx[u->tx_head++ % UART_TX_BYTES] = from[i];
	} else {
		u->tx_dropped += (uint32_t)bytes;
	}
	pump(u);
	irq_restore(flags);
	return fits;
}

size_t uart_room(const struct uart *u)
{
	return UART_TX_BYTES - (u->tx_head - u->tx_tail);
}

bool uart_peer_ready(const struct uart *u)
{
	return mmio_read32(u->base + UARTFR) & FR_DSR;
}

/* The FIFO is taken from first: what has been in it all the time raises no interrupt anew. */
static void go_on(struct uart *u)
{
	uint64_t flags = irq_save();

	u->held = false;
	(void)receive(u);
	set_mask(u);
	irq_restore(flags);
}

size_t uart_read(struct uart *u, void *to, size_t bytes)
{
	uint32_t head = __atomic_load_n(&u->rx_head, __ATOMIC_ACQUIRE);
	uint8_t *out = to;
	size_t count = 0;

	while (count < bytes && u->rx_tail != head)
		out[count++] = u->rx[u->rx_tail++ % UART_RX_BYTES];
	if (u->held && u->rx_head - u->rx_tail <= UART_RX_BYTES / 2)
		go_on(u);
	return count;
}

static bool wait_for_room(struct uart *u)
{
	for (unsigned i = 0; i < POLL_TRIES; i++)
		if (!(mmio_read32(u->base + UARTFR) & FR_TXFF))
			return true;
	return false;
}

void uart_write_polled(struct uart *u, const char *text)
{
	uint64_t flags = irq_save();

	while (u->tx_tail != u->tx_head && wait_for_room(u))
		mmio_write32(u->base + UARTDR, u->tx[u->tx_tail++ % UART_TX_BYTES]);
	for (; *text && wait_for_room(u); text++)
		mmio_write32(u->base + UARTDR, (uint8_t)*text);
	irq_restore(flags);
}
