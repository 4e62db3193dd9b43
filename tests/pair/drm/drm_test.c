/*
 * The KMS backend and the driver's own display pipeline, in a machine with QEMU's virtio-gpu: prints
 * `pass NAME` or `fail NAME: why` for each promise.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "backends/drm/output.h"
#include "vdev/log.h"

#define FRAMES 120

static struct drm_output drm;
static uint64_t flipped;
static unsigned flip_count;

static void log_line(enum vdev_log_level level, const char *line)
{
	(void)level;
	printf("%s\n", line);
}

static void result(const char *name, bool good, const char *format, unsigned actual, unsigned expected)
{
	char why[128] = "";

	if (!good)
		snprintf(why, sizeof(why), format, actual, expected);
	printf("%s %s%s%s\n", good ? "pass" : "fail", name, good ? "" : ": ", why);
}

static void on_flip(void *data, uint64_t frame, uint64_t time_ns)
{
	(void)data, (void)time_ns;
	flipped = frame;
	flip_count++;
}

/* A bar that moves down, and everything else a grey that depends on the frame's number. */
static void paint(struct fb_target *t, unsigned frame)
{
	for (uint32_t y = 0; y < t->height; y++) {
		uint32_t *row = (uint32_t *)(void *)((char *)t->pixels + (size_t)y * t->stride_bytes);
		uint32_t colour = y / 16 == frame % (t->height / 16) ? 0xff8000 : 0x010101 * (frame & 0xff);

		for (uint32_t x = 0; x < t->width; x++)
			row[x] = colour;
	}
}

/* Waits until the flip event is there; the machine's own time limit ends a test that waits for ever. */
static void wait_flip(void)
{
	struct pollfd p = {.fd = drm.fd, .events = POLLIN};

	while (drm.queued >= 0)
		if (poll(&p, 1, -1) > 0)
			drm_output_dispatch(&drm);
}

/* A process that shows a picture on a file that we keep open, and is killed with a flip on its way. */
static void die_with_a_picture(int card)
{
	struct fb_damage damage = {.count = 1, .rect = {{0, 0, 480, 800}}};

	if (fork() == 0) {
		int buffer;

		if (drm_output_open(&drm, NULL, card))
			_exit(1);
		buffer = drm.output.impl->acquire(&drm.output);
		paint(&drm.output.target[buffer], 77);
		drm.output.impl->commit(&drm.output, (unsigned)buffer, &damage, 1);
		wait_flip();
		buffer = drm.output.impl->acquire(&drm.output);
		paint(&drm.output.target[buffer], 78);
		drm.output.impl->commit(&drm.output, (unsigned)buffer, &damage, 2);
		raise(SIGKILL);
	}
	wait(NULL);
}

static void take_over(void)
{
	struct fb_damage damage = {.count = 1, .rect = {{0, 0, 480, 800}}};
	int card = open("/dev/dri/card0", O_RDWR), buffer;
	uint32_t pixel;

	die_with_a_picture(card);
	if (drm_output_open(&drm, NULL, card)) {
		result("drm: a successor opens the display", false, "%u, expected %u", 1, 0);
		return;
	}
	result("drm: a successor finds a picture on the display", drm.shown >= 0, "%u, expected %u",
		(unsigned)drm.shown, 0);
	pixel = drm.shown < 0 ? 0 : *(uint32_t *)drm.output.target[drm.shown].pixels & 0xffffff;
	result("drm: and it is the predecessor's", pixel == 0x010101 * 77 || pixel == 0x010101 * 78,
		"0x%x, expected 0x%x", pixel, 0x010101 * 78);
	drm.output.flip = on_flip;
	flip_count = 0;
	buffer = drm.output.impl->acquire(&drm.output);
	while (drm.output.impl->commit(&drm.output, (unsigned)buffer, &damage, 1))
		drm_output_dispatch(&drm); /* the predecessor's last flip is on its way */
	wait_flip();
	result("drm: a successor's flips are its own", flip_count == 1 && drm.shown == buffer,
		"%u, expected %u", flip_count, 1);
	drm_output_close(&drm);
}

int main(void)
{
	unsigned wrong_buffer = 0, refused = 0, busy = 0;
	int ret;

	vdev_log_hook = log_line;
	ret = drm_output_open(&drm, NULL, -1);
	result("drm: opens the display", ret == 0, "error %u, expected %u", (unsigned)-ret, 0);
	if (ret)
		return 1;
	drm.output.flip = on_flip;
	result("drm: takes the preferred mode", drm.output.width == 480 && drm.output.height == 800,
		"%u wide, expected %u", drm.output.width, 480);
	for (unsigned frame = 1; frame <= FRAMES; frame++) {
		struct fb_damage damage = {.count = 1, .rect = {{0, 0, 480, 800}}};
		int buffer = drm.output.impl->acquire(&drm.output);

		wrong_buffer += buffer < 0 || buffer == drm.shown;
		paint(&drm.output.target[buffer], frame);
		ret = drm.output.impl->commit(&drm.output, (unsigned)buffer, &damage, frame);
		if (ret)
			printf("commit: %s\n", strerror(-ret));
		refused += ret != 0;
		busy += drm.output.impl->acquire(&drm.output) == -EBUSY;
		wait_flip();
	}
	result("drm: never gives out the shown buffer", wrong_buffer == 0, "%u times, expected %u",
		wrong_buffer, 0);
	result("drm: takes every frame", refused == 0, "%u refused, expected %u", refused, 0);
	result("drm: gives out nothing while a flip is queued", busy == FRAMES, "%u times, expected %u", busy,
		FRAMES);
	result("drm: flips every frame once", flip_count == FRAMES && flipped == FRAMES,
		"%u flips, expected %u", flip_count, FRAMES);
	drm_output_close(&drm);
	take_over();
	return 0;
}
