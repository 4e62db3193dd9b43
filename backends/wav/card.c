/* A card in virtual time: a period is due whenever it is asked for. */
#include <errno.h>
#include "backends/wav/wav.h"

static struct wav_card *card_of(struct audio_card *card)
{
	return (struct wav_card *)(void *)card; /* its first member */
}

static int card_wait(struct audio_card *card)
{
	struct wav_card *wc = card_of(card);
	uint32_t frames = card->period_frames;

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
	card_wait, card_capture, card_playback, card_none, card_none};

int wav_card_open(struct wav_card *wc, const char *out, const char *in, uint32_t rate, uint32_t period_frames,
	uint64_t frames)
{
	int rc;

	*wc = (struct wav_card){.card = {.impl = &wav_card_impl,
					.name = out,
					.rate = rate,
					.period_frames = period_frames,
					.channels = 2,
					.bits = 16,
					.present = true},
		.left = frames};
	if (in) {
		rc = wav_read_open(&wc->in, in);
		if (rc)
			return rc;
		wc->card.channels_in = (uint8_t)wc->in.channels;
	}
	rc = wav_write_open(&wc->out, out, rate, 2);
	if (rc)
		wav_close(&wc->in);
	return rc;
}

int wav_card_close(struct wav_card *wc)
{
	wav_close(&wc->in);
	return wav_close(&wc->out);
}
