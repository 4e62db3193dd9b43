/* One frame: for each damaged rectangle, from the highest layer that hides all below it, upwards. */
#include <string.h>
#include "vdev-fb/compose.h"

struct painter {
	struct compose *compose;
	const struct fb_render_impl *render;
	const struct fb_target *target;
	uint8_t opacity;
	int32_t x, y; /* of the view's upper left pixel, on the output */
};

static void count_pixels(struct painter *p, struct fb_rect r)
{
	p->compose->pixels_painted += (uint64_t)r.w * (uint64_t)r.h;
}

static void fill(struct painter *p, struct fb_rect r, uint32_t colour)
{
	if (fb_rect_empty(r) || !(colour >> 24))
		return;
	p->render->fill(p->target, r, colour);
	count_pixels(p, r);
}

static void paint_run(void *data, const struct fb_run *run)
{
	struct painter *p = data;

	if (!run->pixels) { /* the driver promised pixels that are not there */
		fill(p, fb_rect_at(run->rect, p->x, p->y), 0xff000000);
		return;
	}
	p->render->blend(p->target, p->x + run->rect.x, p->y + run->rect.y, run, p->opacity);
	count_pixels(p, run->rect);
}

static void paint_view(
	struct painter *p, const struct fb_view *view, struct fb_rect clip, int32_t x, int32_t y)
{
	p->x = x;
	p->y = y;
	fb_runs(view, fb_rect_at(clip, -x, -y), paint_run, p);
}

/* Premultiplied, so all four channels shrink alike. */
static uint32_t dimmed(uint32_t colour, uint8_t opacity)
{
	uint32_t out = 0;

	for (unsigned shift = 0; shift < 32; shift += 8)
		out |= ((colour >> shift & 0xff) * opacity + 127) / 255 << shift;
	return out;
}

/* The part of the layer's region that its scanout fills. */
static struct fb_rect picture_rect(const struct compose_layer *layer, const struct fb_view *view)
{
	struct fb_rect region = layer->place.region;

	return fb_rect_intersect((struct fb_rect){region.x, region.y, view->part.w, view->part.h}, region);
}

/* `all` without `hole`, as up to four rectangles. */
static void fill_around(struct painter *p, struct fb_rect all, struct fb_rect hole, uint32_t colour)
{
	hole = fb_rect_intersect(hole, all);
	if (fb_rect_empty(hole)) {
		fill(p, all, colour);
		return;
	}
	fill(p, (struct fb_rect){all.x, all.y, all.w, hole.y - all.y}, colour);
	fill(p, (struct fb_rect){all.x, hole.y + hole.h, all.w, all.y + all.h - hole.y - hole.h}, colour);
	fill(p, (struct fb_rect){all.x, hole.y, hole.x - all.x, hole.h}, colour);
	fill(p, (struct fb_rect){hole.x + hole.w, hole.y, all.x + all.w - hole.x - hole.w, hole.h}, colour);
}

static void paint_layer(struct painter *p, const struct compose_layer *layer, struct fb_rect clip)
{
	struct fb_rect region = layer->place.region, picture = {0};
	struct fb_view view;
	int32_t x, y;

	clip = fb_rect_intersect(clip, region);
	if (!layer->opacity || fb_rect_empty(clip))
		return;
	p->opacity = layer->opacity;
	if (fb_scanout(layer->fb, &view)) {
		picture = picture_rect(layer, &view);
		paint_view(p, &view, fb_rect_intersect(clip, picture), region.x, region.y);
	}
	fill_around(p, clip, picture, dimmed(layer->place.backdrop, layer->opacity));
	if (fb_cursor(layer->fb, &view, &x, &y))
		paint_view(p, &view, clip, region.x + x, region.y + y);
}

/* Does the layer hide everything below it in all of r? */
static bool hides(const struct compose_layer *layer, struct fb_rect r)
{
	struct fb_view view;

	if (layer->opacity != 255 || !fb_rect_contains(layer->place.region, r))
		return false;
	if (!fb_scanout(layer->fb, &view))
		return layer->place.backdrop >> 24 == 255;
	return !fb_format_has_alpha(view.format) &&
	       (layer->place.backdrop >> 24 == 255 || fb_rect_contains(picture_rect(layer, &view), r));
}

static void paint_rect(struct painter *p, struct fb_rect r)
{
	const struct compose *c = p->compose;
	unsigned i = c->layer_count;

	while (i > 0 && !hides(&c->layer[c->order[i - 1]], r))
		i--;
	if (i == 0)
		fill(p, r, c->background);
	else
		i--;
	for (; i < c->layer_count; i++)
		paint_layer(p, &c->layer[c->order[i]], r);
}

void compose_paint(struct compose *c, unsigned buffer, const struct fb_target *target,
	const struct fb_render_impl *render, struct compose_frame *frame)
{
	struct painter p = {.compose = c, .render = render, .target = target};
	struct fb_rect bounds = {0, 0, (int32_t)target->width, (int32_t)target->height};
	struct fb_damage todo = c->buffer[buffer];

	for (unsigned i = 0; i < todo.count; i++) {
		struct fb_rect r = fb_rect_intersect(todo.rect[i], bounds);

		if (!fb_rect_empty(r))
			paint_rect(&p, r);
	}
	c->buffer[buffer].count = 0;
	frame->damage = c->frame;
	frame->fresh = c->fresh;
	c->frame.count = 0;
	c->fresh = 0;
}
