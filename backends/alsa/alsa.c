#include "backends/alsa/alsa.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include "backends/sound/pace.h"
#include "vdev/log.h"

#define SECOND_NS   1000000000ull
#define DEAF_TURNS  16 /* periods without a frame */
#define DELAY_TURNS 64 /* periods between two looks at a card's own delay */
#define IDLE_WAITS  50 /* of two periods at most: a card that does not move is no card */

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

/* What was queued for longer sizes is played, but for the silence at its end. */
static void take_back_silence(struct alsa_card *ac)
{
	struct alsa_stream *s = &ac->now->play;
	snd_pcm_sframes_t avail = snd_pcm_avail_update(s->pcm), done = 0;
	uint32_t queued = avail >= 0 && avail < (snd_pcm_sframes_t)s->buffer_frames
				  ? s->buffer_frames - (uint32_t)avail
				  : 0;
	uint32_t excess = queued > s->target_frames ? queued - s->target_frames : 0;

	excess = excess < ac->silent_frames ? excess : ac->silent_frames;
	if (excess)
		done = snd_pcm_rewind(s->pcm, excess);
	if (done <= 0)
		return; /* not all hardware can */
	s->next_frame -= (uint64_t)done;
	ac->card.next_frame = s->next_frame;
	ac->silent_frames -= (uint32_t)done;
}

static void apply_sizes(struct alsa_card *ac)
{
	if (!ac->now || !ac->sizes.queue_frames)
		return;
	if (alsa_stream_resize(&ac->now->play, ac->card.period_frames, &ac->sizes))
		return; /* it goes on as it was */
	take_back_silence(ac);
	ac->room = 0;
	ac->stale = true;
}

static bool find(struct alsa_card *ac)
{
	/* Acquire: pairs with the release in alsa_service. */
	ac->now = __atomic_exchange_n(&ac->fresh, NULL, __ATOMIC_ACQUIRE);
	if (!ac->now)
		return false;
	ac->idle_count = 0;
	ac->room = 0;
	ac->silent_frames = 0;
	ac->card.present = true;
	apply_sizes(ac);
	return true;
}

/* The slow thread has found the microphone that was missing: it opens both. */
static void hand_over(struct alsa_card *ac)
{
	if (!__atomic_load_n(&ac->wanted, __ATOMIC_RELAXED))
		return;
	/* Release: as in lose. */
	__atomic_store_n(&ac->spent, ac->now, __ATOMIC_RELEASE);
	__atomic_store_n(&ac->wanted, false, __ATOMIC_RELAXED);
	ac->now = NULL;
	ac->due_ns = now_ns();
}

static int pace(struct alsa_card *ac)
{
	uint64_t period_ns = ac->card.period_frames * SECOND_NS / ac->card.rate;
	uint64_t now = now_ns();

	/* After a long sleep (suspend) the past is not made up for. */
	if (now > ac->due_ns + SECOND_NS / 10)
		ac->due_ns = now;
	if (pace_wait(ac->card.wake_fd, now, ac->due_ns + period_ns))
		return 0;
	ac->due_ns += period_ns;
	return (int)ac->card.period_frames;
}

/* An xrun or a suspend starts the stream again, and that one alone; anything else means that the card is gone. */
static void recover(struct alsa_card *ac, struct alsa_stream *s, int rc)
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
		snd_pcm_resume(s->pcm); /* not all hardware can: to prepare it is enough then */
	if (s == &ac->now->play)
		ac->room = 0;
	rc = alsa_stream_start(s);
	if (rc)
		lose(ac, rc);
}

/*
 * Why a stream cannot be waited for. alsa-lib does not say so of a card that was pulled out: it looks at its own copy
 * of the state, which nobody brings up to date any more.
 */
static int why_not(const struct alsa_stream *s, short revents)
{
	if (revents & POLLNVAL)
		return -ENODEV;
	switch (snd_pcm_state(s->pcm)) {
	case SND_PCM_STATE_RUNNING: return 0;
	case SND_PCM_STATE_XRUN: return -EPIPE;
	case SND_PCM_STATE_SUSPENDED: return -ESTRPIPE;
	default: return -ENODEV;
	}
}

static uint32_t wake_frames(const struct alsa_card *ac)
{
	return ac->sizes.wake_frames ? ac->sizes.wake_frames : ac->card.period_frames;
}

/* Nobody of lower priority runs while this thread does: a wait that brings nothing is not repeated for ever. */
static int wait_for_room(struct alsa_card *ac, bool *woken)
{
	int wake_ms = (int)(wake_frames(ac) * 1000 / ac->card.rate);
	struct alsa_stream *s = &ac->now->play;
	struct pollfd fd[] = {s->fd, {.fd = ac->card.wake_fd, .events = POLLIN}};
	eventfd_t count;
	bool kicked;

	*woken = false;
	if (ac->room >= alsa_due_frames(ac->card.period_frames))
		return (int)snd_pcm_avail_update(s->pcm);
	if (++ac->idle_count > IDLE_WAITS)
		return -ETIMEDOUT;
	*woken = poll(fd, 2, 2 * wake_ms + 1) ==
		 0; /* what is queued beyond the sizes plays: others have their turn */
	kicked = fd[1].revents && eventfd_read(fd[1].fd, &count) == 0;
	*woken |= kicked;
	ac->card.wake_count++;
	ac->idle_count -= kicked;
	if (fd[0].revents & (POLLERR | POLLHUP | POLLNVAL)) {
		int rc = why_not(s, fd[0].revents);

		if (rc)
			return rc;
	}
	return (int)snd_pcm_avail_update(s->pcm);
}

/* What may be written now. A card that has played all of it is met again as far ahead as is wanted. */
static uint32_t room_of(struct alsa_card *ac, uint32_t avail)
{
	struct alsa_stream *s = &ac->now->play;
	uint32_t queued = avail < s->buffer_frames ? s->buffer_frames - avail : 0;

	if (avail > s->buffer_frames) {
		ac->card.xrun_count++;
		s->next_frame += avail - s->buffer_frames + s->target_frames;
		snd_pcm_forward(s->pcm, avail - s->buffer_frames + s->target_frames);
		return 0;
	}
	return queued < s->target_frames ? s->target_frames - queued : 0;
}

static void meet(struct alsa_card *ac, uint32_t avail)
{
	const struct alsa_stream *s = &ac->now->play;

	ac->idle_count = 0;
	ac->card.next_frame = s->next_frame;
	if (ac->card.met)
		ac->card.met(ac->card.met_data, s->next_frame + avail - s->buffer_frames, s->next_frame);
}

/* Each call of alsa-lib is one into the kernel or several: a period has as few as it can. */
static int card_wait(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);

	if (ac->now)
		hand_over(ac);
	while (ac->now || find(ac)) {
		bool woken;
		int avail = wait_for_room(ac, &woken);

		if (avail < 0) {
			recover(ac, &ac->now->play, avail);
			continue;
		}
		ac->room = room_of(ac, (uint32_t)avail);
		if (ac->room >= alsa_due_frames(card->period_frames)) {
			meet(ac, (uint32_t)avail);
			return (int)card->period_frames;
		}
		if (woken)
			return 0;
	}
	return pace(ac);
}

static void narrow(const int32_t *from, int16_t *to, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = (int16_t)(from[i] >> 16);
}

static snd_pcm_sframes_t write_call(struct alsa_card *ac, const int32_t *frame, uint32_t frames)
{
	if (ac->now->play.wide)
		return snd_pcm_writei(ac->now->play.pcm, frame, frames);
	narrow(frame, ac->narrow, frames * ac->card.channels);
	return snd_pcm_writei(ac->now->play.pcm, ac->narrow, frames);
}

/* Frames lie interleaved in the card's buffer, which may end in the middle of a period. */
static snd_pcm_sframes_t write_mmap(struct alsa_card *ac, const int32_t *frame, uint32_t frames)
{
	uint32_t channels = ac->card.channels, done = 0;

	while (done < frames) {
		const snd_pcm_channel_area_t *area;
		snd_pcm_uframes_t at, part = frames - done;
		int rc = snd_pcm_mmap_begin(ac->now->play.pcm, &area, &at, &part);
		uint8_t *to;

		if (rc < 0)
			return rc;
		if (!part)
			return done;
		to = (uint8_t *)area->addr + area->first / 8 + at * (area->step / 8);
		if (ac->now->play.wide)
			memcpy(to, frame + (size_t)done * channels, part * channels * sizeof(*frame));
		else
			narrow(frame + (size_t)done * channels, (int16_t *)(void *)to,
				(uint32_t)part * channels);
		rc = (int)snd_pcm_mmap_commit(ac->now->play.pcm, at, part);
		if (rc < 0)
			return rc;
		done += (uint32_t)part;
	}
	return done;
}

/* How much of what is queued last is nothing. */
static void note_silence(struct alsa_card *ac, const int32_t *frame, uint32_t frames)
{
	for (uint32_t i = 0; i < frames * ac->card.channels; i++)
		if (frame[i]) {
			ac->silent_frames = 0;
			return;
		}
	ac->silent_frames += frames;
	if (ac->silent_frames > ac->now->play.buffer_frames)
		ac->silent_frames = ac->now->play.buffer_frames;
}

static void card_playback(struct audio_card *card, const int32_t *frame, uint32_t frames)
{
	struct alsa_card *ac = card_of(card);
	snd_pcm_sframes_t done;

	if (!ac->now)
		return;
	done = ac->now->play.mmap ? write_mmap(ac, frame, frames) : write_call(ac, frame, frames);
	note_silence(ac, frame, frames);
	ac->now->play.next_frame += done > 0 ? (uint64_t)done : 0;
	ac->card.next_frame = ac->now->play.next_frame;
	if (done > 0)
		ac->room -= (uint32_t)done < ac->room ? (uint32_t)done : ac->room;
	if (done < 0 && done != -EAGAIN)
		recover(ac, &ac->now->play, (int)done);
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
	uint32_t most;

	if (!ac->now || !ac->now->capture.pcm)
		return 0;
	/* A card that records nothing (QEMU's files, one that was pulled out) is asked now and then, and whether it is there. */
	if (ac->deaf_count >= DEAF_TURNS && ac->turn % DEAF_TURNS)
		return 0;
	avail = ac->deaf_count < DEAF_TURNS ? 0 : snd_pcm_hwsync(ac->now->capture.pcm);
	avail = avail < 0 ? avail : snd_pcm_avail_update(ac->now->capture.pcm);
	/* A part of a period may be all that a suspended stream will ever have: alsa-lib does not say what it is. */
	ac->deaf_count = avail >= (snd_pcm_sframes_t)frames ? 0 : ac->deaf_count + 1;
	ac->heard = avail > 0 ? (uint32_t)avail : 0;
	/* A microphone with a rhythm of its own: what is there stays, and is the slack from now on. */
	if (avail >= 0 && avail < (snd_pcm_sframes_t)frames)
		return 0;
	/* Once behind, a recording would stay behind: what is old is dropped, and this period missed, which fades. */
	most = ac->stale ? 2 * frames : 2 * frames + wake_frames(ac);
	ac->stale = false;
	if (ac->heard > most) {
		done = snd_pcm_forward(ac->now->capture.pcm, ac->heard - frames);
		ac->heard -= done > 0 ? (uint32_t)done : 0;
		if (done < 0)
			recover(ac, &ac->now->capture, (int)done);
		return 0;
	}
	done = avail < 0 ? avail : read_some(ac, ac->now->capture.wide ? (void *)frame : ac->narrow, frames);
	if (done < 0) {
		if (done != -EAGAIN)
			recover(ac, &ac->now->capture, (int)done);
		return 0;
	}
	ac->heard -= (uint32_t)done < ac->heard ? (uint32_t)done : ac->heard;
	if (!ac->now->capture.wide)
		widen(ac->narrow, frame, (uint32_t)done * card->channels_in);
	return (uint32_t)done;
}

/* What a stream has in its hardware beyond its buffer (a USB card's transfers): asked now and then. */
static uint32_t behind(struct alsa_card *ac, snd_pcm_t *pcm, uint32_t *known, uint32_t in_buffer)
{
	snd_pcm_sframes_t delay = 0;

	if (pcm && ac->turn % DELAY_TURNS == 0 && snd_pcm_delay(pcm, &delay) == 0)
		*known = delay > (snd_pcm_sframes_t)in_buffer ? (uint32_t)delay - in_buffer : 0;
	return *known;
}

static uint32_t card_queued(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);
	uint32_t in_buffer;

	if (!ac->now)
		return 0;
	in_buffer = ac->now->play.target_frames - ac->room;
	return in_buffer + behind(ac, ac->now->play.pcm, &ac->behind_play, in_buffer);
}

static uint32_t card_heard(struct audio_card *card)
{
	struct alsa_card *ac = card_of(card);

	if (!ac->now)
		return 0;
	ac->turn++;
	return ac->heard + behind(ac, ac->now->capture.pcm, &ac->behind_capture, ac->heard);
}

static void card_resize(struct audio_card *card, const struct audio_sizes *sizes)
{
	struct alsa_card *ac = card_of(card);

	ac->sizes = *sizes;
	apply_sizes(ac);
}

static const struct audio_card_impl alsa_impl = {
	card_wait, card_capture, card_playback, card_queued, card_heard, card_resize};

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
					 .wake_fd = -1,
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
	uint64_t played;

	if (!pair && ac->mute && alsa_is_there(ac->settings.capture, SND_PCM_STREAM_CAPTURE))
		__atomic_store_n(&ac->wanted, true, __ATOMIC_RELAXED);
	if (!pair)
		return;
	played = pair->play.pcm ? alsa_stream_played(&pair->play) : pair->play.next_frame;
	alsa_pair_close(pair);
	pair->play.next_frame = played;
	if (alsa_pair_open(pair, &ac->settings))
		return;
	__atomic_store_n(&ac->spent, NULL, __ATOMIC_RELAXED);
	ac->mute = ac->settings.capture && !pair->capture.pcm;
	vdev_log(VDEV_LOG_INFO, "alsa: %s: opened, %s, %s, period %u, buffer %u frames%s", ac->settings.play,
		pair->play.mmap ? "mmap" : "read/write", pair->play.wide ? "S32" : "S16",
		pair->play.period_frames, pair->play.buffer_frames,
		ac->mute ? ", without its microphone" : "");
	/* Release: pairs with the acquire in find. */
	__atomic_store_n(&ac->fresh, pair, __ATOMIC_RELEASE);
}

void alsa_finish(struct alsa_card *ac)
{
	alsa_pair_close(&ac->pair);
	*ac = (struct alsa_card){0};
}
