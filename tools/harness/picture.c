#include "tools/harness/picture.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/handset/app/marker.h"

#define SIDE_MAX 8192

void picture_finish(struct picture *picture)
{
	free(picture->pixels);
	memset(picture, 0, sizeof(*picture));
}

int picture_copy(struct picture *to, const struct picture *from)
{
	size_t bytes = (size_t)from->width * from->height * sizeof(*from->pixels);
	uint32_t *pixels = malloc(bytes);

	if (!pixels)
		return -ENOMEM;
	memcpy(pixels, from->pixels, bytes);
	picture_finish(to);
	to->width = from->width;
	to->height = from->height;
	to->pixels = pixels;
	return 0;
}

static int read_pixels(struct picture *picture, FILE *file)
{
	size_t count = (size_t)picture->width * picture->height;
	uint8_t *bytes = malloc(count * 3);
	int error = 0;

	picture->pixels = malloc(count * sizeof(*picture->pixels));
	if (!bytes || !picture->pixels)
		error = -ENOMEM;
	else if (fread(bytes, 3, count, file) != count)
		error = -EINVAL;
	for (size_t i = 0; !error && i < count; i++)
		picture->pixels[i] =
			(uint32_t)bytes[3 * i] << 16 | (uint32_t)bytes[3 * i + 1] << 8 | bytes[3 * i + 2];
	free(bytes);
	return error;
}

int picture_load_ppm(struct picture *picture, const char *path)
{
	FILE *file = fopen(path, "rb");
	int error = -EINVAL;

	picture_finish(picture);
	if (!file) {
		error = -errno;
		fprintf(stderr, "harness: %s: %s\n", path, strerror(errno));
		return error;
	}
	if (fscanf(file, "P6 %u %u 255%*1[ \n]", &picture->width, &picture->height) == 2 && picture->width &&
		picture->width <= SIDE_MAX && picture->height && picture->height <= SIDE_MAX)
		error = read_pixels(picture, file);
	if (error)
		fprintf(stderr, "harness: %s is no whole PPM\n", path);
	fclose(file);
	return error;
}

int picture_save_png(const struct picture *picture, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB};
	size_t count = (size_t)picture->width * picture->height;
	uint8_t *bytes = malloc(count * 3);
	int error = 0;

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		bytes[3 * i] = (uint8_t)(picture->pixels[i] >> 16);
		bytes[3 * i + 1] = (uint8_t)(picture->pixels[i] >> 8);
		bytes[3 * i + 2] = (uint8_t)picture->pixels[i];
	}
	if (!png_image_write_to_file(&image, path, 0, bytes, 0, NULL)) {
		fprintf(stderr, "harness: %s: %s\n", path, image.message);
		error = -EIO;
	}
	free(bytes);
	return error;
}

uint32_t picture_pixel(const struct picture *picture, uint32_t x, uint32_t y)
{
	if (x >= picture->width || y >= picture->height)
		return 0;
	return picture->pixels[(size_t)y * picture->width + x];
}

uint32_t picture_distance(uint32_t a, uint32_t b)
{
	uint32_t distance = 0;

	for (int shift = 0; shift < 24; shift += 8) {
		int difference = (int)(a >> shift & 255) - (int)(b >> shift & 255);

		if (abs(difference) > (int)distance)
			distance = (uint32_t)abs(difference);
	}
	return distance;
}

uint32_t picture_count_colour(
	const struct picture *picture, struct picture_rect rect, uint32_t colour, uint32_t tolerance)
{
	uint32_t count = 0;

	for (uint32_t y = rect.y; y < rect.y + rect.height; y++)
		for (uint32_t x = rect.x; x < rect.x + rect.width; x++)
			count += picture_distance(picture_pixel(picture, x, y), colour) <= tolerance;
	return count;
}

uint32_t picture_count_changed(
	const struct picture *a, const struct picture *b, struct picture_rect rect, uint32_t tolerance)
{
	uint32_t count = 0;

	for (uint32_t y = rect.y; y < rect.y + rect.height; y++)
		for (uint32_t x = rect.x; x < rect.x + rect.width; x++)
			count += picture_distance(picture_pixel(a, x, y), picture_pixel(b, x, y)) > tolerance;
	return count;
}

uint32_t picture_mean(const struct picture *picture, struct picture_rect rect)
{
	uint64_t sum[3] = {0};
	uint64_t count = (uint64_t)rect.width * rect.height;

	if (!count)
		return 0;
	for (uint32_t y = rect.y; y < rect.y + rect.height; y++) {
		for (uint32_t x = rect.x; x < rect.x + rect.width; x++) {
			uint32_t pixel = picture_pixel(picture, x, y);

			for (int channel = 0; channel < 3; channel++)
				sum[channel] += pixel >> (8 * channel) & 255;
		}
	}
	return (uint32_t)(sum[2] / count << 16 | sum[1] / count << 8 | sum[0] / count);
}

/* 1 or 0 if the middle of a block has that bit's colour, else -1. */
static int marker_bit(const struct picture *picture, int index)
{
	uint32_t x = MARKER_X + (uint32_t)index * MARKER_BLOCK_WIDTH + MARKER_BLOCK_WIDTH / 2;
	uint32_t pixel = picture_pixel(picture, x, MARKER_Y + MARKER_BLOCK_HEIGHT / 2);

	if (picture_distance(pixel, MARKER_ONE) <= 2)
		return 1;
	return picture_distance(pixel, MARKER_ZERO) <= 2 ? 0 : -1;
}

bool picture_marker(const struct picture *picture, uint32_t *frame, uint32_t *keys)
{
	uint32_t word = 0;

	for (int i = 0; i < MARKER_BITS; i++) {
		int bit = marker_bit(picture, i);

		if (bit < 0)
			return false;
		word = word << 1 | (uint32_t)bit;
	}
	return marker_decode(word, frame, keys);
}
