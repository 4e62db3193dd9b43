/* The drivers' side of a phone's devices, over the loopback transport: one partition's GPU and keypad. */
#ifndef TESTS_PAIR_PHONE_DRIVER_H
#define TESTS_PAIR_PHONE_DRIVER_H

#include "abi/virtio_gpu.h"
#include "abi/virtio_input.h"
#include "vdev/loopback.h"

#define DRIVER_BANK_BYTES (4u << 20)
#define DRIVER_GUEST_BASE 0x54000000ull
#define DRIVER_EVENT_MAX  128

struct driver {
	uint8_t *bank;
	struct vmem memory;
	struct loopback gpu, keypad;
	struct vq control, events;
	uint32_t width, height; /* of its picture */
	/* keypad events that arrived, oldest first */
	struct virtio_input_event event[DRIVER_EVENT_MAX];
	unsigned event_count;
};

/* Bind both devices; the drivers are not there yet. The bank is of DRIVER_BANK_BYTES, the caller's. */
void driver_init(struct driver *driver, uint8_t *bank, struct vdev *gpu, struct vdev *keypad);
/* Boot: both drivers negotiate, the GPU's makes a picture of that size and shows it. */
void driver_boot(struct driver *driver, uint32_t format, uint32_t width, uint32_t height);
/* Its partition is restarted: both devices are reset, the bank is scrubbed. */
void driver_die(struct driver *driver);
/* Fill a rectangle of the picture and flush it; 0 or the device's error. */
uint32_t driver_draw(struct driver *driver, uint32_t x, uint32_t y, uint32_t w, uint32_t h, uint32_t colour);
/* Let the devices work, and take what the keypad delivered. */
void driver_poll(struct driver *driver);
/* Presses and releases of a key that arrived: value 1 and 0. */
unsigned driver_keys(const struct driver *driver, uint16_t code, uint32_t value);

#endif
