/* A call on the speakerphone in a synthetic room. */
#ifndef TESTS_UNIT_AUDIO_ECHO_H
#define TESTS_UNIT_AUDIO_ECHO_H

#include <stdbool.h>

/* Level of what the modem gets back of its own voice, dBFS, from the third second to the sixth. */
double echo_level(bool cancel, bool suppress);

#endif
