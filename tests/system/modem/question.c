/*
 * What Linux asks for is a question on the screen, and the keys of the real keypad answer it; the dialler, and an
 * emergency call, by the same keys. Prints `pass NAME` and `fail NAME …`.
 */
#include <stdio.h>
#include <string.h>

#include "examples/handset/call/ui.h"
#include "examples/handset/demo/look.h"
#include "tools/harness/harness.h"

#define GUARD_MS 600000
#define NUMBER	 "+15551234"

static struct harness *harness;
static unsigned failed;

static bool verdict(bool held, const char *name)
{
	printf("%s %s\n", held ? "pass" : "fail", name);
	failed += !held;
	return held;
}

static bool await(size_t from, const char *partition, const char *pattern)
{
	return harness_await(harness, from, partition, pattern) >= 0;
}

static void tap(const char *key)
{
	harness_key(harness, key, true);
	harness_key(harness, key, false);
}

/* Linux prints a line a second. */
static void seconds_pass(unsigned count)
{
	size_t from = harness_now(harness);

	while (count--) {
		ssize_t tick = harness_await(harness, from, "linux", "^tick");

		if (tick < 0)
			return;
		from = (size_t)tick + 1;
	}
}

static void tell_linux(const char *command)
{
	harness_type(harness, "linux", command);
	harness_type(harness, "linux", "\n");
}

static bool shows(struct ui_model *model)
{
	struct picture picture = {0};
	bool seen = !harness_await_picture(harness, look_card, model, &picture);

	picture_finish(&picture);
	return seen;
}

static struct ui_model question(enum ui_question kind, const char *number)
{
	struct ui_model model = {.state = PL_CALL_IDLE, .question = kind};

	snprintf(model.asker, sizeof(model.asker), "linux");
	snprintf(model.asked, sizeof(model.asked), "%s", number);
	return model;
}

static size_t asks_to_dial(void)
{
	size_t from = harness_now(harness);

	tell_linux("ask 'ATD" NUMBER ";'");
	(void)await(from, "call", "Linux asks for dial \\" NUMBER);
	return from;
}

static void user_refuses(void)
{
	size_t from = asks_to_dial();
	struct ui_model model = question(UI_ASK_DIAL, NUMBER);

	verdict(await(from, "io", "decision .*: notice: screen call"), "Linux's wish to dial takes the band");
	verdict(shows(&model), "the card says who wants to call whom");
	seconds_pass(2);
	tap("f2");
	verdict(await(from, "linux", "^answer: \\+CME ERROR: 3"), "the end key refuses it");
	verdict(await(from, "io", "decision .*: idle: .*call loses screen"), "and the band goes again");
	verdict(harness_find(harness, from, "modem", "> ATD") < 0, "nothing was dialled");
}

static void user_allows(void)
{
	size_t from;

	seconds_pass(3);
	from = asks_to_dial();
	(void)await(from, "io", "decision .*: notice: ");
	seconds_pass(2);
	tap("f1");
	verdict(await(from, "linux", "^answer: OK"), "the call key allows it");
	verdict(await(from, "modem", "> ATD\\" NUMBER ";") && await(from, "call", "idle -> dialing"),
		"the call is made, and is the telephony's");
	tap("f2");
	verdict(await(from, "call", "dialing -> ended") && await(from, "call", "ended -> idle"),
		"the end key ends it");
}

static void message_is_asked(void)
{
	size_t from = harness_now(harness);
	struct ui_model model = question(UI_ASK_MESSAGE, "+15551255");

	tell_linux("message");
	verdict(await(from, "call", "Linux asks for sms-send") && shows(&model),
		"so is a message, with its addressee");
	seconds_pass(2);
	tap("f1");
	verdict(await(from, "linux", "^answer: .*\\+CMGS: [0-9]+.*OK"),
		"which is sent when the user allows it");
}

static void emergency_by_keypad(void)
{
	size_t from = harness_now(harness);

	tap("f1");
	verdict(await(from, "io", "decision .*: dialler: screen call, keys call"),
		"the call key opens the dialler");
	tap("1");
	tap("1");
	tap("2");
	(void)await(from, "call", "key 3 up");
	tap("f1");
	verdict(await(from, "modem", "> ATD112;") &&
			await(from, "io", "decision .*: emergency: screen call, keys call"),
		"112 typed and called is an emergency call");
	tell_linux("ask AT+CHUP");
	tell_linux("ask ATH");
	verdict(await(from, "linux", "^answer: OK") &&
			harness_find(harness, from, "modem", "> AT(\\+CHUP|H)") < 0,
		"which Linux cannot end");
}

static void run(void)
{
	if (!verdict(await(0, "linux", "^client: ready, .*,1.OK") && await(0, "call", "^call: screen ready"),
		    "Linux has a registered modem, the call its screen"))
		return;
	user_refuses();
	user_allows();
	message_is_asked();
	emergency_by_keypad();
}

/* question DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	options.trace_types = 1u << PL_TRACE_MARK;
	harness = harness_create(&options);
	if (harness)
		run();
	harness_destroy(harness);
	return failed || !harness;
}
