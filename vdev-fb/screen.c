#include "vdev-fb/screen.h"
#include <errno.h>
#include <string.h>
#include "vdev/log.h"

static void on_flip(void *data, uint64_t frame, uint64_t time_ns)
{
	struct screen *screen = data;

	if (!screen->waiting || frame != screen->frame)
		return;
	screen->waiting = false;
	if (screen->events && screen->events->flip)
		screen->events->flip(screen->events_data, frame, screen->fresh, time_ns);
}

void screen_init(struct screen *screen, struct output *output, const struct fb_render_impl *render,
	uint32_t background, const struct screen_events *events, void *events_data)
{
	memset(screen, 0, sizeof(*screen));
	compose_init(&screen->compose, output->width, output->height, background);
	screen->output = output;
	screen->render = render;
	screen->events = events;
	screen->events_data = events_data;
	screen->period_ns = 1000000000000ull / (output->refresh_mhz ? output->refresh_mhz : 60000);
	output->flip = on_flip;
	output->flip_data = screen;
}

uint64_t screen_next(const struct screen *screen, uint64_t now_ns)
{
	if (screen->waiting || (!compose_pending(&screen->compose) && !screen->fading))
		return SCREEN_NEVER;
	return screen->next_ns > now_ns ? screen->next_ns : now_ns;
}

/* The frame is lost, and its damage with it: everything is painted again with the next one. */
static void commit_failed(struct screen *screen, int error)
{
	if (!screen->failed && error != -EBUSY) /* busy: with what a predecessor committed */
		vdev_log(VDEV_LOG_ERROR, "screen: frame %llu not shown: error %d",
			(unsigned long long)screen->frame, -error);
	screen->failed |= error != -EBUSY;
	screen->waiting = false;
	compose_damage_all(&screen->compose);
}

static void show(struct screen *screen, unsigned buffer)
{
	struct compose_frame frame;
	int ret;

	compose_paint(&screen->compose, buffer, &screen->output->target[buffer], screen->render, &frame);
	screen->frame++;
	screen->fresh = frame.fresh;
	screen->waiting = true; /* before the commit: a display may flip at once */
	if (screen->events && screen->events->commit)
		screen->events->commit(screen->events_data, screen->frame, frame.fresh);
	ret = screen->output->impl->commit(screen->output, buffer, &frame.damage, screen->frame);
	if (ret)
		commit_failed(screen, ret);
	else
		screen->failed = false;
}

void screen_run(struct screen *screen, uint64_t now_ns)
{
	int buffer;

	if (screen_next(screen, now_ns) > now_ns)
		return;
	screen->fading = compose_advance(&screen->compose, now_ns);
	/* Kept on the grid while busy, so that frames come at the mode's rate; after a pause it starts anew. */
	if (now_ns - screen->next_ns < screen->period_ns)
		screen->next_ns += screen->period_ns;
	else
		screen->next_ns = now_ns + screen->period_ns;
	if (!compose_pending(&screen->compose))
		return;
	buffer = screen->output->impl->acquire(screen->output);
	if (buffer >= 0)
		show(screen, (unsigned)buffer);
}
