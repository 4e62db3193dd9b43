/* The scenario, step by step. Whoever changes a promise here changes what README.md says. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "examples/handset/call/ui.h"
#include "examples/handset/demo/demo.h"
#include "examples/handset/demo/look.h"
#include "examples/handset/demo/sound.h"

#define CALLER_NUMBER "+358401234567"
#define CALLER_NAME   "Reception"
#define DIALLED	      "+15551234"
#define TIMER_WATCH_S 3 /* how long the timer is watched from the panic on, at least */
#define MUSIC_WATCH                                                                                          \
	3 /* times that Linux tells of its picture, once a second, while there is something to be heard */

static const struct demo_qcode key_a = {"a", 30}, key_b = {"b", 48}, key_c = {"c", 46}, key_d = {"d", 32},
			       key_e = {"e", 18}, key_f = {"f", 33}, key_g = {"g", 34}, key_h = {"h", 35},
			       key_i = {"i", 23};

int step_start(struct demo *demo)
{
	struct harness *harness = demo->harness;
	ssize_t call, first;

	if (demo_await(demo, 0, "hv", "^Partyline", "the hypervisor starts") < 0)
		return -ETIMEDOUT;
	call = demo_await(demo, 0, "hv", "^partition call: started", "the call partition starts");
	first = harness_find(harness, 0, "hv", "^partition [a-z]+: started");
	demo_promise(demo, call >= 0 && call == first, "it starts first and waits for no one");
	if (demo_await(demo, 0, "io", "^partylined: ready", "the I/O domain serves screen and keys") < 0 ||
		demo_await(demo, 0, "linux", "^app: started", "Linux and its application start") < 0)
		return -ETIMEDOUT;
	demo_promise(demo,
		harness_find(harness, 0, "hv", "^partition io: started") <
			harness_find(harness, 0, "hv", "^partition linux: started"),
		"Linux has waited for its devices");
	return 0;
}

/* Its log is on the console. Nobody but its init has it enable what it finds. */
static int modem_manager(struct demo *demo, size_t from, const char *promise)
{
	ssize_t line = harness_await(
		demo->harness, from, "linux", "\\[modem[0-9]+\\] state changed \\(unknown -> disabled\\)");

	if (line >= 0)
		line = harness_await(demo->harness, (size_t)line, "linux",
			"\\[modem[0-9]+\\] state changed \\(.* -> registered\\)");
	demo_promise(demo, line >= 0, "%s", promise);
	return line < 0 ? -ETIMEDOUT : 0;
}

int step_linux(struct demo *demo)
{
	static const struct demo_qcode *const keys[] = {&key_a, &key_b, &key_c};
	struct look_motion motion = {.frames_wanted = 3};
	struct look_count three = {.keys = 3};
	int error = harness_await_picture(demo->harness, look_moves, &motion, &demo->picture);

	demo_promise(demo, !error, "the picture moves: frames %u to %u were on the screen", motion.first,
		motion.last);
	for (size_t i = 0; i < 3 && !error; i++)
		error = keys_tap(demo, keys[i], DEMO_LINUX);
	if (error)
		return error;
	error = harness_await_picture(demo->harness, look_counts, &three, &demo->picture);
	demo_promise(demo, !error, "its picture counts %u keys", three.seen);
	demo_save(demo, "1-linux");
	if (!error)
		error = modem_manager(demo, 0, "its ModemManager finds a modem, and has it registered");
	if (!error)
		error = sound_play(demo);
	if (!error)
		error = sound_talk(demo);
	if (!error)
		error = sound_wait(demo, MUSIC_WATCH);
	return error ? error : picture_copy(&demo->linux_picture, &demo->picture);
}

/* A key that is down when the focus goes: the side that loses it sees it released, the other sees nothing. */
static int hold(struct demo *demo, const struct demo_qcode *key, enum demo_side side, const char *line)
{
	size_t from = harness_now(demo->harness);

	keys_press(demo, key, true, side);
	return (int)demo_await(demo, from, side == DEMO_LINUX ? "linux" : "call", line, "a key is held") < 0
		       ? -ETIMEDOUT
		       : 0;
}

static int ring(struct demo *demo)
{
	size_t from = harness_now(demo->harness);

	demo_note(demo, "a call comes in at the modem");
	harness_type(demo->harness, "modem", "ring " CALLER_NUMBER " \"" CALLER_NAME "\"\n");
	if (demo_await(demo, from, "modem", "^modem: < RING", "RING is on the line") < 0 ||
		demo_await(demo, from, "modem", "^modem: < \\+CLIP: \"\\" CALLER_NUMBER "\"",
			"+CLIP gives the number") < 0 ||
		demo_await(demo, from, "call", "^call: state idle -> ringing", "the call partition rings") <
			0 ||
		demo_await(demo, from, "io", "decision [0-9]+:.*keys call", "the arbiter gives it the keys") <
			0 ||
		demo_await(demo, from, "linux", "^phone: ringing \\" CALLER_NUMBER " " CALLER_NAME,
			"Linux reads who calls over TCP") < 0)
		return -ETIMEDOUT;
	keys_expect_release(demo, &key_d, DEMO_LINUX);
	return (int)demo_await(demo, from, "linux", "^app: key 32 up", "the key held is released for Linux") <
			       0
		       ? -ETIMEDOUT
		       : 0;
}

int step_ringing(struct demo *demo)
{
	struct look_caller caller = {.number = CALLER_NUMBER, .name = CALLER_NAME};
	struct look_motion motion = {.frames_wanted = 3};
	struct look_alpha alpha = {0};
	int error = hold(demo, &key_d, DEMO_LINUX, "^app: key 32 down");

	if (!error)
		error = ring(demo);
	if (error)
		return error;
	error = harness_await_picture(demo->harness, look_band, &caller, &demo->picture);
	demo_promise(demo, !error, "the call is a band over Linux's picture, with \"%s\" and %s", CALLER_NAME,
		CALLER_NUMBER);
	demo_save(demo, "2-ringing");
	if (error)
		return error;
	error = harness_await_picture(demo->harness, look_moves, &motion, &demo->picture);
	demo_promise(demo, !error, "Linux's picture keeps moving underneath: frames %u to %u", motion.first,
		motion.last);
	error = harness_await_picture(demo->harness, look_through, &alpha, &demo->picture);
	demo_promise(demo, !error, "and shines through the band (%u pixels)", alpha.pixels);
	look_alpha_finish(&alpha);
	keys_release_unseen(demo, &key_d);
	if (!error)
		error = keys_tap(demo, &key_e, DEMO_CALL);
	return error ? error : sound_wait(demo, MUSIC_WATCH);
}

/* Linux draws on: it says so twice from now on, with more frames the second time. */
static bool linux_draws(struct demo *demo, size_t from, uint32_t frame[2])
{
	for (int i = 0; i < 2; i++) {
		ssize_t line = harness_await(demo->harness, from, "linux", "^app: frame [0-9]+");

		if (line < 0 || sscanf(demo->harness->event[line].text, "app: frame %u", &frame[i]) != 1)
			return false;
		from = (size_t)line + 1;
	}
	return frame[1] > frame[0];
}

/* The location is read from the modem when this is switched on. */
static int modem_manager_asks(struct demo *demo)
{
	size_t from = harness_now(demo->harness);

	demo_note(demo, "ModemManager is told to ask its modem where it is");
	harness_type(demo->harness, "linux",
		"\nmmcli -m any --location-enable-3gpp >/dev/null; mmcli -m any --location-get\n");
	return (int)demo_await(demo, from, "linux", "location area code: [0-9A-F]",
		       "ModemManager asks its modem where it is, and is answered") < 0
		       ? -ETIMEDOUT
		       : 0;
}

int step_answer(struct demo *demo)
{
	struct harness *harness = demo->harness;
	struct look_caller caller = {.number = CALLER_NUMBER, .name = CALLER_NAME};
	size_t from = harness_now(harness);
	bool draws;
	uint32_t frame[2] = {0};
	int error = keys_tap(demo, &demo_key_answer, DEMO_CALL);

	if (error || demo_await(demo, from, "modem", "^modem: > ATA", "ATA is on the line") < 0 ||
		demo_await(demo, from, "call", "^call: state ringing -> active", "the call is active") < 0 ||
		demo_await(demo, from, "linux", "^phone: active", "Linux's copy of the state follows") < 0)
		return -ETIMEDOUT;
	error = harness_await_picture(harness, look_call, &caller, &demo->picture);
	demo_promise(demo, !error, "the call fills the screen and shows its time");
	if (error)
		return error;
	caller.at_least = caller.seconds + 2;
	error = harness_await_picture(harness, look_call, &caller, &demo->picture);
	demo_promise(demo, !error, "the timer runs: it shows %u s", caller.seconds);
	demo_save(demo, "3-call");
	draws = linux_draws(demo, harness_now(harness), frame);
	demo_promise(demo, draws, "Linux goes on drawing, unseen: frames %u to %u", frame[0], frame[1]);
	if (!error)
		error = modem_manager_asks(demo);
	return error ? error : keys_tap(demo, &key_f, DEMO_CALL);
}

static int panic(struct demo *demo, size_t *from)
{
	ssize_t line;

	*from = harness_now(demo->harness);
	demo_note(demo, "Linux is told to panic");
	harness_type(demo->harness, "linux", "\necho c > /proc/sysrq-trigger\n");
	line = demo_await(demo, *from, "linux", "Kernel panic", "Linux panics");
	if (line < 0)
		return -ETIMEDOUT;
	demo->panic_event = (size_t)line;
	demo->panic_ns = demo->harness->event[line].time_ns;
	return 0;
}

/* The call's screen is whole while there is no Linux. */
static int call_goes_on(struct demo *demo, struct look_caller *caller)
{
	int error = harness_await_picture(demo->harness, look_call, caller, &demo->picture);

	demo_promise(demo,
		!error && harness_find(demo->harness, demo->panic_event, "linux", "^app: started") < 0,
		"the call screen is whole while there is no Linux");
	demo_save(demo, "4-panic");
	return error;
}

/* Its timer has run on through all of it. */
static int timer_goes_on(struct demo *demo, struct look_caller *caller)
{
	uint32_t first = caller->seconds;
	int error;

	caller->at_least = first + TIMER_WATCH_S;
	error = harness_await_picture(demo->harness, look_call, caller, &demo->picture);
	demo->calm_ns = demo_now_ns(demo);
	demo_promise(
		demo, !error, "its timer did not notice: it went on from %u to %u s", first, caller->seconds);
	return error;
}

static int linux_returns(struct demo *demo, size_t from)
{
	ssize_t line;

	if (demo_await(demo, from, "hv", "^partition linux: fault", "the hypervisor records the fault") < 0 ||
		demo_await(demo, from, "hv", "^partition linux: restarting", "it restarts Linux") < 0)
		return -ETIMEDOUT;
	line = demo_await(
		demo, demo->panic_event, "linux", "^app: started", "Linux's application comes back");
	if (line >= 0)
		line = demo_await(demo, (size_t)line, "linux", "^app: frame", "and draws underneath");
	if (line >= 0)
		line = demo_await(demo, demo->panic_event, "linux", "^phone: active \\" CALLER_NUMBER,
			"and learns of the call that goes on");
	return line < 0 ? -ETIMEDOUT : 0;
}

int step_panic(struct demo *demo)
{
	struct look_caller caller = {.number = CALLER_NUMBER, .name = CALLER_NAME};
	size_t from;
	int error = hold(demo, &key_g, DEMO_CALL, "^call: key 34 down");

	if (!error)
		error = panic(demo, &from);
	if (!error)
		error = call_goes_on(demo, &caller);
	if (!error)
		error = linux_returns(demo, from);
	if (!error)
		error = sound_play(demo);
	if (!error)
		error = timer_goes_on(demo, &caller);
	if (!error)
		error = modem_manager(demo, demo->panic_event, "ModemManager is back, and registered");
	if (error)
		return error;
	keys_press(demo, &key_g, false, DEMO_CALL);
	demo_promise(demo,
		harness_find(demo->harness, 0, "hv", "^partition (modem|call|io): (fault|restarting)") < 0,
		"nobody else was touched");
	return (int)demo_await(demo, from, "call", "^call: key 34 up", "a key held all the time is let go") <
			       0
		       ? -ETIMEDOUT
		       : 0;
}

static int hang_up(struct demo *demo)
{
	size_t from = harness_now(demo->harness);

	keys_press(demo, &demo_key_end, true, DEMO_CALL);
	keys_press(demo, &demo_key_end, false, DEMO_CALL);
	if (demo_await(demo, from, "modem", "^modem: > AT(\\+CHUP|H)", "the end key hangs up on the line") <
			0 ||
		demo_await(demo, from, "call", "^call: state .*-> idle", "the call is over") < 0 ||
		demo_await(demo, from, "io", "decision [0-9]+:.*keys linux",
			"the arbiter gives Linux the keys") < 0)
		return -ETIMEDOUT;
	keys_expect_release(demo, &key_h, DEMO_CALL);
	return (int)demo_await(
		       demo, from, "call", "^call: key 35 up", "the key held is released for the call") < 0
		       ? -ETIMEDOUT
		       : 0;
}

int step_end(struct demo *demo)
{
	struct look_whole whole = {.before = &demo->linux_picture};
	struct look_motion motion = {.frames_wanted = 3};
	struct look_count one = {.keys = 1};
	int error = hold(demo, &key_h, DEMO_CALL, "^call: key 35 down");

	if (!error)
		error = hang_up(demo);
	if (error)
		return error;
	keys_release_unseen(demo, &key_h);
	error = harness_await_picture(demo->harness, look_whole, &whole, &demo->picture);
	demo_promise(demo, !error, "the overlay is gone, Linux's picture is whole (%u pixels differ)",
		whole.pixels);
	if (!error)
		error = harness_await_picture(demo->harness, look_moves, &motion, &demo->picture);
	demo_promise(demo, !error, "and moves: frames %u to %u", motion.first, motion.last);
	if (!error)
		error = keys_tap(demo, &key_i, DEMO_LINUX);
	if (!error)
		error = harness_await_picture(demo->harness, look_counts, &one, &demo->picture);
	demo_promise(demo, !error, "keys go to Linux: its picture counts %u since it is back", one.seen);
	demo_save(demo, "5-linux");
	return error ? error : sound_wait(demo, MUSIC_WATCH);
}

/* Nothing of Linux's but ModemManager is at the virtual modem. */
static void linux_dials(struct demo *demo)
{
	demo_note(demo, "Linux's ModemManager dials " DIALLED);
	harness_type(demo->harness, "linux",
		"\nmmcli -o $(mmcli -m any --voice-create-call=number=" DIALLED
		" | grep -o '/org.*') --start 2>&1\n");
}

int step_question(struct demo *demo)
{
	struct ui_model model = {
		.state = PL_CALL_IDLE, .question = UI_ASK_DIAL, .asker = "linux", .asked = DIALLED};
	struct look_motion motion = {.frames_wanted = 3};
	size_t from = harness_now(demo->harness);
	int error;

	linux_dials(demo);
	if (demo_await(demo, from, "call", "Linux asks for dial \\" DIALLED,
		    "Linux's modem asks the user first") < 0)
		return -ETIMEDOUT;
	error = harness_await_picture(demo->harness, look_card, &model, &demo->picture);
	demo_promise(demo, !error, "the card says that Linux wants to call %s", DIALLED);
	demo_save(demo, "6-refused");
	if (!error)
		error = sound_wait(demo, MUSIC_WATCH); /* a key right after the question would not count */
	if (!error)
		error = keys_tap(demo, &demo_key_end, DEMO_CALL);
	if (error || demo_await(demo, from, "linux", "^error: .*[Nn]ot ?[Aa]llowed",
			     "the end key refuses it, and mmcli says so") < 0)
		return error ? error : -ETIMEDOUT;
	demo_promise(
		demo, harness_find(demo->harness, from, "modem", "^modem: > ATD") < 0, "nothing was dialled");
	error = harness_await_picture(demo->harness, look_moves, &motion, &demo->picture);
	demo_promise(demo, !error, "Linux's picture moves on: frames %u to %u", motion.first, motion.last);
	demo_promise(demo, harness_find(demo->harness, 0, "linux", "^init: ModemManager ended") < 0,
		"its ModemManager has never ended but with Linux");
	return error;
}
