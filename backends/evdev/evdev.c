#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libevdev/libevdev.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "backends/evdev/keypad.h"
#include "vdev/log.h"

#define EVENTS_PER_DISPATCH 256	       /* of one device; the rest wakes us again */
#define INOTIFY_TAG	    UINT32_MAX /* epoll data of the directory's watch; else the device's place */

static void log_failure(const char *what, const char *node, int rc)
{
	vdev_log(VDEV_LOG_WARN, "keypad: %s %s: %s", what, node, strerror(-rc));
}

static struct frame_out frame_out(const struct keypad *keypad, const struct policy *policy)
{
	return (struct frame_out){.policy = policy, .sink = keypad->sink, .data = keypad->data};
}

/*
 * Devices coming and going.
 */

/* Of all jacks together: one plug in one of them is a headset. */
bool keypad_headset(const struct keypad *keypad)
{
	bool in = false;

	for (unsigned i = 0; i < KEYPAD_DEVICE_MAX; i++)
		if (keypad->device[i].evdev)
			in |= libevdev_get_event_value(keypad->device[i].evdev, EV_SW, SW_HEADPHONE_INSERT) !=
			      0;
	return in;
}

static void headset_look(struct keypad *keypad)
{
	if (keypad->headset)
		keypad->headset(keypad->data, keypad_headset(keypad));
}

static void device_drop(struct keypad *keypad, struct keypad_device *device)
{
	const struct frame_out out = frame_out(keypad, NULL);

	if (!device->evdev)
		return;
	frame_release(&device->frame, &out);
	libevdev_free(device->evdev);
	close(device->fd); /* leaves the epoll set and lets go of the grab */
	device->evdev = NULL;
	keypad->device_count--;
	headset_look(keypad);
}

static bool device_wanted(const struct libevdev *evdev)
{
	return libevdev_has_event_type(evdev, EV_KEY) ||
	       libevdev_has_event_code(evdev, EV_ABS, ABS_MT_SLOT) ||
	       libevdev_has_event_code(evdev, EV_SW, SW_HEADPHONE_INSERT);
}

static int device_watch(struct keypad *keypad, struct keypad_device *device)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)(device - keypad->device)};
	int rc = libevdev_grab(device->evdev, LIBEVDEV_GRAB);

	if (rc < 0)
		return rc;
	return epoll_ctl(keypad->epoll_fd, EPOLL_CTL_ADD, device->fd, &event) < 0 ? -errno : 0;
}

/* 0: taken; 1: not of our kind; else a negative errno. */
static int device_open(struct keypad *keypad, struct keypad_device *device, const char *node)
{
	int rc;

	memset(&device->frame, 0, sizeof(device->frame));
	snprintf(device->node, sizeof(device->node), "%s", node);
	device->fd = openat(keypad->directory_fd, node, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (device->fd < 0)
		return -errno;
	rc = libevdev_new_from_fd(device->fd, &device->evdev);
	if (rc < 0)
		goto close_fd;
	rc = device_wanted(device->evdev) ? device_watch(keypad, device) : 1;
	if (rc)
		goto free_evdev;
	return 0;
free_evdev:
	libevdev_free(device->evdev);
close_fd:
	device->evdev = NULL;
	close(device->fd);
	return rc;
}

static struct keypad_device *place_find(struct keypad *keypad, const char *node)
{
	for (unsigned i = 0; i < KEYPAD_DEVICE_MAX; i++)
		if (node ? keypad->device[i].evdev && strcmp(keypad->device[i].node, node) == 0
			 : !keypad->device[i].evdev)
			return &keypad->device[i];
	return NULL;
}

static void node_add(struct keypad *keypad, const char *node)
{
	struct keypad_device *place = place_find(keypad, NULL);
	int rc;

	if (strncmp(node, "event", 5) != 0 || strlen(node) >= KEYPAD_NAME_BYTES || place_find(keypad, node))
		return;
	rc = place ? device_open(keypad, place, node) : -ENOSPC;
	if (rc == 0) {
		keypad->device_count++;
		headset_look(keypad);
		vdev_log(VDEV_LOG_INFO, "keypad: %s is %s", node, libevdev_get_name(place->evdev));
	} else if (rc < 0 && rc != -ENOENT) {
		log_failure("cannot take", node, rc);
	}
}

static void directory_scan(struct keypad *keypad, const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		node_add(keypad, entry->d_name);
	closedir(dir);
}

/* A node is there when it is made or when its rights were set: both lead here, the second finds it taken. */
static void directory_read(struct keypad *keypad)
{
	char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t bytes = read(keypad->inotify_fd, buffer, sizeof(buffer));

	for (ssize_t at = 0; at < bytes;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		if (event->len)
			node_add(keypad, event->name);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
}

/* The watch is there before the first look, so that no device comes unseen between the two. */
static int directory_watch(struct keypad *keypad, const char *directory)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = INOTIFY_TAG};

	keypad->directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (keypad->directory_fd < 0)
		return -errno;
	keypad->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (keypad->inotify_fd < 0 ||
		inotify_add_watch(keypad->inotify_fd, directory, IN_CREATE | IN_ATTRIB) < 0)
		return -errno;
	return epoll_ctl(keypad->epoll_fd, EPOLL_CTL_ADD, keypad->inotify_fd, &event) < 0 ? -errno : 0;
}

int keypad_open(struct keypad *keypad, const char *directory, keypad_sink *sink, void *data)
{
	int rc;

	*keypad = (struct keypad){.sink = sink, .data = data, .directory_fd = -1, .inotify_fd = -1};
	keypad->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	rc = keypad->epoll_fd < 0 ? -errno : directory_watch(keypad, directory);
	if (rc) {
		log_failure("cannot watch", directory, rc);
		keypad_close(keypad);
		return rc;
	}
	directory_scan(keypad, directory);
	return 0;
}

void keypad_close(struct keypad *keypad)
{
	int *const fds[] = {&keypad->inotify_fd, &keypad->directory_fd, &keypad->epoll_fd};

	if (!keypad->sink)
		return;
	for (unsigned i = 0; i < KEYPAD_DEVICE_MAX; i++)
		device_drop(keypad, &keypad->device[i]);
	for (unsigned i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	keypad->sink = NULL;
}

int keypad_fd(const struct keypad *keypad)
{
	return keypad->epoll_fd;
}

/*
 * Events.
 */

/*
 * Another device may have got the name already, and its coming was overlooked as long as the place was taken.
 */
static void device_gone(struct keypad *keypad, struct keypad_device *device, int rc)
{
	char node[KEYPAD_NAME_BYTES];

	memcpy(node, device->node, sizeof(node));
	log_failure("gone:", node, rc);
	device_drop(keypad, device);
	if (rc == -ENODEV)
		node_add(keypad, node);
}

/*
 * After SYN_DROPPED libevdev gives the difference to what it last told us, and ends it with a
 * SYN_REPORT. What we have of an unfinished frame it has told us, too, so the two make one frame.
 */
static void device_read(struct keypad *keypad, struct keypad_device *device, const struct frame_out *out)
{
	unsigned flags = LIBEVDEV_READ_FLAG_NORMAL;
	struct input_event event;

	for (unsigned i = 0; i < EVENTS_PER_DISPATCH || flags == LIBEVDEV_READ_FLAG_SYNC; i++) {
		int rc = libevdev_next_event(device->evdev, flags, &event);

		if (rc == -EAGAIN && flags == LIBEVDEV_READ_FLAG_SYNC) {
			frame_event(&device->frame, out, EV_SYN, SYN_REPORT, 0);
			flags = LIBEVDEV_READ_FLAG_NORMAL;
		} else if (rc == LIBEVDEV_READ_STATUS_SYNC && flags == LIBEVDEV_READ_FLAG_NORMAL) {
			vdev_log(VDEV_LOG_WARN, "keypad: %s: events dropped by the kernel", device->node);
			flags = LIBEVDEV_READ_FLAG_SYNC;
		} else if (rc >= 0) {
			frame_event(&device->frame, out, event.type, event.code, event.value);
			if (event.type == EV_SW && event.code == SW_HEADPHONE_INSERT)
				headset_look(keypad);
		} else if (rc == -EAGAIN) {
			return;
		} else if (rc != -EINTR) {
			device_gone(keypad, device, rc);
			return;
		}
	}
}

void keypad_dispatch(struct keypad *keypad, const struct policy *policy)
{
	const struct frame_out out = frame_out(keypad, policy);
	struct epoll_event events[KEYPAD_DEVICE_MAX + 1];
	int count = epoll_wait(keypad->epoll_fd, events, KEYPAD_DEVICE_MAX + 1, 0);

	for (int i = 0; i < count; i++) {
		uint32_t place = events[i].data.u32;

		if (place == INOTIFY_TAG)
			directory_read(keypad);
		else if (keypad->device[place].evdev)
			device_read(keypad, &keypad->device[place], &out);
	}
}

void keypad_led(struct keypad *keypad, uint16_t code, bool on)
{
	for (unsigned i = 0; i < KEYPAD_DEVICE_MAX; i++) {
		struct libevdev *evdev = keypad->device[i].evdev;

		if (evdev && libevdev_has_event_code(evdev, EV_LED, code))
			libevdev_kernel_set_led_value(evdev, code, on ? LIBEVDEV_LED_ON : LIBEVDEV_LED_OFF);
	}
}
