/*
 * Proportional fonts as tables of alpha coverage, made at build time by tools/mkfont, and what text
 * layout needs of them. Text is UTF-8; what does not decode, or has no glyph, shows as a box.
 */
#ifndef CALL_FONT_H
#define CALL_FONT_H

#include <stddef.h>
#include <stdint.h>

struct font_glyph {
	uint32_t codepoint;
	uint32_t coverage;  /* offset of width * height bytes, row by row, 0 to 255 */
	int16_t advance_64; /* in 1/64 pixel */
	int16_t left;	    /* of the bitmap from the pen, pixels */
	int16_t top;	    /* of the bitmap above the baseline, pixels */
	uint16_t width;
	uint16_t height;
};

struct font_kern {
	uint32_t pair;	   /* first codepoint << 16 | second */
	int32_t adjust_64; /* added between the two */
};

struct font {
	const struct font_glyph *glyph; /* ascending codepoints; the first one is the box */
	const struct font_kern *kern;	/* ascending pairs */
	const uint8_t *coverage;
	uint32_t glyph_count;
	uint32_t kern_count;
	int16_t ascent;	 /* pixels above the baseline */
	int16_t descent; /* pixels below it */
	int16_t cap_height;
};

#define FONT_NO_GLYPH 0u /* codepoint of the box */
#define FONT_ELLIPSIS 0x2026u

/* Take one codepoint from *text (advanced by at least one byte); 0xfffd for what is not UTF-8, 0 at the end. */
uint32_t utf8_next(const char **text);
/* Never NULL. */
const struct font_glyph *font_glyph(const struct font *font, uint32_t codepoint);
int font_kern(const struct font *font, uint32_t first, uint32_t second);
/* Width of a whole text, pixels, rounded up. */
int font_width(const struct font *font, const char *text);
/*
 * Copy `text` into `to` so that it is at most `width` pixels wide, cut at a character with an ellipsis
 * where it must be. Returns the width. Empty if not even the ellipsis fits.
 */
int font_fit(const struct font *font, const char *text, int width, char *to, size_t bytes);

#endif
