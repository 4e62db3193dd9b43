/*
 * Painting with pixman. Pictures are wrapped where they lie, in the bank or in the output buffer: nothing
 * is copied first. The few small objects that pixman allocates for each call are all that it allocates.
 */
#include <pixman.h>
#include "backends/pixman/render.h"

static pixman_format_code_t pixman_format(uint32_t format)
{
	switch (format) {
	case VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM: return PIXMAN_a8r8g8b8;
	case VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM: return PIXMAN_a8b8g8r8;
	case VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM: return PIXMAN_x8b8g8r8;
	default: return PIXMAN_x8r8g8b8;
	}
}

static pixman_image_t *wrap(
	pixman_format_code_t format, struct fb_rect size, const void *pixels, uint32_t stride)
{
	/* pixman takes sources as writable too; none is written. */
	return pixman_image_create_bits_no_clear(
		format, size.w, size.h, (uint32_t *)(uintptr_t)pixels, (int)stride);
}

static pixman_image_t *wrap_target(const struct fb_target *t)
{
	struct fb_rect size = {0, 0, (int32_t)t->width, (int32_t)t->height};

	return wrap(PIXMAN_x8r8g8b8, size, t->pixels, t->stride_bytes);
}

/* Channels of 16 bits from one of 8: 0xff has to become 0xffff. */
static pixman_color_t colour_of(uint32_t argb)
{
	return (pixman_color_t){
		.red = (uint16_t)((argb >> 16 & 0xff) * 0x101),
		.green = (uint16_t)((argb >> 8 & 0xff) * 0x101),
		.blue = (uint16_t)((argb & 0xff) * 0x101),
		.alpha = (uint16_t)((argb >> 24) * 0x101),
	};
}

static void render_fill(const struct fb_target *target, struct fb_rect r, uint32_t colour)
{
	pixman_image_t *to = wrap_target(target);
	pixman_color_t c = colour_of(colour);
	pixman_rectangle16_t rect = {(int16_t)r.x, (int16_t)r.y, (uint16_t)r.w, (uint16_t)r.h};

	if (!to)
		return;
	pixman_image_fill_rectangles(colour >> 24 == 255 ? PIXMAN_OP_SRC : PIXMAN_OP_OVER, to, &c, 1, &rect);
	pixman_image_unref(to);
}

static pixman_image_t *solid_mask(uint8_t opacity)
{
	pixman_color_t c = colour_of((uint32_t)opacity << 24);

	return opacity == 255 ? NULL : pixman_image_create_solid_fill(&c);
}

static void render_blend(
	const struct fb_target *target, int32_t x, int32_t y, const struct fb_run *run, uint8_t opacity)
{
	bool opaque = opacity == 255 && !fb_format_has_alpha(run->format);
	pixman_image_t *to = wrap_target(target);
	pixman_image_t *from = wrap(pixman_format(run->format), run->rect, run->pixels, run->stride_bytes);
	pixman_image_t *mask = solid_mask(opacity);

	if (to && from && (mask || opacity == 255))
		pixman_image_composite32(opaque ? PIXMAN_OP_SRC : PIXMAN_OP_OVER, from, mask, to, 0, 0, 0, 0,
			x, y, run->rect.w, run->rect.h);
	if (mask)
		pixman_image_unref(mask);
	if (from)
		pixman_image_unref(from);
	if (to)
		pixman_image_unref(to);
}

const struct fb_render_impl pixman_render = {
	.fill = render_fill,
	.blend = render_blend,
};
