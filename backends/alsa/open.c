/* Opening and starting ALSA devices; slow thread, but for alsa_pair_start. */
#include <errno.h>
#include "backends/alsa/alsa.h"
#include "vdev/log.h"

#define TRY(call)                                                                                            \
	do {                                                                                                 \
		int rc_ = (call);                                                                            \
		if (rc_ < 0) {                                                                               \
			vdev_log(VDEV_LOG_ERROR, "alsa: %s: %s: errno %d", name, #call, -rc_);               \
			return rc_;                                                                          \
		}                                                                                            \
	} while (0)

static int choose_format(struct alsa_stream *s, const char *name, snd_pcm_hw_params_t *hw)
{
	s->mmap = snd_pcm_hw_params_set_access(s->pcm, hw, SND_PCM_ACCESS_MMAP_INTERLEAVED) == 0;
	if (!s->mmap)
		TRY(snd_pcm_hw_params_set_access(s->pcm, hw, SND_PCM_ACCESS_RW_INTERLEAVED));
	s->wide = snd_pcm_hw_params_set_format(s->pcm, hw, SND_PCM_FORMAT_S32_LE) == 0;
	if (!s->wide)
		TRY(snd_pcm_hw_params_set_format(s->pcm, hw, SND_PCM_FORMAT_S16_LE));
	return 0;
}

static int set_hardware(
	struct alsa_stream *s, const char *name, const struct alsa_settings *settings, unsigned channels)
{
	snd_pcm_uframes_t period = settings->period_frames;
	snd_pcm_uframes_t buffer = (snd_pcm_uframes_t)settings->period_frames * settings->periods;
	snd_pcm_hw_params_t *hw;

	snd_pcm_hw_params_alloca(&hw);
	TRY(snd_pcm_hw_params_any(s->pcm, hw));
	TRY(snd_pcm_hw_params_set_rate_resample(s->pcm, hw, 0));
	TRY(choose_format(s, name, hw));
	TRY(snd_pcm_hw_params_set_channels(s->pcm, hw, channels));
	TRY(snd_pcm_hw_params_set_rate(s->pcm, hw, settings->rate, 0));
	TRY(snd_pcm_hw_params_set_period_size_near(s->pcm, hw, &period, NULL));
	TRY(snd_pcm_hw_params_set_buffer_size_near(s->pcm, hw, &buffer));
	TRY(snd_pcm_hw_params(s->pcm, hw));
	s->period_frames = (uint32_t)period;
	s->buffer_frames = (uint32_t)buffer;
	return 0;
}

/* Started by hand, stopped by an xrun; a wake-up for each period. */
static int set_software(struct alsa_stream *s, const char *name)
{
	snd_pcm_sw_params_t *sw;

	snd_pcm_sw_params_alloca(&sw);
	TRY(snd_pcm_sw_params_current(s->pcm, sw));
	TRY(snd_pcm_sw_params_set_start_threshold(s->pcm, sw, s->buffer_frames * 2));
	TRY(snd_pcm_sw_params_set_stop_threshold(s->pcm, sw, s->buffer_frames));
	TRY(snd_pcm_sw_params_set_avail_min(s->pcm, sw, s->period_frames));
	TRY(snd_pcm_sw_params(s->pcm, sw));
	return 0;
}

static int stream_open(struct alsa_stream *s, const char *name, const struct alsa_settings *settings,
	snd_pcm_stream_t direction, unsigned channels)
{
	int rc = snd_pcm_open(&s->pcm, name, direction, SND_PCM_NONBLOCK);

	if (rc < 0) {
		s->pcm = NULL;
		return rc; /* not there: alsa_service says so once */
	}
	rc = set_hardware(s, name, settings, channels);
	rc = rc ? rc : set_software(s, name);
	if (!rc && snd_pcm_poll_descriptors(s->pcm, &s->fd, 1) != 1)
		rc = -ENOTSUP;
	return rc;
}

int alsa_pair_open(struct alsa_pair *pair, const struct alsa_settings *settings)
{
	int rc;

	*pair = (struct alsa_pair){0};
	rc = stream_open(&pair->play, settings->play, settings, SND_PCM_STREAM_PLAYBACK, settings->channels);
	if (!rc && settings->capture)
		rc = stream_open(&pair->capture, settings->capture, settings, SND_PCM_STREAM_CAPTURE,
			settings->channels_in);
	if (!rc)
		rc = alsa_pair_start(pair);
	if (rc)
		alsa_pair_close(pair);
	return rc;
}

void alsa_pair_close(struct alsa_pair *pair)
{
	if (pair->capture.pcm)
		snd_pcm_close(pair->capture.pcm);
	if (pair->play.pcm)
		snd_pcm_close(pair->play.pcm);
	*pair = (struct alsa_pair){0};
}

static int write_silence(struct alsa_stream *s, uint32_t frames)
{
	static const int32_t nothing[256 * MIXER_CHANNEL_MAX];

	while (frames) {
		snd_pcm_uframes_t part = frames < 256 ? frames : 256;
		snd_pcm_sframes_t done = s->mmap ? snd_pcm_mmap_writei(s->pcm, nothing, part)
						 : snd_pcm_writei(s->pcm, nothing, part);

		if (done <= 0)
			return done < 0 ? (int)done : -EIO;
		frames -= (uint32_t)done;
	}
	return 0;
}

int alsa_pair_start(struct alsa_pair *pair)
{
	int rc = snd_pcm_prepare(pair->play.pcm);

	if (!rc && pair->capture.pcm)
		rc = snd_pcm_prepare(pair->capture.pcm);
	if (!rc)
		rc = write_silence(&pair->play, pair->play.buffer_frames / 2);
	if (!rc)
		rc = snd_pcm_start(pair->play.pcm);
	if (!rc && pair->capture.pcm)
		rc = snd_pcm_start(pair->capture.pcm);
	return rc;
}
