/* A card in virtual time: a period is due whenever it is asked for; or paced by the clock. */
#include <errno.h>
#include <time.h>
#include "backends/sound/pace.h"
#include "backends/wav/wav.h"

static struct wav_card *card_of(struct audio_card *card)
{
	return (struct wav_card *)(void *)card; /* its first member */
}

#define SECOND_NS 1000000000ull

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

static int paced_wait(struct wav_card *wc)
{
	uint64_t now = now_ns(), period_ns = wc->card.period_frames * SECOND_NS / wc->card.rate;

	/* After a long sleep (suspend) the past is not made up for. */
	if (!wc->due_ns || now > wc->due_ns + SECOND_NS / 10)
		wc->due_ns = now;
	if (pace_wait(wc->card.wake_fd, now, wc->due_ns + period_ns))
		return 0;
	wc->due_ns += period_ns;
	return (int)wc->card.period_frames;
}

static int card_wait(struct audio_card *card)
{
	struct wav_card *wc = card_of(card);
	uint32_t frames = card->period_frames;

	if (wc->paced)
		return paced_wait(wc);
	if (!wc->left)
		return -ENODATA;
	frames = wc->left < frames ? (uint32_t)wc->left : frames;
	wc->left -= frames;
	return (int)frames;
}

static uint32_t card_capture(struct audio_card *card, int32_t *frame, uint32_t frames)
{
	return wav_read(&card_of(card)->in, frame, frames);
}

static void card_playback(struct audio_card *card, const int32_t *frame, uint32_t frames)
{
	wav_write(&card_of(card)->out, frame, frames);
}

/* What is written has been played. */
static uint32_t card_none(struct audio_card *card)
{
	(void)card;
	return 0;
}

static const struct audio_card_impl wav_card_impl = {
	card_wait, card_capture, card_playback, card_none, card_none, NULL};

static int open_files(struct wav_card *wc, const char *out, const char *in)
{
	int rc;

	if (in) {
		rc = wav_read_open(&wc->in, in);
		if (rc)
			return rc;
		wc->card.channels_in = (uint8_t)wc->in.channels;
	}
	rc = wav_write_open(&wc->out, out, wc->card.rate, wc->card.channels);
	if (rc)
		wav_close(&wc->in);
	return rc;
}

static struct audio_card card_named(
	const char *name, uint32_t rate, uint32_t period_frames, unsigned channels)
{
	return (struct audio_card){.impl = &wav_card_impl,
		.name = name,
		.rate = rate,
		.period_frames = period_frames,
		.channels = (uint8_t)channels,
		.bits = 16,
		.present = true,
		.wake_fd = -1};
}

int wav_card_open(struct wav_card *wc, const char *out, const char *in, uint32_t rate, uint32_t period_frames,
	uint64_t frames)
{
	*wc = (struct wav_card){.card = card_named(out, rate, period_frames, 2), .left = frames};
	return open_files(wc, out, in);
}

int wav_card_open_paced(struct wav_card *wc, const char *out, const char *in, uint32_t rate,
	uint32_t period_frames, unsigned channels)
{
	*wc = (struct wav_card){.card = card_named(out, rate, period_frames, channels), .paced = true};
	return open_files(wc, out, in);
}

int wav_card_close(struct wav_card *wc)
{
	wav_close(&wc->in);
	return wav_close(&wc->out);
}
