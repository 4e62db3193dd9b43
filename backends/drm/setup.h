/* Inside backends/drm only: what is done once. */
#ifndef BACKENDS_DRM_SETUP_H
#define BACKENDS_DRM_SETUP_H

#include "backends/drm/output.h"

/* Open the card, find the display, make buffers or adopt those that are there (drm->shown >= 0: it shows one). Negative errno, logged; drm_teardown is wanted then too if fd >= 0. */
int drm_setup(struct drm_output *drm, const char *path, int fd);
void drm_teardown(struct drm_output *drm);

#endif
