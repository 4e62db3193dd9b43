/* A picture to draw a plot into, and its PNG. */
#ifndef TOOLS_AUDIOPLOT_PICTURE_H
#define TOOLS_AUDIOPLOT_PICTURE_H

#include <stdint.h>

struct plot_picture {
	uint32_t width, height;
	uint8_t *rgb; /* three bytes a pixel */
};

/* -ENOMEM */
int plot_create(struct plot_picture *picture, uint32_t width, uint32_t height);
void plot_destroy(struct plot_picture *picture);
/* What lies outside is left out. */
void plot_point(struct plot_picture *picture, long x, long y, uint32_t rgb);
void plot_column(struct plot_picture *picture, long x, long y0, long y1, uint32_t rgb);
/* Capitals, digits and a little more, of 3 by 5 dots of two pixels; everything else is a blank. */
void plot_text(struct plot_picture *picture, long x, long y, const char *text, uint32_t rgb);
/* -errno, or -EIO for what libpng refuses. */
int plot_write(const struct plot_picture *picture, const char *path);

#endif
