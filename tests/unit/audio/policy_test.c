/* [audio] and [routes] of policy.conf: read, and refused with line and reason. */
#include <stdlib.h>
#include <string.h>
#include "backends/policy/policy_file.h"
#include "tests/unit/expect.h"

static char text[16384], error[POLICY_ERROR_BYTES];

static size_t read_reference(void)
{
	FILE *file = fopen("examples/handset/policy.conf", "r");
	size_t bytes = file ? fread(text, 1, sizeof(text) / 2, file) : 0;

	if (file)
		fclose(file);
	text[bytes] = 0;
	return bytes;
}

/* The reference handset's file, and more behind it. */
static int load(const char *more, struct policy *policy)
{
	size_t bytes = read_reference();

	snprintf(text + bytes, sizeof(text) - bytes, "\n%s\n", more);
	return policy_load_text(policy, "test.conf", text, error);
}

static void sound_is_read(void)
{
	static struct policy p;

	EXPECT_EQ(load("[routes]\nvoice.speaker = speaker 80% headset 10%\nmedia = none\n"
		       "[audio]\nramp = 120ms linear\nsidetone = headset 5%\necho = off\njitter = 7ms "
		       "90ms\nmicrophone = linux",
			  &p),
		0);
	EXPECT_EQ(p.audio.route[SITUATION_SPEAKER][ROLE_VOICE][OUTPUT_SPEAKER], 800);
	EXPECT_EQ(p.audio.route[SITUATION_SPEAKER][ROLE_VOICE][OUTPUT_HEADSET], 100);
	EXPECT_EQ(p.audio.route[SITUATION_HANDSET][ROLE_VOICE][OUTPUT_EARPIECE], 1000);
	EXPECT_EQ(p.audio.route[SITUATION_HANDSET][ROLE_MEDIA][OUTPUT_SPEAKER], 0);
	EXPECT_EQ(p.audio.ramp_ms, 120);
	EXPECT_EQ(p.audio.ramp_shape, GAIN_LINEAR);
	EXPECT_EQ(p.audio.sidetone[OUTPUT_EARPIECE], 0);
	EXPECT_EQ(p.audio.sidetone[OUTPUT_HEADSET], 50);
	EXPECT_EQ(p.audio.echo, false);
	EXPECT_EQ(p.audio.noise, true);
	EXPECT_EQ(p.audio.slack_min_ms, 7);
	EXPECT_EQ(p.audio.slack_max_ms, 90);
	EXPECT_EQ(p.audio.microphone, policy_partition(&p, "linux"));
}

static void what_is_left_out_is_sensible(void)
{
	static struct policy p;
	struct audio_policy standard;
	char *from, *to;

	audio_policy_default(&standard);
	read_reference();
	from = strstr(text, "\n[routes]");
	to = strstr(text, "\n[idle]"); /* routes and audio stand before the states */
	EXPECT_EQ(from && to && from < to, 1);
	memmove(from, to, strlen(to) + 1);
	EXPECT_EQ(policy_load_text(&p, "test.conf", text, error), 0);
	EXPECT_EQ(memcmp(&p.audio, &standard, sizeof(standard)), 0);
}

static void mistakes_are_refused_with_line_and_reason_and_the_old_one_stays(void)
{
	static const struct {
		const char *lines, *reason;
	} bad[] = {{"[routes]\nsinging = speaker", "no role \"singing\""},
		{"[routes]\nmedia = nowhere", "media: no output \"nowhere\""},
		{"[routes]\nmedia.car = speaker", "\"car\" is not handset, speaker or headset"},
		{"[routes]\nmedia = 50% speaker", "no output \"50%\""},
		{"[routes]\nmedia = speaker 50", "media: \"50\" is no number with %"},
		{"[routes]\nmedia = speaker 201%", "outside 0 to 200"},
		{"[routes]\nmedia = speaker -1%", "outside 0 to 200"},
		{"[routes]\nmedia = speaker\nmedia = speaker", "given twice"},
		{"[routes]\nring = earpiece", "never on the earpiece"},
		{"[routes]\nalert.headset = earpiece 1%", "never on the earpiece"},
		{"[routes]\nvoice = none", "heard nowhere"},
		{"[audio]\nramp = -1ms", "ramp: -1ms is outside 0 to 5000"},
		{"[audio]\nramp = 50", "is no number with ms"},
		{"[audio]\nramp = 50ms steep", "\"steep\" is not linear or smooth"},
		{"[audio]\nsidetone = earpiece 101%", "outside 0 to 100"},
		{"[audio]\nsidetone = earpiece 5% speaker 5%", "sidetone: never on the speaker"},
		{"[audio]\nramp = 50ms smooth 5ms", "ramp: \"5ms\" is one word too many"},
		{"[audio]\njitter = 5ms 50ms 60ms", "jitter: \"60ms\" is one word too many"},
		{"[audio]\necho = maybe", "not on or off"},
		{"[audio]\njitter = 0ms 50ms", "outside 1 to 200"},
		{"[audio]\njitter = 50ms 5ms", "outside 50 to 200"},
		{"[audio]\njitter = 5ms", "is no number with ms"},
		{"[audio]\nmicrophone = modem", "no partition \"modem\""},
		{"[audio]\nvolume = 3", "unknown \"volume\" in [audio]"}};
	static struct policy p, before;

	EXPECT_EQ(load("", &p), 0);
	before = p;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(load(bad[i].lines, &p) < 0, 1);
		EXPECT_CONTAINS(error, bad[i].reason);
		EXPECT_CONTAINS(error, "test.conf:");
		EXPECT_EQ(memcmp(&p, &before, sizeof(p)), 0);
	}
}

static const struct unit_test tests[] = {
	{"sound is read", sound_is_read},
	{"what is left out is sensible", what_is_left_out_is_sensible},
	{"mistakes are refused with line and reason, and the old one stays",
		mistakes_are_refused_with_line_and_reason_and_the_old_one_stays},
};

UNIT_MAIN("audio-policy", tests)
