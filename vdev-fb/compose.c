/* Layers, their places and what has to be painted because of a change; painting itself is in paint.c. */
#include <errno.h>
#include <string.h>
#include "vdev-fb/compose.h"

#define NS_PER_MS 1000000ull
#define FADE_LEAD_NS                                                                                         \
	16666667ull /* one frame: the first one that a fade is painted in shows some of it already */

static void damage(struct compose *c, struct fb_rect r)
{
	r = fb_rect_intersect(r, c->output);
	if (fb_rect_empty(r))
		return;
	for (unsigned i = 0; i < COMPOSE_BUFFER_MAX; i++)
		fb_damage_add(&c->buffer[i], r);
	fb_damage_add(&c->frame, r);
}

/* Damage of what layer n shows: inside its region, and only while it can be seen or is about to be. */
static bool damage_layer(struct compose *c, unsigned n, struct fb_rect r)
{
	const struct compose_layer *layer = &c->layer[n];

	r = fb_rect_intersect(fb_rect_intersect(r, layer->place.region), c->output);
	if ((!layer->opacity && !layer->fading) || fb_rect_empty(r))
		return false;
	damage(c, r);
	return true;
}

void compose_init(struct compose *c, uint32_t width, uint32_t height, uint32_t background)
{
	memset(c, 0, sizeof(*c));
	c->output = (struct fb_rect){0, 0, (int32_t)width, (int32_t)height};
	c->background = background;
	compose_damage_all(c);
}

void compose_damage_all(struct compose *c)
{
	damage(c, c->output);
}

static bool below(const struct compose *c, unsigned a, unsigned b)
{
	const struct compose_place *p = &c->layer[a].place, *q = &c->layer[b].place;

	if (p->band != q->band)
		return p->band < q->band;
	return p->z != q->z ? p->z < q->z : a < b;
}

/* Insertion sort: a handful of layers, and hardly ever a change. */
static void sort(struct compose *c)
{
	for (unsigned i = 0; i < c->layer_count; i++) {
		unsigned at = i;

		for (; at > 0 && below(c, i, c->order[at - 1]); at--)
			c->order[at] = c->order[at - 1];
		c->order[at] = (uint8_t)i;
	}
}

int compose_layer_add(struct compose *c, const struct fb *fb)
{
	if (c->layer_count == COMPOSE_LAYER_MAX)
		return -ENOSPC;
	c->layer[c->layer_count] = (struct compose_layer){.fb = fb};
	c->layer_count++;
	sort(c);
	return (int)c->layer_count - 1;
}

static uint8_t target_opacity(const struct compose_layer *layer)
{
	return layer->place.visible ? layer->place.opacity : 0;
}

static void cursor_follow(struct compose *c, unsigned n);

static bool same_place(const struct compose_place *a, const struct compose_place *b)
{
	return a->visible == b->visible && a->band == b->band && a->z == b->z && a->opacity == b->opacity &&
	       a->backdrop == b->backdrop && a->region.x == b->region.x && a->region.y == b->region.y &&
	       a->region.w == b->region.w && a->region.h == b->region.h;
}

void compose_place(struct compose *c, unsigned n, const struct compose_place *wanted, uint64_t now_ns)
{
	struct compose_layer *layer = &c->layer[n];
	struct compose_place place = *wanted;
	bool was_visible = target_opacity(layer) != 0;

	if (!wanted->visible) { /* fades away where it is */
		place = layer->place;
		place.visible = false;
		place.fade_ms = wanted->fade_ms;
	}
	if (same_place(&layer->place, &place))
		return;
	compose_advance(c, now_ns);
	damage_layer(c, n, layer->place.region);
	layer->place = place;
	layer->fade_from = layer->opacity;
	layer->fade_start_ns = now_ns > FADE_LEAD_NS ? now_ns - FADE_LEAD_NS : 0;
	layer->fading = layer->fade_from != target_opacity(layer) && place.fade_ms;
	if (!layer->fading)
		layer->opacity = target_opacity(layer);
	sort(c);
	if (damage_layer(c, n, place.region) && target_opacity(layer) && !was_visible)
		c->fresh |= 1u << n;
	cursor_follow(c, n);
}

static uint8_t faded(const struct compose_layer *layer, uint64_t now_ns)
{
	uint64_t total = layer->place.fade_ms * NS_PER_MS;
	uint64_t gone = now_ns > layer->fade_start_ns ? now_ns - layer->fade_start_ns : 0;
	int64_t span = target_opacity(layer) - layer->fade_from;

	if (gone >= total)
		return target_opacity(layer);
	return (uint8_t)(layer->fade_from + span * (int64_t)(gone / 1000) / (int64_t)(total / 1000));
}

bool compose_advance(struct compose *c, uint64_t now_ns)
{
	bool running = false;

	for (unsigned n = 0; n < c->layer_count; n++) {
		struct compose_layer *layer = &c->layer[n];
		uint8_t before = layer->opacity;

		if (!layer->fading)
			continue;
		layer->opacity = faded(layer, now_ns);
		layer->fading = now_ns < layer->fade_start_ns + layer->place.fade_ms * NS_PER_MS;
		running |= layer->fading;
		if (layer->opacity != before) /* the last step to 0 has to be painted too */
			damage(c, fb_rect_intersect(layer->place.region, c->output));
	}
	return running;
}

void compose_scanout(struct compose *c, unsigned n)
{
	if (damage_layer(c, n, c->layer[n].place.region))
		c->fresh |= 1u << n;
}

void compose_flush(struct compose *c, unsigned n, struct fb_rect changed)
{
	struct fb_rect region = c->layer[n].place.region;

	if (damage_layer(c, n, fb_rect_at(changed, region.x, region.y)))
		c->fresh |= 1u << n;
}

static struct fb_rect cursor_rect(const struct compose_layer *layer)
{
	struct fb_view view;
	int32_t x, y;

	if (!layer->opacity || !fb_cursor(layer->fb, &view, &x, &y))
		return (struct fb_rect){0};
	return fb_rect_intersect((struct fb_rect){layer->place.region.x + x, layer->place.region.y + y,
					 view.part.w, view.part.h},
		layer->place.region);
}

static void cursor_follow(struct compose *c, unsigned n)
{
	struct compose_layer *layer = &c->layer[n];

	damage(c, layer->cursor);
	layer->cursor = cursor_rect(layer);
	damage(c, layer->cursor);
}

void compose_cursor(struct compose *c, unsigned n)
{
	cursor_follow(c, n);
}

bool compose_pending(const struct compose *c)
{
	return c->frame.count != 0;
}
