#include "tests/unit/input/fake_libevdev.h"
#include <errno.h>
#include <libevdev/libevdev.h>
#include <stdlib.h>
#include <unistd.h>

struct libevdev {
	int fd;
	int keyless;
	int jack, plugged;
};

unsigned fake_grab_count, fake_open_count, fake_led_count;
int fake_keyless, fake_jack;

int libevdev_new_from_fd(int fd, struct libevdev **dev)
{
	*dev = calloc(1, sizeof(**dev));
	if (!*dev)
		return -ENOMEM;
	**dev = (struct libevdev){.fd = fd, .keyless = fake_keyless, .jack = fake_jack};
	fake_open_count++;
	return 0;
}

void libevdev_free(struct libevdev *dev)
{
	fake_open_count--;
	free(dev);
}

int libevdev_grab(struct libevdev *dev, enum libevdev_grab_mode grab)
{
	(void)dev;
	fake_grab_count += grab == LIBEVDEV_GRAB;
	return 0;
}

int libevdev_has_event_type(const struct libevdev *dev, unsigned int type)
{
	return type == EV_KEY && !dev->keyless;
}

int libevdev_has_event_code(const struct libevdev *dev, unsigned int type, unsigned int code)
{
	return (type == EV_LED && code == LED_CAPSL) ||
	       (type == EV_SW && code == SW_HEADPHONE_INSERT && dev->jack);
}

int libevdev_get_event_value(const struct libevdev *dev, unsigned int type, unsigned int code)
{
	return type == EV_SW && code == SW_HEADPHONE_INSERT && dev->plugged;
}

const char *libevdev_get_name(const struct libevdev *dev)
{
	(void)dev;
	return "fake keypad";
}

int libevdev_kernel_set_led_value(struct libevdev *dev, unsigned int code, enum libevdev_led_value value)
{
	(void)dev;
	(void)code;
	fake_led_count += value == LIBEVDEV_LED_ON;
	return 0;
}

int libevdev_next_event(struct libevdev *dev, unsigned int flags, struct input_event *event)
{
	struct fake_record record;

	if (read(dev->fd, &record, sizeof(record)) != sizeof(record))
		return -EAGAIN;
	*event = (struct input_event){.type = record.type, .code = record.code, .value = record.value};
	if (record.type == EV_SW && record.code == SW_HEADPHONE_INSERT)
		dev->plugged = record.value;
	switch (record.kind) {
	case FAKE_EVENT: return flags == LIBEVDEV_READ_FLAG_NORMAL ? LIBEVDEV_READ_STATUS_SUCCESS : -EPROTO;
	case FAKE_DROPPED: return LIBEVDEV_READ_STATUS_SYNC;
	case FAKE_SYNC: return flags == LIBEVDEV_READ_FLAG_SYNC ? LIBEVDEV_READ_STATUS_SYNC : -EPROTO;
	case FAKE_SYNC_END: return -EAGAIN;
	default: return record.value;
	}
}
