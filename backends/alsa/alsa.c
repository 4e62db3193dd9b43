#include "backends/alsa/alsa.h"
#include <errno.h>
#include <time.h>
#include "vdev/log.h"

#define SECOND_NS  1000000000ull
#define IDLE_WAITS 50 /* of two periods each: a card that does not move is no card */

static struct alsa_card *card_of(struct audio_card *card)
{
	return (struct alsa_card *)(void *)card; /* its first member */
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

/* The pair goes back to the slow thread; its place is empty, because it came from there. */
static void lose(struct alsa_card *ac, int rc)
{
	vdev_log(VDEV_LOG_WARN, "alsa: %s: card lost, errno %d: the clock paces", ac->settings.play, -rc);
	ac->card.present = false;
	ac->card.lost_count++;
	/* Release: pairs with the acquire in alsa_service; nothing of it is used here after. */
	__atomic_store_n(&ac->spent, ac->now, __ATOMIC_RELEASE);
	ac->now = NULL;
	ac->due_ns = now_ns();
}

static bool find(struct alsa_card *ac)
{
	/* Acquire: pairs with the release in alsa_service. */
	ac->now = __atomic_exchange_n(&ac->fresh, NULL, __ATOMIC_ACQUIRE);
	if (!ac->now)
		return false;
	ac->idle_count = 0;
	ac->card.present = true;
	return true;
}

static int pace(struct alsa_card *ac)
{
	uint64_t period_ns = ac->card.period_frames * SECOND_NS / ac->card.rate;
	struct timespec due;

	/* After a long sleep (suspend) the past is not made up for. */
	if (now_ns() > ac->due_ns + SECOND_NS / 10)
		ac->due_ns = now_ns();
	ac->due_ns += period_ns;
	due = (struct timespec){(time_t)(ac->due_ns / SECOND_NS), (long)(ac->due_ns % SECOND_NS)};
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
	return (int)ac->card.period_frames;
}

/* An xrun or a suspend starts both streams again; anything else means that the card is gone. */
static void recover(struct alsa_card *ac, int rc)
{
	if (rc == -EPIPE)
		ac->card.xrun_count++;
	else if (rc == -ESTRPIPE)
		ac->card.suspend_count++;
	else {
		lose(ac, rc);
		return;
	}
	if (rc == -ESTRPIPE)
		snd_pcm_resume(ac->now->play.pcm); /* not all hardware can: prepare is enough then */
	rc = alsa_pair_start(ac->now);
	if (rc)
		lose(ac, rc);
}

static int card_wait(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);
	int period_ms = (int)(card->period_frames * 1000 / card->rate);

	while (ac->now || find(ac)) {
		snd_pcm_sframes_t avail = snd_pcm_avail_update(ac->now->play.pcm);
		int rc = (int)avail;

		if (avail >= (snd_pcm_sframes_t)card->period_frames) {
			ac->idle_count = 0;
			return (int)card->period_frames;
		}
		if (avail >= 0)
			rc = snd_pcm_wait(ac->now->play.pcm, 2 * period_ms + 1);
		if (rc == 0 && ++ac->idle_count > IDLE_WAITS)
			rc = -ETIMEDOUT;
		if (rc < 0)
			recover(ac, rc);
	}
	return pace(ac);
}

static void narrow(const int32_t *from, int16_t *to, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = (int16_t)(from[i] >> 16);
}

static void card_playback(struct audio_card *card, const int32_t *frame, uint32_t frames)
{
	struct alsa_card *ac = card_of(card);
	const void *data = frame;
	snd_pcm_sframes_t done;

	if (!ac->now)
		return;
	if (!ac->now->play.wide) {
		narrow(frame, ac->narrow, frames * card->channels);
		data = ac->narrow;
	}
	done = ac->now->play.mmap ? snd_pcm_mmap_writei(ac->now->play.pcm, data, frames)
				  : snd_pcm_writei(ac->now->play.pcm, data, frames);
	if (done < 0 && done != -EAGAIN)
		recover(ac, (int)done);
}

static snd_pcm_sframes_t read_some(struct alsa_card *ac, void *to, uint32_t frames)
{
	const struct alsa_stream *s = &ac->now->capture;

	return s->mmap ? snd_pcm_mmap_readi(s->pcm, to, frames) : snd_pcm_readi(s->pcm, to, frames);
}

static void widen(const int16_t *from, int32_t *to, uint32_t count)
{
	for (uint32_t i = count; i-- > 0;)
		to[i] = (int32_t)((uint32_t)from[i] << 16);
}

static uint32_t card_capture(struct audio_card *card, int32_t *frame, uint32_t frames)
{
	struct alsa_card *ac = card_of(card);
	snd_pcm_sframes_t avail, done;

	if (!ac->now || !ac->now->capture.pcm)
		return 0;
	avail = snd_pcm_avail_update(ac->now->capture.pcm);
	/* Once behind, a recording would stay behind: what is old is dropped. */
	if (avail > (snd_pcm_sframes_t)(3 * frames))
		snd_pcm_forward(ac->now->capture.pcm, (snd_pcm_uframes_t)(avail - (snd_pcm_sframes_t)frames));
	done = read_some(ac, ac->now->capture.wide ? (void *)frame : ac->narrow, frames);
	if (done < 0) {
		if (done != -EAGAIN)
			recover(ac, (int)done);
		return 0;
	}
	if (!ac->now->capture.wide)
		widen(ac->narrow, frame, (uint32_t)done * card->channels_in);
	return (uint32_t)done;
}

static uint32_t delay_of(snd_pcm_t *pcm)
{
	snd_pcm_sframes_t delay = 0;

	return pcm && snd_pcm_delay(pcm, &delay) == 0 && delay > 0 ? (uint32_t)delay : 0;
}

static uint32_t card_queued(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);

	return ac->now ? delay_of(ac->now->play.pcm) : 0;
}

static uint32_t card_heard(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);

	return ac->now ? delay_of(ac->now->capture.pcm) : 0;
}

static const struct audio_card_impl alsa_impl = {
	card_wait, card_capture, card_playback, card_queued, card_heard};

/*
 * Slow thread.
 */

int alsa_init(struct alsa_card *ac, const struct alsa_settings *settings)
{
	*ac = (struct alsa_card){.card = {.impl = &alsa_impl,
					 .name = settings->play,
					 .rate = settings->rate,
					 .period_frames = settings->period_frames,
					 .channels = settings->channels,
					 .channels_in = settings->capture ? settings->channels_in : 0,
					 .bits = 16},
		.settings = *settings};
	if (!settings->rate || settings->periods < 2 || !settings->period_frames ||
		settings->period_frames > MIXER_FRAMES_MAX || !settings->channels ||
		settings->channels > MIXER_CHANNEL_MAX || settings->channels_in > MIXER_CHANNEL_MAX) {
		vdev_log(VDEV_LOG_ERROR, "alsa: %s: %u periods of %u frames, %u channels: at most %u, %u",
			settings->play, settings->periods, settings->period_frames, settings->channels,
			MIXER_FRAMES_MAX, MIXER_CHANNEL_MAX);
		return -EINVAL;
	}
	ac->spent = &ac->pair;
	alsa_service(ac);
	return 0;
}

void alsa_service(struct alsa_card *ac)
{
	/* Acquire: pairs with the release in lose. */
	struct alsa_pair *pair = __atomic_load_n(&ac->spent, __ATOMIC_ACQUIRE);

	if (!pair)
		return;
	alsa_pair_close(pair);
	if (alsa_pair_open(pair, &ac->settings))
		return;
	__atomic_store_n(&ac->spent, NULL, __ATOMIC_RELAXED);
	vdev_log(VDEV_LOG_INFO, "alsa: %s: opened, %s, %s, period %u, buffer %u frames", ac->settings.play,
		pair->play.mmap ? "mmap" : "read/write", pair->play.wide ? "S32" : "S16",
		pair->play.period_frames, pair->play.buffer_frames);
	/* Release: pairs with the acquire in find. */
	__atomic_store_n(&ac->fresh, pair, __ATOMIC_RELEASE);
}

void alsa_finish(struct alsa_card *ac)
{
	alsa_pair_close(&ac->pair);
	*ac = (struct alsa_card){0};
}
