/* Requests and messages that a sound driver might send, most of them nearly right. */
#ifndef TESTS_FUZZ_SOUND_REQUEST_H
#define TESTS_FUZZ_SOUND_REQUEST_H

#include "vdev-audio/sound.h"

/* Two streams out, one in (media), a jack; several formats and rates. */
#define SOUND_REQUEST_STREAMS 3
void sound_request_config(struct sound_config *config);
/* One for queue `queue`, of at most 516 bytes; how many. Random as fuzz_random is. */
uint32_t sound_request(uint8_t *to, unsigned queue);

#endif
