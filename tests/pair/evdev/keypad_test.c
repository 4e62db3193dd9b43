/* The evdev backend on Debian's kernel and libevdev, with keyboards made by uinput. */
#include <libevdev/libevdev-uinput.h>
#include <libevdev/libevdev.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "backends/evdev/keypad.h"
#include "vdev/log.h"

#define WAIT_MS 5000 /* longest that anything here may take; all of it comes at once */

static struct keypad keypad;
static const struct policy policy = {.keymap_count = 1, .keymap = {{KEY_F1, KEY_PICKUP_PHONE}}};
static bool held[KEY_CNT];
static unsigned frame_count, press_count[KEY_CNT];

static void equal(const char *name, long want, long got)
{
	if (want == got)
		printf("pass %s\n", name);
	else
		printf("fail %s: expected %ld got %ld\n", name, want, got);
}

static void on_frame(void *data, const struct virtio_input_event *event, unsigned count)
{
	(void)data;
	frame_count++;
	for (unsigned i = 0; i < count; i++) {
		if (event[i].type != EV_KEY)
			continue;
		held[event[i].code] = event[i].value != 0;
		press_count[event[i].code] += event[i].value;
	}
}

static bool readable(void)
{
	struct pollfd fd = {.fd = keypad_fd(&keypad), .events = POLLIN};

	return poll(&fd, 1, WAIT_MS) == 1;
}

/* Dispatch until *value is `want` or nothing more comes. */
static void await_bool(const bool *value, bool want)
{
	while (*value != want && readable())
		keypad_dispatch(&keypad, &policy);
}

static void await_devices(unsigned want)
{
	while (keypad.device_count != want && readable())
		keypad_dispatch(&keypad, &policy);
}

static struct libevdev_uinput *plug(const char *name)
{
	struct libevdev *dev = libevdev_new();
	struct libevdev_uinput *uinput = NULL;

	libevdev_set_name(dev, name);
	libevdev_enable_event_type(dev, EV_KEY);
	for (unsigned code = KEY_ESC; code <= KEY_MICMUTE; code++)
		libevdev_enable_event_code(dev, EV_KEY, code, NULL);
	libevdev_enable_event_type(dev, EV_LED);
	libevdev_enable_event_code(dev, EV_LED, LED_CAPSL, NULL);
	equal("a keyboard is made", 0,
		libevdev_uinput_create_from_device(dev, LIBEVDEV_UINPUT_OPEN_MANAGED, &uinput));
	libevdev_free(dev);
	return uinput;
}

static void key(struct libevdev_uinput *keyboard, unsigned code, int value)
{
	libevdev_uinput_write_event(keyboard, EV_KEY, code, value);
	libevdev_uinput_write_event(keyboard, EV_SYN, SYN_REPORT, 0);
}

static void keys_come_and_nobody_else_gets_them(struct libevdev_uinput *keyboard)
{
	int other = open(libevdev_uinput_get_devnode(keyboard), O_RDONLY | O_NONBLOCK);
	struct input_event event;

	key(keyboard, KEY_A, 1);
	await_bool(&held[KEY_A], true);
	equal("a key goes down", 1, held[KEY_A]);
	key(keyboard, KEY_A, 0);
	await_bool(&held[KEY_A], false);
	equal("and up", 0, held[KEY_A]);
	equal("nobody else sees it: the device is grabbed", -1, read(other, &event, sizeof(event)));
	equal("who else reads it is told that there is nothing", EAGAIN, errno);
	close(other);
	key(keyboard, KEY_F1, 1);
	await_bool(&held[KEY_PICKUP_PHONE], true);
	equal("the keymap names it", 1, held[KEY_PICKUP_PHONE]);
	key(keyboard, KEY_F1, 0);
	await_bool(&held[KEY_PICKUP_PHONE], false);
}

static bool plugged;

static void on_headset(void *data, bool in)
{
	(void)data;
	plugged = in;
}

/* A jack as the kernel's sound drivers make one: no keys, a switch. */
static void headset_is_told(unsigned before)
{
	struct libevdev *dev = libevdev_new();
	struct libevdev_uinput *jack = NULL;

	libevdev_set_name(dev, "jack");
	libevdev_enable_event_code(dev, EV_SW, SW_HEADPHONE_INSERT, NULL);
	equal("a jack is made", 0,
		libevdev_uinput_create_from_device(dev, LIBEVDEV_UINPUT_OPEN_MANAGED, &jack));
	libevdev_free(dev);
	keypad.headset = on_headset;
	await_devices(before + 1);
	libevdev_uinput_write_event(jack, EV_SW, SW_HEADPHONE_INSERT, 1);
	libevdev_uinput_write_event(jack, EV_SYN, SYN_REPORT, 0);
	await_bool(&plugged, true);
	equal("a headset's plug is told", 1, plugged);
	equal("and is known from then on", 1, keypad_headset(&keypad));
	libevdev_uinput_write_event(jack, EV_SW, SW_HEADPHONE_INSERT, 0);
	libevdev_uinput_write_event(jack, EV_SYN, SYN_REPORT, 0);
	await_bool(&plugged, false);
	equal("and that it was pulled", 0, plugged);
	libevdev_uinput_write_event(jack, EV_SW, SW_HEADPHONE_INSERT, 1);
	libevdev_uinput_write_event(jack, EV_SYN, SYN_REPORT, 0);
	await_bool(&plugged, true);
	libevdev_uinput_destroy(jack);
	await_bool(&plugged, false);
	equal("a jack that goes takes its headset with it", 0, plugged);
	await_devices(before);
}

static void keyboards_come_and_go(unsigned before)
{
	struct libevdev_uinput *second = plug("second");

	await_devices(before + 1);
	equal("a keyboard that is plugged in later is taken", before + 1, keypad.device_count);
	key(second, KEY_B, 1);
	await_bool(&held[KEY_B], true);
	equal("its keys come", 1, held[KEY_B]);
	libevdev_uinput_destroy(second);
	await_bool(&held[KEY_B], false);
	equal("unplugged, it releases what it held", 0, held[KEY_B]);
	await_devices(before);
	equal("and is gone", before, keypad.device_count);
}

/* The kernel keeps some 64 events for a reader; ten times as many come before we look. */
static void dropped_events_leave_the_right_keys_held(struct libevdev_uinput *keyboard)
{
	unsigned before = press_count[KEY_C];

	key(keyboard, KEY_D, 1);
	await_bool(&held[KEY_D], true);
	for (unsigned i = 0; i < 300; i++) {
		key(keyboard, KEY_C, 1);
		key(keyboard, KEY_C, 0);
	}
	key(keyboard, KEY_D, 0);
	key(keyboard, KEY_E, 1);
	await_bool(&held[KEY_E], true);
	await_bool(&held[KEY_D], false);
	equal("events were really dropped", 1, press_count[KEY_C] - before < 300);
	equal("a key that went up unseen is up", 0, held[KEY_D]);
	equal("one that went down unseen is down", 1, held[KEY_E]);
	equal("and one that came and went is up", 0, held[KEY_C]);
	key(keyboard, KEY_E, 0);
	await_bool(&held[KEY_E], false);
}

static void leds_light_up(struct libevdev_uinput *keyboard)
{
	struct pollfd fd = {.fd = libevdev_uinput_get_fd(keyboard), .events = POLLIN};
	struct input_event event = {0};

	keypad_led(&keypad, LED_CAPSL, true);
	while (poll(&fd, 1, WAIT_MS) == 1 && event.type != EV_LED)
		if (read(fd.fd, &event, sizeof(event)) != sizeof(event))
			break;
	equal("an LED lights up", EV_LED, event.type);
	equal("the right one", LED_CAPSL, event.code);
}

static void say(enum vdev_log_level level, const char *line)
{
	(void)level;
	printf("%s\n", line);
}

int main(void)
{
	struct libevdev_uinput *keyboard = plug("first");
	unsigned before;

	vdev_log_hook = say;
	equal("the keypad is opened", 0, keypad_open(&keypad, "/dev/input", on_frame, NULL));
	before = keypad.device_count;
	equal("the keyboard that is there is taken", 1, before >= 1);
	keys_come_and_nobody_else_gets_them(keyboard);
	keyboards_come_and_go(before);
	headset_is_told(before);
	dropped_events_leave_the_right_keys_held(keyboard);
	leds_light_up(keyboard);
	key(keyboard, KEY_Z, 1);
	await_bool(&held[KEY_Z], true);
	keypad_close(&keypad);
	equal("closed, the keypad releases what was held", 0, held[KEY_Z]);
	libevdev_uinput_destroy(keyboard);
	return 0;
}
