/* Sleep of a card that goes by the clock. */
#ifndef BACKENDS_SOUND_PACE_H
#define BACKENDS_SOUND_PACE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <time.h>

/* From now_ns until until_ns; true: ended before by the eventfd wake_fd (-1: none), which is emptied. */
static inline bool pace_wait(int wake_fd, uint64_t now_ns, uint64_t until_ns)
{
	struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
	uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	const struct timespec left = {(time_t)(left_ns / 1000000000u), (long)(left_ns % 1000000000u)};
	eventfd_t count;

	return ppoll(&wake, 1, &left, NULL) > 0 && eventfd_read(wake_fd, &count) == 0;
}

#endif
