/*
 * mkfont: rasterises fonts into C tables (struct font of examples/handset/call/font.h).
 *
 *   mkfont NAME:FILE:PIXELS:CHARSET … > fonts.c
 *
 * CHARSET is `latin` (ASCII, Latin-1, Latin Extended-A, common punctuation), `capitals` (those of
 * latin that initials need) or `digits`.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_TRUETYPE_TABLES_H
#include FT_TRUETYPE_TAGS_H
#include "tools/mkfont/gpos.h"

#define GLYPH_MAX 1024

static const uint32_t latin_extra[] = {
	0x2013, 0x2014, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2026, 0x20ac};
static const char digits[] = "#*+0123456789:";

struct job {
	const char *name, *file;
	unsigned pixels;
	uint32_t codepoint[GLYPH_MAX];
	unsigned count;
	FT_Face face;
	struct gpos gpos;
	uint8_t *gpos_data;
};

static void add_range(struct job *j, uint32_t from, uint32_t to)
{
	for (uint32_t c = from; c <= to; c++)
		j->codepoint[j->count++] = c;
}

static int pick_charset(struct job *j, const char *charset)
{
	j->codepoint[j->count++] = 0; /* .notdef: the box */
	if (!strcmp(charset, "digits")) {
		for (const char *d = digits; *d; d++)
			j->codepoint[j->count++] = (uint32_t)*d;
	} else if (!strcmp(charset, "capitals")) {
		add_range(j, '0', '9');
		add_range(j, 'A', 'Z');
		add_range(j, 0xc0, 0xde);
		for (uint32_t c = 0x100; c <= 0x17d; c++)
			j->codepoint[j->count++] = c;
	} else if (!strcmp(charset, "latin")) {
		add_range(j, 0x20, 0x7e);
		add_range(j, 0xa0, 0x17f);
		for (size_t i = 0; i < sizeof(latin_extra) / sizeof(latin_extra[0]); i++)
			j->codepoint[j->count++] = latin_extra[i];
	} else {
		fprintf(stderr, "mkfont: %s: charset '%s' is none of latin, capitals, digits\n", j->name,
			charset);
		return -EINVAL;
	}
	return 0;
}

static int parse_job(struct job *j, char *spec)
{
	char *save = NULL;
	const char *pixels, *charset;

	*j = (struct job){0};
	j->name = strtok_r(spec, ":", &save);
	j->file = strtok_r(NULL, ":", &save);
	pixels = strtok_r(NULL, ":", &save);
	charset = strtok_r(NULL, ":", &save);
	if (!charset) {
		fprintf(stderr, "mkfont: '%s': expected NAME:FILE:PIXELS:CHARSET\n", spec);
		return -EINVAL;
	}
	j->pixels = (unsigned)strtoul(pixels, NULL, 10);
	if (j->pixels < 6 || j->pixels > 200) {
		fprintf(stderr, "mkfont: %s: %s pixels, must be 6 to 200\n", j->name, pixels);
		return -EINVAL;
	}
	return pick_charset(j, charset);
}

/* Codepoints that the font lacks are left out: they show as the box, and the list stays honest. */
static void drop_missing(struct job *j)
{
	unsigned kept = 1;

	for (unsigned i = 1; i < j->count; i++)
		if (FT_Get_Char_Index(j->face, j->codepoint[i]))
			j->codepoint[kept++] = j->codepoint[i];
	j->count = kept;
}

static FT_UInt glyph_index(const struct job *j, unsigned i)
{
	return i ? FT_Get_Char_Index(j->face, j->codepoint[i]) : 0;
}

/* Unhinted: positions and weights are those that the designer drew. */
static int load(const struct job *j, unsigned i)
{
	if (FT_Load_Glyph(j->face, glyph_index(j, i), FT_LOAD_RENDER | FT_LOAD_NO_HINTING)) {
		fprintf(stderr, "mkfont: %s: cannot render U+%04x\n", j->file, j->codepoint[i]);
		return -EIO;
	}
	return 0;
}

static int print_coverage(const struct job *j)
{
	unsigned column = 0;

	printf("static const uint8_t %s_coverage[] = {", j->name);
	for (unsigned i = 0; i < j->count; i++) {
		const FT_Bitmap *b = &j->face->glyph->bitmap;

		if (load(j, i))
			return -EIO;
		for (unsigned y = 0; y < b->rows; y++)
			for (unsigned x = 0; x < b->width; x++)
				printf("%s%u,", column++ % 32 ? "" : "\n",
					b->buffer[(int)y * b->pitch + (int)x]);
	}
	printf("\n0};\n");
	return 0;
}

static int print_glyphs(const struct job *j)
{
	uint32_t offset = 0;

	printf("static const struct font_glyph %s_glyph[] = {\n", j->name);
	for (unsigned i = 0; i < j->count; i++) {
		const FT_GlyphSlot g = j->face->glyph;

		if (load(j, i))
			return -EIO;
		/* linearHoriAdvance is 16.16 pixels: the advance before any rounding. */
		printf("{0x%x, %u, %ld, %d, %d, %u, %u},\n", j->codepoint[i], offset,
			(g->linearHoriAdvance + 512) >> 10, g->bitmap_left, g->bitmap_top, g->bitmap.width,
			g->bitmap.rows);
		offset += g->bitmap.width * g->bitmap.rows;
	}
	printf("};\n");
	return 0;
}

/* Accented pairs beyond Latin-1 are too rare for the bytes. */
#define KERN_LAST 0xff

static int pair_kern_64(const struct job *j, unsigned a, unsigned b)
{
	long units = j->face->units_per_EM;
	FT_Vector v = {0, 0};

	if (j->codepoint[a] > KERN_LAST || j->codepoint[b] > KERN_LAST)
		return 0;
	if (FT_HAS_KERNING(j->face)) {
		FT_Get_Kerning(j->face, glyph_index(j, a), glyph_index(j, b), FT_KERNING_UNFITTED, &v);
		return (int)v.x;
	}
	return (int)(gpos_kern(&j->gpos, (uint16_t)glyph_index(j, a), (uint16_t)glyph_index(j, b)) * 64L *
		     (long)j->pixels / units);
}

static unsigned print_kerns(const struct job *j)
{
	unsigned count = 0;

	printf("static const struct font_kern %s_kern[] = {\n", j->name);
	for (unsigned a = 1; a < j->count; a++)
		for (unsigned b = 1; b < j->count; b++) {
			int kern = pair_kern_64(j, a, b);

			/* Under a 16th of a pixel nobody sees. */
			if (abs(kern) < 4)
				continue;
			printf("{0x%xu, %d},\n", j->codepoint[a] << 16 | j->codepoint[b], kern);
			count++;
		}
	printf("{0, 0}};\n");
	return count;
}

/* The table stays loaded for the job's life; a font without one has no kerning. */
static void load_gpos(struct job *j)
{
	FT_ULong bytes = 0;

	if (FT_Load_Sfnt_Table(j->face, FT_MAKE_TAG('G', 'P', 'O', 'S'), 0, NULL, &bytes))
		return;
	j->gpos_data = malloc(bytes);
	if (!j->gpos_data)
		return;
	if (!FT_Load_Sfnt_Table(j->face, FT_MAKE_TAG('G', 'P', 'O', 'S'), 0, j->gpos_data, &bytes))
		j->gpos = (struct gpos){j->gpos_data, bytes};
}

static int cap_height(const struct job *j)
{
	if (FT_Load_Char(j->face, 'H', FT_LOAD_NO_HINTING))
		return 0;
	return (int)((j->face->glyph->metrics.horiBearingY + 32) >> 6);
}

static int print_font(struct job *j)
{
	unsigned kerns;
	int cap;

	drop_missing(j);
	if (print_coverage(j) || print_glyphs(j))
		return -EIO;
	kerns = print_kerns(j);
	cap = cap_height(j);
	printf("const struct font %s = {%s_glyph, %s_kern, %s_coverage, %u, %u, %ld, %ld, %d};\n\n", j->name,
		j->name, j->name, j->name, j->count, kerns, (j->face->size->metrics.ascender + 63) >> 6,
		(-j->face->size->metrics.descender + 63) >> 6, cap);
	return 0;
}

static int run_job(FT_Library library, char *spec)
{
	static struct job j;
	int ret = parse_job(&j, spec);

	if (ret)
		return ret;
	if (FT_New_Face(library, j.file, 0, &j.face)) {
		fprintf(stderr, "mkfont: %s: cannot read font '%s'\n", j.name, j.file);
		return -ENOENT;
	}
	if (FT_Set_Pixel_Sizes(j.face, 0, j.pixels)) {
		fprintf(stderr, "mkfont: %s: cannot scale to %u pixels\n", j.file, j.pixels);
		ret = -EINVAL;
	} else {
		load_gpos(&j);
		ret = print_font(&j);
		free(j.gpos_data);
	}
	FT_Done_Face(j.face);
	return ret;
}

int main(int argc, char **argv)
{
	FT_Library library;
	int ret = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: mkfont NAME:FILE:PIXELS:CHARSET … > fonts.c\n");
		return 2;
	}
	if (FT_Init_FreeType(&library)) {
		fprintf(stderr, "mkfont: FreeType does not start\n");
		return 1;
	}
	printf("/* Made by tools/mkfont: do not edit. */\n#include \"examples/handset/call/fonts.h\"\n\n");
	for (int i = 1; i < argc && !ret; i++)
		ret = run_job(library, argv[i]);
	FT_Done_FreeType(library);
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = -errno;
	return ret ? 1 : 0;
}
