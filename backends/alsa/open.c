/* Opening and starting ALSA devices; slow thread, but for alsa_pair_start. */
#include <errno.h>
#include "backends/alsa/alsa.h"
#include "vdev/log.h"

/*
 * Buffers are so much larger than what is kept in them: that costs no latency, and neither a card that moves in
 * large steps nor a late thread makes an xrun of it.
 */
#define BUFFER_TIMES 4

/*
 * Interrupts of the playing hardware in a period. One is not enough for a card that moves on in lumps (QEMU's HDA: 64 frames,
 * 192 or 256 in 5 ms): a lump that stays within its period tells nobody, and after the next one two are missing.
 */
#define TIMES_TOLD 2

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
	/* A microphone has no more than 16 bits to say, and voice is that. */
	s->wide = snd_pcm_stream(s->pcm) == SND_PCM_STREAM_PLAYBACK &&
		  snd_pcm_hw_params_set_format(s->pcm, hw, SND_PCM_FORMAT_S32_LE) == 0;
	if (!s->wide)
		TRY(snd_pcm_hw_params_set_format(s->pcm, hw, SND_PCM_FORMAT_S16_LE));
	return 0;
}

static int set_hardware(struct alsa_stream *s, const char *name, const struct alsa_settings *settings,
	unsigned channels, unsigned periods)
{
	bool plays = snd_pcm_stream(s->pcm) == SND_PCM_STREAM_PLAYBACK;
	snd_pcm_uframes_t period = settings->period_frames / (plays ? TIMES_TOLD : 1);
	snd_pcm_uframes_t buffer = (snd_pcm_uframes_t)settings->period_frames * periods;
	snd_pcm_uframes_t most = (snd_pcm_uframes_t)settings->queue_frames_max * 2;
	snd_pcm_hw_params_t *hw;

	buffer = buffer > most ? buffer : most;
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

/*
 * Started by hand. A recording is stopped by an xrun. Playback never is: what was played is silenced by the
 * kernel, and alsa.c goes on where the card is; it is woken when about a period less than wanted is queued.
 */
static int set_software(struct alsa_stream *s, const char *name, const struct alsa_settings *settings)
{
	bool plays = snd_pcm_stream(s->pcm) == SND_PCM_STREAM_PLAYBACK;
	snd_pcm_uframes_t boundary,
		wake = plays ? alsa_due_frames(settings->period_frames) : s->period_frames;
	snd_pcm_sw_params_t *sw;

	s->target_frames = settings->period_frames * settings->periods;
	if (plays && s->buffer_frames > s->target_frames)
		wake += s->buffer_frames - s->target_frames;
	snd_pcm_sw_params_alloca(&sw);
	TRY(snd_pcm_sw_params_current(s->pcm, sw));
	TRY(snd_pcm_sw_params_get_boundary(sw, &boundary));
	TRY(snd_pcm_sw_params_set_start_threshold(s->pcm, sw, boundary));
	TRY(snd_pcm_sw_params_set_stop_threshold(s->pcm, sw, plays ? boundary : s->buffer_frames));
	if (plays)
		TRY(snd_pcm_sw_params_set_silence_size(s->pcm, sw, boundary));
	TRY(snd_pcm_sw_params_set_avail_min(s->pcm, sw, wake));
	TRY(snd_pcm_sw_params(s->pcm, sw));
	return 0;
}

static int stream_open(struct alsa_stream *s, const char *name, const struct alsa_settings *settings,
	snd_pcm_stream_t direction, unsigned channels, unsigned periods)
{
	int rc = snd_pcm_open(&s->pcm, name, direction, SND_PCM_NONBLOCK);

	if (rc < 0) {
		s->pcm = NULL;
		return rc; /* not there: alsa_service says so once */
	}
	rc = set_hardware(s, name, settings, channels, periods);
	rc = rc ? rc : set_software(s, name, settings);
	if (!rc && snd_pcm_poll_descriptors(s->pcm, &s->fd, 1) != 1)
		rc = -ENOTSUP;
	return rc;
}

int alsa_stream_resize(struct alsa_stream *s, uint32_t period_frames, const struct audio_sizes *sizes)
{
	uint32_t queue = sizes->queue_frames < s->buffer_frames ? sizes->queue_frames : s->buffer_frames;
	uint32_t wake = sizes->wake_frames < queue ? sizes->wake_frames : queue;
	snd_pcm_sw_params_t *sw;
	int rc;

	snd_pcm_sw_params_alloca(&sw);
	rc = snd_pcm_sw_params_current(s->pcm, sw);
	wake = s->buffer_frames - queue + wake - period_frames + alsa_due_frames(period_frames);
	rc = rc ? rc : snd_pcm_sw_params_set_avail_min(s->pcm, sw, wake);
	rc = rc ? rc : snd_pcm_sw_params(s->pcm, sw);
	if (!rc)
		s->target_frames = queue;
	return rc;
}

uint64_t alsa_stream_played(const struct alsa_stream *s)
{
	snd_pcm_sframes_t avail = snd_pcm_avail(s->pcm);

	return avail < 0 ? s->next_frame : s->next_frame + (uint64_t)avail - s->buffer_frames;
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
		s->next_frame += (uint64_t)done;
	}
	return 0;
}

int alsa_stream_start(struct alsa_stream *s)
{
	bool plays = snd_pcm_stream(s->pcm) == SND_PCM_STREAM_PLAYBACK;
	int rc;

	/* What is dropped was never played. */
	if (plays && snd_pcm_state(s->pcm) == SND_PCM_STATE_RUNNING)
		s->next_frame = alsa_stream_played(s);
	snd_pcm_drop(s->pcm); /* what still runs would refuse to be prepared */
	rc = snd_pcm_prepare(s->pcm);
	if (!rc && plays)
		rc = write_silence(s, s->target_frames);
	return rc ? rc : snd_pcm_start(s->pcm);
}

static void stream_close(struct alsa_stream *s)
{
	if (s->pcm)
		snd_pcm_close(s->pcm);
	*s = (struct alsa_stream){.next_frame = s->next_frame};
}

bool alsa_is_there(const char *name, snd_pcm_stream_t direction)
{
	snd_pcm_t *pcm;

	if (snd_pcm_open(&pcm, name, direction, SND_PCM_NONBLOCK))
		return false;
	snd_pcm_close(pcm);
	return true;
}

/* A phone without its microphone plays on. */
static void capture_open(struct alsa_stream *s, const struct alsa_settings *settings)
{
	if (stream_open(s, settings->capture, settings, SND_PCM_STREAM_CAPTURE, settings->channels_in,
		    BUFFER_TIMES * settings->periods) ||
		alsa_stream_start(s))
		stream_close(s);
}

int alsa_pair_open(struct alsa_pair *pair, const struct alsa_settings *settings)
{
	int rc;

	*pair = (struct alsa_pair){.play = {.next_frame = pair->play.next_frame}};
	rc = stream_open(&pair->play, settings->play, settings, SND_PCM_STREAM_PLAYBACK, settings->channels,
		BUFFER_TIMES * settings->periods);
	if (!rc && settings->capture)
		capture_open(&pair->capture, settings);
	if (!rc)
		rc = alsa_stream_start(&pair->play);
	if (rc)
		alsa_pair_close(pair);
	return rc;
}

void alsa_pair_close(struct alsa_pair *pair)
{
	stream_close(&pair->capture);
	stream_close(&pair->play);
}
