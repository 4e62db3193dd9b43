/* sound.conf: what it may say, and how each mistake is refused. */
#include <errno.h>
#include "backends/sound/conf.h"
#include "tests/unit/expect.h"
#include "vdev/policy.h"

static struct sound_conf conf;
static char error[SOUND_CONF_ERROR_BYTES];

static void empty_file_is_the_reference_handset(void)
{
	struct sound_conf usual;

	sound_conf_default(&usual);
	EXPECT_EQ(sound_conf_text(&conf, "t", "", error), 0);
	EXPECT_EQ(memcmp(&conf, &usual, sizeof(conf)), 0);
	EXPECT_EQ(conf.sizes.idle.wake_frames, 480);
	EXPECT_EQ(conf.queue_frames_max, 1440);
	EXPECT_EQ(sound_conf_streams(&conf, "call", true)->stream[0].role, ROLE_VOICE);
	EXPECT_EQ(sound_conf_streams(&conf, "linux", false)->stream[0].role, ROLE_MEDIA);
}

static void everything_can_be_said(void)
{
	static const char text[] =
		"[card]\nplay = hw:1,0\ncapture = none\nrate = 44100\nperiod = 10ms\nperiods = 4\n"
		"channels = 4\nchannels-in = 1\necho-tail = 120ms\nearpiece = 3\nspeaker = 0, 1\nheadset = "
		"none\n"
		"[sizes]\nmedia = 30ms 4\nidle = 100ms 2\n"
		"[streams linux]\n0 = media out in\n5 = alert out\n[streams call]\n0 = voice in out\n";
	const struct sound_config *c;

	EXPECT_EQ(sound_conf_text(&conf, "t", text, error), 0);
	EXPECT_STR(conf.play, "hw:1,0");
	EXPECT_STR(conf.capture, "");
	EXPECT_EQ(conf.period_frames, 441);
	EXPECT_EQ(conf.periods, 4);
	EXPECT_EQ(conf.echo_tail_ms, 120);
	EXPECT_EQ(conf.sizes.role[ROLE_MEDIA].wake_frames, 3 * 441);
	EXPECT_EQ(conf.sizes.role[ROLE_MEDIA].queue_frames, 12 * 441);
	EXPECT_EQ(conf.sizes.role[ROLE_VOICE].wake_frames, 441);
	EXPECT_EQ(conf.sizes.role[ROLE_VOICE].queue_frames, 4 * 441);
	EXPECT_EQ(conf.sizes.idle.queue_frames, 20 * 441);
	EXPECT_EQ(conf.queue_frames_max, 20 * 441);
	EXPECT_EQ(conf.output[OUTPUT_EARPIECE].first_channel, 3);
	EXPECT_EQ(conf.output[OUTPUT_SPEAKER].channel_count, 2);
	EXPECT_EQ(conf.output[OUTPUT_HEADSET].channel_count, 0);
	c = sound_conf_streams(&conf, "linux", false);
	EXPECT_EQ(c->stream_count, 3);
	EXPECT_EQ(c->stream[1].direction, VIRTIO_SND_D_INPUT);
	EXPECT_EQ(c->stream[2].nid, 5);
	EXPECT_EQ(c->stream[2].role, ROLE_ALERT);
	c = sound_conf_streams(&conf, "call", true);
	EXPECT_EQ(c->stream_count, 2);
	EXPECT_EQ(c->stream[0].channels_max, 1);
}

/* partylined makes a converter for each. */
static void streams_are_counted_over_all_partitions(void)
{
	static const struct policy policy = {
		.partition_count = 2, .partition = {"call", "linux"}, .telephony = 0};

	EXPECT_EQ(sound_conf_text(&conf, "t", "", error), 0);
	EXPECT_EQ(sound_conf_stream_count(&conf, &policy), 8);
	EXPECT_EQ(sound_conf_text(&conf, "t",
			  "[streams linux]\n0 = media out in\n1 = navigation out\n2 = alert out\n3 = "
			  "background out\n",
			  error),
		0);
	EXPECT_EQ(sound_conf_stream_count(&conf, &policy), 9);
}

static void each_mistake_is_refused_with_its_line(void)
{
	static const char *const bad[][2] = {
		{"[card]\nplays = hw:0", "t:2: unknown key \"plays\""},
		{"[cart]\nplay = hw:0", "t:2: unknown section [cart]"},
		{"[card]\nplay = none", "play: there must be one"},
		{"[card]\nrate = 96000", "t:2: rate: 96000 is outside 8000 to 48000"},
		{"[card]\nperiod = 5", "t:2: period: \"5\" is no number with ms"},
		{"[card]\nperiod = 11ms", "t:2: period: 11ms is outside 1 to 10"},
		{"[card]\necho-tail = 2s", "t:2: echo-tail: \"2s\" is no number with ms"},
		{"[card]\necho-tail = 501ms", "t:2: echo-tail: 501ms is outside 20 to 500"},
		{"[card]\nperiods = 1", "t:2: periods: 1 is outside 2 to 64"},
		{"[card]\nspeaker = 0 2", "t:2: speaker: one channel, or two side by side"},
		{"[card]\nspeaker = 7", "t:2: speaker: 7 is outside 0 to 3"},
		{"[card]\nheadset = 2 3", "headset: the card has 2 channels"},
		{"[card]\nheadset = none\nspeaker = none\nearpiece = none", "no output has a channel"},
		{"[sizes]\nmusik = 5ms 3", "t:2: no role \"musik\""},
		{"[sizes]\nmedia = 5ms", "t:2: media: a period in ms, and how many of them"},
		{"[sizes]\nmedia = 5ms 3 4", "t:2: media: a period in ms, and how many of them"},
		{"[sizes]\nmedia = -5ms 3", "t:2: media: -5ms is outside 1 to 100"},
		{"[sizes]\nmedia = 20 3", "t:2: media: \"20\" is no number with ms"},
		{"[sizes]\nidle = 20ms 1", "t:2: idle: 1 is outside 2 to 64"},
		{"[sizes]\nvoice = 7ms 3", "[sizes] voice: 7ms is no multiple of the card's 5ms"},
		{"[sizes]\nmedia = 100ms 7", "[sizes] media: 700ms queued, at most 640ms"},
		{"[streams linux]\nx = media out", "t:2: PCM device: \"x\" is no number"},
		{"[streams linux]\n8 = media out", "t:2: PCM device: 8 is outside 0 to 7"},
		{"[streams linux]\n0 = musik out", "t:2: no role \"musik\""},
		{"[streams linux]\n0 = media", "t:2: PCM device 0 is neither out nor in"},
		{"[streams linux]\n0 = media out out", "t:2: \"out\": out, in, or both, once each"},
		{"[streams linux]\n0 = media up", "t:2: \"up\": out, in, or both, once each"},
		{"[streams linux]\n0 = media out\n0 = alert out", "t:3: PCM device 0 is given twice"},
		{"[streams a-name-that-is-too-long]\n0 = media out", "a name of 1 to 15 characters"},
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(sound_conf_text(&conf, "t", "", error), 0);
		conf.rate = 1; /* stays: nothing of a refused file is taken */
		EXPECT_EQ(sound_conf_text(&conf, "t", bad[i][0], error), -EINVAL);
		EXPECT_CONTAINS(error, bad[i][1]);
		EXPECT_EQ(conf.rate, 1);
	}
	EXPECT_EQ(sound_conf_load(&conf, "/nowhere/sound.conf", error), -ENOENT);
}

static const struct unit_test tests[] = {
	{"an empty file is the reference handset", empty_file_is_the_reference_handset},
	{"everything can be said", everything_can_be_said},
	{"streams are counted over all partitions", streams_are_counted_over_all_partitions},
	{"each mistake is refused with its line", each_mistake_is_refused_with_its_line},
};

UNIT_MAIN("audio-conf", tests)
