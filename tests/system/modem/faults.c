/*
 * A modem that is lost in the middle of a call: silent, talking garbage, started anew. The screen says it, the phone
 * finds the modem again, and neither telephony nor Linux notices any other trace of it. Prints `pass NAME` and `fail NAME`.
 */
#include "tests/system/modem/steps.h"

/* Linux does nothing: the seconds until something is noticed pass quickly. */
static void hurry(void)
{
	tell("linux", "busy_off");
}

static bool call_is_up(const char *name)
{
	tell("linux", "busy_on");
	return verdict(call_answered() && await(0, "io", "decision .*: active: "), name);
}

/* Without echo, which a modem that was reset has switched on again. */
static void linux_is_answered(const char *name)
{
	size_t from = now();

	tell("linux", "ask AT+CSQ");
	verdict(await(from, "linux", "^answer: ") &&
			found(from, "linux", "^answer: (.*\\|)?\\+CSQ: [0-9]+,[0-9]+\\|OK") &&
			!found(from, "linux", "^answer: .*AT\\+CSQ"),
		name);
}

/* The call in the modem ends meanwhile, which nobody hears of. */
static void lost_and_found(const char *fault, const char *said, const char *shown, const char *back)
{
	struct ui_model lost = {.state = PL_CALL_IDLE, .no_modem = true};
	size_t from = now();

	tell("modem", fault);
	hurry();
	verdict(await(from, "call", "modem lost") && await(from, "call", "active -> ended"), said);
	verdict(shows(&lost), shown);
	tell("modem", "hangup");
	from = now();
	tell("modem", "fault off");
	verdict(await(from, "call", "^call: modem ready") && await(from, "io", "idle: .*call loses screen"),
		back);
}

static void silence(void)
{
	if (!call_is_up("a call is up when the modem falls silent"))
		return;
	lost_and_found("fault silence 600000",
		"a modem that falls silent is taken for lost, and its call for over",
		"the card says that the modem is lost",
		"when it speaks again it is brought up, and the card goes");
	linux_is_answered("and answers Linux");
}

static void garbage(void)
{
	if (!call_is_up("a call is up when the modem's line turns to garbage"))
		return;
	lost_and_found("fault garble 400", "a modem that talks garbage is taken for lost, too",
		"which the card says", "and it is found again behind it");
	linux_is_answered("and answers Linux again");
}

static void reset(void)
{
	size_t from;

	if (!call_is_up("a call is up when the modem starts anew"))
		return;
	from = now();
	tell("modem", "fault reset 2000");
	hurry();
	verdict(await(from, "call", "active -> ended") &&
			await(from, "io", "decision .*: ended: screen call"),
		"a modem that starts anew has lost its call, and the screen says so");
	verdict(await(from, "modem", "^modem: multiplexed") && await(from, "call", "^call: modem ready"),
		"its line is multiplexed again, its settings are made anew");
	linux_is_answered("its echo is off again on Linux's channel");
	from = now();
	tell("linux", "busy_on");
	verdict(call_answered() && !found(from, "call", "modem lost"),
		"and on telephony's: the next call is answered, the modem not taken for lost again");
}

static void run(void)
{
	if (!started())
		return;
	silence();
	garbage();
	reset();
}

/* faults DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	return steps_run(argc, argv, run);
}
