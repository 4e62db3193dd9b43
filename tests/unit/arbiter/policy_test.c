/* policy.conf: what is read, and each way in which it is refused, with file, line and reason. */
#include <errno.h>
#include <stdlib.h>
#include "abi/rights.h"
#include "backends/policy/policy_file.h"
#include "tests/unit/expect.h"
#include "vdev/log.h"

#define FILE_NAME "examples/handset/policy.conf"

static struct policy policy;
static char error[POLICY_ERROR_BYTES];
static char text[16384];
static unsigned log_count;

static void note_log(enum vdev_log_level level, const char *line)
{
	(void)level;
	(void)line;
	log_count++;
}

/* The reference file, to be spoilt in one place. */
static void setup(void)
{
	FILE *file = fopen(FILE_NAME, "r");
	size_t bytes = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	text[bytes] = '\0';
	log_count = 0;
	vdev_log_hook = note_log;
	memset(&policy, 0x5a, sizeof(policy));
}

static unsigned line_of(const char *at)
{
	unsigned line = 1;

	for (const char *c = text; c < at; c++)
		line += *c == '\n';
	return line;
}

/* Replace `from` by `to` in the reference file; the number of its line. */
static unsigned spoil(const char *from, const char *to)
{
	static char copy[sizeof(text)];
	char *at;

	setup();
	at = strstr(text, from);
	EXPECT_EQ(at != NULL, true);
	if (!at)
		return 0;
	snprintf(copy, sizeof(copy), "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	memcpy(text, copy, sizeof(text));
	return line_of(at);
}

static void expect_refused(unsigned line, const char *reason)
{
	char expected[POLICY_ERROR_BYTES];
	static struct policy before;

	before = policy;
	EXPECT_EQ(policy_load_text(&policy, "p.conf", text, error), -EINVAL);
	if (line)
		snprintf(expected, sizeof(expected), "p.conf:%u: %s", line, reason);
	else
		snprintf(expected, sizeof(expected), "p.conf: %s", reason);
	EXPECT_STR(error, expected);
	EXPECT_EQ(memcmp(&before, &policy, sizeof(policy)), 0);
	EXPECT_EQ(log_count, 1);
}

static void refused(const char *from, const char *to, const char *reason)
{
	expect_refused(spoil(from, to), reason);
}

/* What only the whole file can tell has no line. */
static void refused_whole(const char *from, const char *to, const char *reason)
{
	spoil(from, to);
	expect_refused(0, reason);
}

static void reference_policy_is_read(void)
{
	const struct policy_layer *band = &policy.state[PHONE_RINGING].layer[0];

	setup();
	EXPECT_EQ(policy_load_text(&policy, "p.conf", text, error), 0);
	EXPECT_EQ(policy.partition_count, 2);
	EXPECT_STR(policy.partition[0], "call");
	EXPECT_EQ(policy.telephony, 0);
	EXPECT_EQ(policy.panel_width, 480);
	EXPECT_EQ(policy_map_key(&policy, 59), 0x1bd);
	EXPECT_EQ(policy_map_key(&policy, 60), 0x1be);
	EXPECT_EQ(policy_map_key(&policy, 28), 28);
	EXPECT_EQ(band->band, BAND_OVERLAY);
	EXPECT_EQ(band->fade_ms, 150);
	EXPECT_EQ(band->opacity, 255);
	EXPECT_EQ(policy.state[PHONE_ACTIVE].layer[0].backdrop, 0xff000000u);
	EXPECT_EQ(policy.role[ROLE_VOICE].priority, 90);
	EXPECT_EQ(policy.role[ROLE_MEDIA].duck_permille, 200);
	EXPECT_EQ(policy.matrix[ROLE_EMERGENCY][ROLE_MEDIA], ACTION_REJECT);
	EXPECT_EQ(policy.matrix[ROLE_MEDIA][ROLE_VOICE], ACTION_MIX);
	EXPECT_EQ(policy.state[PHONE_IDLE].modem[1], PL_RIGHT_ALL);
	EXPECT_EQ(policy.state[PHONE_ACTIVE].modem[1],
		PL_RIGHT_HANGUP | PL_RIGHT_QUERY | PL_RIGHT_SMS | PL_RIGHT_DATA);
	EXPECT_EQ(log_count, 0);
}

static void missing_file_is_refused(void)
{
	setup();
	EXPECT_EQ(policy_load(&policy, "/nonexistent/policy.conf", error), -ENOENT);
	EXPECT_STR(error, "/nonexistent/policy.conf: No such file or directory");
	EXPECT_EQ(log_count, 1);
}

/* inih takes an indented line for more of the value above. */
static void expect_continuation_refused(void)
{
	unsigned line = spoil("keys                 = linux\n", "keys = linux\n  key.KEY_A = call\n");

	expect_refused(line + 1, "keys is given twice in [idle]");
}

static void bad_lines_are_refused(void)
{
	static char longline[400] = "[idle]\n";
	unsigned line = spoil("[idle]\n", "[idle]\nkeys to linux\n");

	expect_refused(line + 1, "neither [section] nor key = value");
	memset(longline + 7, 'x', sizeof(longline) - 9);
	strcpy(longline + sizeof(longline) - 2, "\n");
	line = spoil("[idle]\n", longline);
	expect_refused(line + 1, "line longer than 198 characters");
	expect_continuation_refused();
}

static void unknown_words_are_refused(void)
{
	spoil("[idle]\n", "[idel]\n");
	expect_refused(line_of(strstr(text, "[idel]")) + 1, "unknown section [idel]");
	refused("telephony ", "telefony ", "unknown \"telefony\" in [phone]");
	refused("keys                 = linux", "kyes = linux", "unknown \"kyes\" in [idle]");
	refused("fade 150ms", "fad 150ms", "unknown \"fad\" of a layer");
	refused("priority 100", "prio 100", "unknown \"prio\" of a role");
	refused("media      = priority", "midia = priority", "no role \"midia\"");
	refused("navigation:reject", "navigating:reject", "no role \"navigating\"");
	refused("navigation:reject", "navigation:kill", "\"kill\" is not mix, duck, cork or reject");
	refused("navigation:reject", "navigation", "\"navigation\" is not ROLE:ACTION");
	refused("= sms data query", "= query mail", "no right to the modem \"mail\"");
	refused("overlay 480x184", "above 480x184",
		"\"above\" is not background, bottom, top, overlay or off");
}

static void unknown_partitions_are_refused(void)
{
	refused("telephony  = call", "telephony = phone", "no partition \"phone\" in [phone] partitions");
	refused("screen.linux ", "screen.android ", "no partition \"android\" in [phone] partitions");
	refused("modem.linux ", "modem.io ", "no partition \"io\" in [phone] partitions");
	refused("keys                 = linux", "keys = android",
		"no partition \"android\" in [phone] partitions");
	refused("key.KEY_POWER        = call", "key.KEY_POWER = pone",
		"no partition \"pone\" in [phone] partitions");
	refused("telephony  = call", "telephony = none", "no partition \"none\" in [phone] partitions");
}

static void unknown_keys_are_refused(void)
{
	refused("KEY_F1 = KEY_PICKUP_PHONE", "KEY_F1 = KEY_ANSWER", "no key \"KEY_ANSWER\"");
	refused("KEY_F1 =", "F1 =", "no key \"F1\"");
	refused("key.KEY_POWER", "key.POWER", "no key \"POWER\"");
}

static void numbers_out_of_range_are_refused(void)
{
	refused("fade 150ms", "fade 150", "fade: \"150\" is no number with ms");
	refused("fade 150ms", "fade 5001ms", "fade: 5001ms is outside 0 to 5000");
}

static void regions_outside_the_panel_are_refused(void)
{
	refused("480x184+0+0", "480x184+1+0",
		"region: 480x184+1+0 is empty or not inside the panel, 480x800");
	refused("480x184+0+0", "480x184+0+617",
		"region: 480x184+0+617 is empty or not inside the panel, 480x800");
	refused("480x184+0+0", "480x0+0+0", "region: 480x0+0+0 is empty or not inside the panel, 480x800");
	refused("480x184+0+0", "480x184", "region: \"480x184\" is not WIDTHxHEIGHT+X+Y");
	refused("480x184+0+0", "4294967295x4294967295+0+0",
		"region: 4294967295x4294967295+0+0 is empty or not inside the panel, 480x800");
	refused("panel      = 480x800", "panel = 5000x800", "panel: 5000x800 is outside 1x1 to 4095x4095");
	refused("#FF000000", "#FF0000", "backdrop: \"#FF0000\" is not #AARRGGBB");
}

static void what_is_given_twice_is_refused(void)
{
	spoil("[keymap]\n", "[keymap]\nKEY_F1 = KEY_A\n");
	expect_refused(line_of(strstr(text, "KEY_F1 = KEY_PICKUP")), "KEY_F1 is mapped twice");
	spoil("keys                 = linux\n", "keys = linux\nkeys = call\n");
	expect_refused(line_of(strstr(text, "keys = call")), "keys is given twice in [idle]");
	spoil("modem.linux          = all\n", "modem.linux = all\nmodem.linux = none\n");
	expect_refused(line_of(strstr(text, "modem.linux = none")), "modem.linux is given twice in [idle]");
	spoil("partitions = call linux\n", "partitions = call linux\npartitions = call\n");
	expect_refused(line_of(strstr(text, "partitions = call\n")), "partitions is given twice");
	refused("partitions = call linux", "partitions = call call",
		"partition \"call\" is given twice or reserved");
	spoil("[matrix]\n", "[matrix]\nvoice = media:mix\n");
	expect_refused(line_of(strstr(text, "voice      = alert")), "matrix row voice is given twice");
	spoil("[ringing]\n", "[ringing]\nscreen.call = off\n");
	expect_refused(line_of(strstr(text, "screen.call          = overlay 480x184")),
		"screen.call is given twice in [ringing]");
}

static void what_is_missing_is_refused(void)
{
	setup();
	text[0] = '\0';
	strcpy(text, "# nothing\n");
	expect_refused(0, "no partitions in [phone]");
	refused_whole("telephony  = call\n", "\n", "no telephony in [phone]");
	refused_whole("keys                 = linux\n", "\n", "[idle] does not say who has the keys");
	refused_whole(
		"background = priority 10  duck 0%  ramp 100ms\n", "\n", "no role background in [roles]");
	refused("priority 60  ", "", "role ring has no priority");
	refused("fade 150ms", "fade", "fade of a layer has no value");
	setup();
	*strstr(text, "[ringing]") = '\0';
	expect_refused(0, "no section [ringing]");
	expect_refused(spoil("partitions = call linux\n", "\n") + 1, "partitions must come first in [phone]");
}

static void policy_in_which_the_call_loses_is_refused(void)
{
	refused_whole("screen.call          = overlay 480x184+0+0 fade 150ms\n", "\n",
		"[ringing]: call, which has the call, is not on the screen");
	refused_whole("overlay 480x184", "background 480x184",
		"[ringing]: linux would cover call, which has the call");
	refused_whole("keys                 = call\nmodem.linux          = sms data query\n",
		"keys = linux\n", "[ringing]: the call key is not call's");
	refused_whole("[dialing]\n", "[dialing]\nkey.KEY_HANGUP_PHONE = linux\n",
		"[dialing]: the end key is not call's");
	refused_whole("[active]\n", "[active]\nmodem.call = query\n",
		"[active]: modem.call is not all: the modem is its own");
	refused_whole("media      = priority 20", "media = priority 90",
		"role media has priority 90, voice only 90");
}

static void what_comes_too_early_is_refused(void)
{
	setup();
	memmove(text, strstr(text, "[idle]"), strlen(strstr(text, "[idle]")) + 1);
	expect_refused(2, "[phone] with partitions must come first, before [idle]");
	spoil("panel      = 480x800\n", "\n");
	expect_refused(line_of(strstr(text, "screen.linux         = bottom")),
		"[phone] panel must come before the first region");
}

/* `line` repeated with numbers in it, in place of `at`. */
static void spoil_with_many(const char *at, const char *format, unsigned count)
{
	static char many[8192];
	size_t used = (size_t)snprintf(many, sizeof(many), "%s", at);

	for (unsigned i = 0; i < count; i++)
		used += (size_t)snprintf(many + used, sizeof(many) - used, format, i);
	spoil(at, many);
}

static void too_much_is_refused(void)
{
	refused("partitions = call linux", "partitions = call a b c d e f g h", "more than 8 partitions");
	refused("partitions = call linux", "partitions = call a23456789012345678",
		"partition \"a23456789012345678\" is longer than 15 characters");
	spoil_with_many("[keymap]\n", "KEY_MACRO%u = KEY_A\n", 30);
	expect_refused(line_of(strstr(text, "KEY_MACRO0 ")), "no key \"KEY_MACRO0\"");
	spoil_with_many("[idle]\n", "key.BTN_%u = call\n", 1);
	expect_refused(line_of(strstr(text, "key.BTN_0")), "no key \"BTN_0\"");
}

static void no_more_keys_than_places(void)
{
	static const char *const rows[] = {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", "1234567890"};
	char many[4096] = "[idle]\n";
	size_t used = strlen(many);
	unsigned count = 0;

	for (unsigned row = 0; row < 4; row++)
		for (const char *c = rows[row]; *c; c++, count++)
			used += (size_t)snprintf(many + used, sizeof(many) - used, "key.KEY_%c = call\n", *c);
	for (unsigned i = 1; count < POLICY_KEY_MAX - 2; i++, count++)
		used += (size_t)snprintf(many + used, sizeof(many) - used, "key.KEY_F%u = call\n", i);
	spoil("[idle]\n", many);
	expect_refused(line_of(strstr(text, "key.KEY_POWER ")), "more than 48 keys in [idle]");
}

static const struct unit_test tests[] = {
	{"the reference policy is read", reference_policy_is_read},
	{"a missing file is refused", missing_file_is_refused},
	{"bad lines are refused", bad_lines_are_refused},
	{"unknown words are refused", unknown_words_are_refused},
	{"unknown partitions are refused", unknown_partitions_are_refused},
	{"unknown keys are refused", unknown_keys_are_refused},
	{"numbers out of range are refused", numbers_out_of_range_are_refused},
	{"regions outside the panel are refused", regions_outside_the_panel_are_refused},
	{"what is given twice is refused", what_is_given_twice_is_refused},
	{"what is missing is refused", what_is_missing_is_refused},
	{"what comes too early is refused", what_comes_too_early_is_refused},
	{"too much is refused", too_much_is_refused},
	{"no state has more keys than there are places", no_more_keys_than_places},
	{"a policy in which the call loses is refused", policy_in_which_the_call_loses_is_refused},
};

UNIT_MAIN("policy", tests)
