#include "examples/handset/demo/sound.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "examples/handset/demo/recording.h"
#include "examples/handset/modem/voice.h"
#include "examples/handset/sounds/sounds.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/plot.h"
#include "tools/audioplot/sound_file.h"

enum { EARPIECE, SPEAKER, CARD_CHANNELS };

#define SILENT_DB   (-75.0) /* less than that nobody hears */
#define CLICK_DB    (-60.0)
#define CLICK_HZ    12000.0 /* above all that is played */
#define DUCKED_DB   (-14.0) /* 20%: policy.conf */
#define TUNE_LOW    600.0
#define TUNE_HIGH   1400.0
#define SLIP_FRAMES 0.5
#define EDGE_S	    0.35 /* that what fades has to fade */
#define MUSIC	    "aplay -q -D hw:0,0 /usr/share/sounds/music.wav"
#define TALKER	    "ALSA_CONFIG_PATH=/etc/talker.conf aplay -q -D talker /usr/share/sounds/talker.wav"

static struct {
	/* seconds since the card began to play */
	double music, ring, answer, panic, back, again, end, idle, stop;
	uint64_t card_ns;
	struct sound_file card;
	struct recording modem;
	struct plot plot;
} heard;

int sound_wait(struct demo *demo, unsigned times)
{
	size_t from = harness_now(demo->harness);

	for (unsigned i = 0; i < times; i++) {
		ssize_t line = harness_await(demo->harness, from, "linux", "^app: frame [0-9]+");

		if (line < 0)
			return (int)line;
		from = (size_t)line + 1;
	}
	return 0;
}

int sound_play(struct demo *demo)
{
	demo_note(demo, "Linux is told to play its music");
	return harness_type(demo->harness, "linux", "\n" MUSIC " &\n");
}

int sound_talk(struct demo *demo)
{
	demo_note(demo, "somebody speaks at the microphone");
	return harness_type(demo->harness, "io", "\n" TALKER " &\n");
}

/*
 * When.
 */

static double seconds_of(const struct demo *demo, ssize_t event)
{
	return event < 0 ? -1 : ((double)demo->harness->event[event].time_ns - (double)heard.card_ns) / 1e9;
}

static double when(const struct demo *demo, const char *who, const char *pattern)
{
	return seconds_of(demo, harness_find(demo->harness, 0, who, pattern));
}

static double noted(const struct demo *demo, const char *text, unsigned nth)
{
	for (uint32_t i = 0; i < demo->note_count; i++)
		if (strstr(demo->note[i].text, text) && nth-- == 0)
			return ((double)demo->note[i].time_ns - (double)heard.card_ns) / 1e9;
	return -1;
}

void sound_collect(struct demo *demo)
{
	ssize_t card = harness_find(demo->harness, 0, "io", "alsa: .*opened");

	if (card >= 0)
		heard.card_ns = demo->harness->event[card].time_ns;
	heard.music = noted(demo, "play its music", 0);
	heard.again = noted(demo, "play its music", 1);
	heard.ring = when(demo, "call", "^call: state idle -> ringing");
	heard.answer = when(demo, "call", "^call: state ringing -> active");
	heard.panic = when(demo, "linux", "Kernel panic");
	heard.back =
		seconds_of(demo, harness_find(demo->harness, demo->panic_event, "linux", "^app: started"));
	heard.end = when(demo, "call", "^call: state active -> ended");
	heard.idle = when(demo, "io", "decision [0-9]+: idle:.*call loses screen");
	heard.stop = ((double)demo_now_ns(demo) - (double)heard.card_ns) / 1e9;
	recording_read(&heard.modem, demo->harness->memory, 0);
}

/*
 * What.
 */

/* Level in a band of a channel between two moments. */
static double band(unsigned channel, double from, double to, double low, double high)
{
	size_t first = (size_t)fmax(0, from * heard.card.rate), last = (size_t)fmax(0, to * heard.card.rate);

	last = last < heard.card.frames ? last : heard.card.frames;
	if (first >= last)
		return ANALYSE_SILENCE_DB;
	return analyse_band(heard.card.channel[channel] + first, last - first, heard.card.rate, low, high);
}

static double music_level(double from, double to)
{
	return band(SPEAKER, from, to, MUSIC_SHIMMER_HZ - 60, MUSIC_SHIMMER_HZ + 60);
}

static double all(unsigned channel, double from, double to)
{
	return band(channel, from, to, 20, 20000);
}

static double tune_level(unsigned channel, double from, double to)
{
	return band(channel, from, to, TUNE_LOW, TUNE_HIGH);
}

static void check_ring(struct demo *demo, double music)
{
	double from = heard.ring + EDGE_S, to = heard.answer - 0.05, ducked = music_level(from, to) - music;

	demo_promise(demo, tune_level(SPEAKER, from, to) > -30,
		"the ringtone is on the loudspeaker (%.1f dBFS)", tune_level(SPEAKER, from, to));
	demo_promise(demo, all(EARPIECE, 0, to) < SILENT_DB, "and never on the earpiece (%.0f dBFS)",
		all(EARPIECE, 0, to));
	demo_promise(demo, fabs(ducked - DUCKED_DB) < 1, "the music under it is ducked, by %.1f dB", -ducked);
}

static void check_call(struct demo *demo)
{
	double from = heard.answer + EDGE_S, to = heard.end - 0.02;
	const struct recording *m = &heard.modem;
	size_t first = (size_t)(m->rate * EDGE_S);
	double level =
		m->count > first ? analyse_level(m->heard + first, m->count - first) : ANALYSE_SILENCE_DB;

	demo_promise(demo, music_level(from, heard.end) < SILENT_DB,
		"no music is heard in the call, before the panic or after it (%.0f dBFS)",
		music_level(from, heard.end));
	demo_promise(demo, band(EARPIECE, from, to, 100, 2500) > -40,
		"the caller is heard at the earpiece (%.1f dBFS)", band(EARPIECE, from, to, 100, 2500));
	demo_promise(demo, level > -40, "whoever speaks at the microphone is heard at the modem (%.1f dBFS)",
		level);
}

static void check_end(struct demo *demo, double music)
{
	double from = heard.idle + EDGE_S, level = music_level(from, heard.stop - 0.2);

	demo_promise(demo, fabs(level - music) < 1, "the music is back, as loud as before (%.1f dB)",
		level - music);
}

static void check_clicks(struct demo *demo, unsigned channel, const char *where)
{
	struct analyse_click worst =
		analyse_clicks(heard.card.channel[channel], heard.card.frames, heard.card.rate, CLICK_HZ);

	demo_promise(demo, worst.db < CLICK_DB, "%s: at worst %.0f dBFS, second %.2f", where, worst.db,
		(double)worst.at / heard.card.rate);
}

/* To the sample. */
static void check_gaps(struct demo *demo)
{
	double from = heard.answer + EDGE_S, to = heard.end - 0.02;
	size_t first = (size_t)(from * heard.card.rate), last = (size_t)(to * heard.card.rate);
	const struct recording *m = &heard.modem;
	struct analyse_slip slip = {.samples = 1e9};

	if (last > first && last <= heard.card.frames)
		slip = analyse_slip(
			heard.card.channel[EARPIECE] + first, last - first, heard.card.rate, PCM_PILOT_HZ);
	demo_promise(demo, slip.samples < SLIP_FRAMES,
		"not one sample of the caller is lost, through Linux's panic and restart (worst slip %.2f)",
		slip.samples);
	demo_promise(demo, m->count && !m->missing && !m->dropped,
		"nor of whoever speaks at the microphone: of %zu samples %u were late, %u too late", m->count,
		m->missing, m->dropped);
	check_clicks(demo, SPEAKER, "and nothing clicked at the loudspeaker");
	check_clicks(demo, EARPIECE, "nor at the earpiece, with the microphone in it"); /* sidetone */
}

/*
 * The plot.
 */

static void mark(double at, double until, const char *label)
{
	struct plot_event *event = &heard.plot.event[heard.plot.event_count];

	if (at < 0 || (until && until <= at) || heard.plot.event_count == PLOT_EVENT_MAX)
		return;
	event->at = at;
	event->until = until;
	snprintf(event->label, sizeof(event->label), "%s", label);
	heard.plot.event_count++;
}

static void track(const char *name, const double *sample, size_t frames, double rate, double start)
{
	struct plot_track *t = &heard.plot.track[heard.plot.track_count++];

	*t = (struct plot_track){.sample = sample, .frames = frames, .rate = rate, .start = start};
	snprintf(t->name, sizeof(t->name), "%s", name);
}

static int draw(const char *path)
{
	const struct recording *m = &heard.modem;
	double start = ((double)m->begin_ns - (double)heard.card_ns) / 1e9;
	struct plot_picture picture = {0};
	int error;

	heard.plot.heading = "A call on the reference handset: its sound card and its modem";
	heard.plot.seconds = (double)heard.card.frames / heard.card.rate;
	track("Loudspeaker", heard.card.channel[SPEAKER], heard.card.frames, heard.card.rate, 0);
	track("Earpiece", heard.card.channel[EARPIECE], heard.card.frames, heard.card.rate, 0);
	track("What the modem heard", m->heard, m->count, m->rate, start);
	track("What the modem said", m->said, m->count, m->rate, start);
	mark(0, heard.ring, "idle");
	mark(heard.ring, heard.answer, "ringing");
	mark(heard.answer, heard.end, "in call");
	mark(heard.end, heard.idle, "ended");
	mark(heard.idle, heard.plot.seconds, "idle");
	mark(heard.music, 0, "Linux plays music");
	mark(heard.panic, 0, "Linux panics");
	mark(heard.back, 0, "Linux is back");
	mark(heard.again, 0, "and plays, unheard");
	error = plot_create(&picture, PLOT_WIDTH, plot_height(heard.plot.track_count));
	if (!error) {
		plot_draw(&picture, &heard.plot);
		error = plot_write(&picture, path);
	}
	plot_destroy(&picture);
	return error;
}

/*
 * All of it.
 */

static int read_all(struct demo *demo)
{
	char path[256];
	int error;

	snprintf(path, sizeof(path), "%s/call.wav", demo->directory);
	error = sound_file_read(&heard.card, path);
	if (!error && heard.card.channel_count < CARD_CHANNELS)
		error = -EINVAL;
	if (error || !heard.modem.count)
		return error ? error : -ENODATA;
	snprintf(path, sizeof(path), "%s/modem-heard.wav", demo->directory);
	error = recording_write(heard.modem.heard, heard.modem.count, heard.modem.rate, path);
	snprintf(path, sizeof(path), "%s/modem-said.wav", demo->directory);
	return error ? error : recording_write(heard.modem.said, heard.modem.count, heard.modem.rate, path);
}

void sound_check(struct demo *demo)
{
	double music;
	char path[256];

	if (!demo->quiet)
		printf("What was heard\n");
	if (demo_promise(demo, !read_all(demo), "the card and the modem have recorded the call")) {
		music = music_level(heard.ring - 1, heard.ring - 0.05);
		demo_promise(demo, music > -45, "Linux's music plays (%.1f dBFS at %.0f Hz)", music,
			MUSIC_SHIMMER_HZ);
		check_ring(demo, music);
		check_call(demo);
		check_end(demo, music);
		if (demo->in_turns)
			printf("skip sound to the sample: QEMU lets a machine's processors run in turns of "
			       "milliseconds\n");
		else
			check_gaps(demo);
		snprintf(path, sizeof(path), "%s/sound.png", demo->directory);
		demo_promise(demo, !draw(path), "all of it can be seen in %s", path);
	}
	sound_file_free(&heard.card);
	recording_free(&heard.modem);
}
