/*
 * virtio-input on the wire (VIRTIO 1.3 5.8). Little endian.
 *
 * Configuration area: the driver writes select and subsel, the device answers with size and u. The
 * answer is there when the write has completed. Queue 0 carries events to the driver, one per buffer;
 * queue 1 carries status events (LEDs, repeat rates) to the device.
 */
#ifndef ABI_VIRTIO_INPUT_H
#define ABI_VIRTIO_INPUT_H

#include <stddef.h>
#include <stdint.h>

#define VIRTIO_ID_INPUT		 18u /* device type, 5 */
#define VIRTIO_INPUT_EVENTQ	 0
#define VIRTIO_INPUT_STATUSQ	 1
#define VIRTIO_INPUT_QUEUE_COUNT 2

/* select (5.8.4) */
#define VIRTIO_INPUT_CFG_UNSET	   0x00
#define VIRTIO_INPUT_CFG_ID_NAME   0x01
#define VIRTIO_INPUT_CFG_ID_SERIAL 0x02
#define VIRTIO_INPUT_CFG_ID_DEVIDS 0x03
#define VIRTIO_INPUT_CFG_PROP_BITS 0x10
#define VIRTIO_INPUT_CFG_EV_BITS   0x11
#define VIRTIO_INPUT_CFG_ABS_INFO  0x12

struct virtio_input_absinfo {
	uint32_t min, max, fuzz, flat, res;
};

struct virtio_input_devids {
	uint16_t bustype, vendor, product, version;
};

struct virtio_input_config {
	uint8_t select;
	uint8_t subsel;
	uint8_t size; /* of the answer in u; 0: nothing to say */
	uint8_t reserved[5];
	union {
		char string[128];
		uint8_t bitmap[128];
		struct virtio_input_absinfo abs;
		struct virtio_input_devids ids;
	} u;
};
_Static_assert(offsetof(struct virtio_input_config, u) == 8, "VIRTIO 1.3 5.8.4");
_Static_assert(sizeof(struct virtio_input_config) == 136, "VIRTIO 1.3 5.8.4");

struct virtio_input_event {
	uint16_t type;
	uint16_t code;
	uint32_t value;
};
_Static_assert(sizeof(struct virtio_input_event) == 8, "VIRTIO 1.3 5.8.6");

#endif
