/*
 * Recorded dialogues of stock clients: tests/fixtures/modem/DIALOGUE.txt, byte for byte.
 *
 *   > LINE     the client sends it and a carriage return
 *   < BYTES    that is what it gets; further < lines go on with it; none: it gets nothing
 *   ! LINE     the real modem says it unasked
 *   # …        a comment
 * with \r, \n, \\ and \xNN. Run with --record to see what is answered now.
 */
#include "tests/unit/expect.h"
#include "tests/unit/modem-vdev/escape.h"
#include "tests/unit/modem-vdev/rig.h"

#define FIXTURES "tests/fixtures/modem/"

static bool recording;

static void escape(const char *from, char *to, size_t bytes)
{
	size_t used = 0;

	for (to[0] = 0; *from && used + 8 < bytes; from++)
		used += (size_t)(*from == '\r'	 ? snprintf(to + used, bytes - used, "\\r")
				 : *from == '\n' ? snprintf(to + used, bytes - used, "\\n")
				 : *from == '\\' ? snprintf(to + used, bytes - used, "\\\\")
				 : (unsigned char)*from < 0x20 || (unsigned char)*from > 0x7e
					 ? snprintf(to + used, bytes - used, "\\x%02x", (unsigned char)*from)
					 : snprintf(to + used, bytes - used, "%c", *from));
}

/* What a step gave against what it was to give; the step's own words say where it is. */
static void judge(struct rig *r, const char *step, const char *expected, unsigned line, const char *path)
{
	char actual[4096], wanted[4096], what[200];

	escape(r->sent[0], actual, sizeof(actual));
	escape(expected, wanted, sizeof(wanted));
	rig_clear(r);
	if (recording) {
		printf("%s%s%s%s", step, actual[0] ? "< " : "", actual, actual[0] ? "\n" : "");
		return;
	}
	snprintf(what, sizeof(what), "%.60s:%u: answer to %.80s", path, line, step);
	expect_string(actual, wanted, what, __FILE__, __LINE__);
}

static void do_step(struct rig *r, const char *step)
{
	char bytes[1024];
	size_t count = unescape(step + 2, bytes);

	if (step[0] == '!') {
		rig_urc(r, bytes);
		return;
	}
	bytes[count++] = '\r';
	rig_type(r, 0, bytes, count);
}

static unsigned play(const char *path, const char *policy)
{
	static struct rig r;
	char line[1024], step[1024] = "", expected[4096] = "";
	unsigned number = 0, at = 0, steps = 0;
	FILE *file = fopen(path, "r");

	rig_init(&r, policy);
	vmodem_start(&r.vm, r.now_ns);
	rig_settle(&r);
	while (file && fgets(line, sizeof(line), file)) {
		number++;
		if (line[0] == '<') {
			(void)unescape(line + 2, expected + strlen(expected));
		} else if (line[0] == '>' || line[0] == '!') {
			if (step[0])
				judge(&r, step, expected, at, path);
			snprintf(step, sizeof(step), "%s", line);
			expected[0] = 0;
			at = number;
			steps++;
			do_step(&r, step);
		} else if (recording) {
			if (step[0])
				judge(&r, step, expected, at, path);
			step[0] = 0;
			printf("%s", line);
		}
	}
	if (step[0])
		judge(&r, step, expected, at, path);
	if (file)
		fclose(file);
	if (!recording) {
		EXPECT_EQ(r.fake.leak_count, 0);
		EXPECT_EQ(r.dial_count, 0);
	}
	return steps;
}

static const char handset_policy[] = "[linux]\nquery = allow\ndial = ask\ncontrol = virtual\nsms-send = "
				     "ask\nsms-read = allow\nussd = ask\n"
				     "radio = virtual\n";

static void modem_manager(void)
{
	EXPECT_EQ(play(FIXTURES "modemmanager-1.20.4.txt", handset_policy) > 60, 1);
}

static void ofono(void)
{
	EXPECT_EQ(play(FIXTURES "ofono-1.31.txt", handset_policy) > 60, 1);
}

static const struct unit_test tests[] = {
	{"ModemManager 1.20.4 gets the answers that it understands, byte for byte", modem_manager},
	{"oFono 1.31 gets the answers that it understands, byte for byte", ofono},
};

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--record")) {
		recording = true;
		(void)play(argv[2], handset_policy);
		return 0;
	}
	return unit_main("modem dialogues", tests, sizeof(tests) / sizeof(tests[0]));
}
