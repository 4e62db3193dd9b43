#include "vdev-modem/mux_frame.h"

#define BASIC_FLAG    0xf9
#define ADVANCED_FLAG 0x7e
#define ESCAPE	      0x7d
#define ESCAPE_BIT    0x20
#define EA	      0x01
#define CR	      0x02
#define PF	      0x10

const char *mux_type_str(unsigned type)
{
	switch (type) {
	case MUX_SABM: return "SABM";
	case MUX_UA: return "UA";
	case MUX_DM: return "DM";
	case MUX_DISC: return "DISC";
	case MUX_UIH: return "UIH";
	case MUX_UI: return "UI";
	default: return "?";
	}
}

/* Reversed CRC-8, polynomial x^8 + x^2 + x + 1; a nibble at a time keeps the table in one cache line. */
static uint8_t fcs_add(uint8_t crc, const uint8_t *bytes, size_t count)
{
	static const uint8_t table[16] = {0x00, 0x1c, 0x38, 0x24, 0x70, 0x6c, 0x48, 0x54, 0xe0, 0xfc, 0xd8,
		0xc4, 0x90, 0x8c, 0xa8, 0xb4};

	for (size_t i = 0; i < count; i++) {
		crc ^= bytes[i];
		crc = (uint8_t)(crc >> 4 ^ table[crc & 15]);
		crc = (uint8_t)(crc >> 4 ^ table[crc & 15]);
	}
	return crc;
}

uint8_t mux_fcs(const uint8_t *bytes, size_t count)
{
	return (uint8_t)(0xff - fcs_add(0xff, bytes, count));
}

/* Over the header alone, but for UI over the information too (TS 27.010 5.2.1.6). */
static uint8_t frame_fcs(const uint8_t *header, size_t header_count, const struct mux_frame *f)
{
	uint8_t crc = fcs_add(0xff, header, header_count);

	return (uint8_t)(0xff - (f->type == MUX_UI ? fcs_add(crc, f->info, f->count) : crc));
}

static size_t encode_basic(const struct mux_frame *f, uint8_t *to, const uint8_t *header)
{
	size_t used = 0;

	to[used++] = BASIC_FLAG;
	to[used++] = header[0];
	to[used++] = header[1];
	/* TS 27.010 5.2.1.5: seven bits, or fifteen. */
	to[used++] = (uint8_t)(f->count << 1 | (f->count < 128 ? EA : 0));
	if (f->count >= 128)
		to[used++] = (uint8_t)(f->count >> 7);
	to[used + f->count] = frame_fcs(to + 1, used - 1, f);
	if (f->count)
		__builtin_memcpy(to + used, f->info, f->count);
	used += f->count + 1;
	to[used++] = BASIC_FLAG;
	return used;
}

/* TS 27.010 5.2.2.1; XON and XOFF too, should the line know them (5.2.6). */
static size_t put_transparent(uint8_t *to, uint8_t byte)
{
	if (byte != ADVANCED_FLAG && byte != ESCAPE && (byte & 0x7f) != 0x11 && (byte & 0x7f) != 0x13) {
		to[0] = byte;
		return 1;
	}
	to[0] = ESCAPE;
	to[1] = byte ^ ESCAPE_BIT;
	return 2;
}

static size_t encode_advanced(const struct mux_frame *f, uint8_t *to, const uint8_t *header)
{
	size_t used = 0;

	to[used++] = ADVANCED_FLAG;
	used += put_transparent(to + used, header[0]);
	used += put_transparent(to + used, header[1]);
	for (size_t i = 0; i < f->count; i++)
		used += put_transparent(to + used, f->info[i]);
	used += put_transparent(to + used, frame_fcs(header, 2, f));
	to[used++] = ADVANCED_FLAG;
	return used;
}

size_t mux_frame_encode(enum mux_option option, const struct mux_frame *f, uint8_t *to)
{
	const uint8_t header[2] = {(uint8_t)(f->dlci << 2 | (f->command ? CR : 0) | EA),
		(uint8_t)(f->type | (f->poll ? PF : 0))};

	return option == MUX_BASIC ? encode_basic(f, to, header) : encode_advanced(f, to, header);
}

/*
 * The way back.
 */

void mux_decoder_init(struct mux_decoder *d, enum mux_option option, size_t n1)
{
	d->option = option;
	d->n1 = n1 < MUX_N1_MAX ? n1 : MUX_N1_MAX;
	d->count = d->expected = 0;
	d->inside = d->escaped = d->too_long = false;
	d->bad_count = 0;
}

static bool known_type(uint8_t type)
{
	return type == MUX_SABM || type == MUX_UA || type == MUX_DM || type == MUX_DISC || type == MUX_UIH ||
	       type == MUX_UI;
}

/* address, control, `skip` octets of length, information, FCS. */
static bool take_frame(struct mux_decoder *d, size_t skip)
{
	struct mux_frame f = {.dlci = d->bytes[0] >> 2,
		.command = (d->bytes[0] & CR) != 0,
		.poll = (d->bytes[1] & PF) != 0,
		.type = (uint8_t)(d->bytes[1] & ~PF),
		.info = d->bytes + 2 + skip,
		.count = d->count - 3 - skip};

	if (!(d->bytes[0] & EA) || !known_type(f.type) || f.count > d->n1 ||
		frame_fcs(d->bytes, 2 + skip, &f) != d->bytes[d->count - 1]) {
		d->bad_count++;
		return false;
	}
	d->frame = f;
	return true;
}

/* What comes after this may be a frame: a flag ends one and begins the next. */
static void restart(struct mux_decoder *d, bool inside)
{
	d->inside = inside;
	d->count = d->expected = 0;
	d->escaped = d->too_long = false;
}

static size_t length_octets(const struct mux_decoder *d)
{
	return d->bytes[2] & EA ? 1 : 2;
}

/* The length tells where the end is; a flag must stand there. */
static bool basic_byte(struct mux_decoder *d, uint8_t byte)
{
	bool whole;

	if (!d->inside || (d->count == 0 && byte == BASIC_FLAG)) {
		restart(d, byte == BASIC_FLAG);
		return false;
	}
	if (d->expected && d->count == d->expected) {
		whole = byte == BASIC_FLAG && take_frame(d, length_octets(d));
		d->bad_count += byte != BASIC_FLAG;
		restart(d, byte == BASIC_FLAG);
		return whole;
	}
	d->bytes[d->count++] = byte;
	if (d->count >= 3 && !d->expected && d->count == 2 + length_octets(d)) {
		size_t length = d->bytes[2] >> 1;

		if (length_octets(d) == 2)
			length |= (size_t)d->bytes[3] << 7;
		if (length > d->n1) {
			d->bad_count++;
			restart(d, false);
			return false;
		}
		d->expected = d->count + length + 1;
	}
	return false;
}

static bool advanced_byte(struct mux_decoder *d, uint8_t byte)
{
	bool whole = false;

	if (byte == ADVANCED_FLAG) {
		if (d->inside && d->count >= 3 && !d->too_long && !d->escaped)
			whole = take_frame(d, 0);
		else
			d->bad_count += d->inside && d->count > 0;
		restart(d, true);
		return whole;
	}
	if (!d->inside)
		return false;
	if (byte == ESCAPE) {
		d->escaped = true;
		return false;
	}
	if (d->count == d->n1 + 3)
		d->too_long = true;
	else
		d->bytes[d->count++] = d->escaped ? byte ^ ESCAPE_BIT : byte;
	d->escaped = false;
	return false;
}

bool mux_decoder_byte(struct mux_decoder *d, uint8_t byte)
{
	return d->option == MUX_BASIC ? basic_byte(d, byte) : advanced_byte(d, byte);
}
