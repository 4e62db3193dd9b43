/*
 * Drives a handset in QEMU from outside and looks at what it does: the consoles of its
 * partitions as a list of events on one clock, typed characters, keys, pictures of the screen.
 *
 * All waiting is for something seen. The only real time in here is the guard against a machine
 * that hangs: it ends the run, it is never a result.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "tools/harness/picture.h"
#include "tools/pltrace/reader.h"

#define HARNESS_NAME_MAX 16
#define HARNESS_RAM_BASE 0x40000000ull
#define HARNESS_TRACE_PA 0x40e00000ull /* docs/contract.md */

/* One line that a partition (or "hv") printed. */
struct harness_event {
	uint64_t time_ns; /* virtual, when its first character was written */
	char name[HARNESS_NAME_MAX];
	char *text;
};

struct cJSON;

struct harness {
	pid_t pid;
	int console_fd, qmp_fd;
	FILE *console_log; /* the stream as it came */
	unsigned guard_ms; /* longest real time that any one wait may take */
	struct harness_event *event;
	size_t event_count, event_room;
	char console_line[1024];
	size_t console_length;
	char *qmp_line;
	size_t qmp_length, qmp_room;
	struct cJSON *qmp_reply; /* of the command under way */
	char directory[256];
	char memory[256]; /* the file that backs the machine's RAM; empty: no trace */
	struct pltrace trace;
	uint64_t trace_pa;
	uint32_t trace_types;
	struct pl_trace_event *traced; /* all events so far, in order */
	size_t traced_count, traced_room;
};

struct harness_options {
	char *const *argv;     /* the emulator's command line; console and QMP are appended to it */
	const char *directory; /* for logs and pictures; made if need be */
	const char *memory;    /* file that backs the machine's RAM, for the trace; NULL: none */
	unsigned guard_ms;     /* 0: 60 s; GUEST_GUARD in the environment, in seconds, can lengthen it */
	uint32_t trace_types;  /* bit per enum pl_trace_type to keep; 0: all */
	uint64_t trace_pa;     /* where the machine file has its rings; 0: HARNESS_TRACE_PA */
};

/*
 * Reads the command line of a program that drives a machine: DIRECTORY MEMORY_FILE, the words that are its own,
 * EMULATOR ARGUMENT… `own` names its own words for the usage, a space between two; "": none. Fills the options that
 * come from there and lets each line of standard output out at once. Returns the own words, or NULL after saying
 * how the program is used.
 */
char **harness_arguments(struct harness_options *options, const char *own, int argc, char **argv);

/* Starts the machine. Returns NULL after saying why. */
struct harness *harness_create(const struct harness_options *options);

/* Ends the machine and frees everything. NULL is fine. */
void harness_destroy(struct harness *harness);

/* Takes in what the machine has said; waits up to wait_ms for something. -EPIPE: the machine ended. */
int harness_pump(struct harness *harness, int wait_ms);

/* A position in the list of events: the next one to come. */
size_t harness_now(struct harness *harness);

/*
 * Awaits a line of partition `name` (NULL: any), at position `from` or later, that matches the
 * POSIX extended regular expression (case does not matter). Returns its index; -ETIMEDOUT: the guard ended the wait,
 * -EPIPE: the machine ended.
 */
ssize_t harness_await(struct harness *harness, size_t from, const char *name, const char *pattern);

/* The same without waiting; -ENOENT if there is none up to now. */
ssize_t harness_find(const struct harness *harness, size_t from, const char *name, const char *pattern);

/* How many there are in [from, to). */
size_t harness_count(
	const struct harness *harness, size_t from, size_t to, const char *name, const char *pattern);

/* Types text on a partition's console. Its number is taken from the trace's header: memory must be given. */
int harness_type(struct harness *harness, const char *partition, const char *text);

/* Presses or releases a key of the machine's keyboard, by QEMU's name ("f1", "a"). */
int harness_key(struct harness *harness, const char *qcode, bool down);

/* Runs a QMP command; arguments (may be NULL) are consumed. *reply may be NULL, else to be deleted. */
int harness_qmp(struct harness *harness, const char *command, struct cJSON *arguments, struct cJSON **reply);

/* What the screen shows now. */
int harness_look(struct harness *harness, struct picture *picture);

/* Time of a trace event; the first one that is not earlier than a time. */
uint64_t harness_traced_ns(const struct harness *harness, size_t index);
size_t harness_traced_since(const struct harness *harness, uint64_t time_ns);

/* Takes the trace in until `seen` says true of it. -ETIMEDOUT and -EPIPE as in harness_await. */
typedef bool harness_traced_seen(const struct harness *harness, void *context);
int harness_await_traced(struct harness *harness, harness_traced_seen *seen, void *context);

/*
 * Looks at the screen until `seen` says true, and leaves that picture. -ETIMEDOUT and -EPIPE as
 * in harness_await; then the picture is the last one taken.
 */
typedef bool harness_seen(const struct picture *picture, void *context);
int harness_await_picture(
	struct harness *harness, harness_seen *seen, void *context, struct picture *picture);

#endif
