/* All evdev devices that are there, read with libevdev. */
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#define KEYS_DEVICE_MAX 8

struct libevdev;

struct keys {
	struct libevdev *device[KEYS_DEVICE_MAX];
	int fd[KEYS_DEVICE_MAX]; /* readable: call keys_read */
	int device_count;
	uint32_t press_count;
	uint32_t last_code;
};

/* Opens every /dev/input/event*. Returns 0 or a negative errno; -ENODEV: there is none. */
int keys_init(struct keys *keys);
void keys_finish(struct keys *keys);

/*
 * Takes what came in on device `index`: prints a line for each key that goes down or up and
 * counts presses. Returns how many went down, or a negative errno.
 */
int keys_read(struct keys *keys, int index);

#endif
