/* A keypad without a kernel: keys come from the test that holds it. */
#include <string.h>
#include "backends/evdev/keypad.h"

int keypad_open(struct keypad *keypad, const char *directory, keypad_sink *sink, void *data)
{
	(void)directory;
	*keypad = (struct keypad){
		.sink = sink, .data = data, .epoll_fd = -1, .directory_fd = -1, .inotify_fd = -1};
	keypad->device_count = KEYPAD_DEVICE_MAX;
	return 0;
}

void keypad_close(struct keypad *keypad)
{
	const struct frame_out out = {.sink = keypad->sink, .data = keypad->data};

	for (unsigned i = 0; keypad->sink && i < KEYPAD_DEVICE_MAX; i++)
		frame_release(&keypad->device[i].frame, &out);
	keypad->sink = NULL;
}

bool keypad_headset(const struct keypad *keypad)
{
	(void)keypad;
	return false;
}

int keypad_fd(const struct keypad *keypad)
{
	return keypad->epoll_fd;
}

void keypad_dispatch(struct keypad *keypad, const struct policy *policy)
{
	(void)keypad;
	(void)policy;
}

void keypad_led(struct keypad *keypad, uint16_t code, bool on)
{
	(void)keypad;
	(void)code;
	(void)on;
}

void keypad_null_event(struct keypad *keypad, const struct policy *policy, unsigned n, uint16_t type,
	uint16_t code, int32_t value)
{
	const struct frame_out out = {.policy = policy, .sink = keypad->sink, .data = keypad->data};

	if (keypad->sink && n < KEYPAD_DEVICE_MAX)
		frame_event(&keypad->device[n].frame, &out, type, code, value);
}
