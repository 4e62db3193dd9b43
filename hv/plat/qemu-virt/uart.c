/* The board's PL011 (ARM DDI 0183): polled output, interrupt-driven input. */
#include "hv/core/seams.h"
#include "plat.h"

/* clang-format off */
enum { UARTDR = 0x00, UARTFR = 0x18, UARTIBRD = 0x24, UARTFBRD = 0x28, UARTLCR_H = 0x2c, UARTCR = 0x30,
       UARTIFLS = 0x34, UARTIMSC = 0x38, UARTICR = 0x44 };
/* clang-format on */
#define FR_RXFE	     (1u << 4)
#define FR_TXFF	     (1u << 5)
#define LCR_8N1_FIFO 0x70u
#define CR_ON	     0x301u /* UARTEN, TXE, RXE */
#define INT_RX	     0x50u  /* RXIM, RTIM: characters and the time-out after the last one */

static volatile uint32_t *uart_reg(uint64_t offset)
{
	return (volatile uint32_t *)(PLAT_UART + offset);
}

void plat_uart_init(void)
{
	*uart_reg(UARTCR) = 0;
	*uart_reg(UARTIBRD) = 13; /* 115200 from 24 MHz; QEMU ignores it */
	*uart_reg(UARTFBRD) = 1;
	*uart_reg(UARTLCR_H) = LCR_8N1_FIFO;
	*uart_reg(UARTIFLS) = 0;
	*uart_reg(UARTICR) = 0x7ff;
	*uart_reg(UARTIMSC) = INT_RX;
	*uart_reg(UARTCR) = CR_ON;
}

bool plat_uart_tx_ready(void)
{
	return !(*uart_reg(UARTFR) & FR_TXFF);
}

void plat_uart_putc(char c)
{
	while (!plat_uart_tx_ready())
		;
	*uart_reg(UARTDR) = (uint8_t)c;
}

/*
 * Reading until the FIFO is empty ends both interrupts (DDI 0183 3.4). Clearing them here would lose
 * the one of a character that came in meanwhile and was left for the next interrupt.
 */
int plat_uart_getc(void)
{
	if (*uart_reg(UARTFR) & FR_RXFE)
		return -1;
	return (int)(*uart_reg(UARTDR) & 0xff);
}

uint32_t plat_uart_irq(void)
{
	return PLAT_UART_IRQ;
}
