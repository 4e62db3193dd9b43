/* The keypad's driver of either guest. */
#ifndef TESTS_GUEST_GARBAGE_DRIVER_H
#define TESTS_GUEST_GARBAGE_DRIVER_H

#include "frontends/rtos/virtio_input.h"
#include "tests/guest/test.h"

/* The only virtual device of the guest; `memory` is its bank. Its interrupt counts in driver_wakes. */
void driver_start(struct virtio_input *in, const struct vmem *memory,
	void (*frame)(void *data, const struct virtio_input_event *event, unsigned count));
/* As a driver that has just come: forgets the device and sets it up anew. */
void driver_restart(struct virtio_input *in);
/* Serve it until *count is at least `until`, for at most `ms` virtual milliseconds; what it is then. */
uint32_t driver_await(struct virtio_input *in, const volatile uint32_t *count, uint32_t until, uint32_t ms);

#endif
