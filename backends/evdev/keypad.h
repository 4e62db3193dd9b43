/*
 * The phone's real keys. evdev.c takes them from the kernel, null.c from a test: one of them is linked.
 *
 *   kernel ──struct input_event──▶ libevdev ──▶ frame.c (whole frames, keymap) ──▶ sink (the router)
 *
 * Everything on the caller's thread. Wait for keypad_fd to be readable, then call keypad_dispatch.
 */
#ifndef BACKENDS_EVDEV_KEYPAD_H
#define BACKENDS_EVDEV_KEYPAD_H

#include <stdbool.h>
#include "backends/evdev/frame.h"

#define KEYPAD_DEVICE_MAX 16
#define KEYPAD_NAME_BYTES 32

struct libevdev;

struct keypad_device {
	struct libevdev *evdev; /* NULL: the place is free */
	int fd;
	char node[KEYPAD_NAME_BYTES]; /* its name in the directory */
	struct frame frame;
};

struct keypad {
	int epoll_fd; /* -1: closed */
	int directory_fd;
	int inotify_fd;
	keypad_sink *sink;
	void (*headset)(
		void *data, bool in); /* a plug came or went; NULL: nobody cares. Set after keypad_open */
	void *data;
	unsigned device_count;
	struct keypad_device device[KEYPAD_DEVICE_MAX];
};

/*
 * Open and grab every device with keys, touch or a headset's jack in `directory` ("/dev/input"), and those that come later.
 * None there is no error. Negative errno, logged: the directory cannot be watched.
 */
int keypad_open(struct keypad *keypad, const char *directory, keypad_sink *sink, void *data);
/* Accepts a zeroed object and one that was never opened. Held keys are released first. */
void keypad_close(struct keypad *keypad);
/* Is a plug in, in any jack that says so? */
bool keypad_headset(const struct keypad *keypad);
/* Readable when keypad_dispatch has something to do; may be put into another epoll set. */
int keypad_fd(const struct keypad *keypad);
/* Reads a bounded number of events, hands whole frames to the sink; `policy` names the keys (may be NULL). */
void keypad_dispatch(struct keypad *keypad, const struct policy *policy);
/* Light or darken LED `code` (LED_*) on every device that has it. */
void keypad_led(struct keypad *keypad, uint16_t code, bool on);

/* null.c only: an event of device `n`, as the kernel would give it; dispatched at once. */
void keypad_null_event(struct keypad *keypad, const struct policy *policy, unsigned n, uint16_t type,
	uint16_t code, int32_t value);

#endif
