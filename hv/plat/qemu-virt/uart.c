/* The board's PL011 (ARM DDI 0183): polled output, interrupt-driven input. */
#include "hv/core/pl011.h"
#include "hv/core/seams.h"
#include "plat.h"

#define LCR_8N1_FIFO (PL011_LCR_8BITS | PL011_LCR_FEN)
#define INT_RX	     (PL011_INT_RX | PL011_INT_RT) /* characters, and the time-out after the last one */

static volatile uint32_t *uart_reg(uint64_t offset)
{
	return (volatile uint32_t *)(PLAT_UART + offset);
}

void plat_uart_init(void)
{
	*uart_reg(PL011_CR) = 0;
	*uart_reg(PL011_IBRD) = 13; /* 115200 from 24 MHz; QEMU ignores it */
	*uart_reg(PL011_FBRD) = 1;
	*uart_reg(PL011_LCR_H) = LCR_8N1_FIFO;
	*uart_reg(PL011_IFLS) = 0;
	*uart_reg(PL011_ICR) = PL011_INT_ALL;
	*uart_reg(PL011_IMSC) = INT_RX;
	*uart_reg(PL011_CR) = PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE;
}

bool plat_uart_tx_ready(void)
{
	return !(*uart_reg(PL011_FR) & PL011_FR_TXFF);
}

void plat_uart_putc(char c)
{
	while (!plat_uart_tx_ready())
		;
	*uart_reg(PL011_DR) = (uint8_t)c;
}

/*
 * Reading until the FIFO is empty ends both interrupts (DDI 0183 3.4). Clearing them here would lose
 * the one of a character that came in meanwhile and was left for the next interrupt.
 */
int plat_uart_getc(void)
{
	if (*uart_reg(PL011_FR) & PL011_FR_RXFE)
		return -1;
	return (int)(*uart_reg(PL011_DR) & 0xff);
}

uint32_t plat_uart_irq(void)
{
	return PLAT_UART_IRQ;
}
