/*
 * Figures of the voice path through the real partitions, in virtual time: how soon after the modem's OK to ATA
 * voice is at the card and at the modem, and what of it is lost in a long call while Linux floods its sound card,
 * takes all of the processor, panics and is restarted. Prints name<TAB>value<TAB>unit.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "examples/handset/demo/recording.h"
#include "examples/handset/modem/voice.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/sound_file.h"
#include "tools/harness/harness.h"

#define GUARD_MS   900000
#define CALL_COUNT 20
#define PERCENTILE 99
#define EDGE_S	   0.3
#define FLOOD                                                                                                \
	"while :; do aplay -q -D hw:0,0 /usr/share/sounds/music.wav; done & while :; do :; done & while :; " \
	"do :; done &"

static struct harness *harness;
static uint64_t card_ns; /* when the card began to play */
static uint64_t answered_ns[CALL_COUNT + 1], ended_ns[CALL_COUNT + 1];
static double at_modem[CALL_COUNT], at_card[CALL_COUNT];
static unsigned missing, dropped;

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

/* Rings, is answered; when the modem said OK to that. */
static int begin_call(unsigned n)
{
	size_t from = harness_now(harness);
	ssize_t line;

	harness_type(harness, "modem", "ring +358401234567 \"Reception\"\n");
	if (await(from, "io", "decision [0-9]+: ringing") < 0 || wait_seconds(1) || tap("f1"))
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

	for (unsigned n = 0; n < CALL_COUNT; n++) {
		if (begin_call(n) || wait_seconds(2) || end_call(n))
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

static int long_call(void)
{
	struct recording r;

	if (begin_call(CALL_COUNT) || flood_and_panic() || flood_and_panic() || wait_seconds(3) ||
		end_call(CALL_COUNT) || recording_read(&r, harness->memory, 0))
		return -1;
	missing = r.missing;
	dropped = r.dropped;
	recording_free(&r);
	return 0;
}

static int play(void)
{
	ssize_t card = await(0, "io", "alsa: .*opened");

	if (card < 0 || await(0, "linux", "^app: frame") < 0)
		return -1;
	card_ns = harness->event[card].time_ns;
	harness_type(harness, "io",
		"\nwhile :; do ALSA_CONFIG_PATH=/etc/talker.conf aplay -q -D talker "
		"/usr/share/sounds/talker.wav; done &\n");
	return wait_seconds(2) || short_calls() || long_call() ? -1 : 0;
}

/*
 * At the card.
 */

static size_t frame_at(const struct sound_file *card, uint64_t ns)
{
	return (size_t)fmax(0, ((double)ns - (double)card_ns) / 1e9 * card->rate);
}

static int card_latency(const struct sound_file *card)
{
	for (unsigned n = 0; n < CALL_COUNT; n++) {
		size_t from = frame_at(card, answered_ns[n]), at = from;

		while (at < card->frames && card->channel[0][at] == 0)
			at++;
		if (at == card->frames)
			return -1;
		at_card[n] = (double)(at - from) / card->rate * 1000;
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

static int report(const char *wav)
{
	struct sound_file card;
	struct analyse_slip slip;
	size_t from, to;

	if (sound_file_read(&card, wav) || card_latency(&card))
		return -1;
	from = frame_at(&card, answered_ns[CALL_COUNT]) + (size_t)(EDGE_S * card.rate);
	to = frame_at(&card, ended_ns[CALL_COUNT]);
	if (to > card.frames || from >= to)
		return -1;
	slip = analyse_slip(card.channel[0] + from, to - from, card.rate, PCM_PILOT_HZ);
	printf("audio.answer_to_voice_card_ms\t%.1f\tms\n", percentile(at_card, CALL_COUNT));
	printf("audio.answer_to_voice_modem_ms\t%.1f\tms\n", percentile(at_modem, CALL_COUNT));
	printf("audio.voice_call_s\t%.0f\ts\n", (double)(to - from) / card.rate);
	printf("audio.voice_gap_samples_modem\t%u\tsamples\n", missing + dropped);
	printf("audio.voice_gap_samples_card\t%.0f\tsamples\n",
		slip.count ? ceil(slip.samples) * slip.count : 0);
	sound_file_free(&card);
	return 0;
}

/* voice DIRECTORY MEMORY_FILE CARD_WAV EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};
	char **own = harness_arguments(&options, "CARD_WAV", argc, argv);
	int error;

	if (!own)
		return 2;
	options.trace_types = 1u << PL_TRACE_BOOT;
	harness = harness_create(&options);
	error = harness ? play() : -1;
	/* QEMU completes the card's recording when it ends. */
	harness_destroy(harness);
	return error || report(own[0]) ? 1 : 0;
}
