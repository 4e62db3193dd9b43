/* WAV files, and the thread that drives a card. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "backends/alsa/thread.h"
#include "backends/wav/wav.h"
#include "tests/unit/expect.h"

#define PERIOD 240u

static const struct audio_sizes usual = {PERIOD, 3 * PERIOD}, longer = {4 * PERIOD, 12 * PERIOD};
static int32_t frames[PERIOD * 2];
static char path[] = "/tmp/partyline-card-XXXXXX";

static void what_is_written_is_read(void)
{
	struct wav wav;
	int32_t back[PERIOD * 2];

	for (int i = 0; i < (int)PERIOD * 2; i++)
		frames[i] = (i * 77 - 12345) * 65536;
	EXPECT_EQ(wav_write_open(&wav, path, 48000, 2), 0);
	EXPECT_EQ(wav_write(&wav, frames, PERIOD), 0);
	EXPECT_EQ(wav_close(&wav), 0);
	EXPECT_EQ(wav_read_open(&wav, path), 0);
	EXPECT_EQ(wav.rate, 48000);
	EXPECT_EQ(wav.channels, 2);
	EXPECT_EQ(wav.frames, PERIOD);
	EXPECT_EQ(wav_read(&wav, back, 2 * PERIOD), PERIOD);
	EXPECT_EQ(memcmp(frames, back, sizeof(back)), 0);
	EXPECT_EQ(wav_close(&wav), 0);
}

static void other_files_are_refused(void)
{
	static const char *const texts[] = {"", "RIFF", "RIFF....WAVEfmt \x02",
		"RIFF....WAVEfmt \xff\xff\xff\xff", "RIFF....WAVEdata\x08............................"};
	struct wav wav;

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "wb");

		fwrite(texts[i], 1, strlen(texts[i]), file);
		fclose(file);
		EXPECT_EQ(wav_read_open(&wav, path) < 0, true);
	}
	EXPECT_EQ(wav_read_open(&wav, "/nowhere/at/all") < 0, true);
}

static void thread_obeys_in_order_and_ends_with_its_card(void)
{
	static struct audio audio;
	static struct audio_thread thread;
	static struct wav_card wc;
	static char text[4096];
	struct audio_config config = {.rate = 48000, .channels = 2, .bits = 16};
	struct audio_order order = {.kind = ORDER_HEADSET, .on = true};
	bool done = false;

	EXPECT_EQ(wav_card_open(&wc, path, NULL, 48000, PERIOD, 48000), 0);
	EXPECT_EQ(audio_init(&audio, &config), 0);
	thread = (struct audio_thread){.audio = &audio, .card = &wc.card, .priority = 10};
	for (unsigned i = 0; i < AUDIO_ORDER_COUNT - 2; i++)
		EXPECT_EQ(audio_thread_post(&thread, &order), 0);
	order = (struct audio_order){.kind = ORDER_SPEAKER, .on = true};
	EXPECT_EQ(audio_thread_post(&thread, &order), 0);
	order = (struct audio_order){.kind = ORDER_REPORT, .u.report = {text, sizeof(text), &done}};
	EXPECT_EQ(audio_thread_post(&thread, &order), 0);
	EXPECT_EQ(audio_thread_post(&thread, &order), -EAGAIN);
	EXPECT_EQ(audio_thread_start(&thread), 0);
	pthread_join(thread.thread, NULL);
	EXPECT_EQ(thread.ended, true);
	EXPECT_EQ(done, true);
	EXPECT_CONTAINS(text, "headset 1 speakerphone 1");
	EXPECT_EQ(audio.frame_count, 48000);
	EXPECT_EQ(wav_card_close(&wc), 0);
}

/* A card that is given an order while it is waited for. */
static struct audio_thread ordered;
static bool played_aloud;

static int wait_and_order(struct audio_card *card)
{
	const struct audio_order order = {.kind = ORDER_SPEAKER, .on = true};

	(void)card;
	audio_thread_post(&ordered, &order);
	return PERIOD;
}

static void play_ordered(struct audio_card *card, const int32_t *frame, uint32_t count)
{
	(void)card, (void)frame, (void)count;
	played_aloud = ordered.audio->speaker;
}

static uint32_t none(struct audio_card *card)
{
	(void)card;
	return 0;
}

static void order_of_the_wait_is_in_its_period(void)
{
	static struct audio audio;
	static const struct audio_card_impl impl = {wait_and_order, NULL, play_ordered, none, none, NULL};
	struct audio_card card = {.impl = &impl, .rate = 48000, .period_frames = PERIOD, .channels = 2};
	struct audio_config config = {.rate = 48000, .channels = 2, .bits = 16};

	EXPECT_EQ(audio_init(&audio, &config), 0);
	ordered = (struct audio_thread){.audio = &audio, .card = &card};
	EXPECT_EQ(audio_thread_turn(&ordered), 0);
	EXPECT_EQ(played_aloud, true);
}

/* A card that takes other sizes, and goes back for them. */
static struct audio_sizes resized;
static unsigned resize_count;
static uint64_t obeyed_from;

static void take_sizes(struct audio_card *card, const struct audio_sizes *sizes)
{
	resized = *sizes;
	resize_count++;
	card->next_frame -= 5;
}

static int wait_a_period(struct audio_card *card)
{
	card->next_frame = 100;
	return PERIOD;
}

static void note_obeyed(void *data, uint32_t number, uint64_t frame)
{
	(void)data;
	EXPECT_EQ(number, 7);
	obeyed_from = frame;
}

static void decision_that_brings_a_role_brings_its_sizes(void)
{
	static struct audio audio;
	static const struct audio_card_impl impl = {
		wait_a_period, NULL, play_ordered, none, none, take_sizes};
	static struct audio_order order = {.kind = ORDER_DECISION, .u.decision = {.number = 7}};
	struct audio_card card = {.impl = &impl, .rate = 48000, .period_frames = PERIOD, .channels = 2};
	struct audio_config config = {.rate = 48000, .channels = 2, .bits = 16};
	struct audio_sizes_by_role sizes = {.idle = longer};

	sizes.role[ROLE_RING] = usual;
	EXPECT_EQ(audio_init(&audio, &config), 0);
	ordered = (struct audio_thread){
		.audio = &audio, .card = &card, .sizes = &sizes, .decided = note_obeyed};
	for (unsigned i = 0; i < 3; i++)
		EXPECT_EQ(audio_thread_turn(&ordered), 0);
	EXPECT_EQ(resize_count, 1);
	EXPECT_EQ(resized.queue_frames, longer.queue_frames);
	EXPECT_EQ(audio.frame_count, 2 * PERIOD); /* not of the turn in which the sizes changed */
	order.u.decision.role[ROLE_RING].holders = 1;
	EXPECT_EQ(audio_thread_post(&ordered, &order), 0);
	EXPECT_EQ(audio_thread_turn(&ordered), 0);
	EXPECT_EQ(resize_count, 2);
	EXPECT_EQ(resized.queue_frames, usual.queue_frames);
	EXPECT_EQ(obeyed_from, 95);
}

static const struct unit_test tests[] = {
	{"what is written is read", what_is_written_is_read},
	{"other files are refused", other_files_are_refused},
	{"the thread obeys in order and ends with its card", thread_obeys_in_order_and_ends_with_its_card},
	{"an order of the wait is in its period", order_of_the_wait_is_in_its_period},
	{"a decision that brings a role brings its sizes", decision_that_brings_a_role_brings_its_sizes},
};

int main(void)
{
	int fd = mkstemp(path), rc;

	close(fd);
	rc = unit_main("audio-thread", tests, sizeof(tests) / sizeof(tests[0]));
	unlink(path);
	return rc;
}
