/*
 * A libevdev of the test's own: a device is a FIFO, and what the library returns for each event is
 * written into it, so that a test can play the kernel that drops events or loses the device.
 */
#ifndef TESTS_UNIT_INPUT_FAKE_LIBEVDEV_H
#define TESTS_UNIT_INPUT_FAKE_LIBEVDEV_H

#include <stdint.h>

enum fake_kind {
	FAKE_EVENT,    /* an ordinary event */
	FAKE_DROPPED,  /* the kernel's queue overflowed: SYN_DROPPED */
	FAKE_SYNC,     /* an event of the difference; only read in sync mode */
	FAKE_SYNC_END, /* no more of these */
	FAKE_ERROR,    /* value: a negative errno */
};

struct fake_record {
	uint32_t kind;
	uint16_t type, code;
	int32_t value;
};

extern unsigned fake_grab_count, fake_open_count, fake_led_count;
/* Devices opened from now on have neither keys nor touch. */
extern int fake_keyless;
/* And from now on they have a jack for a headset. */
extern int fake_jack;

#endif
