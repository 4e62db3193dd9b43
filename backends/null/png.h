/* A picture of x8r8g8b8 pixels as a PNG file (libpng). */
#ifndef BACKENDS_NULL_PNG_H
#define BACKENDS_NULL_PNG_H

#include "vdev-fb/render.h"

/* 0, or the error of opening or writing the file; -EINVAL: libpng refuses the size. */
int png_save(const struct fb_target *picture, const char *path);

#endif
