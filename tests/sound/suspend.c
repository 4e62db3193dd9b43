/*
 * The I/O domain's devices are suspended and resumed in mid-call, by its kernel's own test (all but the processor): the call
 * stays up, and afterwards both ends are heard. Prints `pass NAME` and `fail NAME …`.
 */
#include <math.h>
#include <stdio.h>

#include "examples/handset/demo/recording.h"
#include "examples/handset/modem/voice.h"
#include "tests/sound/script.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/sound_file.h"

#define TONE_HZ 500 /* into the microphone */
#define HEARD_S 0.5
/* Asleep for the second that the kernel's test takes; its devices are down from the first of these lines to the second. */
#define SUSPEND                                                                                              \
	"echo 1 >/sys/module/suspend/parameters/pm_test_delay; echo devices >/sys/power/pm_test; "           \
	"echo freeze >/sys/power/state"

static struct {
	uint64_t ended, stopped;
} call;

static void be_suspended(void)
{
	size_t from = harness_now(script.harness);

	run("io", SUSPEND);
	run("io", "dmesg | grep -A1 'suspend debug: Waiting for 1 second'");
	run("io", "(aplay -q -D hw:Loopback,0,0 /48000-2-500-3000.wav &)");
	await_card(2 * CARD_RATE);
	from = harness_now(script.harness);
	run("io", "partylined -q audio");
	verdict(harness_find(script.harness, from, "io", "^card .* present .* suspends [1-9]") >= 0,
		"the card is there again, and its suspend was counted", "no such line%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, from, "io", "^voice down: .* fill [0-4]?[0-9] ms") >= 0,
		"and the voice waits no longer than before", "it does%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, 0, "call", "^call: state active -> ") < 0, "the call stayed up",
		"it ended%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, 0, "hv", "^partition [a-z]+: (fault|restarting)") < 0,
		"nobody was restarted", "somebody was%.0f%.0f", 0, 0);
}

static void call_ends(void)
{
	size_t from = harness_now(script.harness);

	tap("f2");
	call.ended = await(from, "call", "^call: state active -> ended");
	await(from, "io", "^partylined: decision [0-9]+: idle");
	call.stopped = run("io", "sleep 1");
}

/*
 * Listening.
 */

static void check_modem(const struct recording *r)
{
	size_t count = (size_t)(HEARD_S * r->rate), end = r->count;
	double level = -200;

	/* Before the suppressor takes a steady tone for noise. */
	for (size_t at = end > 5 * count ? end - 5 * count : 0; at + count <= end; at += count)
		level = fmax(level, analyse_band(r->heard + at, count, r->rate, TONE_HZ - 20, TONE_HZ + 20));
	verdict(level > -40, "the microphone is heard at the modem again", "%.1f dBFS, more than %.0f", level,
		-40);
}

/* The card stood still for a while: its recording is counted from its end, which is the machine's. */
static void check_ear(const char *path, uint64_t now_ns)
{
	struct sound_file card;
	double since = ((double)(now_ns - call.ended) / 1e9 + 2 * HEARD_S), level;
	size_t count, at;

	if (sound_file_read(&card, path)) {
		verdict(false, "the caller is heard at the ear again", "no recording%.0f%.0f", 0, 0);
		return;
	}
	count = (size_t)(HEARD_S * card.rate);
	at = card.frames - (size_t)(since * card.rate);
	level = at + count < card.frames ? analyse_band(card.channel[0] + at, count, card.rate,
						   PCM_PILOT_HZ - 50, PCM_PILOT_HZ + 50)
					 : -200;
	verdict(level > -45, "the caller is heard at the ear again", "%.1f dBFS, more than %.0f", level, -45);
	if (level > -45) {
		struct analyse_slip slip = analyse_slip(card.channel[0] + at, count, card.rate, PCM_PILOT_HZ);

		verdict(!slip.count, "and without a gap", "%.0f slips, at most %.0f", slip.count, 0);
	}
	sound_file_free(&card);
}

/* suspend DIRECTORY MEMORY_FILE CARD_WAV EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {0};
	char **own = script_start(&options, "CARD_WAV", argc, argv);
	struct recording r;
	int error;

	if (!own)
		return 2;
	await(0, "io", "^partylined: alsa: hw:0,0: opened");
	await(0, "linux", "^init: up");
	(void)call_begins();
	await_card(2 * CARD_RATE);
	be_suspended();
	call_ends();
	error = recording_read(&r, options.memory, 0);
	/* QEMU completes the card's recording when it ends. */
	harness_destroy(script.harness);
	if (error)
		return 1;
	check_modem(&r);
	check_ear(own[0], call.stopped);
	recording_free(&r);
	return script.failed != 0;
}
