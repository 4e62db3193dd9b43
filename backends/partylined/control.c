#include "backends/partylined/control.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "backends/partylined/sound.h"
#include "vdev/log.h"

static int address_of(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	strcpy(address->sun_path, path);
	return 0;
}

static int watch(struct control *c, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

static int listen_at(struct control *c, const char *path)
{
	struct sockaddr_un address;
	int rc = address_of(path, &address);

	if (rc)
		return rc;
	c->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	unlink(path); /* a predecessor's */
	if (c->listen_fd < 0 || c->epoll_fd < 0 ||
		bind(c->listen_fd, (struct sockaddr *)&address, sizeof(address)) ||
		listen(c->listen_fd, CONTROL_CLIENTS))
		return -errno;
	return watch(c, c->listen_fd);
}

int control_open(struct control *c, const char *path, struct sound_host *sound)
{
	int rc;

	*c = (struct control){.sound = sound, .epoll_fd = -1, .listen_fd = -1};
	for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
		c->client[i] = -1;
	rc = listen_at(c, path);
	if (rc) {
		vdev_log(VDEV_LOG_WARN, "control: %s: %s", path, strerror(-rc));
		control_close(c);
	}
	return rc;
}

int control_fd(const struct control *c)
{
	return c->epoll_fd;
}

static void hang_up(struct control *c, unsigned i)
{
	close(c->client[i]);
	c->client[i] = -1;
	c->waits[i] = false;
}

/* Who does not take his answer at once has none: nobody waits for a client. */
static void answer(struct control *c, unsigned i, const char *text)
{
	(void)!send(c->client[i], text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	hang_up(c, i);
}

static void obey(struct control *c, unsigned i, const char *line)
{
	if (strcmp(line, "audio") == 0) {
		c->waits[i] = true;
		sound_ask(c->sound);
	} else if (strcmp(line, "headset in") == 0 || strcmp(line, "headset out") == 0) {
		sound_headset(c->sound, strcmp(line, "headset in") == 0);
		answer(c, i, "ok\n");
	} else {
		answer(c, i, "there are: audio, headset in, headset out\n");
	}
}

static void accept_client(struct control *c)
{
	int fd = accept4(c->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	unsigned i = 0;

	while (i < CONTROL_CLIENTS && c->client[i] >= 0)
		i++;
	if (fd < 0)
		return;
	if (i == CONTROL_CLIENTS || watch(c, fd)) {
		close(fd);
		return;
	}
	c->client[i] = fd;
}

/* A line comes whole, with the client's one write, or not at all. */
static void read_client(struct control *c, unsigned i)
{
	char line[CONTROL_LINE_BYTES];
	ssize_t bytes = recv(c->client[i], line, sizeof(line) - 1, 0);

	if (bytes <= 0 || c->waits[i]) {
		hang_up(c, i);
		return;
	}
	line[bytes] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	obey(c, i, line);
}

void control_dispatch(struct control *c)
{
	struct epoll_event event[CONTROL_CLIENTS + 1];
	int count = epoll_wait(c->epoll_fd, event, CONTROL_CLIENTS + 1, 0);

	for (int n = 0; n < count; n++) {
		if (event[n].data.fd == c->listen_fd)
			accept_client(c);
		for (unsigned i = 0; i < CONTROL_CLIENTS; i++)
			if (c->client[i] >= 0 && event[n].data.fd == c->client[i])
				read_client(c, i);
	}
}

void control_run(struct control *c)
{
	const char *report = sound_answer(c->sound);

	for (unsigned i = 0; report && i < CONTROL_CLIENTS; i++)
		if (c->client[i] >= 0 && c->waits[i])
			answer(c, i, report);
}

void control_close(struct control *c)
{
	for (unsigned i = 0; c->epoll_fd > 0 && i < CONTROL_CLIENTS; i++)
		if (c->client[i] >= 0)
			hang_up(c, i);
	if (c->listen_fd > 0)
		close(c->listen_fd);
	if (c->epoll_fd > 0)
		close(c->epoll_fd);
	c->listen_fd = c->epoll_fd = -1;
}

int control_ask(const char *path, const char *words)
{
	struct sockaddr_un address;
	char text[1024];
	ssize_t bytes = -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || address_of(path, &address) ||
		connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
		send(fd, words, strlen(words), MSG_NOSIGNAL) < 0) {
		fprintf(stderr, "partylined: %s: %s\n", path, strerror(errno));
	} else {
		while ((bytes = recv(fd, text, sizeof(text), 0)) > 0)
			fwrite(text, 1, (size_t)bytes, stdout);
	}
	if (fd >= 0)
		close(fd);
	return bytes == 0 ? 0 : 1;
}
