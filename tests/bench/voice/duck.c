/*
 * How soon after RING was decided the music is softer: from the arbiter's decision to the moment at which the first sample
 * that is another one passes the card's pointer. Linux plays a tone whose period is a whole number of samples, so that each
 * change of gain, and the ringtone, shows at its first sample. Prints name<TAB>value<TAB>unit.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include "abi/mark.h"
#include "tests/bench/voice/pointer.h"
#include "tests/sound/script.h"
#include "tools/audioplot/sound_file.h"
#include "vdev/policy.h"

#define RINGS	20
#define SPEAKER 1	      /* the card's channel */
#define TONE	48	      /* samples: 1 kHz */
#define NOTHING (1.5 / 32768) /* the tone's own rounding */
#define AT_ONCE                                                                                              \
	(POINTER_RATE / 100) /* a ramp's beginning is below the card's resolution for so long at most */

/* What the card and the emulator's own mixer may have queued when something is decided, and more. */
#define QUEUED (POINTER_RATE / 10)

static struct pointer pointer;

/* RING's decision, and where the audio thread began to obey it. */
struct ring {
	uint64_t decided_ns;
	size_t frame;
};
static struct ring ring[RINGS];
static unsigned ring_count;

static void be_rung(void)
{
	size_t from = harness_now(script.harness);

	run("linux", "{ aplay -q -D hw:0,0 /48000-2-1000-4000.wav & }");
	await(from, "io", "^partylined: decision [0-9]+: idle: .*linux claims media");
	await_card(QUEUED + TONE);
	from = harness_now(script.harness);
	harness_type(script.harness, "modem", CALLER);
	await(from, "io", "^partylined: decision [0-9]+: ringing");
	await_card(QUEUED + AT_ONCE);
	harness_type(script.harness, "modem", "hangup\n");
	await(from, "io", "^partylined: decision [0-9]+: idle");
	from = harness_now(script.harness);
	run("linux", "kill $!; wait");
	await(from, "io", "^partylined: decision [0-9]+: idle: .*linux releases media");
}

static void read_rings(const struct harness *harness)
{
	uint64_t number = 0, decided_ns = 0;

	for (size_t i = 0; i < harness->traced_count && ring_count < RINGS; i++) {
		const struct pl_trace_event *e = &harness->traced[i];
		bool mark = e->type == PL_TRACE_MARK;

		if (mark && e->a == PL_MARK_DECISION && e->c == PHONE_RINGING && !number) {
			number = e->b;
			decided_ns = harness_traced_ns(harness, i);
		} else if (mark && e->a == PL_MARK_DECISION && e->c != PHONE_RINGING) {
			number = 0;
		} else if (mark && e->a == PL_MARK_OBEYED && number && e->b >= number && decided_ns) {
			ring[ring_count++] = (struct ring){decided_ns, e->c};
			decided_ns = 0;
		}
	}
}

/* The first sample at or after `from` that the tone would not have. */
static size_t first_other(const struct sound_file *card, size_t from)
{
	const double *sample = card->channel[SPEAKER];
	size_t at = from;

	while (at < card->frames && fabs(sample[at] - sample[at - TONE]) < NOTHING)
		at++;
	return at;
}

static int report(const struct sound_file *card)
{
	double worst = 0, queued = 0; /* of the worst: what the card had at the decision */

	for (unsigned i = 0; i < RINGS; i++) {
		size_t from = pointer_frame(&pointer, ring[i].decided_ns), at = first_other(card, from);
		uint64_t passed_ns = pointer_passed_ns(&pointer, at);
		double late = (double)(passed_ns - ring[i].decided_ns) / 1e6;

		if (at < ring[i].frame || at > ring[i].frame + AT_ONCE || !passed_ns) {
			fprintf(stderr, "bench: ring %u: sample %zu is another one, obeyed from %zu on\n", i,
				at, ring[i].frame);
			return -EINVAL;
		}
		if (late <= worst)
			continue;
		worst = late;
		queued = (double)(ring[i].frame - from) * 1000 / POINTER_RATE;
	}
	printf("audio.duck_first_sample_ms\t%.1f\tms\n", worst);
	printf("audio.duck_queue_ms\t%.1f\tms\n", queued);
	return 0;
}

/* duck DIRECTORY MEMORY_FILE CARD_WAV EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {0};
	char **own = script_start(&options, "CARD_WAV", argc, argv);
	struct sound_file card;

	if (!own)
		return 2;
	await(0, "io", "^partylined: alsa: hw:0,0: opened");
	await(0, "linux", "^init: up");
	for (unsigned i = 0; i < RINGS && !script.failed; i++)
		be_rung();
	read_rings(script.harness);
	if (pointer_read(&pointer, script.harness) || ring_count < RINGS)
		script.failed++;
	/* QEMU completes the card's recording when it ends. */
	harness_destroy(script.harness);
	if (script.failed || sound_file_read(&card, own[0]) || report(&card))
		return 1;
	sound_file_free(&card);
	return 0;
}
