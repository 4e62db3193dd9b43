#include "hv/core/vuart.h"

#include "hv/core/console.h"
#include "hv/core/line.h"

#define IFLS_RESET	0x12
#define CR_RESET	(PL011_CR_TXE | PL011_CR_RXE)
#define MODEM_ALWAYS_ON (PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD)

static struct vuart *uarts; /* uart_count of them, in the order of the configuration */
static uint32_t uart_count;

struct vuart *vuart_get(uint32_t index)
{
	return index < uart_count ? &uarts[index] : NULL;
}

uint32_t vuart_depth(const struct vuart *u)
{
	return (u->lcr_h & PL011_LCR_FEN) ? VUART_FIFO_DEPTH : 1;
}

bool vuart_is_live(const struct vuart *u)
{
	const uint16_t on = PL011_CR_UARTEN | PL011_CR_RXE;

	return (u->cr & on) == on && u->owner->state == PL_PARTITION_RUNNING;
}

/* Trigger level that IFLS selects: 1/8, 1/4, 1/2, 3/4, 7/8 of the FIFO; reserved values as 1/2. */
static uint32_t trigger(const struct vuart *u, uint32_t shift)
{
	static const uint8_t level[8] = {4, 8, 16, 24, 28, 16, 16, 16};

	return (u->lcr_h & PL011_LCR_FEN) ? level[(u->ifls >> shift) & 7] : 1;
}

/*
 * Receive and receive timeout follow the FIFO: there is no rate, so a byte that waits has waited
 * long enough. Transmit and modem interrupts are latched by their event (DDI 0183 2.8).
 */
static uint16_t raw_interrupts(const struct vuart *u)
{
	uint32_t waiting = fifo_count(&u->rx);
	uint16_t ris = u->latched;

	if (waiting > 0)
		ris |= PL011_INT_RT;
	if (waiting >= trigger(u, 3))
		ris |= PL011_INT_RX;
	return ris;
}

void vuart_update(struct vuart *u)
{
	bool level = (raw_interrupts(u) & u->imsc) != 0;

	if (level == u->level)
		return;
	u->level = level;
	vgic_set_level(u->owner, u->config->virq, level);
}

/* The transmitter is at or below its trigger level. */
static bool has_room(const struct vuart *u)
{
	return fifo_count(&u->tx) <= ((u->lcr_h & PL011_LCR_FEN) ? trigger(u, 0) : 0);
}

void vuart_transmitted(struct vuart *u)
{
	if (has_room(u))
		u->latched |= PL011_INT_TX;
	vuart_update(u);
}

bool vuart_receive(struct vuart *u, uint8_t byte)
{
	if (fifo_count(&u->rx) >= u->rx.size) {
		u->dropped++;
		return false;
	}
	fifo_put(&u->rx, byte);
	vuart_update(u);
	return true;
}

/* The transmitter works whether CR enables it or not: early consoles rely on firmware to have done so. */
static void data_write(struct vuart *u, uint8_t byte)
{
	if (u->console) {
		console_put(u->console, (char)byte);
		vuart_transmitted(u);
		return;
	}
	if (fifo_count(&u->tx) < vuart_depth(u))
		fifo_put(&u->tx, byte);
	else
		u->dropped++; /* the driver did not look at TXFF */
	if (!has_room(u))
		u->latched &= (uint16_t)~PL011_INT_TX;
	line_move(u);
}

static uint16_t data_read(struct vuart *u)
{
	uint16_t byte;

	if (fifo_count(&u->rx) == 0)
		return 0;
	byte = fifo_take(&u->rx);
	if (u->peer)
		line_received(u);
	vuart_update(u);
	return byte;
}

static uint16_t flags(const struct vuart *u)
{
	uint32_t rx = fifo_count(&u->rx);
	uint32_t tx = fifo_count(&u->tx);
	uint16_t fr = u->modem;

	if (rx == 0)
		fr |= PL011_FR_RXFE;
	if (rx >= vuart_depth(u))
		fr |= PL011_FR_RXFF;
	fr |= tx == 0 ? PL011_FR_TXFE : PL011_FR_BUSY;
	if (tx >= vuart_depth(u))
		fr |= PL011_FR_TXFF;
	return fr;
}

static void control_write(struct vuart *u, uint16_t value)
{
	u->cr = value;
	if (!u->peer)
		return;
	line_modem_changed(u);
	if (fifo_count(&u->peer->tx) > 0)
		line_move(u->peer); /* it may have waited for, or lost, its receiver */
	line_move(u);
}

static int read_register(struct vuart *u, uint32_t offset, uint64_t *value)
{
	/* PL011 r1p5: revision 3 has 32-deep FIFOs. */
	static const uint8_t id[8] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	if (offset >= PL011_PERIPH_ID0) {
		*value = id[(offset - PL011_PERIPH_ID0) / 4];
		return 0;
	}
	switch (offset) {
	case PL011_DR: *value = data_read(u); return 0;
	case PL011_RSR: *value = 0; return 0;
	case PL011_FR: *value = flags(u); return 0;
	case PL011_ILPR: *value = u->ilpr; return 0;
	case PL011_IBRD: *value = u->ibrd; return 0;
	case PL011_FBRD: *value = u->fbrd; return 0;
	case PL011_LCR_H: *value = u->lcr_h; return 0;
	case PL011_CR: *value = u->cr; return 0;
	case PL011_IFLS: *value = u->ifls; return 0;
	case PL011_IMSC: *value = u->imsc; return 0;
	case PL011_RIS: *value = raw_interrupts(u); return 0;
	case PL011_MIS: *value = raw_interrupts(u) & u->imsc; return 0;
	case PL011_DMACR: *value = u->dmacr; return 0;
	default: return -EINVAL;
	}
}

static int write_register(struct vuart *u, uint32_t offset, uint16_t value)
{
	switch (offset) {
	case PL011_DR: data_write(u, (uint8_t)value); return 0;
	case PL011_RSR: return 0; /* clears errors, of which there are none */
	case PL011_ILPR: u->ilpr = value & 0xff; return 0;
	case PL011_IBRD: u->ibrd = value; return 0;
	case PL011_FBRD: u->fbrd = value & 0x3f; return 0;
	case PL011_LCR_H: u->lcr_h = value & 0xff; break;
	case PL011_CR: control_write(u, value); break;
	case PL011_IFLS: u->ifls = value & 0x3f; break;
	case PL011_IMSC: u->imsc = value & PL011_INT_ALL; break;
	case PL011_ICR: u->latched &= (uint16_t)~value; break;
	case PL011_DMACR: u->dmacr = value & 7; return 0; /* no DMA: nothing asks for a transfer */
	default: return -EINVAL;
	}
	vuart_update(u);
	return 0;
}

int vuart_access(struct vuart *u, uint32_t offset, struct mmio *m)
{
	int ret;

	if ((offset & 3) != 0 || m->bytes > 4)
		return -EINVAL;
	cold_lock();
	ret = m->write ? write_register(u, offset, (uint16_t)m->value) : read_register(u, offset, &m->value);
	cold_unlock();
	return ret;
}

static void reset(struct vuart *u)
{
	u->cr = CR_RESET;
	u->ifls = IFLS_RESET;
	u->lcr_h = u->imsc = u->ilpr = u->ibrd = u->fbrd = u->dmacr = u->latched = 0;
	u->rx.tail = u->rx.head;
	u->tx.tail = u->tx.head;
	u->given_up = false;
	hv_timer_cancel(&u->stall);
	vuart_update(u);
}

void vuart_partition_reset(struct partition *p)
{
	for (struct vuart *u = uarts; u < uarts + uart_count; u++) {
		if (u->owner != p)
			continue;
		reset(u);
		if (u->console)
			console_end_line(u->console);
		else
			line_modem_changed(u); /* the peer's bytes go nowhere from now on */
		if (u->peer)
			line_move(u->peer);
	}
}

static void init_one(struct vuart *u, const struct pl_config_uart *config)
{
	*u = (struct vuart){
		.config = config,
		.owner = partition_get(config->partition),
		.index = (uint32_t)(u - uarts),
		.rx = {.byte = u->rx_line, .size = VUART_FIFO_DEPTH},
		.tx = {.byte = u->tx_line, .size = VUART_FIFO_DEPTH},
		.stall.fire = line_stall_fire,
	};
	if (config->kind == PL_UART_LINE) {
		u->peer = &uarts[config->peer];
	} else {
		u->modem = MODEM_ALWAYS_ON;
		console_attach(u);
	}
}

void vuart_init(const struct pl_config *c)
{
	uarts = pool_alloc(c->uart_count * sizeof(*uarts));
	uart_count = c->uart_count;
	for (uint32_t i = 0; i < uart_count; i++)
		init_one(&uarts[i], &c->uart[i]);
	for (uint32_t i = 0; i < uart_count; i++)
		reset(&uarts[i]);
}
