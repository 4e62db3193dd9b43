#include "tools/harness/harness.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/harness/internal.h"

#define GUARD_MS      60000
#define END_MS	      5000 /* that the emulator may take to end */
#define CONSOLE_FD    10   /* in the emulator */
#define QMP_FD	      11
#define LOOK_PAUSE_MS 20 /* between pictures: nothing tells that the screen changed */

uint64_t harness_real_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int harness_write(int fd, const char *bytes, size_t count)
{
	while (count) {
		ssize_t written = send(fd, bytes, count, MSG_NOSIGNAL);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			count -= (size_t)written;
		}
	}
	return 0;
}

/* In the child: becomes the emulator, with its console and QMP on the two sockets. */
static void exec_machine(char *const *argv, int console, int qmp, const char *log)
{
	static char console_option[] = "socket,id=harness-console,fd=10";
	static char qmp_option[] = "socket,id=harness-qmp,fd=11";
	static char *const extra[] = {"-chardev", console_option, "-serial", "chardev:harness-console",
		"-chardev", qmp_option, "-mon", "chardev=harness-qmp,mode=control", NULL};
	char *all[128];
	int count = 0;
	int errors = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	for (; count < 100 && argv[count]; count++)
		all[count] = argv[count];
	for (int i = 0; extra[i]; i++)
		all[count++] = extra[i];
	all[count] = NULL;
	dup2(console, CONSOLE_FD);
	dup2(qmp, QMP_FD);
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(errors, 1);
	dup2(errors, 2);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* no emulator outlives its test */
	execvp(all[0], all);
	dprintf(2, "harness: %s: %s\n", all[0], strerror(errno));
	_exit(127);
}

static int start_machine(struct harness *harness, char *const *argv)
{
	int console[2], qmp[2];
	char log[sizeof(harness->directory) + 16];

	snprintf(log, sizeof(log), "%s/qemu.txt", harness->directory);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, console) ||
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp))
		return -errno;
	harness->console_fd = console[0];
	harness->qmp_fd = qmp[0];
	harness->pid = fork();
	if (harness->pid < 0)
		return -errno;
	if (!harness->pid)
		exec_machine(argv, console[1], qmp[1], log);
	close(console[1]);
	close(qmp[1]);
	return qmp_start(harness);
}

/* mkdir -p, without what QEMU would make of a relative path after a change of directory. */
static int make_directory(struct harness *harness, const char *path)
{
	char *slash = harness->directory;

	snprintf(harness->directory, sizeof(harness->directory), "%s", path);
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		mkdir(harness->directory, 0777);
		*slash = '/';
	}
	return mkdir(harness->directory, 0777) && errno != EEXIST ? -errno : 0;
}

/* GUEST_GUARD, in seconds, as for tests/guest: a busy machine takes longer. */
static unsigned guard_ms(unsigned wanted)
{
	const char *given = getenv("GUEST_GUARD");
	unsigned ms = given ? (unsigned)strtoul(given, NULL, 10) * 1000 : 0;

	wanted = wanted ? wanted : GUARD_MS;
	return ms > wanted ? ms : wanted;
}

struct harness *harness_create(const struct harness_options *options)
{
	struct harness *harness = calloc(1, sizeof(*harness));
	char path[sizeof(harness->directory) + 16];
	int error;

	if (!harness)
		return NULL;
	harness->console_fd = harness->qmp_fd = -1;
	harness->guard_ms = guard_ms(options->guard_ms);
	harness->trace_types = options->trace_types;
	harness->trace_pa = options->trace_pa ? options->trace_pa : HARNESS_TRACE_PA;
	if (options->memory) {
		snprintf(harness->memory, sizeof(harness->memory), "%s", options->memory);
		unlink(options->memory); /* of the last run */
	}
	error = make_directory(harness, options->directory);
	if (error)
		goto fail;
	snprintf(path, sizeof(path), "%s/console.txt", harness->directory);
	harness->console_log = fopen(path, "w");
	error = harness->console_log ? start_machine(harness, options->argv) : -errno;
	if (!error)
		return harness;
fail:
	fprintf(stderr, "harness: the machine did not start: %s (see %s/qemu.txt)\n", strerror(-error),
		harness->directory);
	harness_destroy(harness);
	return NULL;
}

/* The machine's memory is as large as the machine. */
static void remove_scratch(const struct harness *harness)
{
	char path[sizeof(harness->directory) + 16];

	if (harness->memory[0])
		unlink(harness->memory);
	snprintf(path, sizeof(path), "%s/screen.ppm", harness->directory);
	unlink(path);
}

/* Asked first: what the machine's sound card played is whole only if the emulator has closed the file. */
static void end_machine(pid_t pid)
{
	struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};

	kill(pid, SIGTERM);
	if (end.fd < 0 || poll(&end, 1, END_MS) <= 0)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (end.fd >= 0)
		close(end.fd);
}

void harness_destroy(struct harness *harness)
{
	if (!harness)
		return;
	if (harness->pid > 0)
		end_machine(harness->pid);
	remove_scratch(harness);
	if (harness->console_fd >= 0)
		close(harness->console_fd);
	if (harness->qmp_fd >= 0)
		close(harness->qmp_fd);
	if (harness->console_log)
		fclose(harness->console_log);
	for (size_t i = 0; i < harness->event_count; i++)
		free(harness->event[i].text);
	cJSON_Delete(harness->qmp_reply);
	trace_finish(harness);
	free(harness->event);
	free(harness->qmp_line);
	free(harness);
}

static int take_console(struct harness *harness)
{
	char bytes[4096];
	ssize_t count = recv(harness->console_fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (count <= 0)
		return count < 0 && errno == EAGAIN ? 0 : -EPIPE;
	console_take(harness, bytes, (size_t)count);
	return 0;
}

static int take_qmp(struct harness *harness)
{
	char bytes[4096];
	ssize_t count = recv(harness->qmp_fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (count <= 0)
		return count < 0 && errno == EAGAIN ? 0 : -EPIPE;
	return qmp_take(harness, bytes, (size_t)count);
}

int harness_pump(struct harness *harness, int wait_ms)
{
	struct pollfd ready[2] = {
		{.fd = harness->console_fd, .events = POLLIN},
		{.fd = harness->qmp_fd, .events = POLLIN},
	};
	int error = 0;

	if (harness->memory[0] && wait_ms > TRACE_PAUSE_MS)
		wait_ms = TRACE_PAUSE_MS;
	if (poll(ready, 2, wait_ms) < 0 && errno != EINTR)
		return -errno;
	if (ready[0].revents)
		error = take_console(harness);
	if (ready[1].revents && !error)
		error = take_qmp(harness);
	if (!error)
		error = trace_take(harness);
	if (error == -EPIPE)
		fprintf(stderr, "harness: the machine has ended (see %s/qemu.txt)\n", harness->directory);
	return error;
}

int harness_await_picture(struct harness *harness, harness_seen *seen, void *context, struct picture *picture)
{
	uint64_t end = harness_real_ms() + harness->guard_ms;

	do {
		int error = harness_look(harness, picture);

		if (!error && seen(picture, context))
			return 0;
		if (!error)
			error = harness_pump(harness, LOOK_PAUSE_MS);
		if (error)
			return error;
	} while (harness_real_ms() < end);
	return -ETIMEDOUT;
}
