/* A picture of the screen, and questions about it. */
#ifndef HARNESS_PICTURE_H
#define HARNESS_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

struct picture {
	uint32_t width, height;
	uint32_t *pixels; /* XRGB8888, rows without padding */
};

struct picture_rect {
	uint32_t x, y, width, height;
};

/* Frees the pixels; a zeroed picture is fine. */
void picture_finish(struct picture *picture);

/* Makes `to` a copy. 0 or -ENOMEM. */
int picture_copy(struct picture *to, const struct picture *from);

/* Reads a binary PPM of 8 bits a channel. 0 or a negative errno; -EINVAL: no such PPM. */
int picture_load_ppm(struct picture *picture, const char *path);
int picture_save_png(const struct picture *picture, const char *path);

/* A pixel as 0xRRGGBB; outside of the picture: black. */
uint32_t picture_pixel(const struct picture *picture, uint32_t x, uint32_t y);

/* The larger of the three channels' differences. */
uint32_t picture_distance(uint32_t a, uint32_t b);

/* How many pixels of a rectangle are within `tolerance` of a colour; or differ between two pictures. */
uint32_t picture_count_colour(
	const struct picture *picture, struct picture_rect rect, uint32_t colour, uint32_t tolerance);
uint32_t picture_count_changed(
	const struct picture *a, const struct picture *b, struct picture_rect rect, uint32_t tolerance);

/* The mean colour of a rectangle. */
uint32_t picture_mean(const struct picture *picture, struct picture_rect rect);

/* Reads the application's marker (examples/handset/app/marker.h). False: it is covered or torn. */
bool picture_marker(const struct picture *picture, uint32_t *frame, uint32_t *keys);

#endif
