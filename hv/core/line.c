#include "hv/core/line.h"

/* A receiver that does its own RTS (RTSEN) shows it by its FIFO. */
static uint16_t modem_lines(const struct vuart *peer)
{
	uint16_t lines = 0;
	bool rts = (peer->cr & PL011_CR_RTSEN) ? fifo_count(&peer->rx) < vuart_depth(peer)
					       : (peer->cr & PL011_CR_RTS) != 0;

	if (!vuart_is_live(peer))
		return 0;
	if (rts)
		lines |= PL011_FR_CTS;
	if (peer->cr & PL011_CR_DTR)
		lines |= PL011_FR_DSR | PL011_FR_DCD;
	return lines;
}

void line_modem_changed(struct vuart *u)
{
	struct vuart *peer = u->peer;
	uint16_t lines = modem_lines(u);
	uint16_t changed = (uint16_t)(lines ^ peer->modem);

	peer->modem = lines;
	if (changed & PL011_FR_CTS)
		peer->latched |= PL011_INT_CTS;
	if (changed & PL011_FR_DSR)
		peer->latched |= PL011_INT_DSR | PL011_INT_DCD;
	if (changed)
		line_move(peer); /* CTS may let it go on */
	vuart_update(peer);
}

static bool blocked(const struct vuart *from, const struct vuart *to)
{
	if ((from->cr & PL011_CR_CTSEN) && !(from->modem & PL011_FR_CTS))
		return true;
	return fifo_count(&to->rx) >= vuart_depth(to);
}

static void deliver(struct vuart *to, uint8_t byte)
{
	if (!to->config->untraced)
		trace_event(PL_TRACE_LINE, to->config->partition, to->index, byte, 0);
	fifo_put(&to->rx, byte);
}

void line_move(struct vuart *from)
{
	struct vuart *to = from->peer;
	bool live = vuart_is_live(to);
	bool moved = false;
	bool sent = false;

	while (fifo_count(&from->tx) > 0) {
		bool stuck = live && blocked(from, to);

		if (stuck && !from->given_up) {
			if (!from->stall.armed)
				hv_timer_arm(&from->stall, time_now() + time_hz() / 1000 * LINE_STALL_MS);
			break;
		}
		uint8_t byte = fifo_take(&from->tx);

		sent = true;
		if (live && !stuck) {
			deliver(to, byte);
			moved = true;
		} else {
			from->dropped++;
		}
	}
	if (moved)
		vuart_update(to);
	if (fifo_count(&from->tx) == 0)
		hv_timer_cancel(&from->stall);
	if (sent)
		vuart_transmitted(from);
}

void line_stall_fire(struct hv_timer *t)
{
	struct vuart *from = (struct vuart *)(void *)((char *)t - offsetof(struct vuart, stall));

	cold_lock();
	from->given_up = true;
	hv_log("uart %u of %s: peer did not read for %u ms, dropping", from->index, from->owner->config->name,
		LINE_STALL_MS);
	line_move(from);
	cold_unlock();
}

void line_received(struct vuart *to)
{
	struct vuart *from = to->peer;

	from->given_up = false;
	if (to->cr & PL011_CR_RTSEN)
		line_modem_changed(to);
	if (fifo_count(&from->tx) == 0)
		return;
	hv_timer_cancel(&from->stall); /* it reads: the bound starts anew */
	line_move(from);
}
