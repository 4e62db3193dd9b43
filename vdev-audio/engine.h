/* Between audio.c, which sets gains, engine.c, which moves frames, and report.c. */
#ifndef VDEV_AUDIO_ENGINE_H
#define VDEV_AUDIO_ENGINE_H

#include "vdev-audio/audio.h"

struct audio_stream *audio_stream_of(struct audio *audio, const struct sound *snd, unsigned stream);
/* Bring a stream's gains to where they belong, within `ms`. */
void audio_aim(struct audio *audio, struct audio_stream *st, uint32_t ms);
void audio_aim_record(struct audio *audio, struct audio_stream *st);
bool audio_call_has_mic(const struct audio *audio);

#endif
