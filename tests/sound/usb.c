/*
 * A USB sound card that is pulled out in mid-call and plugged in again: the call goes on, and is heard again. And what
 * its controller may reach by DMA. Prints `pass NAME` and `fail NAME …`.
 */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "examples/handset/demo/recording.h"
#include "examples/handset/modem/voice.h"
#include "tests/sound/script.h"
#include "tools/audioplot/analyse.h"
#include "tools/audioplot/sound_file.h"

#define OPENED	"^partylined: alsa: hw:Audio,0: opened"
#define EDGE_S	0.4 /* that what begins has to begin: the card's queue, and the emulated card's own */
#define CALL_PA "0x50000000" /* the call partition's memory */

static struct {
	uint64_t opened, answered, unplugged, opened_again, ended;
	struct recording_losses losses;
} call;

/* The QEMU arguments have a card "headphones" and a sound file "again" for the next one. */
static void unplug(void)
{
	size_t from = harness_now(script.harness);
	cJSON *arguments = cJSON_CreateObject();

	cJSON_AddStringToObject(arguments, "id", "headphones");
	verdict(!harness_qmp(script.harness, "device_del", arguments, NULL), "the card is pulled out",
		"it is not%.0f%.0f", 0, 0);
	call.unplugged = await(from, "io", "^partylined: warning: alsa: hw:Audio,0: card lost");
	run("io", "sleep 1; partylined -q audio");
	verdict(harness_find(script.harness, from, "io", "^card .* absent: the clock paces") >= 0,
		"the control socket says so", "no such line%.0f%.0f", 0, 0);
	run("io", "sleep 1; test ! -e /proc/asound/Audio");
}

static void plug_in(void)
{
	size_t from = harness_now(script.harness);
	cJSON *arguments = cJSON_CreateObject();

	cJSON_AddStringToObject(arguments, "driver", "usb-audio");
	cJSON_AddStringToObject(arguments, "id", "headphones");
	cJSON_AddStringToObject(arguments, "bus", "usb.0");
	cJSON_AddStringToObject(arguments, "audiodev", "again");
	verdict(!harness_qmp(script.harness, "device_add", arguments, NULL), "it is plugged in again",
		"it is not%.0f%.0f", 0, 0);
	call.opened_again = await(from, "io", OPENED);
}

static void call_ends(const char *memory)
{
	size_t from = harness_now(script.harness);

	tap("f2");
	call.ended = await(from, "call", "^call: state active -> ended");
	await(from, "io", "^partylined: decision [0-9]+: idle");
	verdict(!recording_follow(&call.losses, memory), "the modem has recorded the call",
		"it has not%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, 0, "hv", "^partition [a-z]+: (fault|restarting)") < 0,
		"nobody has crashed", "somebody has%.0f%.0f", 0, 0);
	verdict(harness_find(script.harness, from, "call", "^call: voice: .*; 0 torn, 0 refused") >= 0,
		"the call partition was never refused its voice", "it was%.0f%.0f", 0, 0);
}

/* The controller, without its driver, is told to read commands in the call partition's memory. */
static void reach_out(void)
{
	size_t from = harness_now(script.harness);

	/* In its PCI header: memory space and bus master. */
	run("io", "cd /sys/bus/pci/drivers/xhci_hcd; d=$(echo 0*); echo $d >unbind; cd ../../devices/$d; "
		  "printf '\\006' | dd of=config bs=1 seek=4 conv=notrunc 2>/dev/null; read b e f <resource");
	/* Its operational registers: the ring of commands, then run; then the first doorbell. */
	run("io",
		"o=$((b + $(devmem $b 8))); devmem $((o + 0x18)) 32 " CALL_PA "; devmem $((o + 0x1c)) 32 0; "
		"devmem $o 32 1; devmem $((b + $(devmem $((b + 0x14)) 32))) 32 0");
	await(from, "hv",
		"^partition io: fault [0-9]+: dma stream 0x[0-9a-f]+ event 0x[0-9a-f]+ ipa " CALL_PA);
	verdict(harness_find(script.harness, from, "hv", "^partition [a-z]+: restarting") < 0,
		"and nobody is restarted for it", "somebody is%.0f%.0f", 0, 0);
}

/*
 * Listening.
 */

/* The caller's voice at the earpiece, from one moment of the machine to another. */
static void check_caller(const char *name, const char *path, uint64_t begin, uint64_t from_ns, uint64_t to_ns)
{
	struct sound_file card;
	struct analyse_slip slip;
	size_t from, to;

	if (sound_file_read(&card, path)) {
		verdict(false, name, "no recording%.0f%.0f", 0, 0);
		return;
	}
	from = (size_t)(((double)(from_ns - begin) / 1e9 + EDGE_S) * card.rate);
	to = (size_t)((double)(to_ns - begin) / 1e9 * card.rate);
	to = to < card.frames ? to : card.frames;
	if (verdict(from + (size_t)card.rate / 2 < to, name, "%.2f s of sound, at least %.1f",
		    ((double)to - (double)from) / card.rate, 0.5)) {
		double level = analyse_band(
			card.channel[0] + from, to - from, card.rate, PCM_PILOT_HZ - 50, PCM_PILOT_HZ + 50);

		slip = analyse_slip(card.channel[0] + from, to - from, card.rate, PCM_PILOT_HZ);
		verdict(level > -45 && !slip.count, "and without a gap", "level %.1f dBFS, %.0f slips", level,
			slip.count);
	}
	sound_file_free(&card);
}

static void listen(const char *directory)
{
	char path[256];

	verdict(call.losses.frames * PCM_FRAME_MS > (call.ended - call.answered) / 1000000 - 200,
		"the modem's voice went on all the time", "%.0f ms of %.0f",
		(double)call.losses.frames * PCM_FRAME_MS, (double)(call.ended - call.answered) / 1e6);
	verdict(call.losses.missing + call.losses.dropped == 0, "and the phone's",
		"%.0f samples missing, %.0f late", (double)call.losses.missing, call.losses.dropped);
	snprintf(path, sizeof(path), "%s/card.wav", directory);
	check_caller("the caller is heard on the card", path, call.opened, call.answered, call.unplugged);
	snprintf(path, sizeof(path), "%s/again.wav", directory);
	check_caller("and again when it is back", path, call.opened_again, call.opened_again, call.ended);
}

/* usb DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {0};

	if (!script_start(&options, "", argc, argv))
		return 1;
	call.opened = await(0, "io", OPENED);
	await(0, "linux", "^init: up");
	if (script.failed)
		return 1;
	call.answered = call_begins();
	await_card(2 * CARD_RATE);
	unplug();
	plug_in();
	await_card(2 * CARD_RATE);
	call_ends(options.memory);
	reach_out();
	harness_destroy(script.harness);
	listen(options.directory);
	return script.failed != 0;
}
