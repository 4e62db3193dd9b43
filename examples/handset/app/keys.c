#include "examples/handset/app/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libevdev/libevdev.h>

#define PRESS_UP   0
#define PRESS_DOWN 1 /* 2 is auto-repeat: no press */

static void open_device(struct keys *keys, int number)
{
	char path[32];
	int fd, error;

	snprintf(path, sizeof(path), "/dev/input/event%d", number);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	error = libevdev_new_from_fd(fd, &keys->device[keys->device_count]);
	if (error) {
		printf("app: %s: %s\n", path, strerror(-error));
		close(fd);
		return;
	}
	keys->fd[keys->device_count++] = fd;
}

int keys_init(struct keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	for (int number = 0; number < KEYS_DEVICE_MAX; number++)
		open_device(keys, number);
	if (!keys->device_count) {
		printf("app: no /dev/input/event0 to event%d\n", KEYS_DEVICE_MAX - 1);
		return -ENODEV;
	}
	return 0;
}

void keys_finish(struct keys *keys)
{
	for (int i = 0; i < keys->device_count; i++) {
		libevdev_free(keys->device[i]);
		close(keys->fd[i]);
	}
	memset(keys, 0, sizeof(*keys));
}

static int take_event(struct keys *keys, const struct input_event *event)
{
	if (event->type != EV_KEY || event->value > PRESS_DOWN)
		return 0;
	printf("app: key %u %s\n", event->code, event->value == PRESS_DOWN ? "down" : "up");
	if (event->value != PRESS_DOWN)
		return 0;
	keys->press_count++;
	keys->last_code = event->code;
	return 1;
}

int keys_read(struct keys *keys, int index)
{
	unsigned int flag = LIBEVDEV_READ_FLAG_NORMAL;
	struct input_event event;
	int pressed = 0;

	for (;;) {
		int got = libevdev_next_event(keys->device[index], flag, &event);

		if (got == LIBEVDEV_READ_STATUS_SUCCESS || got == LIBEVDEV_READ_STATUS_SYNC)
			pressed += take_event(keys, &event);
		else if (got == -EAGAIN && flag == LIBEVDEV_READ_FLAG_NORMAL)
			return pressed;
		else if (got != -EAGAIN)
			return got;
		/* After events were dropped, libevdev tells what they would have said until -EAGAIN. */
		flag = got == LIBEVDEV_READ_STATUS_SYNC ? LIBEVDEV_READ_FLAG_SYNC : LIBEVDEV_READ_FLAG_NORMAL;
	}
}
