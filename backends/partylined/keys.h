/* What every virtual keypad says that it has: the same after every restart, whatever real devices there are. */
#ifndef BACKENDS_PARTYLINED_KEYS_H
#define BACKENDS_PARTYLINED_KEYS_H

#include "vdev-input/input.h"

const struct vinput_caps *keys_caps(void);

#endif
