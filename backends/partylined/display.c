#include <errno.h>
#include <string.h>
#include "backends/partylined/daemon.h"
#include "vdev/log.h"

static bool headless(const struct daemon *d)
{
	return d->options.png != NULL;
}

int display_open(struct daemon *d)
{
	const struct policy *policy = &d->phone.policy[0];
	int ret;

	if (headless(d)) {
		ret = null_output_init(&d->null, policy->panel_width, policy->panel_height, 3);
		d->output = &d->null.output;
	} else {
		ret = drm_output_open(&d->drm, d->options.card, d->options.card_fd);
		d->output = &d->drm.output;
	}
	return ret;
}

int display_fd(const struct daemon *d)
{
	return headless(d) ? -1 : d->drm.fd;
}

/* Without a display, what was committed is shown at once; the frame clock paces it. */
void display_dispatch(struct daemon *d)
{
	if (headless(d))
		null_output_flip(&d->null, clock_ns());
	else
		drm_output_dispatch(&d->drm);
}

void display_close(struct daemon *d)
{
	int ret = headless(d) ? null_output_png(&d->null, d->options.png) : 0;

	if (ret)
		vdev_log(VDEV_LOG_ERROR, "%s: %s", d->options.png, strerror(-ret));
	null_output_finish(&d->null);
	drm_output_close(&d->drm);
}
