/*
 * Figures of the voice path through the real partitions, in virtual time: how soon after the modem's OK to ATA
 * voice is at the card and at the modem, and what of it is lost in a long call while Linux floods its sound card,
 * takes all of the processor, panics and is restarted, again and again. Prints name<TAB>value<TAB>unit.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "examples/handset/demo/recording.h"
#include "examples/handset/modem/voice.h"
#include "tests/bench/voice/pointer.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/sound_file.h"
#include "tools/harness/harness.h"

#define GUARD_MS    900000
#define CALL_COUNT  20 /* that rang for a second and more */
#define AT_ONCE	    8  /* calls that were answered as soon as they rang */
#define SHORT_CALLS (CALL_COUNT + AT_ONCE)
#define PANICS	    2 /* at least, in the long call */
#define PERCENTILE  99
#define EDGE_S	    0.3
#define END_S	    0.05 /* the other end is silent before the phone knows that it has hung up */
#define PILOT_S	    0.002
#define FLOOD                                                                                                \
	"while :; do aplay -q -D hw:0,0 /usr/share/sounds/music.wav; done & while :; do :; done & while :; " \
	"do :; done &"

static struct harness *harness;
static struct pointer pointer;
static uint64_t answered_ns[SHORT_CALLS + 1], ended_ns[SHORT_CALLS + 1];
static double at_modem[SHORT_CALLS], at_card[SHORT_CALLS];
static struct recording_losses losses;
static unsigned panics;

static ssize_t await(size_t from, const char *who, const char *pattern)
{
	ssize_t line = harness_await(harness, from, who, pattern);

	if (line < 0)
		fprintf(stderr, "bench: %s never said \"%s\"\n", who, pattern);
	return line;
}

static int tap(const char *key)
{
	return harness_key(harness, key, true) || harness_key(harness, key, false);
}

/* Until Linux has told of its picture so often: once a second. */
static int wait_seconds(unsigned seconds)
{
	size_t from = harness_now(harness);

	for (unsigned i = 0; i < seconds; i++) {
		ssize_t line = await(from, "linux", "^app: frame [0-9]+");

		if (line < 0)
			return -1;
		from = (size_t)line + 1;
	}
	return 0;
}

/* Rings for so many turns of Linux's clock, is answered; when the modem said OK to that. */
static int begin_call(unsigned n, unsigned seconds)
{
	size_t from = harness_now(harness);
	ssize_t line;

	harness_type(harness, "modem", "ring +358401234567 \"Reception\"\n");
	if (await(from, "io", "decision [0-9]+: ringing") < 0 || wait_seconds(seconds) || tap("f1"))
		return -1;
	line = await(from, "modem", "^modem: > ATA");
	line = line < 0 ? line : await((size_t)line, "modem", "^modem: < OK");
	if (line < 0)
		return -1;
	answered_ns[n] = harness->event[line].time_ns;
	return 0;
}

static int end_call(unsigned n)
{
	size_t from = harness_now(harness);
	ssize_t line;

	harness_type(harness, "modem", "hangup\n");
	line = await(from, "call", "^call: state active -> ended");
	if (line < 0 || await(from, "io", "decision [0-9]+: idle") < 0)
		return -1;
	ended_ns[n] = harness->event[line].time_ns;
	return 0;
}

static int short_calls(void)
{
	struct recording r;

	for (unsigned n = 0; n < SHORT_CALLS; n++) {
		if (begin_call(n, n < CALL_COUNT ? 2 : 0) || wait_seconds(2) || end_call(n))
			return -1;
		if (recording_read(&r, harness->memory, 0) || !r.first_heard_ns) {
			fprintf(stderr, "bench: call %u: the modem heard nothing\n", n);
			return -1;
		}
		at_modem[n] = ((double)r.first_heard_ns - (double)answered_ns[n]) / 1e6;
		recording_free(&r);
	}
	return 0;
}

static int flood_and_panic(void)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux", "\n" FLOOD "\n");
	if (wait_seconds(8))
		return -1;
	harness_type(harness, "linux", "\necho c > /proc/sysrq-trigger\n");
	return await(from, "linux", "Kernel panic") < 0 || await(from, "linux", "^app: started") < 0 ? -1 : 0;
}

static double talked_s(void)
{
	size_t last = harness_now(harness) - 1;

	return ((double)harness->event[last].time_ns - (double)answered_ns[SHORT_CALLS]) / 1e9;
}

/* The modem's partition keeps the newest minutes: what was lost is added up on the way. */
static int long_call(double seconds)
{
	if (begin_call(SHORT_CALLS, 1) || recording_follow(&losses, harness->memory))
		return -1;
	for (; panics < PANICS || talked_s() < seconds; panics++)
		if (flood_and_panic() || recording_follow(&losses, harness->memory))
			return -1;
	return wait_seconds(3) || end_call(SHORT_CALLS) ? -1 : recording_follow(&losses, harness->memory);
}

/* So that in a long call the modem's frames come at every moment of a period of the card. */
static void set_drift(const char *ppm)
{
	char line[64];

	snprintf(line, sizeof(line), "drift %s\n", ppm);
	harness_type(harness, "modem", line);
}

static int play(double seconds, const char *ppm)
{
	if (await(0, "io", "alsa: .*opened") < 0 || await(0, "linux", "^app: frame") < 0)
		return -1;
	set_drift(ppm);
	harness_type(harness, "io",
		"\nwhile :; do ALSA_CONFIG_PATH=/etc/talker.conf aplay -q -D talker "
		"/usr/share/sounds/talker.wav; done &\n");
	if (wait_seconds(2) || (!seconds && short_calls()))
		return -1;
	return long_call(seconds);
}

/*
 * At the card.
 */

/* Amplitude of the other end's pilot tone: the earpiece has the microphone's sidetone, too, which is no voice. */
static double pilot_at(const struct sound_file *card, size_t at)
{
	size_t frames = (size_t)(PILOT_S * card->rate);
	double s = 0, c = 0;

	for (size_t i = 0; i < frames; i++) {
		double phase = 2 * M_PI * PCM_PILOT_HZ * (double)i / card->rate;

		s += card->channel[0][at + i] * sin(phase);
		c += card->channel[0][at + i] * cos(phase);
	}
	return sqrt(s * s + c * c) * 2 / (double)frames;
}

/* The end of the first stretch that has half of the pilot that the call has later. */
static int card_latency(const struct sound_file *card)
{
	for (unsigned n = 0; n < SHORT_CALLS; n++) {
		size_t at = pointer_frame(&pointer, answered_ns[n]),
		       later = pointer_frame(&pointer, answered_ns[n] + (uint64_t)(EDGE_S * 1e9)),
		       stretch = (size_t)(PILOT_S * card->rate);
		double pilot;

		if (later + stretch > card->frames)
			return -1;
		pilot = pilot_at(card, later) / 2;
		while (at < later && pilot_at(card, at) < pilot)
			at++;
		at_card[n] =
			((double)pointer_passed_ns(&pointer, at + stretch) - (double)answered_ns[n]) / 1e6;
	}
	return 0;
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

/* Nearest rank. */
static double percentile(double *value, size_t count)
{
	qsort(value, count, sizeof(*value), ascending);
	return value[(count * PERCENTILE + 99) / 100 - 1];
}

static int report_answers(const struct sound_file *card)
{
	if (card_latency(card))
		return -1;
	printf("audio.answer_to_voice_card_ms\t%.1f\tms\n", percentile(at_card, CALL_COUNT));
	printf("audio.answer_to_voice_modem_ms\t%.1f\tms\n", percentile(at_modem, CALL_COUNT));
	printf("audio.answer_at_once_card_ms\t%.1f\tms\n", percentile(at_card + CALL_COUNT, AT_ONCE));
	printf("audio.answer_at_once_modem_ms\t%.1f\tms\n", percentile(at_modem + CALL_COUNT, AT_ONCE));
	return 0;
}

/* What the card still had when it was met, at the least: how late the audio thread could have been beyond that. */
static double least_left_ms(uint64_t from_ns, uint64_t to_ns)
{
	const struct pointer_mark *mark = pointer_at(&pointer, from_ns), *end = pointer_at(&pointer, to_ns);
	uint64_t least = UINT64_MAX;

	for (; mark < end; mark++) {
		uint64_t left = mark->next > mark->frame ? mark->next - mark->frame : 0;

		least = left < least ? left : least;
	}
	return (double)least * 1000 / POINTER_RATE;
}

static int report(const char *wav, bool answers)
{
	struct sound_file card;
	struct analyse_slip slip;
	uint64_t from_ns = answered_ns[SHORT_CALLS] + (uint64_t)(EDGE_S * 1e9),
		 to_ns = ended_ns[SHORT_CALLS] - (uint64_t)(END_S * 1e9);
	size_t from, to;

	if (sound_file_read(&card, wav) || (answers && report_answers(&card)))
		return -1;
	from = pointer_frame(&pointer, from_ns);
	to = pointer_frame(&pointer, to_ns);
	if (to > card.frames || from >= to)
		return -1;
	slip = analyse_slip(card.channel[0] + from, to - from, card.rate, PCM_PILOT_HZ);
	printf("audio.voice_call_s\t%.0f\ts\n", (double)(to - from) / card.rate);
	printf("audio.voice_call_panics\t%u\tpanics\n", panics);
	printf("audio.voice_gap_samples_modem\t%llu\tsamples\n",
		(unsigned long long)(losses.missing + losses.dropped));
	printf("audio.voice_gap_samples_card\t%.0f\tsamples\n",
		slip.count ? ceil(slip.samples) * slip.count : 0);
	printf("audio.card_left_least_ms\t%.1f\tms\n", least_left_ms(from_ns, to_ns));
	sound_file_free(&card);
	return 0;
}

/*
 * voice DIRECTORY MEMORY_FILE CARD_WAV SECONDS PPM EMULATOR ARGUMENT…
 * SECONDS: 0, or the length of one long call, without the short ones before it. PPM: by how much the modem's clock is fast.
 */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	char **own = harness_arguments(&options, "CARD_WAV SECONDS PPM", argc, argv);
	double seconds = own ? atof(own[1]) : 0;
	int error;

	if (!own)
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK;
	harness = harness_create(&options);
	error = harness ? play(seconds, own[2]) : -1;
	error = error ? error : pointer_read(&pointer, harness);
	/* QEMU completes the card's recording when it ends. */
	harness_destroy(harness);
	return error || report(own[0], !seconds) ? 1 : 0;
}
