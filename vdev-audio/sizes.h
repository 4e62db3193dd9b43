/*
 * How much of the card is queued, and how often it is filled up, by who is there: a call wants little, a phone in which
 * nobody plays can sleep for longer.
 */
#ifndef VDEV_AUDIO_SIZES_H
#define VDEV_AUDIO_SIZES_H

#include <stdint.h>
#include "vdev/policy.h"
#include "vdev-audio/card.h"

struct audio;

struct audio_sizes_by_role {
	struct audio_sizes role[ROLE_COUNT];
	struct audio_sizes idle; /* nobody is there */
};

/* Bit per role that is there: a driver has set up a stream of it, or a partition has it by the call. */
uint32_t audio_roles(const struct audio *audio);
/* Of all that are there the shortest. */
struct audio_sizes audio_sizes_of(const struct audio_sizes_by_role *by_role, uint32_t roles);

#endif
