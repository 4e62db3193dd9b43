/*
 * OpenType 1.9, "GPOS": LookupType 2 (pair adjustment, both formats) and 9 (extension). Reads past
 * the table's end give 0, which ends every search, so a malformed font costs kerning and nothing else.
 */
#include <stdbool.h>
#include "tools/mkfont/gpos.h"

#define LOOKUP_PAIR	 2
#define LOOKUP_EXTENSION 9
#define VALUE_X_ADVANCE	 4u

static unsigned u16(const struct gpos *g, size_t at)
{
	return at + 2 <= g->bytes ? (unsigned)(g->data[at] << 8 | g->data[at + 1]) : 0;
}

static size_t u32(const struct gpos *g, size_t at)
{
	return (size_t)u16(g, at) << 16 | u16(g, at + 2);
}

/* Index of a glyph in a coverage table, or -1. */
static int coverage(const struct gpos *g, size_t at, unsigned glyph)
{
	unsigned count = u16(g, at + 2);

	if (u16(g, at) == 1) {
		for (unsigned i = 0; i < count; i++)
			if (u16(g, at + 4 + i * 2) == glyph)
				return (int)i;
		return -1;
	}
	for (unsigned i = 0; i < count; i++) {
		size_t range = at + 4 + i * 6;

		if (glyph >= u16(g, range) && glyph <= u16(g, range + 2))
			return (int)(u16(g, range + 4) + glyph - u16(g, range));
	}
	return -1;
}

static unsigned class_of(const struct gpos *g, size_t at, unsigned glyph)
{
	if (u16(g, at) == 1) {
		unsigned start = u16(g, at + 2);

		return glyph >= start && glyph - start < u16(g, at + 4) ? u16(g, at + 6 + (glyph - start) * 2)
									: 0;
	}
	for (unsigned i = 0; i < u16(g, at + 2); i++) {
		size_t range = at + 4 + i * 6;

		if (glyph >= u16(g, range) && glyph <= u16(g, range + 2))
			return u16(g, range + 4);
	}
	return 0;
}

/* The value record's XAdvance follows XPlacement and YPlacement, if these are there. */
static int x_advance(const struct gpos *g, size_t record, unsigned format)
{
	if (!(format & VALUE_X_ADVANCE))
		return 0;
	return (int16_t)u16(g, record + (size_t)__builtin_popcount(format & 3) * 2);
}

static bool pair_format1(const struct gpos *g, size_t at, unsigned index, unsigned second, int *kern)
{
	unsigned format1 = u16(g, at + 4), format2 = u16(g, at + 6);
	size_t record = 2 + (size_t)(__builtin_popcount(format1) + __builtin_popcount(format2)) * 2;
	size_t set = at + u16(g, at + 10 + index * 2);

	for (unsigned i = 0; i < u16(g, set); i++)
		if (u16(g, set + 2 + i * record) == second) {
			*kern = x_advance(g, set + 4 + i * record, format1);
			return true;
		}
	return false;
}

static bool pair_format2(const struct gpos *g, size_t at, unsigned first, unsigned second, int *kern)
{
	unsigned format1 = u16(g, at + 4), format2 = u16(g, at + 6);
	size_t record = (size_t)(__builtin_popcount(format1) + __builtin_popcount(format2)) * 2;
	unsigned class1 = class_of(g, at + u16(g, at + 8), first);
	unsigned class2 = class_of(g, at + u16(g, at + 10), second);

	if (class1 >= u16(g, at + 12) || class2 >= u16(g, at + 14))
		return false;
	*kern = x_advance(g, at + 16 + (class1 * u16(g, at + 14) + class2) * record, format1);
	return true;
}

static bool subtable(const struct gpos *g, size_t at, unsigned first, unsigned second, int *kern)
{
	int index = coverage(g, at + u16(g, at + 2), first);

	if (index < 0)
		return false;
	if (u16(g, at) == 1)
		return pair_format1(g, at, (unsigned)index, second, kern);
	return u16(g, at) == 2 && pair_format2(g, at, first, second, kern);
}

/* The first subtable of a lookup that has the pair decides. */
static int lookup(const struct gpos *g, size_t at, unsigned first, unsigned second)
{
	unsigned type = u16(g, at);
	int kern = 0;

	for (unsigned i = 0; i < u16(g, at + 4); i++) {
		size_t sub = at + u16(g, at + 6 + i * 2);

		if (type == LOOKUP_EXTENSION && u16(g, sub + 2) == LOOKUP_PAIR)
			sub += u32(g, sub + 4);
		else if (type != LOOKUP_PAIR)
			continue;
		if (subtable(g, sub, first, second, &kern))
			break;
	}
	return kern;
}

int gpos_kern(const struct gpos *g, uint16_t first, uint16_t second)
{
	size_t features = u16(g, 6), lookups = u16(g, 8);

	/* All `kern` features of a text font name the same lookups: the first one serves. */
	for (unsigned i = 0; features && i < u16(g, features); i++) {
		size_t tag = features + 2 + i * 6, feature = features + u16(g, tag + 4);
		int kern = 0;

		if (u32(g, tag) != 0x6b65726e)
			continue;
		for (unsigned k = 0; k < u16(g, feature + 2); k++)
			kern += lookup(g, lookups + u16(g, lookups + 2 + u16(g, feature + 4 + k * 2) * 2),
				first, second);
		return kern;
	}
	return 0;
}
