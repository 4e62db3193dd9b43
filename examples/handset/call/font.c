#include <stdbool.h>
#include "examples/handset/call/font.h"

#define REPLACEMENT 0xfffdu

/* Unicode 15.0 table 3-7: the smallest codepoint of each length, so that overlong forms do not decode. */
static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};

static unsigned sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

uint32_t utf8_next(const char **text)
{
	const uint8_t *t = (const uint8_t *)*text;
	unsigned length = sequence_length(t[0]);
	uint32_t c = length > 1 ? t[0] & (0x7fu >> length) : t[0];

	if (!t[0])
		return 0;
	for (unsigned i = 1; i < length; i++) {
		if ((t[i] & 0xc0) != 0x80) { /* the terminator too */
			length = 0;
			break;
		}
		c = c << 6 | (t[i] & 0x3f);
	}
	if (!length || c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
		*text += 1;
		return REPLACEMENT;
	}
	*text += length;
	return c;
}

const struct font_glyph *font_glyph(const struct font *font, uint32_t codepoint)
{
	uint32_t low = 0, high = font->glyph_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (font->glyph[middle].codepoint < codepoint)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < font->glyph_count && font->glyph[low].codepoint == codepoint)
		return &font->glyph[low];
	return &font->glyph[0];
}

int font_kern(const struct font *font, uint32_t first, uint32_t second)
{
	uint32_t pair = first << 16 | second;
	uint32_t low = 0, high = font->kern_count;

	if (first > 0xffff || second > 0xffff)
		return 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (font->kern[middle].pair < pair)
			low = middle + 1;
		else
			high = middle;
	}
	return low < font->kern_count && font->kern[low].pair == pair ? font->kern[low].adjust_64 : 0;
}

/* Width in 1/64 pixel of the text up to `end` (NULL: all of it). */
static int width_64(const struct font *font, const char *text, const char *end)
{
	uint32_t c, before = 0;
	int width = 0;

	while ((!end || text < end) && (c = utf8_next(&text)) != 0) {
		width += font_kern(font, before, c) + font_glyph(font, c)->advance_64;
		before = c;
	}
	return width;
}

int font_width(const struct font *font, const char *text)
{
	return (width_64(font, text, NULL) + 63) / 64;
}

static size_t text_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

static void copy(char *to, const char *from, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		to[i] = from[i];
	to[bytes] = 0;
}

/* Longest beginning of whole characters that is at most `width` wide and `bytes` long. */
static size_t longest_beginning(const struct font *font, const char *text, int width, size_t bytes)
{
	const char *at = text;
	size_t best = 0;

	while (utf8_next(&at)) {
		if ((size_t)(at - text) > bytes || width_64(font, text, at) > width * 64)
			break;
		/* No space before the ellipsis. */
		if (at[-1] != ' ')
			best = (size_t)(at - text);
	}
	return best;
}

int font_fit(const struct font *font, const char *text, int width, char *to, size_t bytes)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	int ellipsis_width = font_width(font, ellipsis);
	size_t length = text_length(text);

	if (!bytes)
		return 0;
	if (length < bytes && font_width(font, text) <= width) {
		copy(to, text, length);
		return font_width(font, to);
	}
	to[0] = 0;
	if (ellipsis_width > width || bytes < sizeof(ellipsis))
		return 0;
	length = longest_beginning(font, text, width - ellipsis_width, bytes - sizeof(ellipsis));
	copy(to, text, length);
	copy(to + length, ellipsis, sizeof(ellipsis) - 1);
	return font_width(font, to);
}
