#include "examples/handset/call/screen.h"
#include "frontends/rtos/mem.h"

static const struct rect everything = {0, 0, UI_WIDTH, UI_HEIGHT};
static const struct ui_model blank = {.state = PL_CALL_IDLE};

void screen_init(struct screen *s, struct virtio_gpu *gpu,
	void (*presented)(void *, uint64_t, const struct ui_model *), void *data)
{
	memset(s, 0, sizeof(*s));
	s->gpu = gpu;
	s->presented = presented;
	s->data = data;
	screen_forget(s);
}

void screen_forget(struct screen *s)
{
	memset(s->drawn_valid, 0, sizeof(s->drawn_valid));
	s->shown = blank;
	s->buffer = -1;
}

/* A buffer that holds nothing yet is wiped while nobody waits, so that a call that comes draws its band only. */
static bool prepare(struct screen *s)
{
	int buffer = virtio_gpu_buffer(s->gpu);
	struct canvas canvas;

	for (int i = 0; buffer >= 0 && i < VGPU_BUFFER_COUNT; i++) {
		if (s->drawn_valid[i] || i == s->gpu->shown || s->gpu->flight[i])
			continue;
		canvas = (struct canvas){virtio_gpu_pixels(s->gpu, i), UI_WIDTH, everything};
		ui_draw(&canvas, &blank);
		s->drawn[i] = blank;
		s->drawn_valid[i] = true;
		return true;
	}
	return false;
}

static long pixels_in(struct rect r)
{
	return (long)r.w * r.h;
}

static struct rect behind(const struct screen *s, const struct ui_model *model)
{
	return s->drawn_valid[s->buffer] ? ui_damage(&s->drawn[s->buffer], model) : everything;
}

/* What has to be copied and drawn in a buffer that is behind what is shown. */
static void measure(struct screen *s)
{
	struct rect changed;

	s->source = s->gpu->shown;
	s->stale = (struct rect){0};
	s->area = behind(s, &s->target);
	if (s->source < 0 || !s->drawn_valid[s->source])
		return;
	changed = ui_damage(&s->drawn[s->source], &s->target);
	if (pixels_in(changed) >= pixels_in(s->area))
		return;
	s->stale = behind(s, &s->drawn[s->source]);
	s->area = changed;
}

/* False: nothing to show, or no buffer to draw into. */
static bool begin(struct screen *s)
{
	if (rect_empty(ui_damage(&s->shown, &s->model)))
		return false;
	s->buffer = virtio_gpu_buffer(s->gpu);
	if (s->buffer < 0)
		return false;
	s->target = s->model;
	measure(s);
	s->drawn_valid[s->buffer] = false;
	s->extend_count = 0;
	return true;
}

/* The model moved on while we were drawing: the frame shows the newest, if that can be had soon. */
static void extend(struct screen *s)
{
	struct rect more = ui_damage(&s->target, &s->model);

	if (rect_empty(more) || s->extend_count == SCREEN_EXTEND_MAX)
		return;
	s->extend_count++;
	s->area = rect_union(s->area, more);
	s->target = s->model;
}

static void copy_slice(struct screen *s)
{
	int rows = s->stale.h < SCREEN_COPY_ROWS ? s->stale.h : SCREEN_COPY_ROWS;
	long at = (long)s->stale.y * UI_WIDTH;

	memcpy(virtio_gpu_pixels(s->gpu, s->buffer) + at, virtio_gpu_pixels(s->gpu, s->source) + at,
		(size_t)rows * UI_WIDTH * sizeof(uint32_t));
	s->stale.y += rows;
	s->stale.h -= rows;
}

static void draw_slice(struct screen *s)
{
	struct rect slice = s->area;
	struct canvas canvas = {virtio_gpu_pixels(s->gpu, s->buffer), UI_WIDTH, slice};

	if (slice.h > SCREEN_SLICE_ROWS)
		slice.h = SCREEN_SLICE_ROWS;
	canvas.clip = slice;
	ui_draw(&canvas, &s->target);
	s->area.y += slice.h;
	s->area.h -= slice.h;
}

static void present(struct screen *s)
{
	struct rect d = ui_damage(&s->shown, &s->target);
	struct vgpu_rect damage = {(uint32_t)d.x, (uint32_t)d.y, (uint32_t)d.w, (uint32_t)d.h};
	int buffer = s->buffer;

	s->buffer = -1;
	s->drawn[buffer] = s->target;
	s->drawn_valid[buffer] = true;
	/* The model may have come back to what is shown. */
	if (rect_empty(d) || virtio_gpu_present(s->gpu, buffer, damage))
		return;
	s->shown = s->target;
	s->presented(s->data, s->gpu->frame_count, &s->shown);
}

bool screen_run(struct screen *s)
{
	if (s->buffer < 0 && !begin(s))
		return prepare(s);
	if (!rect_empty(s->stale)) {
		copy_slice(s);
		return true;
	}
	extend(s);
	if (!rect_empty(s->area))
		draw_slice(s);
	if (rect_empty(s->area))
		present(s);
	return true;
}
