/* Between the files of vdev-input. */
#ifndef VDEV_INPUT_PRIVATE_H
#define VDEV_INPUT_PRIVATE_H

#include "vdev-input/input.h"

void vinput_config_write(struct vdev *dev, uint32_t offset, uint64_t value, uint32_t bytes);

static inline void vinput_bit_clear(uint8_t *bitmap, unsigned bit)
{
	bitmap[bit / 8] = (uint8_t)(bitmap[bit / 8] & ~(1u << bit % 8));
}

#endif
