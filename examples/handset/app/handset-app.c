/*
 * Linux's demo application: a music player that fills the screen and counts keys, on nothing but
 * stock DRM and evdev. What it prints is for the tests (docs/contract.md).
 *   handset-app [--full-speed]
 * SIGUSR1 makes a running one draw at full speed, for measurements.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "examples/handset/app/keys.h"
#include "examples/handset/app/kms.h"
#include "examples/handset/app/picture.h"

#define FRAME_RATE     30
#define NANOSECONDS    1000000000ull
#define DEVICE_FD_BASE 2

struct app {
	struct kms kms;
	struct keys keys;
	int timer; /* of the frame rate; -1: draw as fast as flips come */
	bool frame_due;
	uint64_t start_ns;
	uint64_t key_ns; /* when the last key went down */
	uint64_t said_ns;
	uint32_t frame_count;
};

static volatile sig_atomic_t hurry;

static void take_hurry(int signal_number)
{
	(void)signal_number;
	hurry = 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec;
}

static int timer_start(void)
{
	struct itimerspec period = {
		.it_interval.tv_nsec = (long)NANOSECONDS / FRAME_RATE,
		.it_value.tv_nsec = 1,
	};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	if (fd < 0 || timerfd_settime(fd, 0, &period, NULL)) {
		printf("app: timer: %s\n", strerror(errno));
		return -errno;
	}
	return fd;
}

static void say_counts(struct app *app, uint64_t now)
{
	if (now - app->said_ns < NANOSECONDS)
		return;
	app->said_ns = now;
	printf("app: frame %u keys %u\n", app->frame_count, app->keys.press_count);
}

static int draw_frame(struct app *app)
{
	struct kms_buffer *buffer = &app->kms.buffer[app->kms.back];
	uint64_t now = now_ns();
	struct picture_state state = {
		.frame = app->frame_count,
		.key_count = app->keys.press_count,
		.key_age_ms = (uint32_t)((now - app->key_ns) / 1000000),
		.time_ms = (uint32_t)((now - app->start_ns) / 1000000),
	};

	picture_draw(buffer->pixels, buffer->pitch, &state);
	app->frame_count++;
	app->frame_due = app->timer < 0;
	say_counts(app, now);
	return kms_flip(&app->kms);
}

static int take_keys(struct app *app, const struct pollfd *ready)
{
	for (int i = 0; i < app->keys.device_count; i++) {
		int pressed = ready[i].revents ? keys_read(&app->keys, i) : 0;

		if (pressed < 0) {
			printf("app: input device %d: %s\n", i, strerror(-pressed));
			return pressed;
		}
		if (pressed)
			app->key_ns = now_ns();
	}
	return 0;
}

/* Waits for whatever comes next and takes it. */
static int take_events(struct app *app)
{
	struct pollfd ready[DEVICE_FD_BASE + KEYS_DEVICE_MAX] = {
		{.fd = app->kms.fd, .events = POLLIN},
		{.fd = app->timer, .events = POLLIN},
	};
	uint64_t periods;
	int error;

	for (int i = 0; i < app->keys.device_count; i++)
		ready[DEVICE_FD_BASE + i] = (struct pollfd){.fd = app->keys.fd[i], .events = POLLIN};
	if (poll(ready, (nfds_t)(DEVICE_FD_BASE + app->keys.device_count), -1) < 0 && errno != EINTR) {
		printf("app: poll: %s\n", strerror(errno));
		return -errno;
	}
	if (ready[1].revents && read(app->timer, &periods, sizeof(periods)) == sizeof(periods))
		app->frame_due = true;
	error = ready[0].revents ? kms_dispatch(&app->kms) : 0;
	return error ? error : take_keys(app, ready + DEVICE_FD_BASE);
}

/* No timer sets the pace any more. */
static void go_full_speed(struct app *app)
{
	close(app->timer);
	app->timer = -1;
	app->frame_due = true;
	printf("app: full speed\n");
}

static int run(struct app *app)
{
	for (;;) {
		int error;

		if (hurry && app->timer >= 0)
			go_full_speed(app);
		error = app->frame_due && !app->kms.pending ? draw_frame(app) : take_events(app);

		if (error)
			return error;
	}
}

static int start(struct app *app, bool full_speed)
{
	int error = kms_init(&app->kms, "/dev/dri/card0");

	if (!error)
		error = keys_init(&app->keys);
	if (error)
		return error;
	if (app->kms.width < PICTURE_WIDTH || app->kms.height < PICTURE_HEIGHT) {
		printf("app: the screen has %ux%u, at least %dx%d is needed\n", app->kms.width,
			app->kms.height, PICTURE_WIDTH, PICTURE_HEIGHT);
		return -EINVAL;
	}
	picture_init();
	app->start_ns = now_ns();
	app->said_ns = app->start_ns;
	app->frame_due = full_speed;
	app->timer = full_speed ? -1 : timer_start();
	printf("app: started\n");
	return app->timer < -1 ? app->timer : 0;
}

int main(int argc, char **argv)
{
	static struct app app;
	bool full_speed = argc > 1 && !strcmp(argv[1], "--full-speed");
	int error;

	if (argc > 1 && !full_speed) {
		fprintf(stderr, "usage: handset-app [--full-speed]\n");
		return 2;
	}
	signal(SIGUSR1, take_hurry);
	setvbuf(stdout, NULL, _IOLBF, 0);
	error = start(&app, full_speed);
	if (!error)
		error = run(&app);
	keys_finish(&app.keys);
	kms_finish(&app.kms);
	return error ? 1 : 0;
}
