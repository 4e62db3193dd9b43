/* The registers of a PL011 (ARM DDI 0183 3.2 and table 3-1): of the board's, and of those that are emulated. */
#ifndef HV_CORE_PL011_H
#define HV_CORE_PL011_H

/* clang-format off */
enum { PL011_DR = 0x00, PL011_RSR = 0x04, PL011_FR = 0x18, PL011_ILPR = 0x20, PL011_IBRD = 0x24, PL011_FBRD = 0x28,
       PL011_LCR_H = 0x2c, PL011_CR = 0x30, PL011_IFLS = 0x34, PL011_IMSC = 0x38, PL011_RIS = 0x3c, PL011_MIS = 0x40,
       PL011_ICR = 0x44, PL011_DMACR = 0x48, PL011_PERIPH_ID0 = 0xfe0 };
enum { PL011_FR_CTS = 1 << 0, PL011_FR_DSR = 1 << 1, PL011_FR_DCD = 1 << 2, PL011_FR_BUSY = 1 << 3,
       PL011_FR_RXFE = 1 << 4, PL011_FR_TXFF = 1 << 5, PL011_FR_RXFF = 1 << 6, PL011_FR_TXFE = 1 << 7 };
enum { PL011_CR_UARTEN = 1 << 0, PL011_CR_TXE = 1 << 8, PL011_CR_RXE = 1 << 9, PL011_CR_DTR = 1 << 10,
       PL011_CR_RTS = 1 << 11, PL011_CR_RTSEN = 1 << 14, PL011_CR_CTSEN = 1 << 15 };
enum { PL011_INT_CTS = 1 << 1, PL011_INT_DCD = 1 << 2, PL011_INT_DSR = 1 << 3, PL011_INT_RX = 1 << 4,
       PL011_INT_TX = 1 << 5, PL011_INT_RT = 1 << 6, PL011_INT_ALL = 0x7ff };
enum { PL011_LCR_FEN = 1 << 4, PL011_LCR_8BITS = 3 << 5 };
/* clang-format on */

#endif
