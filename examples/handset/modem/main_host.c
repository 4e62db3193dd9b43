/*
 * modem-sim: the modem as a host program, at the other end of QEMU's second UART.
 *
 *   modem-sim SOCKET      listens on a unix socket, and again after a disconnect
 *   modem-sim /dev/pts/N  a terminal
 *   modem-sim … SCRIPT    does the commands of a file first, a line each; `after MS COMMAND` makes a scenario
 *
 * Prompt on standard input; at its end the program ends.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>
#include "examples/handset/modem/modem.h"

#define PROMPT "modem> "

struct host {
	struct modem modem;
	const char *path;
	int listener; /* -1: a terminal */
	int peer;     /* -1: nobody there */
	char typed[256];
	size_t typed_count;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void drop_peer(struct host *h)
{
	close(h->peer);
	h->peer = -1;
}

static void host_send(void *data, const char *bytes, size_t count)
{
	struct host *h = data;

	/* A phone that does not read loses characters, as on a real line. */
	if (h->peer >= 0 && write(h->peer, bytes, count) < 0 && errno != EAGAIN)
		drop_peer(h);
}

static void host_say(void *data, const char *line)
{
	(void)data;
	printf("\r%s\n", line);
}

static int open_terminal(struct host *h)
{
	struct termios t;

	h->listener = -1;
	h->peer = open(h->path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (h->peer < 0 || tcgetattr(h->peer, &t)) {
		fprintf(stderr, "modem-sim: %s: %s\n", h->path, strerror(errno));
		return -errno;
	}
	cfmakeraw(&t);
	tcsetattr(h->peer, TCSANOW, &t);
	return 0;
}

static int open_socket(struct host *h)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	h->peer = -1;
	if (strlen(h->path) >= sizeof(address.sun_path)) {
		fprintf(stderr, "modem-sim: %s: path has %zu bytes, limit %zu\n", h->path, strlen(h->path),
			sizeof(address.sun_path) - 1);
		return -ENAMETOOLONG;
	}
	strcpy(address.sun_path, h->path);
	unlink(h->path); /* left by one that was killed */
	h->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (h->listener < 0 || bind(h->listener, (struct sockaddr *)&address, sizeof(address)) ||
		listen(h->listener, 1)) {
		fprintf(stderr, "modem-sim: %s: %s\n", h->path, strerror(errno));
		return -errno;
	}
	return 0;
}

static void read_peer(struct host *h)
{
	char bytes[256];
	ssize_t count = read(h->peer, bytes, sizeof(bytes));

	if (count > 0)
		modem_receive(&h->modem, now_ns(), bytes, (size_t)count);
	else if (count == 0 || errno != EAGAIN)
		drop_peer(h);
}

static void prompt_byte(struct host *h, char c)
{
	if (c != '\n') {
		if (h->typed_count < sizeof(h->typed) - 1)
			h->typed[h->typed_count++] = c;
		return;
	}
	h->typed[h->typed_count] = 0;
	h->typed_count = 0;
	modem_command(&h->modem, now_ns(), h->typed);
	printf(PROMPT);
}

/* False at the end of input. */
static bool read_prompt(struct host *h)
{
	char bytes[128];
	ssize_t count = read(STDIN_FILENO, bytes, sizeof(bytes));

	for (ssize_t i = 0; i < count; i++)
		prompt_byte(h, bytes[i]);
	return count > 0;
}

static int time_left_ms(const struct host *h)
{
	uint64_t due = modem_deadline(&h->modem), now = now_ns();

	if (due == MODEM_NEVER)
		return -1;
	return due <= now ? 0 : (int)((due - now) / 1000000u) + 1;
}

static void run(struct host *h)
{
	bool more = true;

	printf(PROMPT);
	while (more) {
		struct pollfd fds[] = {
			{STDIN_FILENO, POLLIN, 0}, {h->peer >= 0 ? h->peer : h->listener, POLLIN, 0}};

		fflush(stdout);
		if (poll(fds, 2, time_left_ms(h)) < 0 && errno != EINTR)
			return;
		if (fds[1].revents && h->peer >= 0)
			read_peer(h);
		else if (fds[1].revents)
			h->peer = accept4(h->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fds[0].revents)
			more = read_prompt(h);
		modem_tick(&h->modem, now_ns());
	}
}

/* Each line as if it was typed; # begins a comment. */
static int run_script(struct host *h, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];
	int ret = 0;

	if (!file) {
		fprintf(stderr, "modem-sim: %s: %s\n", path, strerror(errno));
		return -errno;
	}
	while (!ret && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n#")] = 0;
		ret = modem_command(&h->modem, now_ns(), line);
	}
	fclose(file);
	return ret;
}

int main(int argc, char **argv)
{
	static struct host host;
	const struct modem_io io = {.send = host_send, .say = host_say, .data = &host};
	struct stat status;
	bool terminal;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: modem-sim SOCKET|TERMINAL [SCRIPT]\n");
		return 2;
	}
	host.path = argv[1];
	terminal = stat(host.path, &status) == 0 && S_ISCHR(status.st_mode);
	if (terminal ? open_terminal(&host) : open_socket(&host))
		return 1;
	signal(SIGPIPE, SIG_IGN); /* a phone that went away is no reason to go too */
	modem_init(&host.modem, &io);
	modem_tick(&host.modem, now_ns());
	if (argc == 3 && run_script(&host, argv[2]))
		return 1;
	printf("modem: ready\n");
	run(&host);
	if (!terminal)
		unlink(host.path);
	return 0;
}
