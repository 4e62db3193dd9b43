/*
 * Frames of the multiplexer (TS 27.010 5.2): basic option (flags 0xf9 and a length) and advanced option (flags
 * 0x7e and transparency). The decoder takes any bytes: what is no frame is passed over and counted.
 */
#ifndef VDEV_MODEM_MUX_FRAME_H
#define VDEV_MODEM_MUX_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUX_N1_MIN	 31
#define MUX_N1_MAX	 1500
#define MUX_HEADER_BYTES 8					 /* flags, address, control, length, FCS */
#define MUX_FRAME_BYTES	 (2 * MUX_N1_MAX + 2 * MUX_HEADER_BYTES) /* advanced: each octet may take two */
#define MUX_DLCI_MAX	 63

enum mux_option { MUX_BASIC, MUX_ADVANCED };

/* Control field without P/F (TS 27.010 5.2.1.3). */
enum mux_type {
	MUX_SABM = 0x2f,
	MUX_UA = 0x63,
	MUX_DM = 0x0f,
	MUX_DISC = 0x43,
	MUX_UIH = 0xef,
	MUX_UI = 0x03
};

struct mux_frame {
	uint8_t dlci;
	bool command; /* the C/R bit as it is on the line */
	bool poll;
	uint8_t type; /* enum mux_type */
	const uint8_t *info;
	size_t count;
};

struct mux_decoder {
	enum mux_option option;
	size_t n1; /* longer ones are refused */
	size_t count, expected;
	bool inside, escaped, too_long;
	uint32_t bad_count;
	struct mux_frame frame; /* valid until the next byte */
	uint8_t bytes[MUX_N1_MAX + MUX_HEADER_BYTES];
};

/* Frame check sequence (TS 27.010 5.2.1.6, annex B). */
uint8_t mux_fcs(const uint8_t *bytes, size_t count);
/* The frame as it goes on the line; its bytes. `to` has room for MUX_FRAME_BYTES; count is at most MUX_N1_MAX. */
size_t mux_frame_encode(enum mux_option option, const struct mux_frame *frame, uint8_t *to);
void mux_decoder_init(struct mux_decoder *decoder, enum mux_option option, size_t n1);
/* One byte from the line; true: decoder->frame is one that is whole and right. */
bool mux_decoder_byte(struct mux_decoder *decoder, uint8_t byte);

const char *mux_type_str(unsigned type);

#endif
