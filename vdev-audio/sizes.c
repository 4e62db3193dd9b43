#include "vdev-audio/sizes.h"
#include "vdev-audio/audio.h"

/* From SET_PARAMS on, so that who starts to play finds the card as it is for him. */
static bool is_set_up(const struct audio_stream *st)
{
	uint32_t pcm = st->snd->state->stream[st->stream].pcm;

	return pcm != SOUND_PCM_NONE && pcm != SOUND_PCM_RELEASED;
}

uint32_t audio_roles(const struct audio *audio)
{
	uint32_t roles = 0;

	for (uint32_t i = 0; i < audio->stream_count; i++)
		roles |= (uint32_t)is_set_up(&audio->stream[i]) << audio->stream[i].role;
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		roles |= (uint32_t)(audio->decision.role[r].holders != 0) << r;
	return roles;
}

struct audio_sizes audio_sizes_of(const struct audio_sizes_by_role *by_role, uint32_t roles)
{
	struct audio_sizes least = {UINT32_MAX, UINT32_MAX};

	for (unsigned r = 0; r < ROLE_COUNT; r++) {
		const struct audio_sizes *s = &by_role->role[r];

		if (!(roles >> r & 1))
			continue;
		least.wake_frames = s->wake_frames < least.wake_frames ? s->wake_frames : least.wake_frames;
		least.queue_frames =
			s->queue_frames < least.queue_frames ? s->queue_frames : least.queue_frames;
	}
	return roles ? least : by_role->idle;
}
