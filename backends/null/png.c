#include "backends/null/png.h"
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libpng's simple interface takes 3 bytes a pixel where there is no alpha. */
static uint8_t *packed(const struct fb_target *picture)
{
	uint8_t *rgb = malloc((size_t)picture->width * picture->height * 3), *to = rgb;

	for (uint32_t y = 0; rgb && y < picture->height; y++) {
		const uint8_t *row = (const uint8_t *)picture->pixels + (size_t)y * picture->stride_bytes;

		for (uint32_t x = 0; x < picture->width; x++, row += 4) {
			uint32_t pixel;

			memcpy(&pixel, row, sizeof(pixel));
			*to++ = (uint8_t)(pixel >> 16);
			*to++ = (uint8_t)(pixel >> 8);
			*to++ = (uint8_t)pixel;
		}
	}
	return rgb;
}

int png_save(const struct fb_target *picture, const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = picture->width,
		.height = picture->height,
		.format = PNG_FORMAT_RGB};
	uint8_t *rgb = packed(picture);
	FILE *file = rgb ? fopen(path, "wb") : NULL;
	int ret = 0;

	if (!file) {
		ret = rgb ? -errno : -ENOMEM;
		goto out;
	}
	if (!png_image_write_to_stdio(&image, file, 0, rgb, 0, NULL))
		ret = -EINVAL;
	if (fclose(file) && !ret)
		ret = -errno;
out:
	png_image_free(&image);
	free(rgb);
	return ret;
}
