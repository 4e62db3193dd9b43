/*
 * What Linux asks for is a question on the screen, and the keys of the real keypad answer it; the dialler, and an
 * emergency call, by the same keys. Prints `pass NAME` and `fail NAME …`.
 */
#include <stdio.h>
#include <string.h>

#include "tests/system/modem/steps.h"

#define NUMBER "+15551234"

static struct ui_model question(enum ui_question kind, const char *number)
{
	struct ui_model model = {.state = PL_CALL_IDLE, .question = kind};

	snprintf(model.asker, sizeof(model.asker), "linux");
	snprintf(model.asked, sizeof(model.asked), "%s", number);
	return model;
}

static size_t asks_to_dial(void)
{
	size_t from = now();

	tell("linux", "ask 'ATD" NUMBER ";'");
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
	verdict(!found(from, "modem", "> ATD"), "nothing was dialled");
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
	size_t from = now();
	struct ui_model model = question(UI_ASK_MESSAGE, "+15551255");

	tell("linux", "message");
	verdict(await(from, "call", "Linux asks for sms-send") && shows(&model),
		"so is a message, with its addressee");
	seconds_pass(2);
	tap("f1");
	verdict(await(from, "linux", "^answer: .*\\+CMGS: [0-9]+.*OK"),
		"which is sent when the user allows it");
}

static void service_code_is_asked(void)
{
	size_t from = now();
	struct ui_model model = question(UI_ASK_CODE, "*100#");

	seconds_pass(3);
	tell("linux", "ask 'AT+CUSD=1,\"*100#\",15'; heard +CUSD");
	verdict(await(from, "call", "Linux asks for ussd \\*100#") && shows(&model),
		"so is a service code, as it would be sent");
	seconds_pass(2);
	verdict(!found(from, "modem", "^modem: ussd"), "the network has not seen it until then");
	tap("f1");
	verdict(await(from, "modem", "^modem: ussd \\*100#") &&
			await(from, "linux", "^heard: \\+CUSD: 0,.Balance 12.34."),
		"which goes to the network when the user allows it, and the answer to Linux");
}

/* policy.conf leaves Linux less of the modem then. */
static void calls_take_rights(void)
{
	size_t from = now();

	if (!verdict(call_answered() && await(from, "io", "decision .*: active: "), "a call is answered"))
		return;
	from = now();
	tell("linux", "ask 'ATD" NUMBER ";'");
	verdict(await(from, "linux", "^answer: .*\\+CME ERROR: 3") &&
			found(from, "call", "linux refused D \\(dial\\): not in what the phone does now") &&
			!found(from, "call", "Linux asks for"),
		"in a call Linux's wish to dial is refused without a question");
	tell("linux", "ask AT+CSQ");
	verdict(await(from, "linux", "^answer: .*\\+CSQ: .*OK"), "and what it may do is done");
	tap("f2");
	verdict(await(from, "call", "active -> ended") && await(from, "call", "ended -> idle"),
		"the call goes on until the user ends it");
}

static void emergency_by_keypad(void)
{
	size_t from = now();

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
	tell("linux", "ask AT+CHUP");
	tell("linux", "ask ATH");
	verdict(await(from, "linux", "^answer: OK") && !found(from, "modem", "> AT(\\+CHUP|H)"),
		"which Linux cannot end");
}

static void run(void)
{
	if (!started())
		return;
	user_refuses();
	user_allows();
	message_is_asked();
	service_code_is_asked();
	calls_take_rights();
	emergency_by_keypad();
}

/* question DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	return steps_run(argc, argv, run);
}
