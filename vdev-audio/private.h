/* Between the files of the sound device. */
#ifndef VDEV_AUDIO_PRIVATE_H
#define VDEV_AUDIO_PRIVATE_H

#include "vdev-audio/sound.h"

/* Answer the control request in snd->chain, which is at used index `index`; bytes written. */
uint32_t sound_control(struct sound *snd, uint16_t index);

/* Take the messages that the driver queued for a direction; true: more are left. */
bool sound_messages_take(struct sound *snd, unsigned q);
/* Give all messages of a stream back. */
void sound_messages_return(struct sound *snd, unsigned stream);
/* Which messages were out when our predecessor ended? The queues were resumed. */
void sound_messages_resume(struct sound *snd);
void sound_messages_forget(struct sound *snd);

/* Served until nothing was there: true, look again; else the driver notifies, or is looked at in time (polled). */
bool sound_wait(struct sound *snd, struct vq *vq);

/* Deliver what events are owed, as far as there are buffers. */
void sound_events_pump(struct sound *snd);
void sound_event_xrun(struct sound *snd, unsigned stream);

static inline unsigned sound_direction(const struct sound *snd, unsigned stream)
{
	return snd->config.stream[stream].direction;
}

static inline unsigned sound_queue_of(unsigned direction)
{
	return direction == VIRTIO_SND_D_OUTPUT ? VIRTIO_SND_TXQ : VIRTIO_SND_RXQ;
}

static inline uint32_t sound_frame_bytes(const struct sound_stream_state *s)
{
	return s->channels * sound_format_bytes(s->format);
}

/* May the stream have messages out? */
static inline bool sound_takes_messages(const struct sound_stream_state *s)
{
	return s->pcm == SOUND_PCM_PREPARED || s->pcm == SOUND_PCM_RUNNING || s->pcm == SOUND_PCM_STOPPED;
}

/* Samples of a format to 32 bits, left-justified, and back. */
void sound_decode(unsigned format, const uint8_t *from, int32_t *to, uint32_t samples);
void sound_encode(unsigned format, const int32_t *from, uint8_t *to, uint32_t samples);

#endif
