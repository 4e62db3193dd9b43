/* Cards: ALSA's null device with errors put in between. */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include "backends/alsa/alsa.h"
#include "tests/unit/expect.h"

#define PERIOD 240u

/* What the next call of alsa-lib answers, instead of being made; 0: it is made. */
static int next_avail, next_write, next_open, next_sync;
static bool silent_poll; /* nothing happens, ever */
static short next_poll;	 /* of the playing stream */
static unsigned polls;
static bool stands_still; /* it has no room, ever */
static bool records = true, records_part;
static unsigned starts;

/* A period is due, and one was recorded: a card in step with its reader. */
snd_pcm_sframes_t snd_pcm_avail_update(snd_pcm_t *pcm)
{
	bool plays = snd_pcm_stream(pcm) == SND_PCM_STREAM_PLAYBACK;
	int rc = plays ? next_avail : 0;

	if (plays && stands_still)
		return 12 * PERIOD;
	if (plays)
		next_avail = 0;
	if (rc)
		return rc;
	if (!plays)
		return records_part ? PERIOD / 2 : records ? PERIOD : 0;
	return 13 * PERIOD;
}

int poll(struct pollfd *fd, nfds_t count, int ms)
{
	(void)ms;
	polls++;
	for (nfds_t i = 0; i < count; i++)
		fd[i].revents = 0;
	if (silent_poll)
		return 0;
	fd->revents = next_poll ? next_poll : POLLOUT;
	next_poll = 0;
	return 1;
}

int snd_pcm_hwsync(snd_pcm_t *pcm)
{
	(void)pcm;
	return next_sync;
}

static snd_pcm_uframes_t forwarded;

snd_pcm_sframes_t snd_pcm_forward(snd_pcm_t *pcm, snd_pcm_uframes_t frames_)
{
	(void)pcm;
	forwarded = frames_;
	return (snd_pcm_sframes_t)frames_;
}

static int16_t buffer[4096];

int snd_pcm_mmap_begin(snd_pcm_t *pcm, const snd_pcm_channel_area_t **areas, snd_pcm_uframes_t *at,
	snd_pcm_uframes_t *frames_)
{
	static const snd_pcm_channel_area_t area = {buffer, 0, 64};

	(void)pcm, (void)frames_;
	*areas = &area;
	*at = 0;
	return 0;
}

snd_pcm_sframes_t snd_pcm_mmap_commit(snd_pcm_t *pcm, snd_pcm_uframes_t at, snd_pcm_uframes_t frames_)
{
	int rc = next_write;

	(void)pcm, (void)at;
	next_write = 0;
	return rc ? rc : (snd_pcm_sframes_t)frames_;
}

int snd_pcm_start(snd_pcm_t *pcm)
{
	(void)pcm;
	starts++;
	return 0;
}

int snd_pcm_open(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream, int mode)
{
	static int (*real)(snd_pcm_t **, const char *, snd_pcm_stream_t, int);

	if (!real)
		real = (int (*)(snd_pcm_t **, const char *, snd_pcm_stream_t, int))dlsym(
			RTLD_NEXT, "snd_pcm_open");
	return next_open ? next_open : real(pcm, name, stream, mode);
}

static struct alsa_card ac;
static int32_t frames[PERIOD * 2];
static const struct alsa_settings settings = {.play = "null",
	.capture = "null",
	.rate = 48000,
	.period_frames = PERIOD,
	.periods = 4,
	.channels = 2,
	.channels_in = 1};

static void setup(void)
{
	next_avail = next_write = next_open = next_sync = 0;
	next_poll = 0;
	stands_still = silent_poll = false;
	records = true;
	records_part = false;
	starts = 0;
	EXPECT_EQ(alsa_init(&ac, &settings), 0);
}

static void turn(void)
{
	EXPECT_EQ(ac.card.impl->wait(&ac.card), PERIOD);
	ac.card.impl->capture(&ac.card, frames, PERIOD);
	ac.card.impl->playback(&ac.card, frames, PERIOD);
}

static void card_is_opened_with_mmap_and_the_sizes_asked_for(void)
{
	setup();
	turn();
	EXPECT_EQ(ac.card.present, true);
	EXPECT_EQ(ac.now->play.mmap, true);
	EXPECT_EQ(ac.now->play.wide, true);
	EXPECT_EQ(ac.now->play.period_frames, PERIOD / 2); /* told twice */
	EXPECT_EQ(ac.now->capture.period_frames, PERIOD);
	EXPECT_EQ(ac.now->play.buffer_frames, 16 * PERIOD);
	EXPECT_EQ(ac.now->play.target_frames, 4 * PERIOD);
	EXPECT_EQ(starts, 2);
	alsa_finish(&ac);
}

/* 64 frames at once, on QEMU: 5 ms are 192 of them or 256. */
static void period_that_is_nearly_there_is_taken(void)
{
	snd_pcm_uframes_t wake = 0;
	snd_pcm_sw_params_t *sw;

	setup();
	turn();
	snd_pcm_sw_params_alloca(&sw);
	EXPECT_EQ(snd_pcm_sw_params_current(ac.now->play.pcm, sw), 0);
	EXPECT_EQ(snd_pcm_sw_params_get_avail_min(sw, &wake), 0);
	EXPECT_EQ(wake, 12 * PERIOD + PERIOD * 3 / 4);
	polls = 0;
	next_avail = 12 * PERIOD + 192;
	turn();
	EXPECT_EQ(polls, 1);
	EXPECT_EQ(ac.card.impl->queued(&ac.card), 4 * PERIOD);
	alsa_finish(&ac);
}

/* Long sizes while nobody plays: the silence that was queued for them is taken back, what is heard is not. */
static snd_pcm_uframes_t rewound;

snd_pcm_sframes_t snd_pcm_rewind(snd_pcm_t *pcm, snd_pcm_uframes_t frames_)
{
	(void)pcm;
	rewound = frames_;
	return (snd_pcm_sframes_t)frames_;
}

static snd_pcm_uframes_t wake_of(snd_pcm_t *pcm)
{
	snd_pcm_uframes_t wake = 0;
	snd_pcm_sw_params_t *sw;

	snd_pcm_sw_params_alloca(&sw);
	EXPECT_EQ(snd_pcm_sw_params_current(pcm, sw), 0);
	EXPECT_EQ(snd_pcm_sw_params_get_avail_min(sw, &wake), 0);
	return wake;
}

static const struct audio_sizes usual = {PERIOD, 3 * PERIOD}, longer = {4 * PERIOD, 12 * PERIOD};

static void be_long(int32_t sample)
{
	setup();
	ac.card.impl->resize(&ac.card, &longer);
	next_avail = 8 * PERIOD;
	for (unsigned i = 0; i < PERIOD * 2; i++)
		frames[i] = sample;
	turn();
	EXPECT_EQ(ac.now->play.target_frames, 12 * PERIOD);
	EXPECT_EQ(wake_of(ac.now->play.pcm), 4 * PERIOD + 3 * PERIOD + PERIOD * 3 / 4);
	polls = 0;
	for (unsigned i = 0; i < 3; i++) { /* of one wake */
		next_avail = (int)((9 + i) * PERIOD);
		EXPECT_EQ(ac.card.impl->wait(&ac.card), PERIOD);
		ac.card.impl->playback(&ac.card, frames, PERIOD);
	}
	EXPECT_EQ(polls, 0);
	rewound = 0;
}

static void silence_of_longer_sizes_is_taken_back(void)
{
	uint64_t next;

	be_long(0);
	next = ac.card.next_frame;
	next_avail = 4 * PERIOD;
	ac.card.impl->resize(&ac.card, &usual);
	EXPECT_EQ(ac.now->play.target_frames, 3 * PERIOD);
	EXPECT_EQ(rewound, 4 * PERIOD); /* all that is known to be silence; 9 periods are too many */
	EXPECT_EQ(ac.card.next_frame, next - 4 * PERIOD);
	alsa_finish(&ac);
}

static void sound_of_longer_sizes_is_played(void)
{
	uint64_t next;

	be_long(1 << 20);
	next = ac.card.next_frame;
	next_avail = 4 * PERIOD;
	ac.card.impl->resize(&ac.card, &usual);
	EXPECT_EQ(rewound, 0);
	EXPECT_EQ(ac.card.next_frame, next);
	EXPECT_EQ(wake_of(ac.now->play.pcm), 13 * PERIOD + PERIOD * 3 / 4);
	alsa_finish(&ac);
}

/* It plays on: what is queued next is as far ahead as before. */
static void late_thread_meets_the_card_where_it_is(void)
{
	setup();
	turn();
	next_avail = 16 * PERIOD + 100;
	turn();
	EXPECT_EQ(ac.card.xrun_count, 1);
	EXPECT_EQ(forwarded, 100 + 4 * PERIOD);
	EXPECT_EQ(starts, 2);
	EXPECT_EQ(ac.card.present, true);
	alsa_finish(&ac);
}

static void stopped_stream_starts_again_alone(void)
{
	setup();
	turn();
	next_avail = -EPIPE;
	turn();
	EXPECT_EQ(ac.card.xrun_count, 1);
	EXPECT_EQ(starts, 3);
	EXPECT_EQ(ac.card.present, true);
	EXPECT_EQ(ac.card.impl->wait(&ac.card), PERIOD);
	next_write = -EPIPE;
	ac.card.impl->playback(&ac.card, frames, PERIOD);
	EXPECT_EQ(ac.card.xrun_count, 2);
	EXPECT_EQ(starts, 4);
	alsa_finish(&ac);
}

static void suspend_is_survived(void)
{
	setup();
	turn();
	next_avail = -ESTRPIPE;
	turn();
	EXPECT_EQ(ac.card.suspend_count, 1);
	EXPECT_EQ(starts, 3);
	EXPECT_EQ(ac.card.present, true);
	alsa_finish(&ac);
}

static void vanished_card_is_paced_by_the_clock_and_found_again(void)
{
	setup();
	turn();
	next_avail = -ENODEV;
	turn(); /* comes back: the clock paces */
	EXPECT_EQ(ac.card.present, false);
	EXPECT_EQ(ac.card.lost_count, 1);
	next_open = -ENOENT;
	alsa_service(&ac);
	turn();
	EXPECT_EQ(ac.card.present, false);
	next_open = 0;
	alsa_service(&ac);
	turn();
	EXPECT_EQ(ac.card.present, true);
	alsa_service(&ac); /* nothing to do */
	turn();
	EXPECT_EQ(ac.card.lost_count, 1);
	alsa_finish(&ac);
}

/* alsa-lib goes on giving what it last knew of it. */
static void card_that_was_pulled_out_is_given_up_at_once(void)
{
	setup();
	turn();
	next_poll = POLLERR | POLLNVAL;
	turn();
	EXPECT_EQ(ac.card.present, false);
	EXPECT_EQ(ac.card.lost_count, 1);
	alsa_finish(&ac);
}

static void card_that_is_ready_and_takes_nothing_is_given_up(void)
{
	setup();
	turn();
	stands_still = true;
	turn(); /* comes back */
	EXPECT_EQ(ac.card.present, false);
	alsa_finish(&ac);
}

/* Whoever waits for such a card is let go in between, and not for ever. */
static void card_that_says_nothing_is_given_up(void)
{
	unsigned waits = 0;

	setup();
	turn();
	stands_still = silent_poll = true;
	while (ac.card.present && waits++ < 1000)
		EXPECT_EQ(ac.card.impl->wait(&ac.card) == 0 || !ac.card.present, true);
	EXPECT_EQ(ac.card.present, false);
	EXPECT_EQ(waits > 10, true);
	alsa_finish(&ac);
}

static void microphone_that_was_pulled_out_is_looked_for(void)
{
	setup();
	records = false;
	for (unsigned i = 0; i < 16; i++)
		turn();
	EXPECT_EQ(ac.card.present, true);
	next_sync = -ENODEV;
	for (unsigned i = 0; i < 16; i++) {
		turn();
		ac.card.impl->heard(&ac.card);
	}
	EXPECT_EQ(ac.card.present, false);
	next_open = -ENOENT;
	alsa_service(&ac);
	alsa_finish(&ac);
}

/* It was in the middle of a period, and stays there. */
static void microphone_that_was_suspended_starts_again(void)
{
	setup();
	records_part = true;
	next_sync = -ESTRPIPE;
	for (unsigned i = 0; i < 48; i++) {
		turn();
		ac.card.impl->heard(&ac.card);
	}
	EXPECT_EQ(ac.card.suspend_count > 0, true);
	EXPECT_EQ(ac.card.present, true);
	alsa_finish(&ac);
}

static void absent_card_is_no_failure(void)
{
	next_open = -ENOENT;
	EXPECT_EQ(alsa_init(&ac, &settings), 0);
	turn();
	EXPECT_EQ(ac.card.present, false);
	next_open = 0;
	alsa_service(&ac);
	turn();
	EXPECT_EQ(ac.card.present, true);
	alsa_finish(&ac);
}

static void impossible_settings_are_refused(void)
{
	struct alsa_settings bad = settings;

	bad.periods = 1;
	EXPECT_EQ(alsa_init(&ac, &bad), -EINVAL);
	bad = settings;
	bad.period_frames = MIXER_FRAMES_MAX + 1;
	EXPECT_EQ(alsa_init(&ac, &bad), -EINVAL);
	bad = settings;
	bad.channels = MIXER_CHANNEL_MAX + 1;
	EXPECT_EQ(alsa_init(&ac, &bad), -EINVAL);
}

static uint64_t met_at, met_next;
static unsigned met_count;

static void note_met(void *data, uint64_t played, uint64_t next)
{
	(void)data;
	met_at = played;
	met_next = next;
	met_count++;
}

/* The stub's card always has three of four periods left when it is met. */
static void frames_are_numbered_as_they_are_given(void)
{
	setup();
	ac.card.met = note_met;
	turn();
	EXPECT_EQ(met_count, 1);
	EXPECT_EQ(met_next - met_at, 3 * PERIOD);
	EXPECT_EQ(ac.card.next_frame, met_next + PERIOD);
	turn();
	EXPECT_EQ(met_count, 2);
	EXPECT_EQ(ac.card.next_frame, met_next + PERIOD);
	/* What a late thread steps over was played, too. */
	next_avail = 16 * PERIOD + 100;
	turn();
	EXPECT_EQ(met_next, 4 * PERIOD + 2 * PERIOD + 4 * PERIOD + 100);
	alsa_finish(&ac);
}

static const struct unit_test tests[] = {
	{"a card is opened with mmap and the sizes asked for",
		card_is_opened_with_mmap_and_the_sizes_asked_for},
	{"a period that is nearly there is taken", period_that_is_nearly_there_is_taken},
	{"silence of longer sizes is taken back", silence_of_longer_sizes_is_taken_back},
	{"sound of longer sizes is played", sound_of_longer_sizes_is_played},
	{"a late thread meets the card where it is", late_thread_meets_the_card_where_it_is},
	{"a stopped stream starts again, alone", stopped_stream_starts_again_alone},
	{"a suspend is survived", suspend_is_survived},
	{"a vanished card is paced by the clock and found again",
		vanished_card_is_paced_by_the_clock_and_found_again},
	{"a card that was pulled out is given up at once", card_that_was_pulled_out_is_given_up_at_once},
	{"a card that is ready and takes nothing is given up",
		card_that_is_ready_and_takes_nothing_is_given_up},
	{"a card that says nothing is given up", card_that_says_nothing_is_given_up},
	{"a microphone that was pulled out is looked for", microphone_that_was_pulled_out_is_looked_for},
	{"a microphone that was suspended starts again", microphone_that_was_suspended_starts_again},
	{"an absent card is no failure", absent_card_is_no_failure},
	{"impossible settings are refused", impossible_settings_are_refused},
	{"frames are numbered as they are given", frames_are_numbered_as_they_are_given},
};

int main(void)
{
	return unit_main("audio-card", tests, sizeof(tests) / sizeof(tests[0]));
}
