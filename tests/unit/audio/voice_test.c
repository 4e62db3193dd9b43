/* The voice path: two clocks, late frames, echo, latency; media never in its way. */
#include <math.h>
#include <stdlib.h>
#include "tests/unit/audio/echo.h"
#include "tests/unit/audio/world.h"
#include "tools/audioplot/analyse.h"

#define SECOND	  WORLD_RATE
#define MODEM_MAX (16000 * 30)
#define HEARD_MAX (SECOND * 30)
#define VOICE	  (w.audio.voice)

static struct world w;
static double ear[HEARD_MAX], modem[MODEM_MAX];
static size_t ear_count, modem_count;
static bool world_quiet; /* no noise suppression: it takes a steady tone for noise */

static void modem_hears(struct world *world, const int16_t *frame, uint32_t count)
{
	(void)world;
	for (uint32_t i = 0; i < count && modem_count < MODEM_MAX; i++)
		modem[modem_count++] = frame[i] / 32768.0;
}

static void start_call(uint32_t rate, double ppm)
{
	world_start(&w);
	w.audio.policy.noise = !world_quiet;
	world_hold(&w, ROLE_VOICE, WORLD_CALL);
	world_act(&w, ROLE_MEDIA, ACTION_CORK, 0, 50);
	world_decide(&w);
	w.modem_hears = modem_hears;
	ear_count = modem_count = 0;
	world_call(&w, rate, ppm);
}

static void talk(double seconds)
{
	size_t periods = (size_t)(seconds * SECOND / WORLD_PERIOD);

	for (size_t p = 0; p < periods; p++) {
		world_period(&w);
		for (unsigned i = 0; i < WORLD_PERIOD && ear_count < HEARD_MAX; i++)
			ear[ear_count++] = w.out[i * WORLD_CHANNELS + EAR] / 2147483648.0;
	}
}

static void forget(void)
{
	ear_count = modem_count = 0;
}

/*
 * The buffer alone.
 */

static void buffer_waits_for_its_slack_then_flows(void)
{
	static struct jitter j;
	int16_t frame[160] = {1, 2, 3}, got[40];

	jitter_init(&j, 8000, 5, 60);
	EXPECT_EQ(jitter_pull(&j, got, 40), 0);
	jitter_push(&j, frame, 160);
	EXPECT_EQ(jitter_pull(&j, got, 40), 0);
	EXPECT_EQ(j.gap_frames, 0); /* it had not begun */
	jitter_push(&j, frame, 160);
	EXPECT_EQ(jitter_pull(&j, got, 40), 40);
	EXPECT_EQ(jitter_target(&j), 40 + 80 + 20);
}

/* What comes just before a period one time, and just after it the next. */
static void first_frames_may_come_a_period_apart_from_their_pace(void)
{
	static struct jitter j;
	int16_t frame[320] = {1, 2, 3}, got[80];

	jitter_init(&j, 16000, 5, 60);
	j.leads = true;
	jitter_push(&j, frame, 320);
	for (unsigned i = 0; i < 5; i++)
		EXPECT_EQ(jitter_pull(&j, got, 80), 80);
	jitter_push(&j, frame, 320);
	EXPECT_EQ(jitter_pull(&j, got, 80), 80);
	EXPECT_EQ(j.gap_frames, 0);
}

/* Pushes of 10 ms, pulls of 20: the first one begins with what leaves the slack, and the rest of it is silence in front. */
static void large_pull_begins_with_what_is_there(void)
{
	static struct jitter j;
	int16_t frame[160], got[320];

	for (unsigned i = 0; i < 160; i++)
		frame[i] = 7;
	jitter_init(&j, 16000, 5, 60);
	jitter_push(&j, frame, 160);
	j.coming = 79;
	EXPECT_EQ(jitter_pull(&j, got, 320), 0);
	EXPECT_EQ(j.flowing, false);
	j.coming = 80;
	EXPECT_EQ(jitter_pull(&j, got, 320), 160);
	EXPECT_EQ(got[159], 0);
	EXPECT_EQ(got[160], 7);
	EXPECT_EQ(j.left, 80);
	jitter_push(&j, frame, 160);
	jitter_push(&j, frame, 160);
	EXPECT_EQ(jitter_pull(&j, got, 320), 320);
	EXPECT_EQ(j.gap_frames, 0);
}

/* What was recorded before anybody listened does not wait in front of the newest. */
static void large_pull_leaves_no_backlog(void)
{
	static struct jitter j;
	int16_t frame[160] = {0}, got[320];

	jitter_init(&j, 16000, 5, 60);
	for (unsigned i = 0; i < 7; i++)
		jitter_push(&j, frame, 160);
	j.coming = 40;
	EXPECT_EQ(jitter_pull(&j, got, 320), 320);
	EXPECT_EQ(j.left, 160 + 40);
	EXPECT_EQ(j.dropped_frames, 0);
}

static void backlog_is_dropped_not_kept_as_latency(void)
{
	static struct jitter j;
	int16_t frame[160] = {0};

	jitter_init(&j, 8000, 5, 60);
	for (unsigned i = 0; i < 100; i++)
		jitter_push(&j, frame, 160);
	EXPECT_EQ(j.fill <= 480 + 2 * 160, true);
	jitter_pull(&j, frame, 40);
	EXPECT_EQ(j.fill <= 40 + 160, true);
	for (unsigned i = 0; i < 10; i++)
		jitter_push(&j, frame, 160);
	EXPECT_EQ(j.fill <= 480 + 2 * 160, true);
	EXPECT_EQ(j.dropped_frames > 0, true);
}

static void absurd_pushes_are_harmless(void)
{
	static struct jitter j;
	static int16_t frame[3 * JITTER_FRAMES_MAX];

	jitter_init(&j, 16000, 200, 200);
	jitter_push(&j, frame, 3 * JITTER_FRAMES_MAX);
	EXPECT_EQ(j.fill <= JITTER_FRAMES_MAX, true);
	EXPECT_EQ(jitter_pull(&j, frame, 3 * JITTER_FRAMES_MAX) <= JITTER_FRAMES_MAX, true);
	for (unsigned i = 0; i < 10000; i++)
		EXPECT_EQ(abs(jitter_control(&j, 5000)) <= JITTER_PPM_MAX, true);
}

/*
 * A call.
 */

static void caller_is_heard_at_the_ear_alone(void)
{
	start_call(8000, 0);
	talk(1);
	forget();
	talk(2);
	/* 8000 of 32768: -12.2 dBFS */
	EXPECT_EQ(lround(analyse_band(ear, ear_count, SECOND, 400, 480) * 10), -122);
	EXPECT_EQ(analyse_band(ear, ear_count, SECOND, 1000, 20000) < -55, true);
	world_finish(&w);
}

static void drift_makes_no_gap_and_no_click(void)
{
	static const struct {
		uint32_t rate;
		double ppm;
	} cases[] = {{8000, 200}, {8000, -200}, {16000, 200}, {16000, -200}, {8000, 0}, {16000, 50}};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start_call(cases[i].rate, cases[i].ppm);
		talk(60);
		forget();
		talk(5);
		EXPECT_EQ(VOICE.down.gap_frames, 0);
		EXPECT_EQ(VOICE.up.gap_frames, 0);
		EXPECT_EQ(VOICE.down.dropped_frames + VOICE.up.dropped_frames, 0);
		EXPECT_EQ(analyse_gaps(ear, ear_count, 12, -70).count, 0);
		EXPECT_EQ(analyse_clicks(ear, ear_count, SECOND, 9000).db < -60, true);
		EXPECT_EQ(labs((VOICE.down.integral >> 16) - (long)cases[i].ppm) <= 110, true);
		world_finish(&w);
	}
}

/* After a minute the estimate is the drift itself, and the fill is at its set point. */
static void drift_is_found_and_latency_stays(void)
{
	start_call(16000, 150);
	talk(100);
	EXPECT_EQ(labs((VOICE.down.integral >> 16) - 150) < 40, true);
	EXPECT_EQ(labs((VOICE.up.integral >> 16) + 150) < 40, true); /* the other way: the modem takes more */
	EXPECT_EQ(labs((long)(VOICE.down.average >> 16) - (long)jitter_target(&VOICE.down)) < 16 * 4, true);
	world_finish(&w);
}

static void late_frames_make_the_buffer_grow_until_they_are_in_time(void)
{
	uint64_t gaps;

	start_call(8000, 30);
	w.modem_late = SECOND * 0.025; /* up to 25 ms */
	talk(60);
	gaps = VOICE.down.gap_frames;
	EXPECT_EQ(VOICE.down.slack > VOICE.down.slack_min, true);
	talk(60);
	EXPECT_EQ(VOICE.down.gap_frames, gaps);
	EXPECT_EQ(jitter_target(&VOICE.down) <= 8 * 80, true);
	w.modem_late = 0; /* and shrink again */
	talk(150);
	EXPECT_EQ(VOICE.down.slack, VOICE.down.slack_min);
	world_finish(&w);
}

static void modem_that_pauses_is_no_gap_and_starts_again(void)
{
	start_call(8000, 0);
	talk(2);
	w.modem_on = false;
	talk(1);
	EXPECT_EQ(VOICE.down.flowing, false);
	w.modem_on = true;
	w.modem_due = w.modem_arrives = (double)w.frame;
	talk(1);
	forget();
	talk(1);
	EXPECT_EQ(analyse_gaps(ear, ear_count, 12, -70).count, 0);
	EXPECT_EQ(lround(analyse_level(ear, ear_count)), -12);
	EXPECT_EQ(VOICE.down.gap_count <= 1, true);
	world_finish(&w);
}

static void linux_that_floods_and_dies_is_not_heard_in_the_call(void)
{
	start_call(8000, 100);
	talk(2);
	forget();
	for (unsigned n = 0; n < 5; n++) {
		world_play(&w, 3000, 1.0, n % 2 ? 48000 : 44100);
		talk(1);
		w.media_on = false;
		loopback_reset(&w.linux_side.lb); /* panic */
		talk(0.3);
		rig_driver(&w.linux_side, VDEV_FEATURES_OFFERED);
	}
	EXPECT_EQ(VOICE.down.gap_frames + VOICE.up.gap_frames, 0);
	EXPECT_EQ(analyse_gaps(ear, ear_count, 12, -70).count, 0);
	EXPECT_EQ(analyse_band(ear, ear_count, SECOND, 2900, 3100) < -70, true);
	EXPECT_EQ(analyse_clicks(ear, ear_count, SECOND, 9000).db < -60, true);
	world_finish(&w);
}

static int16_t nobody(struct world *world, uint64_t frame)
{
	(void)world, (void)frame;
	return 0;
}

static void call_is_heard_by_the_modem(void)
{
	struct world_tone tone = {1000, 0.25, 0};

	world_quiet = true;
	start_call(16000, -50);
	world_quiet = false;
	w.modem_says = nobody;
	for (unsigned p = 0; p < 3 * SECOND / WORLD_PERIOD; p++) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			w.in[i] = world_tone(&tone, WORLD_RATE);
		if (p == SECOND / WORLD_PERIOD)
			forget();
		talk(0.005);
	}
	EXPECT_EQ(analyse_gaps(modem, modem_count, 12, -70).count, 0);
	EXPECT_EQ(modem_count > 2 * 15000, true);
	EXPECT_EQ(lround(analyse_band(modem, modem_count, 16000, 980, 1020)) >= -14, true);
	world_finish(&w);
}

static void muted_call_sends_silence(void)
{
	struct world_tone tone = {1000, 0.25, 0};

	start_call(8000, 0);
	audio_set_muted(&w.audio, true);
	for (unsigned p = 0; p < 2 * SECOND / WORLD_PERIOD; p++) {
		for (unsigned i = 0; i < WORLD_PERIOD; i++)
			w.in[i] = world_tone(&tone, WORLD_RATE);
		if (p == SECOND / 2 / WORLD_PERIOD)
			forget();
		talk(0.005);
	}
	EXPECT_EQ(lround(analyse_level(modem, modem_count)), -144);
	world_finish(&w);
}

static void echo_is_20_db_weaker_after_two_seconds(void)
{
	double without = echo_level(false, false), with = echo_level(true, false),
	       least = echo_level(true, true);

	printf("(echo %.1f dBFS, cancelled %.1f dBFS, suppressed %.1f dBFS) ", without, with, least);
	EXPECT_EQ(without > -50, true);
	EXPECT_EQ(without - with >= 20, true);
	EXPECT_EQ(with - least >= 10, true);
}

static const struct unit_test tests[] = {
	{"a buffer waits for its slack, then flows", buffer_waits_for_its_slack_then_flows},
	{"the first frames may come a period apart from their pace",
		first_frames_may_come_a_period_apart_from_their_pace},
	{"a large pull begins with what is there", large_pull_begins_with_what_is_there},
	{"a large pull leaves no backlog", large_pull_leaves_no_backlog},
	{"a backlog is dropped, not kept as latency", backlog_is_dropped_not_kept_as_latency},
	{"absurd pushes are harmless", absurd_pushes_are_harmless},
	{"the caller is heard at the ear alone", caller_is_heard_at_the_ear_alone},
	{"drift makes no gap and no click", drift_makes_no_gap_and_no_click},
	{"drift is found and latency stays", drift_is_found_and_latency_stays},
	{"late frames make the buffer grow until they are in time",
		late_frames_make_the_buffer_grow_until_they_are_in_time},
	{"a modem that pauses is no gap and starts again", modem_that_pauses_is_no_gap_and_starts_again},
	{"a Linux that floods and dies is not heard in the call",
		linux_that_floods_and_dies_is_not_heard_in_the_call},
	{"the call is heard by the modem", call_is_heard_by_the_modem},
	{"a muted call sends silence", muted_call_sends_silence},
	{"echo is 20 dB weaker after two seconds", echo_is_20_db_weaker_after_two_seconds},
};

UNIT_MAIN("audio-voice", tests)
