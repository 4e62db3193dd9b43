/*
 * gsm0710muxd, a stock multiplexer of Debian's, against our responder: the daemon opens a pseudo-terminal as its
 * modem, brings it into multiplexed mode with AT+CMUX, and gives out channels; here is the modem at the other end.
 *
 *   muxd_test DIRECTORY    gsm0710muxd and its library unpacked there; a private bus is started
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "tests/unit/expect.h"
#include "vdev-modem/mux.h"

#define BULK_BYTES (2u << 20)
#define AT_LINES   1000
#define GUARD_MS   60000

static const char *directory;
static const char *option_name; /* of the daemon's -m */
static enum mux_option option;
static pid_t daemon_pid, bus_pid;
static char bus_address[256];

/* The modem: plain AT until +CMUX, then our multiplexer, which echoes what comes. */
static struct {
	int fd;
	bool muxing;
	char line[128];
	size_t count;
	struct mux mux;
	uint8_t out[65536];
	size_t out_count;
	unsigned at_lines, opened;
} modem;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static size_t on_room(void *data)
{
	(void)data;
	return sizeof(modem.out) - modem.out_count;
}

static void on_send(void *data, const uint8_t *bytes, size_t count)
{
	(void)data;
	memcpy(modem.out + modem.out_count, bytes, count);
	modem.out_count += count;
}

static void on_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	(void)data;
	(void)mux_write(&modem.mux, now_ns(), dlci, bytes, count);
}

static void on_changed(void *data, unsigned dlci, enum mux_dlc_state state)
{
	(void)data;
	modem.opened += dlci && state == MUX_OPEN;
}

static const struct mux_impl impl = {
	.room = on_room, .send = on_send, .received = on_received, .changed = on_changed};

/* AT+CMUX=<mode>,<subset>,<speed>,<N1> */
static void begin_mux(const char *args)
{
	unsigned mode = 0, subset = 0, speed = 0, n1 = 64;
	struct mux_params p = {.role = MUX_RESPONDER, .n2 = 3, .t1_ms = 200, .t2_ms = 400};

	(void)sscanf(args, "%u,%u,%u,%u", &mode, &subset, &speed, &n1);
	p.option = mode ? MUX_ADVANCED : MUX_BASIC;
	p.n1 = (uint16_t)n1;
	option = p.option;
	modem.muxing = mux_init(&modem.mux, &impl, NULL, &p) == 0;
}

static void at_line(void)
{
	modem.line[modem.count] = 0;
	modem.at_lines += modem.count > 0;
	if (modem.count)
		on_send(NULL, (const uint8_t *)"\r\nOK\r\n", 6);
	if (!strncmp(modem.line, "AT+CMUX=", 8))
		begin_mux(modem.line + 8);
	modem.count = 0;
}

static void take(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (modem.muxing) {
			mux_receive(&modem.mux, now_ns(), bytes + i, count - i);
			return;
		}
		if (bytes[i] == '\r')
			at_line();
		else if (bytes[i] >= 0x20 && modem.count + 1 < sizeof(modem.line))
			modem.line[modem.count++] = (char)bytes[i];
	}
}

/* One turn of the modem; waits at most `ms` for something to do. */
static void turn(int ms)
{
	struct pollfd p = {modem.fd, (short)(POLLIN | (modem.out_count ? POLLOUT : 0)), 0};
	uint8_t bytes[4096];
	ssize_t count;

	(void)poll(&p, 1, ms);
	count = p.revents & POLLIN ? read(modem.fd, bytes, sizeof(bytes)) : 0;
	if (count > 0)
		take(bytes, (size_t)count);
	if (modem.out_count && (p.revents & POLLOUT)) {
		count = write(modem.fd, modem.out, modem.out_count);
		if (count > 0) {
			modem.out_count -= (size_t)count;
			memmove(modem.out, modem.out + count, modem.out_count);
		}
	}
	if (modem.muxing) {
		mux_run(&modem.mux, now_ns());
		if (mux_deadline(&modem.mux) <= now_ns())
			mux_tick(&modem.mux, now_ns());
	}
}

/* Runs a program with its output in a pipe. */
static pid_t start(char *const *argv, int *out)
{
	int ends[2] = {-1, -1};
	pid_t pid;

	if (out && pipe(ends))
		return -1;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(out ? ends[1] : null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (out) {
		close(ends[1]);
		*out = ends[0];
		fcntl(*out, F_SETFL, O_NONBLOCK);
	}
	return pid;
}

static bool start_bus(void)
{
	char path[512];
	char *argv[] = {"dbus-daemon", "--nofork", "--print-address", path, NULL};
	ssize_t count = 0;
	int out;
	uint64_t until = now_ns() + GUARD_MS * 1000000ull;

	snprintf(path, sizeof(path), "--config-file=%s/bus.conf", directory);
	bus_pid = start(argv, &out);
	while (count <= 0 && now_ns() < until) {
		struct pollfd p = {out, POLLIN, 0};

		(void)poll(&p, 1, 100);
		count = read(out, bus_address, sizeof(bus_address) - 1);
	}
	close(out);
	bus_address[count > 0 ? count : 0] = 0;
	bus_address[strcspn(bus_address, "\n")] = 0;
	setenv("DBUS_SYSTEM_BUS_ADDRESS", bus_address, 1);
	return count > 0;
}

static int open_terminal(void)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	struct termios t;

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || tcgetattr(fd, &t))
		return -1;
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
	return fd;
}

static bool start_daemon(void)
{
	char program[512], library[512];
	char *argv[] = {program, "-s", NULL, "-m", (char *)(uintptr_t)option_name, "-f", "64", NULL};

	snprintf(program, sizeof(program), "%s/usr/sbin/gsm0710muxd", directory);
	snprintf(library, sizeof(library), "%s/lib", directory);
	memset(&modem, 0, sizeof(modem));
	modem.fd = open_terminal();
	if (modem.fd < 0)
		return false;
	argv[2] = ptsname(modem.fd);
	setenv("LD_LIBRARY_PATH", library, 1);
	daemon_pid = start(argv, NULL);
	return daemon_pid > 0;
}

/* A method of the daemon's; what it answered, in text. The modem goes on meanwhile. False: no answer. */
static bool ask(const char *method, const char *argument, const char *second, char *text, size_t bytes)
{
	char *argv[] = {"dbus-send", "--system", "--print-reply=literal", "--reply-timeout=20000",
		"--dest=org.pyneo.mux", "/org/pyneo/Muxer", (char *)(uintptr_t)method,
		(char *)(uintptr_t)argument, (char *)(uintptr_t)second, NULL};
	int out, status = -1;
	uint64_t until = now_ns() + GUARD_MS * 1000000ull;
	pid_t pid = start(argv, &out);
	ssize_t count;

	while (waitpid(pid, &status, WNOHANG) == 0 && now_ns() < until)
		turn(5);
	count = read(out, text, bytes - 1);
	text[count > 0 ? count : 0] = 0;
	close(out);
	return status == 0;
}

/* The bus knows the daemon's name once it has started. */
static bool wait_for_name(void)
{
	char text[256];
	uint64_t until = now_ns() + GUARD_MS * 1000000ull;

	while (now_ns() < until) {
		if (ask("org.pyneo.Powered.GetPower", "string:modem", NULL, text, sizeof(text)))
			return true;
		turn(20);
	}
	return false;
}

/* A line of AT command there and back from our responder before the next: how many a second, 0 if one is lost. */
static double lines_per_second(int fd)
{
	static const char line[] = "AT+CSQ\r";
	uint64_t begin = now_ns(), until = begin + GUARD_MS * 1000000ull;
	size_t got = 0;

	for (unsigned n = 1; n <= AT_LINES && now_ns() < until; n++) {
		if (write(fd, line, sizeof(line) - 1) != sizeof(line) - 1)
			return 0;
		while (got < n * (sizeof(line) - 1) && now_ns() < until) {
			char back[sizeof(line)];
			ssize_t count;

			turn(0);
			count = read(fd, back, sizeof(back));
			got += count > 0 ? (size_t)count : 0;
		}
	}
	return got == AT_LINES * (sizeof(line) - 1) ? AT_LINES * 1e9 / (double)(now_ns() - begin) : 0;
}

/* Writes a megabyte to the channel and reads it back from our responder; false: something differs. */
static bool echo(const char *name, size_t bytes, double *seconds, double *lines)
{
	int fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK);
	size_t sent = 0, got = 0;
	bool same = fd >= 0;
	struct termios t;
	uint64_t begin = now_ns(), until = begin + GUARD_MS * 1000000ull;

	if (fd < 0 || tcgetattr(fd, &t))
		return false;
	cfmakeraw(&t);
	tcsetattr(fd, TCSANOW, &t);
	while (same && got < bytes && now_ns() < until) {
		uint8_t piece[64];
		ssize_t count;

		/* Half a window at a time: the daemon drops what its terminal does not take. */
		for (size_t i = 0; i < sizeof(piece); i++)
			piece[i] = (uint8_t)((sent + i) * 7 + (sent + i) / 251);
		if (sent < bytes && sent - got < 2048) {
			count = write(fd, piece, bytes - sent < sizeof(piece) ? bytes - sent : sizeof(piece));
			sent += count > 0 ? (size_t)count : 0;
		}
		turn(0);
		count = read(fd, piece, sizeof(piece));
		for (ssize_t i = 0; i < count; i++, got++)
			same &= piece[i] == (uint8_t)(got * 7 + got / 251);
	}
	*seconds = (double)(now_ns() - begin) / 1e9;
	EXPECT_EQ(got, bytes);
	*lines = lines_per_second(fd);
	EXPECT_EQ(*lines > 0, 1);
	close(fd);
	return same;
}

/* Processor time that the initiator took, in seconds: what another program on this machine does not change. */
static double stop(void)
{
	struct rusage used = {0};

	if (daemon_pid > 0 && kill(daemon_pid, SIGTERM) == 0)
		wait4(daemon_pid, NULL, 0, &used);
	if (bus_pid > 0 && kill(bus_pid, SIGTERM) == 0)
		waitpid(bus_pid, NULL, 0);
	close(modem.fd);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* By the wall, and of the initiator's processor time. */
static void figure(const char *name, const char *option_text, double seconds)
{
	double megabits = BULK_BYTES * 2 * 8 / 1e6, cpu = stop();

	printf("%s\t%.1f\tMbit/s (%s option, N1 64, both ways, over pseudo-terminals; %.0f Mbit for a second "
	       "of its processor)\n",
		name, megabits / seconds, option_text, megabits / (cpu > 0 ? cpu : 1));
}

static void play(const char *name, enum mux_option expected)
{
	char text[256] = "", device[256] = "";
	double seconds = 1, lines = 0;
	bool stopped = false;
	char *at;
	uint64_t until = now_ns() + GUARD_MS * 1000000ull;

	option_name = name;
	EXPECT_EQ(start_bus() && start_daemon() && wait_for_name(), 1);
	EXPECT_EQ(ask("org.pyneo.Powered.SetPower", "string:modem", "boolean:true", text, sizeof(text)), 1);
	while (!(modem.muxing && modem.mux.up) && now_ns() < until)
		turn(20);
	EXPECT_EQ(modem.muxing && modem.mux.up, 1);
	EXPECT_EQ(option, expected);
	EXPECT_EQ(ask("org.pyneo.Powered.GetDevice", "string:data", NULL, device, sizeof(device)), 1);
	at = strstr(device, "/dev/pts/");
	EXPECT_EQ(at != NULL, 1);
	if (at) {
		at[strcspn(at, " \n")] = 0;
		EXPECT_EQ(echo(at, BULK_BYTES, &seconds, &lines), 1);
		EXPECT_EQ(modem.opened >= 1, 1);
		printf("modem.muxd_at_lines_s\t%.0f\tlines, each there and back before the next (%s "
		       "option)\n",
			lines, name);
		figure("modem.muxd_mbit_s", name, seconds);
		stopped = true;
	}
	EXPECT_EQ(modem.mux.decoder.bad_count, 0);
	if (!stopped)
		(void)stop();
}

static void basic(void)
{
	play("basic", MUX_BASIC);
}

static void advanced(void)
{
	play("advanced", MUX_ADVANCED);
}

/*
 * The same with our initiator in the daemon's place: a process of its own between the modem's terminal and a
 * channel's.
 */

static struct {
	int line, channel;
	struct mux mux;
	uint8_t out[65536];
	size_t out_count;
} own;

static size_t own_room(void *data)
{
	(void)data;
	return sizeof(own.out) - own.out_count;
}

static void own_send(void *data, const uint8_t *bytes, size_t count)
{
	(void)data;
	memcpy(own.out + own.out_count, bytes, count);
	own.out_count += count;
}

static void own_received(void *data, unsigned dlci, const uint8_t *bytes, size_t count)
{
	ssize_t written = write(own.channel, bytes, count);

	(void)data;
	(void)dlci;
	(void)written; /* a terminal that is full drops, as the daemon's does: the sender keeps a window */
}

static const struct mux_impl own_impl = {.room = own_room, .send = own_send, .received = own_received};

static void own_turn(void)
{
	struct pollfd p[2] = {
		{own.line, (short)(POLLIN | (own.out_count ? POLLOUT : 0)), 0}, {own.channel, POLLIN, 0}};
	uint8_t bytes[2048];
	ssize_t count;

	(void)poll(p, 2, 50);
	count = p[0].revents & POLLIN ? read(own.line, bytes, sizeof(bytes)) : 0;
	if (count > 0)
		mux_receive(&own.mux, now_ns(), bytes, (size_t)count);
	count = (p[1].revents & POLLIN) && mux_write_room(&own.mux, 1) >= sizeof(bytes)
			? read(own.channel, bytes, sizeof(bytes))
			: 0;
	if (count > 0)
		(void)mux_write(&own.mux, now_ns(), 1, bytes, (size_t)count);
	count = own.out_count ? write(own.line, own.out, own.out_count) : 0;
	if (count > 0) {
		own.out_count -= (size_t)count;
		memmove(own.out, own.out + count, own.out_count);
	}
	mux_run(&own.mux, now_ns());
	if (mux_deadline(&own.mux) <= now_ns())
		mux_tick(&own.mux, now_ns());
}

static void own_main(enum mux_option which, const char *line)
{
	const struct mux_params p = {
		.role = MUX_INITIATOR, .option = which, .n1 = 64, .n2 = 3, .t1_ms = 200, .t2_ms = 400};

	own.line = open(line, O_RDWR | O_NOCTTY | O_NONBLOCK);
	(void)mux_init(&own.mux, &own_impl, NULL, &p);
	(void)mux_open(&own.mux, now_ns(), 1);
	for (;;)
		own_turn();
}

static void play_own(const char *name, enum mux_option which)
{
	double seconds = 1, lines = 0;
	char args[16];
	uint64_t until = now_ns() + GUARD_MS * 1000000ull;

	memset(&modem, 0, sizeof(modem));
	memset(&own, 0, sizeof(own));
	modem.fd = open_terminal();
	own.channel = open_terminal();
	snprintf(args, sizeof(args), "%d,0,5,64", which);
	begin_mux(args);
	daemon_pid = fork();
	if (daemon_pid == 0)
		own_main(which, ptsname(modem.fd));
	while (!modem.opened && now_ns() < until)
		turn(20);
	EXPECT_EQ(modem.opened, 1);
	EXPECT_EQ(echo(ptsname(own.channel), BULK_BYTES, &seconds, &lines), 1);
	bus_pid = 0;
	printf("modem.at_lines_s\t%.0f\tlines, each there and back before the next (%s option)\n", lines,
		name);
	figure("modem.cmux_mbit_s", name, seconds);
	close(own.channel);
}

static void own_basic(void)
{
	play_own("basic", MUX_BASIC);
}

static void own_advanced(void)
{
	play_own("advanced", MUX_ADVANCED);
}

static const struct unit_test tests[] = {
	{"gsm0710muxd and our responder carry two megabytes there and back, basic option", basic},
	{"gsm0710muxd and our responder carry two megabytes there and back, advanced option", advanced},
	{"our initiator carries the same, basic option", own_basic},
	{"our initiator carries the same, advanced option", own_advanced},
};

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: muxd_test DIRECTORY\n");
		return 2;
	}
	directory = argv[1];
	return unit_main("gsm0710muxd", tests, sizeof(tests) / sizeof(tests[0]));
}
