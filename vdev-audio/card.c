#include "vdev-audio/card.h"
#include "vdev-audio/audio.h"

void audio_card_period(struct audio_card *card, struct audio *audio, uint32_t frames)
{
	int32_t in[MIXER_FRAMES_MAX * MIXER_CHANNEL_MAX], out[MIXER_FRAMES_MAX * MIXER_CHANNEL_MAX];
	uint32_t got, queued;

	frames = frames < MIXER_FRAMES_MAX ? frames : MIXER_FRAMES_MAX;
	got = card->channels_in ? card->impl->capture(card, in, frames) : 0;
	/* A part is the end of a recording: its frames are at the end, behind silence. */
	if (got && got < frames) {
		uint32_t missing = (frames - got) * card->channels_in;

		__builtin_memmove(in + missing, in, (size_t)got * card->channels_in * sizeof(in[0]));
		__builtin_memset(in, 0, missing * sizeof(in[0]));
	}
	queued = card->impl->queued(card);
	audio_period(audio, got ? in : NULL, out, frames, queued, card->impl->heard(card));
	card->impl->playback(card, out, frames);
}
