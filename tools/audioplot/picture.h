/* A picture to draw a plot into, and its PNG. */
#ifndef TOOLS_AUDIOPLOT_PICTURE_H
#define TOOLS_AUDIOPLOT_PICTURE_H

#include <stdint.h>

struct plot_picture {
	uint32_t width, height;
	uint8_t *rgb; /* three bytes a pixel */
};

enum plot_font { PLOT_FONT_SMALL, PLOT_FONT_NAME, PLOT_FONT_HEADING, PLOT_FONT_COUNT };

/* -ENOMEM */
int plot_create(struct plot_picture *picture, uint32_t width, uint32_t height);
void plot_destroy(struct plot_picture *picture);
/* What lies outside is left out. Weight: 255 covers what was there. */
void plot_mix(struct plot_picture *picture, long x, long y, uint32_t rgb, uint32_t weight);
void plot_point(struct plot_picture *picture, long x, long y, uint32_t rgb);
void plot_column(struct plot_picture *picture, long x, long y0, long y1, uint32_t rgb);
void plot_box(struct plot_picture *picture, long x, long y, long width, long height, uint32_t rgb);
/* ASCII, from its base line; the pen's place behind it. */
long plot_text(
	struct plot_picture *picture, enum plot_font font, long x, long y, const char *text, uint32_t rgb);
long plot_text_width(enum plot_font font, const char *text);
/* -errno, or -EIO for what libpng refuses. */
int plot_write(const struct plot_picture *picture, const char *path);

#endif
