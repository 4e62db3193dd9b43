/* The keypad: real evdev devices in, frames to the router out. */
#ifndef BACKENDS_PARTYLINED_KEYS_H
#define BACKENDS_PARTYLINED_KEYS_H

#include "vdev-input/router.h"

struct keys {
	int epoll_fd;
};

/* Grab the real keypads and wait for them at epoll_fd. None there is no error: logged, the phone is just mute. */
void keys_open(struct keys *keys, int epoll_fd);
void keys_close(struct keys *keys);
/* fd is readable: read whole frames, name the keys as the policy says, and route them. */
void keys_read(struct keys *keys, int fd, struct router *router, const struct policy *policy);
/* What every virtual keypad says that it has. The same after every restart. */
const struct vinput_caps *keys_caps(void);

#endif
