/*
 * ModemManager and oFono as Debian packages them, at the virtual modem, in the Linux partition of a
 * handset whose real modem belongs to the call partition. Prints `pass NAME` and `fail NAME …`, and
 * `bench: NAME VALUE UNIT`.
 */
#include <stdarg.h>
#include <stdio.h>

#include "tools/harness/harness.h"

#define GUARD_MS 150000
/* What no command of Linux's may make of a call, and what may not reach the modem on its behalf. */
#define CALL_CHANGES  "^call: state active"
#define MODEM_DISTURB "^modem: > .*(ATH|ATZ|ATD|CHUP|CHLD|CFUN=)"

static struct harness *harness;
static unsigned failed, ran;
static size_t last_run; /* where the lines of the last command begin */

static bool verdict(bool held, const char *name)
{
	printf("%s %s\n", held ? "pass" : "fail", name);
	failed += !held;
	return held;
}

/* Types a command on Linux's console and awaits its end. Returns its exit status or a negative errno. */
static int run(const char *command)
{
	char line[400], over[32];
	ssize_t end;
	int status = -1;

	snprintf(over, sizeof(over), "^over %u [0-9]+", ++ran);
	snprintf(line, sizeof(line), "\n%s; echo over %u $?\n", command, ran);
	last_run = harness_now(harness);
	harness_type(harness, "linux", line);
	end = harness_await(harness, last_run, "linux", over);
	if (end < 0)
		return (int)end;
	sscanf(harness->event[end].text, "over %*u %d", &status);
	return status;
}

/* A line of what the last command printed. */
static bool said(const char *pattern)
{
	return harness_find(harness, last_run, "linux", pattern) >= 0;
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

static void figure(const char *name, size_t from, ssize_t to)
{
	if (to >= 0)
		printf("bench: %s %.3f s\n", name,
			(double)(harness->event[to].time_ns - harness->event[from].time_ns) / 1e9);
}

static bool refused(size_t from)
{
	return harness_find(harness, from, "call", "refused D \\(dial\\)") >= 0 &&
	       harness_find(harness, from, "modem", "^modem: > ATD") < 0;
}

/* From its start, the probing of a port that it does not know included. */
static bool modem_manager_registers(void)
{
	size_t from = harness_now(harness);
	ssize_t to;

	harness_type(harness, "linux", "\nModemManager &\n");
	if (!verdict(await(from, "linux", "state changed \\(unknown -> disabled\\)"), "ModemManager finds a modem"))
		return false;
	verdict(!run("mmcli -m any -e"), "and enables it");
	to = harness_await(harness, from, "linux", "state changed \\(.* -> registered\\)");
	figure("modem.mm_registered_s", from, to);
	return verdict(to >= 0, "and is registered");
}

static void modem_manager_looks(void)
{
	run("mmcli -m any");
	verdict(said("state: .*registered") && said("operator name: Partyline") && said("ports: ttyAMA1"),
		"mmcli shows state, operator and port");
	verdict(!run("mmcli -m any --voice-list-calls") && said("No calls were found"),
		"it has voice, and lists calls");
	verdict(!run("mmcli -m any --messaging-list-sms") && said("No sms messages were found"),
		"it has messaging, and lists messages");
	run("mmcli -o $(mmcli -m any --voice-create-call=number=+15551234 | grep -o '/org.*') --start");
	verdict(refused(last_run) && said("[Nn]ot allowed"), "a call that it dials is refused, and that is said");
}

static bool call_begins(void)
{
	size_t from = harness_now(harness);

	harness_type(harness, "modem", "ring +358401234567 \"Reception\"\n");
	if (!verdict(await(from, "call", "idle -> ringing"), "a call comes in"))
		return false;
	tap("f1");
	return verdict(await(from, "call", "ringing -> active"), "and is answered");
}

static void undisturbed(size_t from, const char *name)
{
	verdict(harness_find(harness, from, "call", CALL_CHANGES) < 0 &&
			harness_find(harness, from, "modem", MODEM_DISTURB) < 0,
		name);
}

static void modem_manager_during_a_call(void)
{
	size_t from = harness_now(harness);

	run("mmcli -m any --voice-list-calls");
	verdict(said("/Call/.*(incoming|active|ringing)"), "ModemManager lists the call");
	verdict(!run("mmcli -m any -d") && !run("mmcli -m any --set-power-state-low") &&
			!run("mmcli -m any --set-power-state-on") && !run("mmcli -m any -e"),
		"it is disabled, powered down and up, and enabled");
	undisturbed(from, "and the call goes on");
	from = harness_now(harness);
	run("killall ModemManager; wait");
	undisturbed(from, "the call goes on when ModemManager ends");
	from = harness_now(harness);
	run("at ATZ ATH AT+CFUN=4 AT+CHUP AT+CHLD=1 'ATD+15551234;' AT+CFUN=1 ATZ");
	verdict(said("^at: ATH: OK") && said("^at: AT.CFUN=4: OK") && said("^at: ATD.*ERROR"),
		"ATH and CFUN=4 are answered, ATD is refused");
	undisturbed(from, "and the call goes on");
}

/* From its being switched on. The monitor prints what oFono announces. */
static bool ofono_registers(void)
{
	size_t from = harness_now(harness);
	ssize_t to;

	harness_type(harness, "linux",
		"\ndbus-monitor --system \"interface='org.ofono.Manager'\" \"interface='org.ofono.NetworkRegistration'\" &\n"
		"ofonod -n &\n");
	if (!verdict(await(from, "linux", "object path \"/cinterion_0\""), "oFono finds a modem"))
		return false;
	from = harness_now(harness);
	verdict(!run("ofono Modem.SetProperty string:Powered variant:boolean:true"), "and switches it on");
	run("until ofono Modem.SetProperty string:Online variant:boolean:true; do :; done");
	to = harness_await(harness, from, "linux", "string \"registered\"");
	figure("modem.ofono_registered_s", from, to);
	return verdict(to >= 0, "and is registered");
}

static void ofono_during_a_call(void)
{
	size_t from = harness_now(harness);

	run("ofono VoiceCallManager.GetCalls");
	verdict(said("string \"\\+358401234567\""), "oFono lists the call");
	run("ofono VoiceCallManager.Dial string:+15551234 string:");
	verdict(refused(last_run) && said("^Error org.ofono"), "a call that it dials is refused, and that is said");
	run("ofono VoiceCallManager.HangupAll");
	run("ofono Modem.SetProperty string:Online variant:boolean:false");
	verdict(!run("ofono Modem.SetProperty string:Powered variant:boolean:false"),
		"it hangs up, goes offline and is switched off");
	undisturbed(from, "and the call goes on");
}

static void play(void)
{
	size_t from;

	if (!modem_manager_registers())
		return;
	modem_manager_looks();
	if (!call_begins())
		return;
	modem_manager_during_a_call();
	if (ofono_registers())
		ofono_during_a_call();
	from = harness_now(harness);
	tap("f2");
	verdict(await(from, "call", "^call: state active ->"), "the user ends the call");
}

/* clients DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};

	if (argc < 4) {
		fprintf(stderr, "usage: clients DIRECTORY MEMORY_FILE EMULATOR ARGUMENT...\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	options.directory = argv[1];
	options.memory = argv[2];
	options.argv = argv + 3;
	harness = harness_create(&options);
	if (!harness || !verdict(await(0, "linux", "^clients: ready"), "Debian starts"))
		return 1;
	play();
	harness_destroy(harness);
	return failed != 0;
}
