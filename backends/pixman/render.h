/* Painting for the compositor (vdev-fb/render.h) on the CPU, with pixman. */
#ifndef BACKENDS_PIXMAN_RENDER_H
#define BACKENDS_PIXMAN_RENDER_H

#include "vdev-fb/render.h"

extern const struct fb_render_impl pixman_render;

#endif
