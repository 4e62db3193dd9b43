/*
 * What stock players and recorders of a Linux guest are promised, checked by listening at the machine's card.
 * Prints `pass NAME` and `fail NAME …`.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/wav/wav.h"
#include "tools/audioplot/analyse.h"
#include "tools/harness/harness.h"

#define RATE	 48000.0
#define TONE_DB	 -6.02 /* of every tone played: tone.c */
#define LEVEL	 0.1   /* dB that a level may be off */
#define CLICK	 -60.0 /* dBFS */
#define CLICK_HZ 6000.0
#define CALLER	 "ring +358401234567 \"Reception\"\n"

enum { EARPIECE, SPEAKER, CHANNELS }; /* channels of the card */

static struct harness *harness;
static unsigned failed, commands;
static struct recording {
	double *channel[CHANNELS];
	size_t count;
	uint64_t begin_ns; /* the machine's time of its first frame */
} card, voice;

static bool verdict(bool held, const char *name, const char *format, double is, double limit)
{
	printf("%s %s", held ? "pass" : "fail", name);
	if (!held) {
		printf(": ");
		printf(format, is, limit);
	}
	printf("\n");
	failed += !held;
	return held;
}

static uint64_t time_of(ssize_t event)
{
	return event < 0 ? 0 : harness->event[event].time_ns;
}

/*
 * Runs a command in a partition's shell; when it ended (well or not), in the machine's time. The pattern is
 * anchored: the console shows the command too.
 */
static uint64_t run(const char *partition, const char *command)
{
	char line[512], pattern[32];
	size_t from = harness_now(harness);
	ssize_t event;

	commands++;
	snprintf(line, sizeof(line), "\n%s; echo done%u: $?\n", command, commands);
	snprintf(pattern, sizeof(pattern), "^done%u: ", commands);
	harness_type(harness, partition, line);
	event = harness_await(harness, from, partition, pattern);
	if (event < 0 || strcmp(strchr(harness->event[event].text, ':'), ": 0") != 0) {
		printf("fail %s: \"%s\": %s\n", partition, command,
			event < 0 ? "no end of it" : harness->event[event].text);
		failed++;
	}
	return time_of(event);
}

static uint64_t await(size_t from, const char *partition, const char *pattern)
{
	ssize_t event = harness_await(harness, from, partition, pattern);

	if (event < 0) {
		printf("fail %s says \"%s\": it did not\n", partition, pattern);
		failed++;
	}
	return time_of(event);
}

/*
 * The steps, one after another; what is to be heard is looked at when the recording is complete.
 */

static struct {
	uint64_t voice, tone44, tone8, both, both_end, ring, ringing, idle, ring_end, recorded, kill, killed,
		kill_end, stop, stop_end, headset, headset_in, headset_end, call;
} at;

static void play_files(void)
{
	at.voice = run("linux", "true");
	at.tone44 = run("linux", "sleep 1; aplay -q /voice.wav");
	at.tone8 = run("linux", "sleep 1; aplay -q -D hw:0,0 /44100-2-1000-1000.wav");
	at.both = run("linux", "sleep 1; aplay -q -D hw:0,0 /8000-1-700-1000.wav");
	at.both_end = run("linux",
		"sleep 1; aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1; aplay -q -D hw:0,1 "
		"/48000-1-3000-1000.wav; wait $!");
}

static void be_rung(void)
{
	size_t from = harness_now(harness);

	at.ring = run("linux", "aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1");
	harness_type(harness, "modem", CALLER);
	at.ringing = await(from, "io", "^partylined: decision [0-9]+: ringing");
	run("io", "sleep 1; partylined -q audio");
	verdict(harness_find(harness, from, "io", "^role media: duck by ring \\(call\\)") >= 0,
		"the control socket says who is ducked by whom", "no such line%.0f%.0f", 0, 0);
	harness_type(harness, "modem", "hangup\n");
	at.idle = await(from, "io", "^partylined: decision [0-9]+: idle");
	at.ring_end = run("linux", "wait $!");
}

static void record(void)
{
	run("io", "(aplay -q -D hw:Loopback,0,0 /48000-2-500-3000.wav &)");
	at.recorded = run("linux", "arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 1 -d 1 /tmp/r.wav");
	run("linux", "sleep 1; aplay -q -D hw:0,0 /tmp/r.wav");
}

/* The microphone is the call's: Linux records silence, in its time. */
static void record_in_a_call(void)
{
	size_t from = harness_now(harness);

	at.call = run("linux", "sleep 1");
	harness_type(harness, "modem", CALLER);
	await(from, "call", "^call: state [a-z]+ -> ringing");
	harness_key(harness, "f1", true);
	harness_key(harness, "f1", false);
	await(from, "io", "^partylined: decision [0-9]+: active");
	run("io", "(aplay -q -D hw:Loopback,0,0 /48000-2-500-3000.wav &)");
	run("linux", "arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 1 -d 1 /tmp/s.wav");
	run("linux", "echo heard $(tail -c +45 /tmp/s.wav | tr -d '\\000' | wc -c) of $(wc -c </tmp/s.wav)");
	verdict(harness_find(harness, from, "linux", "^heard 0 of 96044") >= 0,
		"Linux records silence during a call", "something else%.0f%.0f", 0, 0);
	harness_key(harness, "f2", true);
	harness_key(harness, "f2", false);
	await(from, "io", "^partylined: decision [0-9]+: idle");
}

static void lose_partylined(void)
{
	size_t from;

	at.kill = run("linux", "sleep 2; aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1");
	from = harness_now(harness);
	harness_type(harness, "io", "\nkillall -9 partylined\n");
	at.killed = await(from, "io", "^partylined: ready");
	at.kill_end = run("linux", "wait $!");
	verdict(harness_find(harness, from, "io", "took up 1 running streams") >= 0,
		"a restarted partylined takes up the stream that runs", "no such line%.0f%.0f", 0, 0);
}

static void starve(void)
{
	size_t from = harness_now(harness);

	at.stop = run("linux", "sleep 2; aplay -D hw:0,0 /48000-2-1000-4000.wav & sleep 1; kill -STOP $!; "
			       "sleep 1; kill -CONT $!");
	at.stop_end = run("linux", "wait $!");
	verdict(harness_find(harness, from, "linux", "underrun") >= 0,
		"a player that stalls is told of its underrun", "no such line%.0f%.0f", 0, 0);
}

static void plug(void)
{
	size_t from = harness_now(harness);

	at.headset = run("linux", "sleep 2; aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1");
	at.headset_in = run("io", "partylined -q 'headset in'");
	run("linux", "sleep 1; amixer -c 0 contents");
	verdict(harness_find(harness, from, "linux", "values=on") >= 0, "Linux is told of the plug",
		"no such line%.0f%.0f", 0, 0);
	run("io", "partylined -q 'headset out'");
	from = harness_now(harness);
	run("linux", "sleep 1; amixer -c 0 contents");
	verdict(harness_find(harness, from, "linux", "values=off") >= 0, "and when it is pulled",
		"no such line%.0f%.0f", 0, 0);
	at.headset_end = run("linux", "wait $!");
}

/*
 * Listening.
 */

static int load(struct recording *r, const char *path)
{
	struct wav wav;
	int rc = wav_read_open(&wav, path);
	int32_t *frame;

	if (rc)
		return rc;
	frame = calloc(wav.frames * wav.channels, sizeof(*frame));
	r->count = frame ? wav_read(&wav, frame, (uint32_t)wav.frames) : 0;
	for (unsigned c = 0; c < wav.channels && c < CHANNELS; c++) {
		r->channel[c] = calloc(r->count + 1, sizeof(double));
		for (size_t i = 0; r->channel[c] && i < r->count; i++)
			r->channel[c][i] = frame[i * wav.channels + c] / 2147483648.0;
	}
	free(frame);
	return wav_close(&wav);
}

static size_t frame_at(uint64_t time_ns)
{
	size_t frame = time_ns > card.begin_ns ? (size_t)((double)(time_ns - card.begin_ns) * RATE / 1e9) : 0;

	return frame < card.count ? frame : card.count;
}

/* What was played before has died away, in the card's queue and the emulator's. */
static size_t after(uint64_t time_ns)
{
	size_t frame = frame_at(time_ns) + 9600;

	return frame < card.count ? frame : card.count;
}

/* The first sound at or after a time; where it ends: `silence` frames of silence follow. */
static size_t sound_from(const double *sample, size_t from)
{
	while (from < card.count && fabs(sample[from]) < 1e-5)
		from++;
	return from;
}

static size_t sound_to(const double *sample, size_t from, size_t silence)
{
	size_t last = from;

	for (; from < card.count && from < last + silence; from++)
		if (fabs(sample[from]) >= 1e-5)
			last = from;
	return last + 1;
}

static void check_level(const char *name, unsigned channel, size_t from, size_t count, double hz, double db)
{
	double is = from + count <= card.count
			    ? analyse_band(card.channel[channel] + from, count, RATE, hz - 50, hz + 50)
			    : ANALYSE_SILENCE_DB;

	verdict(fabs(is - db) <= LEVEL, name, "%.2f dBFS, expected %.2f", is, db);
}

static void check_clicks(const char *name, const double *sample, size_t count)
{
	double db = analyse_clicks(sample, count, RATE, CLICK_HZ).db;

	verdict(db < CLICK, name, "%.1f dBFS, at most %.1f", db, CLICK);
}

/* A tone of one second: its level, its length, nothing missing in it, no click. */
static void check_tone(const char *name, uint64_t since, double hz)
{
	const double *sample = card.channel[SPEAKER];
	size_t from = sound_from(sample, after(since)), to = sound_to(sample, from, 2400);
	struct analyse_gaps gaps;
	char text[96];

	snprintf(text, sizeof(text), "%s: its level", name);
	check_level(text, SPEAKER, from + 4800, 38400, hz, TONE_DB);
	snprintf(text, sizeof(text), "%s: its length", name);
	verdict(fabs((double)(to - from) - RATE) < 96, text, "%.0f frames, expected %.0f",
		(double)(to - from), RATE);
	gaps = analyse_gaps(sample + from + 480, to - from - 960, 48, -50);
	snprintf(text, sizeof(text), "%s: without a gap", name);
	verdict(gaps.samples == 0, text, "%.0f frames in %.0f", (double)gaps.samples, (double)gaps.count);
	snprintf(text, sizeof(text), "%s: without a click", name);
	/* Not at its ends: the tone itself begins and ends there. */
	check_clicks(text, sample + from + 480, to - from - 960);
}

static void check_voice(void)
{
	size_t skip = 0, from = sound_from(card.channel[SPEAKER], after(at.voice)), wrong = 0, n = 0;

	while (skip < voice.count && voice.channel[0][skip] == 0)
		skip++;
	for (; skip + n < voice.count && from + n < card.count; n++)
		wrong += voice.channel[0][skip + n] != card.channel[SPEAKER][from + n];
	verdict(n > 40000 && !wrong, "aplay of a recording comes to the loudspeaker bit by bit",
		"%.0f of %.0f samples differ", (double)wrong, (double)n);
}

static void check_roles(void)
{
	const double *sample = card.channel[SPEAKER];
	size_t from = sound_from(sample, after(at.both));

	check_level("media alone is at its level", SPEAKER, from + 9600, 28800, 1000, TONE_DB);
	check_level("navigation is at its own", SPEAKER, from + 72000, 9600, 3000, TONE_DB);
	check_level(
		"media is ducked to 20% by navigation", SPEAKER, from + 72000, 9600, 1000, TONE_DB - 13.98);
	check_level("and comes back", SPEAKER, from + 144000, 28800, 1000, TONE_DB);
	/* But for navigation's own beginning and end. */
	check_clicks("ducking makes no click", sample + from + 52000, 38000);
	check_clicks("nor does its end", sample + from + 98400, 80000);
}

static void check_ring(void)
{
	const double *sample = card.channel[SPEAKER];
	size_t from = frame_at(at.ringing) + 9600; /* its ramp has 100 ms, the card's queue 15 */
	double is = analyse_band(sample + from, 24000, RATE, 970, 1030), ducked = TONE_DB - 13.98;

	/* The ringtone leaves a little there, too. */
	verdict(fabs(is - ducked) < 1, "media is ducked to 20% while the phone rings", "%.1f dBFS, not %.1f",
		is, ducked);
	check_level(
		"and comes back when it has rung", SPEAKER, frame_at(at.idle) + 9600, 9600, 1000, TONE_DB);
}

static void check_record(void)
{
	size_t from = sound_from(card.channel[SPEAKER], after(at.recorded));
	struct analyse_gaps gaps;

	check_level(
		"arecord records the microphone at its level", SPEAKER, from + 19200, 24000, 500, TONE_DB);
	gaps = analyse_gaps(card.channel[SPEAKER] + from + 19200, 24000, 48, -50);
	verdict(gaps.samples == 0, "and without a gap", "%.0f frames in %.0f", (double)gaps.samples,
		(double)gaps.count);
}

/* Until the next partylined has opened the card nothing is heard; nothing is lost, and then it goes on. */
static void check_restart(void)
{
	const double *sample = card.channel[SPEAKER];
	/* The command ended a second after the tone began, and two seconds of silence were before that. */
	size_t from = sound_from(sample, frame_at(at.kill) - 96000), to = sound_to(sample, from, 48000);
	struct analyse_gaps gaps = analyse_gaps(sample + from, to - from, 48, -50);

	check_level("the tone goes on after partylined's death", SPEAKER, to - 48000, 28800, 1000, TONE_DB);
	/* The card plays no more than its own queue of the frames that it was given. */
	verdict(fabs((double)(to - from - gaps.samples) - 4 * RATE) < 1440,
		"and has lost no more than the card's queue", "%.0f frames, expected %.0f",
		(double)(to - from - gaps.samples), 4 * RATE);
}

static void check_starved(void)
{
	const double *sample = card.channel[SPEAKER];
	size_t from = sound_from(sample, after(at.stop)), to = sound_to(sample, from, 48000);

	check_level("and it plays on", SPEAKER, to - 48000, 28800, 1000, TONE_DB);
}

static void check_headset(void)
{
	size_t from = frame_at(at.headset_in);

	check_level("a headset gets the media, left", EARPIECE, from + 9600, 24000, 1000, TONE_DB);
	check_level("a headset gets the media, right", SPEAKER, from + 9600, 24000, 1000, TONE_DB);
	check_clicks("plugging in makes no click", card.channel[SPEAKER] + from - 4800, 24000);
}

static void listen(void)
{
	size_t call = frame_at(at.call) - 480;
	double ear = analyse_level(card.channel[EARPIECE], call < card.count ? call : card.count);

	check_voice();
	check_tone("44.1 kHz, stereo", at.tone44, 1000);
	check_tone("8 kHz, mono", at.tone8, 700);
	check_roles();
	check_ring();
	check_record();
	check_restart();
	check_starved();
	check_headset();
	verdict(ear <= ANALYSE_SILENCE_DB, "media and ring are not heard at the ear",
		"%.1f dBFS, at most %.1f", ear, ANALYSE_SILENCE_DB);
}

/* sound DIRECTORY MEMORY_FILE VOICE_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.trace_types = 1u << PL_TRACE_MARK};
	char **own = harness_arguments(&options, "VOICE_FILE", argc, argv);
	char path[256];

	if (!own)
		return 2;
	harness = harness_create(&options);
	if (!harness)
		return 1;
	card.begin_ns = await(0, "io", "^partylined: alsa: hw:0,0: opened");
	await(0, "linux", "^init: up");
	if (failed)
		return 1;
	play_files();
	be_rung();
	record();
	record_in_a_call();
	lose_partylined();
	starve();
	plug();
	harness_destroy(harness);
	snprintf(path, sizeof(path), "%s/card.wav", options.directory);
	if (load(&card, path) || load(&voice, own[0])) {
		printf("fail there is a recording: %s\n", path);
		return 1;
	}
	listen();
	return failed != 0;
}
