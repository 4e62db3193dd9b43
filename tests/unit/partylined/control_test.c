/* partylined's control socket: answers, refusals, clients that do not behave. Sound itself is a stand-in. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "backends/partylined/control.h"
#include "backends/partylined/sound.h"
#include "tests/unit/expect.h"

static struct control control;
static char directory[64], path[96];
static const char *report;
static unsigned asked;
static int headset = -1;

/* The seam of backends/partylined/sound.h. */
void sound_ask(struct sound_host *host)
{
	(void)host;
	asked++;
}

const char *sound_answer(struct sound_host *host)
{
	(void)host;
	return report;
}

void sound_headset(struct sound_host *host, bool in)
{
	(void)host;
	headset = in;
}

static void setup(void)
{
	snprintf(directory, sizeof(directory), "/tmp/control-test-XXXXXX");
	EXPECT_EQ(mkdtemp(directory) != NULL, true);
	snprintf(path, sizeof(path), "%s/socket", directory);
	report = NULL;
	asked = 0;
	headset = -1;
	EXPECT_EQ(control_open(&control, path, NULL), 0);
}

static void finish(void)
{
	control_close(&control);
	unlink(path);
	rmdir(directory);
}

/* One round of the daemon: as long as something is there to be done. */
static void serve(void)
{
	struct pollfd fd = {.fd = control_fd(&control), .events = POLLIN};

	while (poll(&fd, 1, 0) > 0)
		control_dispatch(&control);
	control_run(&control);
}

static int client(const char *words)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	EXPECT_EQ(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (words)
		EXPECT_EQ(send(fd, words, strlen(words), MSG_NOSIGNAL), (ssize_t)strlen(words));
	serve();
	return fd;
}

/* What has come, and then whether the daemon hung up. */
static const char *answer_of(int fd, bool *ended)
{
	static char text[CONTROL_TEXT_BYTES];
	ssize_t bytes = recv(fd, text, sizeof(text) - 1, 0);
	char more;

	text[bytes > 0 ? bytes : 0] = '\0';
	*ended = bytes == 0 || (bytes > 0 && recv(fd, &more, 1, 0) == 0);
	return text;
}

static void headset_comes_and_goes(void)
{
	bool ended;
	int fd;

	setup();
	fd = client("headset in");
	EXPECT_STR(answer_of(fd, &ended), "ok\n");
	EXPECT_EQ(ended, true);
	EXPECT_EQ(headset, 1);
	close(fd);
	fd = client("headset out\r\n");
	EXPECT_EQ(headset, 0);
	close(fd);
	finish();
}

static void report_comes_when_it_is_there(void)
{
	bool ended;
	int fd, other;

	setup();
	fd = client("audio\n");
	other = client("audio");
	EXPECT_EQ(asked, 2);
	EXPECT_STR(answer_of(fd, &ended), "");
	EXPECT_EQ(ended, false);
	report = "all is quiet\n";
	serve();
	EXPECT_STR(answer_of(fd, &ended), "all is quiet\n");
	EXPECT_EQ(ended, true);
	EXPECT_STR(answer_of(other, &ended), "all is quiet\n");
	close(fd);
	close(other);
	finish();
}

static void unknown_words_are_told_what_there_is(void)
{
	static const char *const words[] = {"", "\n", "audi", "audio please", "headset", "headset in out"};
	bool ended;

	setup();
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		int fd = client(words[i][0] ? words[i] : NULL);

		if (words[i][0]) {
			EXPECT_CONTAINS(answer_of(fd, &ended), "there are:");
			EXPECT_EQ(ended, true);
		}
		close(fd);
		serve();
	}
	EXPECT_EQ(headset, -1);
	EXPECT_EQ(asked, 0);
	finish();
}

static void long_lines_are_no_words(void)
{
	char line[4 * CONTROL_LINE_BYTES];
	int fd;

	setup();
	memset(line, 'a', sizeof(line));
	memcpy(line, "headset in", 10);
	line[sizeof(line) - 1] = '\0';
	fd = client(line);
	EXPECT_EQ(headset, -1);
	close(fd);
	finish();
}

static void clients_beyond_the_limit_are_turned_away_and_places_come_back(void)
{
	int fd[CONTROL_CLIENTS], one_more;
	bool ended;

	setup();
	for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
		fd[i] = client(NULL); /* who says nothing */
	one_more = client("headset in");
	(void)answer_of(one_more, &ended);
	EXPECT_EQ(headset, -1);
	close(one_more);
	close(fd[1]);
	serve();
	one_more = client("headset in");
	EXPECT_EQ(headset, 1);
	close(one_more);
	for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
		if (i != 1)
			close(fd[i]);
	finish();
}

/* He asked for the report and did not wait: nobody trips over him. */
static void client_that_left_is_forgotten(void)
{
	bool ended;
	int fd;

	setup();
	for (unsigned i = 0; i < 3 * CONTROL_CLIENTS; i++) {
		fd = client("audio");
		close(fd);
		serve();
	}
	fd = client("audio");
	report = "still here\n";
	serve();
	EXPECT_STR(answer_of(fd, &ended), "still here\n");
	close(fd);
	finish();
}

static void path_that_cannot_be_is_refused(void)
{
	char too_long[256];

	memset(too_long, 'x', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = '\0';
	EXPECT_EQ(control_open(&control, too_long, NULL), -ENAMETOOLONG);
	EXPECT_EQ(control_fd(&control), -1);
	control_run(&control); /* the daemon goes on without */
	EXPECT_EQ(control_open(&control, "/nowhere/at/all", NULL), -ENOENT);
	EXPECT_EQ(control_fd(&control), -1);
}

/* What a daemon that was killed left behind is no obstacle. */
static void predecessors_socket_is_replaced(void)
{
	struct control dead;
	int fd;

	setup();
	dead = control;
	EXPECT_EQ(control_open(&control, path, NULL), 0);
	fd = client("headset in");
	EXPECT_EQ(headset, 1);
	close(fd);
	control_close(&dead);
	finish();
}

static const struct unit_test tests[] = {
	{"a headset comes and goes", headset_comes_and_goes},
	{"a report comes when it is there", report_comes_when_it_is_there},
	{"unknown words are told what there is", unknown_words_are_told_what_there_is},
	{"long lines are no words", long_lines_are_no_words},
	{"clients beyond the limit are turned away and places come back",
		clients_beyond_the_limit_are_turned_away_and_places_come_back},
	{"a client that left is forgotten", client_that_left_is_forgotten},
	{"a path that cannot be is refused", path_that_cannot_be_is_refused},
	{"a predecessor's socket is replaced", predecessors_socket_is_replaced},
};

UNIT_MAIN("control", tests)
