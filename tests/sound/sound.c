/*
 * What stock players and recorders of a Linux guest are promised, checked by listening at the machine's card.
 * Prints `pass NAME` and `fail NAME …`.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/wav/wav.h"
#include "examples/handset/modem/voice.h"
#include "tests/sound/script.h"
#include "tools/audioplot/analyse.h"

#define RATE	 48000.0
#define TONE_DB	 -6.02 /* of every tone played: tone.c */
#define LEVEL	 0.1   /* dB that a level may be off */
#define CLICK	 -60.0 /* dBFS */
#define CLICK_HZ 6000.0

enum { EARPIECE, SPEAKER, CHANNELS }; /* channels of the card */

static struct recording {
	double *channel[CHANNELS];
	size_t count;
	uint64_t begin_ns; /* the machine's time of its first frame */
} card, voice;

/*
 * The steps, one after another; what is to be heard is looked at when the recording is complete. A `sleep` in
 * their commands spaces the sounds on the recording; nothing is awaited by it.
 */

static struct {
	uint64_t voice, tone44, tone8, both, both_end, ring, ringing, idle, ring_end, recorded, kill, killed,
		kill_end, stop, stop_end, headset, headset_in, headset_end, call, ear, in_ears, in_ears_end,
		aloud, aloud_end, in_ears_again, ear_again, ear_end;
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

/* "sizes period 10000 us queued 30000 us wakes 1234" of a report that was asked for after `from`. */
static unsigned wakes_since(size_t from)
{
	ssize_t event = harness_find(script.harness, from, "io", "^sizes .* wakes [0-9]+");
	const char *text = event < 0 ? NULL : strstr(script.harness->event[event].text, "wakes ");

	return text ? (unsigned)atoi(text + 6) : 0;
}

/* [sizes] of sound.conf: its defaults. */
static void sleep_while_nobody_plays(void)
{
	size_t from = harness_now(script.harness), later;
	unsigned wakes;

	run("io", "partylined -q audio");
	verdict(harness_find(script.harness, from, "io", "^sizes period 10000 us queued 30000 us") >= 0,
		"while nobody plays the card has the sizes for that", "it has not%.0f%.0f", 0, 0);
	later = harness_now(script.harness);
	run("io", "sleep 1; partylined -q audio");
	wakes = wakes_since(later) - wakes_since(from);
	verdict(wakes >= 80 && wakes <= 130, "and the audio thread sleeps for longer",
		"it woke %.0f times in a second, 80 to %.0f wanted", wakes, 130);
}

static void be_rung(void)
{
	size_t from = harness_now(script.harness);

	at.ring = run("linux", "aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1");
	harness_type(script.harness, "modem", CALLER);
	at.ringing = await(from, "io", "^partylined: decision [0-9]+: ringing");
	run("io", "sleep 1; partylined -q audio");
	verdict(harness_find(script.harness, from, "io", "^role media: duck by ring \\(call\\)") >= 0,
		"the control socket says who is ducked by whom", "no such line%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, from, "io", "^sizes period 5000 us queued 15000 us") >= 0,
		"and the card has the short sizes", "it has not%.0f%.0f", 0, 0);
	harness_type(script.harness, "modem", "hangup\n");
	at.idle = await(from, "io", "^partylined: decision [0-9]+: idle");
	at.ring_end = run("linux", "wait $!");
}

static void record(void)
{
	run("io", "(aplay -q -D hw:Loopback,0,0 /48000-2-500-3000.wav &)");
	at.recorded = run("linux", "arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 1 -d 1 /tmp/r.wav");
	run("linux", "sleep 1; aplay -q -D hw:0,0 /tmp/r.wav");
}

/*
 * In mid-call: a headset comes, the speakerphone is switched on by its key, the headset goes. What each did is awaited;
 * a second passes before the next.
 */
static void wander(void)
{
	size_t from = harness_now(script.harness);

	at.ear = run("io", "sleep 3"); /* the microphone has had its tone */
	at.in_ears = run("io", "partylined -q 'headset in'");
	await(from, "linux", "Jack.*VALUE");
	at.in_ears_end = run("io", "sleep 1");
	tap("ret");
	at.aloud = await(from, "call", "^call: speakerphone");
	at.aloud_end = run("io", "sleep 1");
	tap("ret");
	at.in_ears_again = await(from, "call", "^call: at the ear");
	run("io", "sleep 1");
	from = harness_now(script.harness);
	at.ear_again = run("io", "partylined -q 'headset out'");
	await(from, "linux", "Jack.*VALUE");
	at.ear_end = run("io", "sleep 1");
}

/* The microphone is the call's: Linux records silence, in its time. */
static void record_in_a_call(void)
{
	size_t from = harness_now(script.harness);

	at.call = run("linux", "alsactl monitor hw:0 & watch=$!; sleep 1");
	harness_type(script.harness, "modem", CALLER);
	await(from, "call", "^call: state [a-z]+ -> ringing");
	tap("f1");
	await(from, "io", "^partylined: decision [0-9]+: active");
	run("io", "(aplay -q -D hw:Loopback,0,0 /48000-2-500-3000.wav &)");
	run("linux", "arecord -q -D hw:0,0 -f S16_LE -r 48000 -c 1 -d 1 /tmp/s.wav");
	run("linux", "echo heard $(tail -c +45 /tmp/s.wav | tr -d '\\000' | wc -c) of $(wc -c </tmp/s.wav)");
	verdict(harness_find(script.harness, from, "linux", "^heard 0 of 96044") >= 0,
		"Linux records silence during a call", "something else%.0f%.0f", 0, 0);
	wander();
	tap("f2");
	await(from, "io", "^partylined: decision [0-9]+: idle");
	run("linux", "kill $watch");
}

static void lose_partylined(void)
{
	size_t from;

	at.kill = run("linux", "sleep 2; aplay -q -D hw:0,0 /48000-2-1000-4000.wav & sleep 1");
	from = harness_now(script.harness);
	harness_type(script.harness, "io", "\nkillall -9 partylined\n");
	at.killed = await(from, "io", "^partylined: ready");
	at.kill_end = run("linux", "wait $!");
	verdict(harness_find(script.harness, from, "io", "took up 1 running streams") >= 0,
		"a restarted partylined takes up the stream that runs", "no such line%.0f%.0f", 0, 0);
}

static void starve(void)
{
	size_t from = harness_now(script.harness);

	at.stop = run("linux", "sleep 2; aplay -D hw:0,0 /48000-2-1000-4000.wav & sleep 1; kill -STOP $!; "
			       "sleep 1; kill -CONT $!");
	at.stop_end = run("linux", "wait $!");
	verdict(harness_find(script.harness, from, "linux", "underrun") >= 0,
		"a player that stalls is told of its underrun", "no such line%.0f%.0f", 0, 0);
}

static void expect_jack(size_t from, const char *value, const char *promise)
{
	await(from, "linux", "Jack.*VALUE");
	from = harness_now(script.harness);
	/* And spaces the two. */
	run("linux", "amixer -D hw:0 contents; sleep 1");
	verdict(harness_find(script.harness, from, "linux", value) >= 0, promise, "no such line%.0f%.0f", 0,
		0);
}

static void plug(void)
{
	size_t from;

	at.headset = run("linux", "alsactl monitor hw:0 & watch=$!; sleep 2; aplay -q -D hw:0,0 "
				  "/48000-2-1000-4000.wav & play=$!; "
				  "sleep 1");
	from = harness_now(script.harness);
	at.headset_in = run("io", "partylined -q 'headset in'");
	expect_jack(from, "values=on", "Linux is told of the plug");
	from = harness_now(script.harness);
	run("io", "partylined -q 'headset out'");
	expect_jack(from, "values=off", "and when it is pulled");
	at.headset_end = run("linux", "wait $play; kill $watch");
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

/* Where the caller is heard, once the ramp and what was queued are over. */
static void check_caller(const char *name, uint64_t since, uint64_t until, bool ear, bool speaker)
{
	const bool wanted[CHANNELS] = {ear, speaker};
	size_t from = frame_at(since) + 9600, to = frame_at(until);

	for (unsigned c = 0; c < CHANNELS; c++) {
		double db = from + 4800 < to ? analyse_band(card.channel[c] + from, to - from, RATE,
						       PCM_PILOT_HZ - 50, PCM_PILOT_HZ + 50)
					     : 0;

		verdict(wanted[c] ? db > -45 && db < -20 : db < -80, name, "channel %.0f: %.1f dBFS", c, db);
	}
}

/* Nothing is missing where he is heard: the tone in his voice never jumps. */
static void check_whole(const char *name, unsigned channel, uint64_t since, uint64_t until)
{
	size_t from = frame_at(since) + 9600, to = frame_at(until);
	struct analyse_slip slip = {0};

	if (from < to)
		slip = analyse_slip(card.channel[channel] + from, to - from, RATE, PCM_PILOT_HZ);
	verdict(from < to && !slip.count, name, "%.1f samples, frame %.0f", slip.samples,
		(double)(from + slip.at));
}

static void check_wandering(void)
{
	check_caller("a call begins at the ear", at.ear - 1000000000, at.ear, true, false);
	check_caller("a headset in mid-call gets it", at.in_ears, at.in_ears_end, true, true);
	check_caller("the key leads it to the loudspeaker", at.aloud, at.aloud_end, false, true);
	check_caller("and back", at.in_ears_again, at.ear_again, true, true);
	check_caller("without the headset it is at the ear again", at.ear_again, at.ear_end, true, false);
	check_whole("and without a gap at the ear", EARPIECE, at.ear - 1000000000, at.ear);
	check_whole("in the headset", EARPIECE, at.in_ears, at.in_ears_end);
	check_whole("at the loudspeaker", SPEAKER, at.aloud, at.aloud_end);
	check_whole("in the headset again", SPEAKER, at.in_ears_again, at.ear_again);
	check_whole("and at the ear again", EARPIECE, at.ear_again, at.ear_end);
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
	check_wandering();
	check_restart();
	check_starved();
	check_headset();
	verdict(ear <= ANALYSE_SILENCE_DB, "media and ring are not heard at the ear",
		"%.1f dBFS, at most %.1f", ear, ANALYSE_SILENCE_DB);
}

/* sound DIRECTORY MEMORY_FILE VOICE_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {0};
	char **own = script_start(&options, "VOICE_FILE", argc, argv);
	char path[256];

	if (!own)
		return 1;
	card.begin_ns = await(0, "io", "^partylined: alsa: hw:0,0: opened");
	await(0, "linux", "^init: up");
	if (script.failed)
		return 1;
	sleep_while_nobody_plays();
	play_files();
	be_rung();
	record();
	record_in_a_call();
	lose_partylined();
	starve();
	plug();
	harness_destroy(script.harness);
	snprintf(path, sizeof(path), "%s/card.wav", options.directory);
	if (load(&card, path) || load(&voice, own[0])) {
		printf("fail there is a recording: %s\n", path);
		return 1;
	}
	listen();
	return script.failed != 0;
}
