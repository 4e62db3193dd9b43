/*
 * ModemManager, oFono and pppd as Debian packages them, at the virtual modem, in the Linux partition of a
 * handset whose real modem belongs to the call partition. Prints `pass NAME` and `fail NAME …`, and
 * `bench: NAME VALUE UNIT`.
 */
#include <stdarg.h>
#include <stdio.h>

#include "examples/handset/call/ui.h"
#include "examples/handset/demo/look.h"
#include "tools/harness/harness.h"
#include "vdev-modem/vmodem.h"

#define GUARD_MS 600000
/* What no command of Linux's may make of a call, and what may not reach the modem on its behalf. */
#define CALL_CHANGES  "^call: state active"
#define MODEM_DISTURB "^modem: > .*(ATH|ATZ|ATD[^*]|CHUP|CHLD|CFUN=)"

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

	harness_type(harness, "linux", "\nsystemctl start ModemManager\n");
	if (!verdict(await(from, "linux", "state changed \\(unknown -> disabled\\)"),
		    "ModemManager finds a modem"))
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
}

/* What the user is asked on the call partition, and what he says. */
static bool decide(size_t from, const char *question, const char *answer)
{
	char line[32];

	if (!await(from, "call", question))
		return false;
	snprintf(line, sizeof(line), "%s\n", answer);
	harness_type(harness, "call", line);
	return true;
}

/* A command on the modem's console. */
static size_t network(const char *command)
{
	size_t from = harness_now(harness);
	char line[200];

	snprintf(line, sizeof(line), "%s\n", command);
	harness_type(harness, "modem", line);
	return from;
}

/* Time that is a promise of its own, told by the modem's clock. */
static void pass_ms(unsigned ms)
{
	char command[32];

	snprintf(command, sizeof(command), "after %u status", ms);
	(void)await(network(command), "modem", "^modem: now status");
}

/* No question comes so soon after a no. */
static void pause_after_a_no(void)
{
	pass_ms(VMODEM_ASK_PAUSE_MS + 100);
}

/* The card is on the screen, and the user's key answers it. */
static void modem_manager_dials(void)
{
	struct ui_model model = {
		.state = PL_CALL_IDLE, .question = UI_ASK_DIAL, .asker = "linux", .asked = "+15551234"};
	size_t from = harness_now(harness);
	struct picture picture = {0};

	harness_type(harness, "linux",
		"\nmmcli -o $(mmcli -m any --voice-create-call=number=+15551234 | grep -o '/org.*') "
		"--start\n");
	verdict(await(from, "call", "Linux asks for dial \\+15551234") &&
			!harness_await_picture(harness, look_card, &model, &picture),
		"a call that it dials is asked about on the screen");
	picture_finish(&picture);
	pass_ms(1000);
	tap("f2");
	verdict(await(from, "linux", "[Nn]ot allowed") && refused(from),
		"the end key refuses it, and that is said");
	pause_after_a_no();
}

/* Types a message for ModemManager to send; what comes of it is awaited from where this returns. */
static size_t send_message(const char *number, const char *text)
{
	size_t from = harness_now(harness);
	char line[200];

	snprintf(line, sizeof(line), "\ntext-to %s '%s'\n", number, text);
	harness_type(harness, "linux", line);
	return from;
}

static void messages(void)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux",
		"\ndbus-monitor --system \"interface='org.freedesktop.ModemManager1.Modem.Messaging'\" &\n");
	(void)await(from, "linux", "member=NameLost");
	from = network("sms +15551234 good day");
	verdict(await(from, "modem", "^modem: < .CMTI"), "a message comes");
	(void)await(from, "linux", "member=Added");
	run("mmcli -s $(mmcli -m any --messaging-list-sms | grep received | grep -o '/org[^ ]*')");
	verdict(said("number: \\+15551234") && said("text: good day"), "ModemManager has it, and reads it");
	run("killall dbus-monitor");
	from = send_message("+15554321", "hello there");
	verdict(decide(from, "Linux asks for sms-send \\+15554321", "allow") &&
			await(from, "modem", "^modem: sms to \\+15554321: hello there") &&
			await(from, "linux", "successfully sent"),
		"it sends one that the user allows");
	from = send_message("+15550000", "never");
	verdict(decide(from, "Linux asks for sms-send \\+15550000", "refuse") &&
			await(from, "linux", "couldn't send") &&
			harness_find(harness, from, "modem", "never") < 0,
		"and none that he refuses");
	pause_after_a_no();
}

static void polling(void)
{
	size_t from;

	verdict(!run("mmcli -m any --location-enable-3gpp && mmcli -m any --location-get") &&
			said("location area code: 00A1"),
		"location is told");
	from = network("registration 5 7 9");
	(void)await(from, "linux", "registration state changed .* -> roaming");
	run("mmcli -m any --location-get");
	verdict(said("location area code: 0007"), "and followed when it changes");
	run("mmcli -m any");
	verdict(said("registration: roaming"), "roaming is seen");
	(void)network("registration 1 161 258");
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

/* A code of the network's that the user allows, its menu, a choice that he allows too; and one that he refuses. */
static void ussd(void)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux", "\nmmcli -m any --3gpp-ussd-initiate='*101#'\n");
	verdict(decide(from, "Linux asks for ussd \\*101#", "allow") &&
			await(from, "linux", "1 Balance 2 Number"),
		"a USSD code that the user allows is answered by the network");
	run("mmcli -m any --3gpp-ussd-status");
	verdict(said("status: user-response"), "which has a question of its own");
	from = harness_now(harness);
	harness_type(harness, "linux", "\nmmcli -m any --3gpp-ussd-respond=2\n");
	verdict(decide(from, "Linux asks for ussd 2", "allow") &&
			await(from, "linux", "Number \\+358401234567"),
		"the user's leave is asked for the answer to it too");
	from = harness_now(harness);
	harness_type(harness, "linux", "\nmmcli -m any --3gpp-ussd-initiate='*100#'\n");
	verdict(decide(from, "Linux asks for ussd \\*100#", "refuse") &&
			await(from, "linux", "couldn't initiate") &&
			harness_find(harness, from, "modem", "^modem: ussd") < 0,
		"a code that he refuses does not reach the modem");
	pause_after_a_no();
}

/* The bearer of ModemManager's, and pppd on the port that it names. */
static void modem_manager_connects(void)
{
	size_t from = harness_now(harness);

	harness_type(harness, "linux", "\nmmcli -m any --simple-connect=apn=internet\n");
	if (!verdict(decide(from, "Linux asks for data", "allow") &&
			     await(from, "linux", "successfully connected the modem"),
		    "ModemManager connects during the call, when the user allows it"))
		return;
	harness_type(harness, "linux", "\nbearer-data &\n");
	verdict(await(from, "linux", "remote IP address 10.64.0.1"), "its bearer's port brings up IP");
	run("ping -c 5 -s 1000 10.64.0.1");
	verdict(said("5 packets received"), "which carries pings");
	run("killall pppd; wait");
	verdict(!run("mmcli -m any --simple-disconnect") && await(from, "call", "modem data: .* -> idle"),
		"and is disconnected");
	run("mmcli -m any");
	verdict(said("state: .*registered"), "the modem is registered as before");
}

static void modem_manager_during_a_call(void)
{
	size_t from = harness_now(harness);

	run("mmcli -m any --voice-list-calls");
	verdict(said("/Call/.*(incoming|active|ringing)"), "ModemManager lists the call");
	verdict(!run("mmcli -m any -d") && !run("mmcli -m any -e"), "it is disabled and enabled again");
	undisturbed(from, "and the call goes on");
	modem_manager_connects();
	undisturbed(from, "and the call goes on");
	from = harness_now(harness);
	run("systemctl stop ModemManager");
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
		"\ndbus-monitor --system \"interface='org.ofono.Manager'\" "
		"\"interface='org.ofono.NetworkRegistration'\" \"interface='org.ofono.VoiceCall'\" "
		"\"interface='org.ofono.VoiceCallManager'\" &\n"
		"systemctl start ofono\n");
	if (!verdict(await(from, "linux", "object path \"/cinterion_0\""), "oFono finds a modem"))
		return false;
	from = harness_now(harness);
	verdict(!run("ofono Modem.SetProperty string:Powered variant:boolean:true") &&
			!run("ofono Modem.SetProperty string:Online variant:boolean:true"),
		"and switches it on");
	to = harness_await(harness, from, "linux", "string \"registered\"");
	figure("modem.ofono_registered_s", from, to);
	return verdict(to >= 0, "and is registered");
}

/* A second call, as oFono is told of it, and what oFono may make of two: nothing. */
static void ofono_sees_two_calls(void)
{
	size_t from = network("ring +15557777 \"Second\"");

	verdict(await(from, "call", "another one waits") && await(from, "linux", "string \"waiting\""),
		"oFono is told of a call that waits");
	from = harness_now(harness);
	run("ofono VoiceCallManager.HoldAndAnswer");
	run("ofono VoiceCallManager.ReleaseAndAnswer");
	run("ofono VoiceCallManager.GetCalls");
	verdict(harness_find(harness, from, "modem", MODEM_DISTURB) < 0 && said("string \"active\"") &&
			said("string \"waiting\""),
		"it cannot answer it, and lists both as they are");
	from = harness_now(harness);
	tap("f1");
	verdict(await(from, "linux", "string \"held\""), "the user can, and oFono is told");
	from = harness_now(harness);
	run("ofono VoiceCallManager.SwapCalls");
	run("ofono VoiceCallManager.GetCalls");
	verdict(harness_find(harness, from, "modem", MODEM_DISTURB) < 0 && said("string \"active\"") &&
			said("string \"held\""),
		"it cannot swap them, and lists both as they are");
	from = harness_now(harness);
	tap("f2");
	verdict(await(from, "modem", "^modem: > .*CHLD=1") && await(from, "linux", "string \"disconnected\""),
		"the user ends the second, and oFono is told");
	run("ofono VoiceCallManager.GetCalls");
	verdict(said("string \"\\+358401234567\"") && said("string \"active\"") && !said("7777"),
		"the first one is left, and is talked to");
}

static void ofono_during_a_call(void)
{
	size_t from = harness_now(harness);

	run("ofono VoiceCallManager.GetCalls");
	verdict(said("string \"\\+358401234567\""), "oFono lists the call");
	pass_ms(1100); /* of its many refusals at start the call partition says eight a second */
	run("ofono VoiceCallManager.Dial string:+15551234 string:");
	verdict(refused(last_run) && said("^Error org.ofono"),
		"a call that it dials is refused, and that is said");
	undisturbed(from, "and the call goes on");
	ofono_sees_two_calls();
	from = harness_now(harness);
	pause_after_a_no();
	run("ofono VoiceCallManager.HangupAll");
	run("ofono Modem.SetProperty string:Online variant:boolean:false");
	verdict(!run("ofono Modem.SetProperty string:Powered variant:boolean:false"),
		"it hangs up, goes offline and is switched off");
	undisturbed(from, "and the call goes on");
}

/* The commands and the data of one line, while there is a call on another channel. */
static void data_during_a_call(void)
{
	size_t from = harness_now(harness), up;

	harness_type(harness, "linux", "\ndial-data &\n");
	if (!verdict(decide(from, "Linux asks for data", "allow"), "pppd dials, and the user allows it"))
		return;
	up = harness_now(harness);
	verdict(await(from, "linux", "remote IP address 10.64.0.1"), "IP comes up during the call");
	figure("modem.data_up_s", up, harness_find(harness, from, "linux", "remote IP address"));
	run("ping -c 5 -s 1000 10.64.0.1");
	verdict(said("5 packets received"), "and carries pings");
	run("i=0; while [ $i -lt 2000 ]; do echo line $i of many; i=$((i + 1)); done >/tmp/sent; "
	    "nc -w 5 10.64.0.1 7 </tmp/sent >/tmp/back; cmp /tmp/sent /tmp/back");
	verdict(said("^over [0-9]+ 0"), "and a TCP connection, there and back");
	undisturbed(from, "and the call goes on");
	from = harness_now(harness);
	run("killall pppd; wait");
	verdict(await(from, "call", "modem data: .* -> idle"), "pppd ends it");
	run("at AT");
	verdict(said("^at: AT: OK"), "and the line takes commands again");
	from = harness_now(harness);
	harness_type(harness, "linux", "\ndial-data &\n");
	verdict(decide(from, "Linux asks for data", "allow") && await(from, "linux", "remote IP address"),
		"it is dialled anew");
	from = harness_now(harness);
	run("killall -9 pppd; wait");
	verdict(await(from, "call", "modem data: .* -> idle") && !run("at AT") && said("^at: AT: OK"),
		"a pppd that is killed leaves nothing behind");
	undisturbed(from, "and the call goes on");
}

static void play(void)
{
	size_t from;

	if (!modem_manager_registers())
		return;
	modem_manager_looks();
	modem_manager_dials();
	messages();
	polling();
	ussd();
	if (!call_begins())
		return;
	modem_manager_during_a_call();
	if (ofono_registers())
		ofono_during_a_call();
	run("systemctl stop ofono; killall dbus-monitor; wait");
	data_during_a_call();
	from = harness_now(harness);
	tap("f2");
	verdict(await(from, "call", "^call: state active ->"), "the user ends the call");
}

/* clients DIRECTORY MEMORY_FILE EMULATOR ARGUMENT… */
int main(int argc, char **argv)
{
	struct harness_options options = {.guard_ms = GUARD_MS};

	if (!harness_arguments(&options, "", argc, argv))
		return 2;
	harness = harness_create(&options);
	if (!harness || !verdict(await(0, "linux", "^clients: running"), "Debian starts"))
		return 1;
	play();
	harness_destroy(harness);
	return failed != 0;
}
