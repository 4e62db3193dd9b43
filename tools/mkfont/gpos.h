/* Pair kerning from an OpenType font's GPOS table, feature `kern` (FreeType reads the old `kern` table only). */
#ifndef MKFONT_GPOS_H
#define MKFONT_GPOS_H

#include <stddef.h>
#include <stdint.h>

struct gpos {
	const uint8_t *data; /* the whole table */
	size_t bytes;
};

/* Adjustment between two glyphs in font units; 0 if the table has none or is malformed. */
int gpos_kern(const struct gpos *gpos, uint16_t first, uint16_t second);

#endif
