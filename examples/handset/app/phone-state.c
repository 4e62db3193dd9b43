/*
 * Keeps Linux's copy of the phone's state: phone-state ADDRESS PORT FILE. Follows the call partition's sync service
 * (docs/network.md), says each change on standard output, and keeps the newest line of JSON in FILE, which is
 * replaced whole. Comes back by itself when either side was restarted.
 */
#include <arpa/inet.h>
#include <cJSON.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAUSE_S	    1
#define KEEPALIVE_S 2 /* a phone that was restarted does not know us any more, and says so when asked */

static const char *text(const cJSON *object, const char *key)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(object, key));

	return value ? value : "";
}

static int keep(const char *file, const char *line)
{
	char new[256];
	FILE *f;

	snprintf(new, sizeof(new), "%s.new", file);
	f = fopen(new, "we");
	if (!f)
		return -errno;
	fputs(line, f);
	if (fclose(f) || rename(new, file))
		return -errno;
	return 0;
}

/* Of the seconds of a call nothing is said. */
static void say(const char *line)
{
	static char last[256];
	char now[256];
	cJSON *state = cJSON_Parse(line);

	if (!state) {
		printf("phone: not JSON: %s", line);
		return;
	}
	snprintf(now, sizeof(now), "phone: %s %s %s", text(state, "state"), text(state, "number"),
		text(state, "name"));
	cJSON_Delete(state);
	if (strcmp(now, last) != 0)
		printf("%s\n", now);
	strcpy(last, now);
}

static void follow(int fd, const char *file)
{
	FILE *in = fdopen(fd, "r");
	char line[1024];
	bool told = false;

	if (!in) {
		close(fd);
		return;
	}
	while (fgets(line, sizeof(line), in)) {
		int error = keep(file, line);

		if (error && !told)
			printf("phone: %s: %s\n", file, strerror(-error));
		told = error != 0;
		say(line);
	}
	fclose(in);
}

static int reach(const struct sockaddr_in *to)
{
	const int on = 1, seconds = KEEPALIVE_S;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(seconds));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof(seconds));
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to))) {
		close(fd);
		return -errno;
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || atoi(argv[2]) <= 0) {
		fprintf(stderr, "usage: phone-state ADDRESS PORT FILE\n");
		return 2;
	}
	to.sin_port = htons((uint16_t)atoi(argv[2]));
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		int fd = reach(&to);

		if (fd >= 0)
			follow(fd, argv[3]);
		sleep(PAUSE_S);
	}
}
