/* confcheck, as it is run: what it says of good files and of bad ones, and what it exits with. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/unit/expect.h"

#define HANDSET "examples/handset/"
#define POLICY	HANDSET "policy.conf"

static char dir[] = "/tmp/confcheck-test-XXXXXX";
static char said[8192]; /* both streams */

/* Its exit status. */
static int confcheck(const char *arguments)
{
	char command[1024];
	size_t count;
	FILE *pipe;
	int status;

	fflush(stdout);
	snprintf(command, sizeof(command), CONFCHECK " %s 2>&1", arguments);
	pipe = popen(command, "r");
	count = pipe ? fread(said, 1, sizeof(said) - 1, pipe) : 0;
	said[count] = '\0';
	status = pipe ? pclose(pipe) : -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* dir/`name`, made of that text. */
static const char *write_file(const char *name, const char *text)
{
	static char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	EXPECT_EQ(file && fputs(text, file) >= 0 && !fclose(file), 1);
	return path;
}

/* dir/policy.conf: the handset's, with `line` in the place of its first line that begins with `begin`. That line's number. */
static unsigned spoil_policy(const char *begin, const char *line)
{
	static char text[16384];
	char read[512];
	size_t used = 0;
	unsigned number = 0, at = 0;
	FILE *file = fopen(POLICY, "r");

	while (file && fgets(read, sizeof(read), file) && used < sizeof(text) - sizeof(read)) {
		number++;
		if (!at && strncmp(read, begin, strlen(begin)) == 0) {
			snprintf(read, sizeof(read), "%s\n", line);
			at = number;
		}
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", read);
	}
	if (file)
		fclose(file);
	write_file("policy.conf", text);
	EXPECT_EQ(at != 0, 1);
	return at;
}

static void the_trees_own_are_good(void)
{
	static const char *const sets[] = {
		"-p " POLICY " -w " HANDSET "network.conf -m " HANDSET "modem.conf -s " HANDSET
		"demo/sound.conf",
		"-p " POLICY " -s tests/sound/sound.conf -w tests/network/network.conf",
		"-p " POLICY " -s tests/sound/usb.conf -w tests/network/stock/network.conf",
	};

	for (unsigned i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		EXPECT_EQ(confcheck(sets[i]), 0);
		EXPECT_CONTAINS(said, POLICY ": good\n");
	}
	EXPECT_EQ(confcheck(POLICY), 0);
	EXPECT_STR(said, POLICY ": good\n");
}

static void each_kind_is_refused_with_file_line_and_reason(void)
{
	static const char *const bad[][3] = {
		{"sound.conf", "# a card\n[card]\nperiod = 11ms\n", ":3: period: 11ms is outside 1 to 10\n"},
		{"sound.conf", "[streams linux]\n0 = musik out\n", ":2: no role \"musik\"\n"},
		{"sound.conf", "[card]\nheadset = 2 3\n", ": headset: the card has 2 channels\n"},
		{"network.conf", "[port call]\n\nmtu = 9\n", ":3: mtu: "},
		{"network.conf", "[switsch]\nhold = 1ms\n", ":2: unknown section [switsch]\n"},
		{"modem.conf", "[linux]\n\ndail = ask\n", ":3: no class: 'dail'\n"},
		{"modem.conf", "[line]\ncall = 2\nlinux = 2\n", ": modem line: channel linux: DLCI 2 "},
	};
	char expected[256];

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *path = write_file(bad[i][0], bad[i][1]);

		snprintf(expected, sizeof(expected), "%s%s", path, bad[i][2]);
		EXPECT_EQ(confcheck(path), 1);
		EXPECT_CONTAINS(said, expected);
	}
}

static void a_policy_is_refused_with_file_line_and_reason(void)
{
	char path[64], expected[256];
	unsigned line = spoil_policy("media ", "media = prio 20");

	snprintf(path, sizeof(path), "%s/policy.conf", dir);
	snprintf(expected, sizeof(expected), "%s:%u: unknown \"prio\" of a role\n", path, line);
	EXPECT_EQ(confcheck(path), 1);
	EXPECT_STR(said, expected);
	spoil_policy("media ", "");
	snprintf(expected, sizeof(expected), "%s: no role media in [roles]\n", path);
	EXPECT_EQ(confcheck(path), 1);
	EXPECT_STR(said, expected);
}

/* With a policy only: alone the same files are good. */
static void others_name_the_policys_partitions_only(void)
{
	static const char *const lost[][3] = {
		{"sound.conf", "[streams lnux]\n0 = media out\n", "[streams lnux]"},
		{"network.conf", "[port call]\nmtu = 1500\n[port lnux]\nmtu = 1500\n", "[port lnux]"},
		{"modem.conf", "[lnux]\ndial = ask\n", "[lnux]"},
	};
	char arguments[256], expected[256];

	for (unsigned i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		const char *path = write_file(lost[i][0], lost[i][1]);

		EXPECT_EQ(confcheck(path), 0);
		snprintf(arguments, sizeof(arguments), "%s " POLICY, path);
		snprintf(expected, sizeof(expected), "%s: %s: the policy has no partition lnux\n", path,
			lost[i][2]);
		EXPECT_EQ(confcheck(arguments), 1);
		EXPECT_CONTAINS(said, expected);
	}
	/* An uplink is nobody's. */
	snprintf(arguments, sizeof(arguments), "%s " POLICY,
		write_file("network.conf", "[uplink world]\ndevice = null\n"));
	EXPECT_EQ(confcheck(arguments), 0);
}

static void each_bad_file_is_told(void)
{
	char arguments[256];

	spoil_policy("panel", "panel = wide");
	write_file("sound.conf", "[cart]\nplay = hw:0\n");
	snprintf(arguments, sizeof(arguments), "%s/sound.conf %s/policy.conf /nowhere/modem.conf", dir, dir);
	EXPECT_EQ(confcheck(arguments), 1);
	EXPECT_CONTAINS(said, "/policy.conf:");
	EXPECT_CONTAINS(said, "/sound.conf:2: unknown section [cart]\n");
	EXPECT_CONTAINS(said, "/nowhere/modem.conf: No such file or directory\n");
}

static void what_is_not_understood_is_answered_with_the_usage(void)
{
	static const char *const wrong[] = {"", "--", "-x " POLICY, "-p", "tests/sound/usb.conf",
		POLICY " -p " POLICY, HANDSET "machine.dts"};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		EXPECT_EQ(confcheck(wrong[i]), 2);
		EXPECT_CONTAINS(said, "usage: confcheck ");
	}
	EXPECT_EQ(confcheck("-s tests/sound/usb.conf"), 0);
}

static const struct unit_test tests[] = {
	{"the tree's own are good", the_trees_own_are_good},
	{"each kind is refused with file, line and reason", each_kind_is_refused_with_file_line_and_reason},
	{"a policy is refused with file, line and reason", a_policy_is_refused_with_file_line_and_reason},
	{"others name the policy's partitions only", others_name_the_policys_partitions_only},
	{"each bad file is told", each_bad_file_is_told},
	{"what is not understood is answered with the usage",
		what_is_not_understood_is_answered_with_the_usage},
};

int main(void)
{
	static const char *const made[] = {"policy.conf", "sound.conf", "network.conf", "modem.conf"};
	char path[64];
	int rc = mkdtemp(dir) ? unit_main("confcheck", tests, sizeof(tests) / sizeof(tests[0])) : 1;

	for (unsigned i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, made[i]);
		unlink(path);
	}
	rmdir(dir);
	return rc;
}
