/*
 * Many streams through our mixer, for the benches that set it beside another: stereo, every second one at 44.1 kHz and the
 * others at 48 kHz, each with its own gain, into one card of 48 kHz.
 */
#ifndef TESTS_BENCH_AUDIO_MIX_H
#define TESTS_BENCH_AUDIO_MIX_H

#include <stdbool.h>
#include <stdint.h>
#include "vdev-audio/sound.h"

#define MIX_DEVICES 3 /* at most */
#define MIX_STREAMS (MIX_DEVICES * SOUND_STREAM_MAX)
#define MIX_RATE    48000u
#define MIX_FRAMES  480u /* of a period: 10 ms */

/* What each stream plays, again and again: 1,024 frames of a tone. */
const int16_t *mix_tone(void);
/* Processor time that this process has had, s. */
double mix_cpu_seconds(void);
/*
 * Streams that one core mixes without end, of so many periods of 8 streams a device: the mixer's time alone, or with that of
 * the drivers, which write the samples into their rings, and of the devices, which take them out.
 */
double mix_streams_per_core(unsigned devices, unsigned periods, bool with_feeding);

#endif
