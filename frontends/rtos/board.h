/*
 * What an image must tell the run-time about the machine that it is linked for: one `board`,
 * defined by the image. Nothing outside its windows is mapped.
 */
#ifndef RTOS_BOARD_H
#define RTOS_BOARD_H

#include <stdint.h>

/* A partition's view of a Partyline machine (docs/contract.md). */
#define BOARD_GICD		0x08000000ull
#define BOARD_GICR		0x080a0000ull
#define BOARD_CONSOLE		0x09000000ull
#define BOARD_CONSOLE_INTID	33
#define BOARD_LINE		0x09040000ull /* the modem's line */
#define BOARD_LINE_INTID	40
#define BOARD_VOICE_LINE	0x09070000ull /* the modem's voice */
#define BOARD_VOICE_LINE_INTID	43
#define BOARD_VIRTIO(n)		(0x0a000000ull + (n) * 0x1000ull)
#define BOARD_VIRTIO_INTID(n)	(48u + (n))
#define BOARD_HOST_PAGE(d)	(0x0b000000ull + (d) * 0x1000ull)
#define BOARD_HOST_INTID	80
#define BOARD_DOORBELL_INTID(k) (81u + (k))
#define BOARD_TIMER_INTID	27

enum board_kind {
	BOARD_DEVICE, /* Device-nGnRE, read/write, never executed */
	BOARD_MEMORY, /* Normal write-back inner shareable, read/write, never executed: RAM, banks */
};

/* Rounded outwards to 2 MiB when mapped; below 4 GiB. */
struct board_window {
	uint64_t base;
	uint64_t bytes;
	enum board_kind kind;
};

/* The devices of every partition: interrupt controller, UARTs, virtio pages. */
#define BOARD_DEVICE_WINDOWS                                                                                 \
	{BOARD_GICD, 0x200000, BOARD_DEVICE}, {BOARD_CONSOLE, 0x200000, BOARD_DEVICE},                       \
	{                                                                                                    \
		BOARD_VIRTIO(0), 0x200000, BOARD_DEVICE                                                      \
	}

struct board {
	const struct board_window *window;
	unsigned window_count;
};

/* Its RAM from the image's end is one of the windows; text and read-only data are protected anyway. */
extern const struct board board;

#endif
