#include "tools/audioplot/picture.h"
#include <ctype.h>
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#define DOT 2 /* pixels of a dot of a letter */

/* Rows of three dots, top first, as octal digits: 4 is the left dot. */
static const char *const glyphs[128] = {['A'] = "25755",
	['B'] = "65656",
	['C'] = "34443",
	['D'] = "65556",
	['E'] = "74647",
	['F'] = "74644",
	['G'] = "34553",
	['H'] = "55755",
	['I'] = "72227",
	['J'] = "11152",
	['K'] = "55655",
	['L'] = "44447",
	['M'] = "57755",
	['N'] = "65555",
	['O'] = "25552",
	['P'] = "65644",
	['Q'] = "25563",
	['R'] = "65655",
	['S'] = "34216",
	['T'] = "72222",
	['U'] = "55557",
	['V'] = "55552",
	['W'] = "55775",
	['X'] = "55255",
	['Y'] = "55222",
	['Z'] = "71247",
	['0'] = "75557",
	['1'] = "26227",
	['2'] = "71747",
	['3'] = "71317",
	['4'] = "55711",
	['5'] = "74717",
	['6'] = "74757",
	['7'] = "71222",
	['8'] = "75757",
	['9'] = "75717",
	['-'] = "00700",
	['.'] = "00002",
	[':'] = "02020",
	['/'] = "11244",
	['%'] = "51245",
	['+'] = "02720",
	['_'] = "00007",
	['>'] = "42124",
	['<'] = "12421"};

int plot_create(struct plot_picture *picture, uint32_t width, uint32_t height)
{
	*picture = (struct plot_picture){width, height, calloc((size_t)width * height, 3)};
	return picture->rgb ? 0 : -ENOMEM;
}

void plot_destroy(struct plot_picture *picture)
{
	free(picture->rgb);
	*picture = (struct plot_picture){0};
}

void plot_point(struct plot_picture *picture, long x, long y, uint32_t rgb)
{
	uint8_t *at;

	if (x < 0 || y < 0 || x >= (long)picture->width || y >= (long)picture->height)
		return;
	at = picture->rgb + ((size_t)y * picture->width + (size_t)x) * 3;
	at[0] = (uint8_t)(rgb >> 16);
	at[1] = (uint8_t)(rgb >> 8);
	at[2] = (uint8_t)rgb;
}

void plot_column(struct plot_picture *picture, long x, long y0, long y1, uint32_t rgb)
{
	for (long y = y0; y <= y1; y++)
		plot_point(picture, x, y, rgb);
}

static void draw_glyph(struct plot_picture *picture, long x, long y, const char *rows, uint32_t rgb)
{
	for (long row = 0; row < 5 * DOT; row++)
		for (long column = 0; column < 3 * DOT; column++)
			if ((rows[row / DOT] - '0') & 4 >> column / DOT)
				plot_point(picture, x + column, y + row, rgb);
}

void plot_text(struct plot_picture *picture, long x, long y, const char *text, uint32_t rgb)
{
	for (; *text; text++, x += 4 * DOT) {
		const char *rows = glyphs[toupper((unsigned char)*text) & 0x7f];

		if (rows)
			draw_glyph(picture, x, y, rows, rgb);
	}
}

int plot_write(const struct plot_picture *picture, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB};

	errno = 0;
	if (png_image_write_to_file(&image, path, 0, picture->rgb, 0, NULL))
		return 0;
	return errno ? -errno : -EIO;
}
