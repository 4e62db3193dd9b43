/*
 * partylined's control socket: one line in, an answer out, end. For engineers and scripts on the I/O domain's
 * console; `partylined -q WORDS` is its client.
 *
 *   audio          levels, routes, who is ducked by whom and why, xruns, latencies
 *   headset in|out a plug comes or goes, where no jack reports it
 */
#ifndef BACKENDS_PARTYLINED_CONTROL_H
#define BACKENDS_PARTYLINED_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#define CONTROL_PATH	   "/run/partylined.sock"
#define CONTROL_CLIENTS	   4
#define CONTROL_LINE_BYTES 64
#define CONTROL_TEXT_BYTES 8192

struct sound_host;

struct control {
	struct sound_host *sound;
	int epoll_fd; /* of its own; the daemon waits for it */
	int listen_fd;
	int client[CONTROL_CLIENTS]; /* -1: free */
	bool waits[CONTROL_CLIENTS]; /* for the report that was asked for */
};

/* Listen at `path`. Negative errno, logged: the daemon goes on without. */
int control_open(struct control *control, const char *path, struct sound_host *sound);
/* Readable: call control_dispatch. -1: not open. */
int control_fd(const struct control *control);
void control_dispatch(struct control *control);
/* After each turn: a report may be there. */
void control_run(struct control *control);
void control_close(struct control *control);

/* The other end: ask, print the answer on stdout. The process's exit status. */
int control_ask(const char *path, const char *words);

#endif
